//! `/v1/merchants/{id}/service-provider`

use super::detail;
use serde_json::json;
use testkit::http::{BUYER, SHOP, with_shop_on_each_engine};

#[test]
fn a_merchant_becomes_a_service_provider() {
    with_shop_on_each_engine(async |app| {
        let path = format!("/v1/merchants/{SHOP}/service-provider");
        let read = async || app.native("GET", &path).await;
        let put = |body: serde_json::Value| app.native("PUT", &path).json(body);
        assert_eq!(read().await.problem(), "404 unknown-service-provider");
        let scopes = ["CONVERT", "CHECKOUT"];
        let set = put(json!({ "allow_scopes": scopes })).await;
        assert_eq!(
            (set.status.as_u16(), set.text.as_str()),
            (200, r#"{"allow_scopes":["CONVERT","CHECKOUT"],"fee_share":false}"#)
        );
        assert_eq!(read().await.text, set.text);
        let fewer = put(json!({ "allow_scopes": ["BALANCE"], "fee_share": true })).await.json();
        assert_eq!(fewer, json!({ "allow_scopes": ["BALANCE"], "fee_share": true }));
        // One that may ask for nothing is one still.
        assert_eq!(put(json!({ "allow_scopes": [] })).await.json()["allow_scopes"], json!([]));

        let refused = put(json!({ "allow_scopes": ["CONVERT", "EVERYTHING"] })).await;
        assert!(
            detail(&refused).starts_with("422 invalid: allow_scopes[1] must be one of CONVERT, "),
            "{refused}"
        );
        assert_eq!(put(json!({ "allow_scopes": "CONVERT" })).await.problem(), "400 malformed");
        assert_eq!(put(json!({ "allow_scope": [] })).await.problem(), "400 malformed");
        let payer = format!("/v1/merchants/{BUYER}/service-provider");
        for method in ["GET", "PUT"] {
            let reply = app.native(method, &payer).json(json!({ "allow_scopes": scopes })).await;
            assert_eq!(reply.problem(), "404 unknown-merchant", "{method}");
        }
    });
}
