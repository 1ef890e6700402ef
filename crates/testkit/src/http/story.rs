//! A merchant's day through the SDK: the objects that the founding queries need.

use super::{BUYER, SHOP, Served, order_v3, split};
use ::client::{BinancePay, BinancePayBuilder};
use serde_json::{Value, json};
use wire::{
    Endpoint,
    binance_pay::{
        balance_report::apply::ApplyBalanceReport,
        convert::{execute_quote::ExecuteQuote, get_quote::GetQuote},
        order::create_v3::CreateOrderV3,
        profit_sharing::{add_receiver::AddReceiver, submit_split::SubmitSplit},
        service_provider::create::CreateAuthorization,
    },
};

const PROVIDER: &str = r#"
[[merchants]]
id = "1000135331300"
name = "Checkout Plugins"
api_keys = [{ key = "plugin-key-00000001", secret = "plugin-secret-000001" }]
service_provider = { allow_scopes = ["CHECKOUT", "CONVERT"] }
"#;

/// The objects of the shop, and of a service provider.
pub struct Story {
    /// The order of 100 USDT, 2.5 of which go to the first receiver.
    pub prepay_id: String,
    /// The shop's id of that split.
    pub merchant_request_id: String,
    /// The conversion of 10 USDT into EUR.
    pub convert_order_id: String,
    /// The report on the first three days of the year.
    pub download_id: String,
    /// The request for the shop's consent.
    pub authorization_id: String,
    /// The service provider's client.
    pub provider: BinancePayBuilder,
}

impl Served {
    /// The shop takes two payments, splits one, converts a part of the other and applies for a report; a service
    /// provider requests its consent. The server's background work may still be in progress at the end.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn story(&self) -> Story {
        let pay = self.pay().build().expect("a client");
        let mut order = order_v3("T1", "100");
        order["orderTags"] = json!({ "ifProfitSharing": true });
        let prepay_id = self.paid(&pay, order).await;
        self.paid(&pay, order_v3("T2", "50")).await;
        ok(&pay, &AddReceiver { account: "350000201".into() }).await;
        ok(&pay, &request::<SubmitSplit>(split("split1", &prepay_id, &[("350000201", "2.5")]))).await;
        let quote =
            json!({ "wallet": "FUNDING_WALLET", "fromAsset": "USDT", "toAsset": "EUR", "fromAmount": 10 });
        let quote_id = ok(&pay, &request::<GetQuote>(quote)).await.quote_id.expect("the shop has the money");
        let convert_order_id = ok(&pay, &ExecuteQuote { quote_id }).await.order_id.into_string();
        let report = json!({ "reportType": "Balance", "startDate": "2026-01-01", "endDate": "2026-01-03" });
        let report = ok(&pay, &request::<ApplyBalanceReport>(report)).await;
        let download_id = report.download_id().expect("the sentence has an id").to_string();
        self.apply(PROVIDER).await;
        let provider = self.pay_with("plugin-key-00000001", "plugin-secret-000001");
        let wish = json!({ "merchantId": SHOP, "scopes": ["CHECKOUT"], "ipWhitelist": ["127.0.0.1"] });
        let wish = request::<CreateAuthorization>(wish);
        let plugin = self.pay_with("plugin-key-00000001", "plugin-secret-000001").build().expect("a client");
        let authorization_id = ok(&plugin, &wish).await.authorization_id.into_string();
        let merchant_request_id = "split1".to_owned();
        Story { prepay_id, merchant_request_id, convert_order_id, download_id, authorization_id, provider }
    }

    async fn paid(&self, pay: &BinancePay, order: Value) -> String {
        let prepay_id = ok(pay, &request::<CreateOrderV3>(order)).await.prepay_id.into_string();
        self.operator().pay_order(&prepay_id, BUYER).await.expect("the order is paid");
        prepay_id
    }
}

async fn ok<E: Endpoint<Dialect = wire::binance_pay::BinancePay>>(
    pay: &BinancePay,
    request: &E,
) -> E::Response {
    pay.send(request).await.unwrap_or_else(|error| panic!("{}: {error}", E::SPEC.name))
}

fn request<E: Endpoint>(body: Value) -> E {
    wire::decode::request(body.to_string().as_bytes()).expect("a request as its page has it")
}
