//! Rows that were half written: what belongs together is there as a whole or not at all.

use crate::{
    raw,
    unique::{Insert, an_order},
};
use countinghouse_store::{
    FailureKind,
    order::{self, Payment},
};
use testkit::for_each_engine;

#[test]
fn a_payment_is_there_as_a_whole_or_not_at_all() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(Insert::Order(Box::new(an_order(7)))).await.expect("inserts");
        let whole = "UPDATE pay_order SET payer = '350000001', transaction_id = 'M_R_1', open_user_id = 'u', \
                     paid_at = 3";
        raw::execute(&database, whole).await;
        let paid = Payment {
            payer: "350000001".to_owned(),
            transaction_id: "M_R_1".to_owned(),
            open_user_id: "u".to_owned(),
            paid_at: 3,
        };
        let found = order::find(&store, "m", 7).await.expect("reads").expect("it is there");
        assert_eq!(found.payment, Some(paid));
        for column in ["paid_at", "transaction_id", "payer"] {
            raw::execute(&database, &format!("UPDATE pay_order SET {column} = NULL")).await;
            let failure = order::find(&store, "m", 7).await.expect_err("half of a payment");
            assert_eq!(failure.kind(), FailureKind::Invariant, "{column}");
            assert!(
                failure.to_string().contains("payer, transaction_id, open_user_id, paid_at"),
                "{failure}"
            );
        }
        raw::execute(&database, "UPDATE pay_order SET open_user_id = NULL").await;
        let found = order::find(&store, "m", 7).await.expect("reads").expect("it is there");
        assert_eq!(found.payment, None);
    });
}
