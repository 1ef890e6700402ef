//! `business/fund/consultTransfer`

use super::{broken_sides, fill, holds, sides, with};
use house::{
    holder::HolderStatus,
    world_first::{Contract, customer::set_contract},
};
use testkit::{
    house::holder_id,
    http::{CONNECTED, CUSTOMER, with_world, with_world_on_each_engine},
};

const NAME: &str = "fund/consult_transfer";

#[test]
fn a_consultation_tells_both_sides_and_moves_nothing() {
    with_world_on_each_engine(async |app| {
        fill(app).await;
        let reply = app.world(NAME, sides()).await;
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"transferFromDetail\":{{\"transferFromMethod\":{{\"paymentMethodType\":\"BALANCE\"}},\
                 \"transferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferFromAmount\":{{\"currency\":\"USD\",\"value\":1200}}}},\
                 \"transferToDetail\":{{\
                 \"transferToMethod\":{{\"paymentMethodType\":\"BALANCE\",\"customerId\":\"{CONNECTED}\"}},\
                 \"transferToAmount\":{{\"currency\":\"USD\",\"value\":1200}},\
                 \"feeAmount\":{{\"currency\":\"USD\",\"value\":0}},\
                 \"actualTransferToAmount\":{{\"currency\":\"USD\",\"value\":1200}}}}}}"
            )
        );
        assert_eq!(holds(app, CUSTOMER).await, "10000+0");
        assert_eq!(app.run_jobs().await, 0);
    });
}

#[test]
fn it_refuses_what_a_transfer_would_be_refused_for() {
    with_world(async |app| {
        fill(app).await;
        for (path, value, expected) in broken_sides() {
            let body = with(sides(), path, value);
            let refusal = app.world(NAME, &body).await.world_refusal();
            assert!(refusal.starts_with(&expected), "{body}: {refusal}");
        }
        let ask = async || app.world(NAME, sides()).await.world_code();
        assert_eq!(ask().await, "SUCCESS");
        let payee = holder_id(CONNECTED);
        set_contract(app.house(), &payee, Contract::Expired).await.expect("set");
        assert_eq!(ask().await, "USER_ACCOUNT_ABNORMAL");
        set_contract(app.house(), &payee, Contract::InForce).await.expect("set");
        app.house().set_status(&holder_id(CUSTOMER), HolderStatus::Closed).await;
        assert_eq!(ask().await, "USER_STATUS_ABNORMAL");
        app.house().set_status(&holder_id(CUSTOMER), HolderStatus::Active).await;
        assert_eq!(ask().await, "SUCCESS");
    });
}
