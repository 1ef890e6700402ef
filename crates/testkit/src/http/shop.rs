//! The corner shop: the merchant of most cases, with their usual first steps.

use super::{Reply, TestApp};
use client::Credentials;
use serde_json::{Value, json};
use wire::{ENDPOINTS, Spec, native::Events};

/// The shop's merchant id.
pub const SHOP: &str = "1000135331248";
/// The other shop's merchant id; it has no data of the first.
pub const OTHER_SHOP: &str = "1000135331249";
/// The payer: 10,000 USDT, and nothing else.
pub const BUYER: &str = "350000101";
/// The receivers that the shop may bind; none is bound at first.
pub const RECEIVERS: [&str; 3] = ["350000201", "350000202", "350000203"];

const KEY: &str = "corner-shop-key-0001";
const SECRET: &str = "corner-shop-secret-0001";
const OTHER_KEY: &str = "other-shop-key-00001";
const OTHER_SECRET: &str = "other-shop-secret-00001";

/// Two shops, a buyer, three receivers and a rate.
pub const SHOP_FIXTURES: &str = r#"
[[merchants]]
id = "1000135331248"
name = "Corner Shop"
binance_id = "350000001"
api_keys = [{ key = "corner-shop-key-0001", secret = "corner-shop-secret-0001" }]
[[merchants]]
id = "1000135331249"
name = "Other Shop"
binance_id = "350000002"
api_keys = [{ key = "other-shop-key-00001", secret = "other-shop-secret-00001" }]
[[payers]]
binance_id = "350000101"
name = "Buyer"
balances = [{ wallet = "FUNDING_WALLET", asset = "USDT", amount = "10000" }]
[[payers]]
binance_id = "350000201"
name = "First receiver"
[[payers]]
binance_id = "350000202"
name = "Second receiver"
[[payers]]
binance_id = "350000203"
name = "Third receiver"
[[rates]]
pair = "USDT/EUR"
bid = "0.8"
ask = "0.81"
"#;

/// The shop's credentials.
pub fn shop() -> Credentials {
    Credentials::new(KEY, SECRET)
}

/// The other shop's credentials.
pub fn other_shop() -> Credentials {
    Credentials::new(OTHER_KEY, OTHER_SECRET)
}

/// The spec of an endpoint, by the end of its name: `profit_sharing/query_split`.
///
/// # Panics
/// When there is none.
pub fn endpoint(name: &str) -> &'static Spec {
    let found = ENDPOINTS.iter().find(|spec| spec.name.strip_prefix("binance_pay/") == Some(name));
    found.unwrap_or_else(|| panic!("no endpoint {name}"))
}

impl TestApp {
    /// Calls an endpoint for the shop, by the end of its name.
    pub async fn call(&self, name: &str, body: impl ToString) -> Reply {
        self.post(endpoint(name).path, body).await
    }

    /// Creates an order of USDT that may be split; returns its id.
    pub async fn order(&self, trade_no: &str, amount: &str) -> String {
        self.order_with(trade_no, amount, json!({ "orderTags": { "ifProfitSharing": true } })).await
    }

    /// Creates an order of USDT with more fields; returns its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn order_with(&self, trade_no: &str, amount: &str, more: Value) -> String {
        let mut body = order_v3(trade_no, amount);
        let fields = more.as_object().expect("an object of fields");
        body.as_object_mut().expect("an object").extend(fields.clone());
        let data = self.call("order/create_v3", body).await.data();
        data["prepayId"].as_str().expect("an id").to_owned()
    }

    /// Pays an order as the buyer.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn pay(&self, prepay_id: &str) {
        let target = format!("/v1/orders/{prepay_id}/pay");
        let reply = self.native("POST", &target).json(json!({ "payer": BUYER })).await;
        assert_eq!(reply.status, 200, "{reply}");
    }

    /// Creates an order of USDT that may be split, and pays it; returns its id.
    pub async fn paid(&self, trade_no: &str, amount: &str) -> String {
        let prepay_id = self.order(trade_no, amount).await;
        self.pay(&prepay_id).await;
        prepay_id
    }

    /// Binds receivers to the shop.
    pub async fn bind(&self, accounts: &[&str]) {
        for account in accounts {
            self.call("profit_sharing/add_receiver", json!({ "account": account })).await.data();
        }
    }

    /// Submits a split of the shop's order.
    pub async fn split(&self, request_id: &str, prepay_id: &str, shares: &[(&str, &str)]) -> Reply {
        self.call("profit_sharing/submit_split", split(request_id, prepay_id, shares)).await
    }

    /// Submits a split of the shop's order and settles it; returns its number.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn settled(&self, request_id: &str, prepay_id: &str, shares: &[(&str, &str)]) -> String {
        let number = self.split(request_id, prepay_id, shares).await.data()["splitOrderNo"].take();
        self.run_jobs().await;
        number.as_str().expect("a number").to_owned()
    }

    /// Queries a split of the shop.
    pub async fn query_split(&self, request_id: &str, prepay_id: &str) -> Reply {
        let body = json!({ "merchantRequestId": request_id, "prepayOrderId": prepay_id });
        self.call("profit_sharing/query_split", body).await
    }

    /// Sets the status of a merchant or payer: `active`, `suspended` or `closed`.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn set_status(&self, kind: &str, id: &str, status: &str) {
        let reply = self.native("PATCH", &format!("/v1/{kind}/{id}")).json(json!({ "status": status })).await;
        assert_eq!(reply.status, 200, "{reply}");
    }

    /// The types of at least this many events after a cursor. On PostgreSQL an event is reported once every earlier
    /// transaction has ended, also those of other databases of the same server; so this waits for them.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn events_after(&self, cursor: &str, count: usize) -> Vec<String> {
        let (mut next, mut kinds) = (cursor.to_owned(), Vec::new());
        while kinds.len() < count {
            let reply = self.native("GET", &format!("/v1/events?after={next}&wait=30")).await;
            let told: Events = serde_json::from_str(&reply.text).expect("events");
            assert!(!told.events.is_empty(), "{count} events do not come after {kinds:?}");
            kinds.extend(told.events.into_iter().map(|event| event.kind));
            next = told.next;
        }
        kinds
    }

    /// The USDT in a holder's funding wallet: `80 and 20 frozen`.
    pub async fn holds(&self, holder: &str) -> String {
        self.house().holds(holder).await
    }
}

/// The body of an order of USDT in the form of version 3 of the page.
pub fn order_v3(trade_no: &str, amount: &str) -> Value {
    json!({
        "env": { "terminalType": "WEB" },
        "merchantTradeNo": trade_no,
        "orderAmount": amount,
        "currency": "USDT",
        "description": "A box of ice cream",
        "goodsDetails": [{
            "goodsType": "01",
            "goodsCategory": "D000",
            "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream",
            "goodsDetail": "Greentea ice cream cone",
        }],
    })
}

/// The body of a split: accounts with their amounts.
pub fn split(request_id: &str, prepay_id: &str, shares: &[(&str, &str)]) -> Value {
    let receiver = |(account, amount): &(&str, &str)| json!({ "account": account, "amount": amount, "description": "share of the sale" });
    json!({
        "merchantRequestId": request_id,
        "prepayOrderId": prepay_id,
        "receiverList": shares.iter().map(receiver).collect::<Vec<_>>(),
    })
}
