//! `service/provider/config/query`: what a provider may ask for.

use crate::binance_pay::providers::{PROVIDER, arrive, call, other_provider, provider};
use house::{
    holder::HolderStatus,
    service_provider::{ProviderConfig, set_config},
};
use testkit::{
    house::holder_id,
    http::{endpoint, told_on_each_engine, with_shop, with_shop_on_each_engine},
};

const NAME: &str = "service_provider/query_config";

#[test]
fn a_provider_sees_what_it_may_ask_for() {
    let told = told_on_each_engine(async |app| {
        arrive(app).await;
        let own = call(app, NAME, "{}").await.text;
        let other = app.post_as(&other_provider(), endpoint(NAME).path, "{}").await.text;
        [own, other].join("\n")
    });
    insta::assert_snapshot!(told, @r#"
    {"status":"SUCCESS","code":"000000","data":{"allowFeeShare":false,"allowScopes":["CONVERT","CHECKOUT","REFUND","PAYOUT","REPORT","INTERNAL_TRANSFER","BALANCE","DIRECT_DEBIT","PROFIT_SHARING","SUB_MERCHANT"]}}
    {"status":"SUCCESS","code":"000000","data":{"allowFeeShare":true,"allowScopes":["CONVERT","CHECKOUT"]}}
    "#);
}

#[test]
fn a_call_without_a_body_is_valid() {
    with_shop(async |app| {
        arrive(app).await;
        for body in ["", "null", "{}", "[]", r#"{"unknown":[1]}"#] {
            assert_eq!(call(app, NAME, body).await.code(), "000000", "{body:?}");
        }
        // Then nothing says what the body is either.
        let bare = app.post_as(&provider(), endpoint(NAME).path, "").without("content-type");
        assert_eq!(bare.await.code(), "000000");
        for body in ["[1]", "1", "{"] {
            assert_eq!(call(app, NAME, body).await.code(), "400008", "{body:?}");
        }
    });
}

#[test]
fn what_an_operator_changes_is_seen_at_once() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        assert_eq!(call(app, NAME, "{}").await.code(), "000000");
        let config = ProviderConfig { allow_scopes: vec!["REPORT".to_owned()], fee_share: true };
        set_config(app.house(), &holder_id(PROVIDER), config).await.unwrap();
        let data = call(app, NAME, "{}").await.data();
        assert_eq!(data, serde_json::json!({ "allowFeeShare": true, "allowScopes": ["REPORT"] }));
    });
}

#[test]
fn who_is_no_provider_is_refused() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let refusal = app.call(NAME, "{}").await.refusal();
        assert_eq!(refusal, "400001 the merchant is not a technical service provider");
        app.house().set_status(&holder_id(PROVIDER), HolderStatus::Suspended).await;
        app.service().app().keys.forget_all();
        assert_eq!(call(app, NAME, "{}").await.refusal(), "400203 the merchant is suspended");
    });
}
