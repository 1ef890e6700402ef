//! Which rule is answered first where money is moved: a call breaks them all, and then one less at a time.

use super::{
    exchange::{exchange, market, quote},
    fill, sides, transfer, with,
};
use house::{
    holder::HolderStatus,
    world_first::{Contract, Product, client, customer::set_contract},
};
use serde_json::{Value, json};
use testkit::{
    house::holder_id,
    http::{CLIENT, CONNECTED, CUSTOMER, FOREIGN, TestApp, with_world},
};

const NOBODY: &str = "2188120000000099";

/// A call that breaks rules.
struct Broken<'a> {
    app: &'a TestApp,
    name: &'static str,
    body: Value,
    /// Where it is said whom the call is about.
    whom: Whom,
    token: Option<String>,
    customer: Option<&'static str>,
}

/// Where a call says whom it is about.
#[derive(Clone, Copy)]
enum Whom {
    Headers,
    /// As older pages have it.
    Body,
}

impl<'a> Broken<'a> {
    /// A call that is about nobody, with an unknown token, by a client without products and for a customer without
    /// contract that cannot do business.
    async fn new(app: &'a TestApp, name: &'static str, whom: Whom, body: Value) -> Self {
        let customer = holder_id(CUSTOMER);
        set_contract(app.house(), &customer, Contract::Expired).await.unwrap();
        app.house().set_status(&customer, HolderStatus::Suspended).await;
        products(app, &[]).await;
        Self { app, name, body, whom, token: Some("unknown".to_owned()), customer: Some(NOBODY) }
    }

    fn mend(&mut self, path: &str, value: Value) {
        self.body = with(self.body.take(), path, value);
    }

    async fn refused(&self, expected: &str) {
        let mut body = self.body.clone();
        let call = match self.whom {
            Whom::Headers => {
                let mut call = self.app.world(self.name, body);
                for (name, value) in
                    [("Access-Token", self.token.as_deref()), ("Connected-CustomerId", self.customer)]
                {
                    if let Some(value) = value {
                        call = call.header(name, value);
                    }
                }
                call
            }
            Whom::Body => {
                body["accessToken"] = json!(self.token);
                body["customerId"] = json!(self.customer);
                self.app.world(self.name, body)
            }
        };
        let refusal = call.await.world_refusal();
        assert!(refusal.starts_with(expected), "{}: {refusal}, not {expected}", self.name);
    }

    /// Mends whatever the checks of every call are about. The codes are the page's for a customer that is not there, a
    /// contract that is not in force, and a product that the client does not have.
    async fn until_its_business(&mut self, [nobody, contract, product]: [&str; 3]) {
        let (token, customer) = match self.whom {
            Whom::Headers => ("Access-Token", "Connected-CustomerId"),
            Whom::Body => ("accessToken", "customerId"),
        };
        self.refused(&format!("OAUTH_FAIL {token} is not a token")).await;
        self.token = Some(self.app.world_tokens(FOREIGN).await.access.to_string());
        self.refused(&format!("AUTHORIZATION_NOT_EXIST {customer} is for another customer")).await;
        self.token = None;
        self.refused(&format!("{nobody} {customer} names no customer")).await;
        self.customer = None;
        self.refused(&format!("{contract} the customer's contract has expired")).await;
        set_contract(self.app.house(), &holder_id(CUSTOMER), Contract::InForce).await.unwrap();
        self.refused(&format!("{product} the client does not have the product")).await;
        products(self.app, &Product::ALL).await;
    }

    /// The customer can do business from now on.
    async fn active(&self) {
        self.app.house().set_status(&holder_id(CUSTOMER), HolderStatus::Active).await;
    }
}

/// What pages without a known table have for customer, contract and product.
const GENERAL: [&str; 3] = ["USER_NOT_EXIST", "CONTRACT_CHECK_FAIL", "SERVICE_NOT_ALLOWED"];

/// The products that the client has from now on.
async fn products(app: &TestApp, products: &[Product]) {
    client::set_products(app.house(), CLIENT, products).await.unwrap();
    app.service().app().clients.forget(CLIENT);
}

/// Breaks what both pages say of the sides.
fn broken(mut body: Value) -> Value {
    body["transferFromDetail"] = json!({
        "transferFromMethod": { "paymentMethodType": "BANK_ACCOUNT_DETAIL", "customerId": CONNECTED },
        "transferFromAmount": { "currency": "XXX", "value": 10_000_000_000_000_000_i64 },
    });
    body["transferToDetail"] = json!({
        "transferToMethod": { "paymentMethodType": "ALIPAY_CN_DETAIL", "customerId": CUSTOMER },
        "transferToAmount": { "currency": "EUR" },
        "transferQuote": { "quoteId": "1" },
        "purposeCode": "GIFT",
    });
    body
}

/// Mends the sides up to what only the books can tell.
async fn sides_are_mended(call: &mut Broken<'_>, seam: [&str; 3]) {
    const FROM: &str = "/transferFromDetail/transferFromMethod";
    const TO: &str = "/transferToDetail/transferToMethod";
    const AMOUNT: &str = "/transferFromDetail/transferFromAmount";
    call.refused("PARAM_ILLEGAL transferToDetail.purposeCode").await;
    call.mend("/transferToDetail/purposeCode", json!("GDS"));
    call.until_its_business(seam).await;
    call.refused("UN_SUPPORT_BUSINESS transferFromDetail.transferFromMethod.paymentMethodType").await;
    call.mend(&format!("{FROM}/paymentMethodType"), json!("BALANCE"));
    call.refused("UN_SUPPORT_BUSINESS transferToDetail.transferToMethod.paymentMethodType").await;
    call.mend(&format!("{TO}/paymentMethodType"), json!("BALANCE"));
    call.refused("UN_SUPPORT_BUSINESS transferToDetail.transferQuote").await;
    call.mend("/transferToDetail/transferQuote", json!(null));
    call.refused("UN_SUPPORT_BUSINESS transferToDetail.transferToAmount.currency").await;
    call.mend("/transferToDetail/transferToAmount", json!(null));
    call.refused("USER_NO_PERMISSION transferFromDetail.transferFromMethod.customerId").await;
    call.mend(&format!("{FROM}/customerId"), json!(null));
    call.refused("AMOUNT_EXCEED_LIMIT transferFromDetail.transferFromAmount.value").await;
    call.mend(&format!("{AMOUNT}/value"), json!(10_001));
    call.refused("PARAM_ILLEGAL transferFromDetail.transferFromAmount.currency").await;
    call.mend(&format!("{AMOUNT}/currency"), json!("USD"));
    call.refused("PROCESS_FAIL transferToDetail.transferToMethod.customerId").await;
    call.mend(&format!("{TO}/customerId"), json!(NOBODY));
}

/// Mends payer, payee and amount.
async fn parties_are_mended(call: &mut Broken<'_>) {
    let payee = holder_id(CONNECTED);
    call.refused("USER_STATUS_ABNORMAL the customer that the call is about").await;
    call.active().await;
    call.refused("USER_ACCOUNT_ABNORMAL transferToDetail.transferToMethod.customerId names no").await;
    call.mend("/transferToDetail/transferToMethod/customerId", json!(CONNECTED));
    set_contract(call.app.house(), &payee, Contract::Expired).await.unwrap();
    call.refused("USER_ACCOUNT_ABNORMAL transferToDetail.transferToMethod.customerId names a customer").await;
    set_contract(call.app.house(), &payee, Contract::InForce).await.unwrap();
    call.refused("BALANCE_NOT_ENOUGH transferFromDetail.transferFromAmount").await;
    call.mend("/transferFromDetail/transferFromAmount/value", json!(1_200));
}

#[test]
fn a_transfer() {
    with_world(async |app| {
        const NAME: &str = "fund/create_transfer";
        fill(app).await;
        app.world(NAME, transfer("used")).await.world_accepted();
        let mut call = Broken::new(app, NAME, Whom::Headers, broken(transfer("used"))).await;
        let own = ["USER_NO_PERMISSION", "USER_STATUS_ABNORMAL", "USER_NO_PERMISSION"];
        sides_are_mended(&mut call, own).await;
        call.refused("REPEAT_REQ_INCONSISTENT transferRequestId").await;
        call.mend("/transferRequestId", json!("new"));
        parties_are_mended(&mut call).await;
        app.world(NAME, &call.body).await.world_accepted();
        app.run_jobs().await;
    });
}

#[test]
fn a_consultation() {
    with_world(async |app| {
        const NAME: &str = "fund/consult_transfer";
        fill(app).await;
        let mut call = Broken::new(app, NAME, Whom::Headers, broken(sides())).await;
        sides_are_mended(&mut call, GENERAL).await;
        parties_are_mended(&mut call).await;
        app.world(NAME, &call.body).await.world_ok();
    });
}

#[test]
fn inquiries() {
    with_world(async |app| {
        for (name, field, whom) in [
            ("fund/inquiry_transfer", "transferRequestId", Whom::Headers),
            ("fund/inquiry_exchange", "exchangeRequestId", Whom::Headers),
            ("fund/inquiry_exchange", "exchangeRequestId", Whom::Body),
        ] {
            let mut call = Broken::new(app, name, whom, json!({ field: "é" })).await;
            call.refused(&format!("PARAM_ILLEGAL {field}")).await;
            call.body[field] = json!("1");
            call.until_its_business(GENERAL).await;
            app.world(name, &call.body).await.world_ok();
        }
    });
}

/// Mends what both pages say of the currencies, but for what the market has.
async fn currencies_are_mended(call: &mut Broken<'_>) {
    call.refused("PARAM_ILLEGAL exchangeTradeType").await;
    call.mend("/exchangeTradeType", json!("FORWARD"));
    call.until_its_business(GENERAL).await;
    call.refused("UN_SUPPORT_BUSINESS exchangeTradeType").await;
    call.mend("/exchangeTradeType", json!("SPOT"));
    call.refused("CURRENCY_NOT_SUPPORT sell.currency is neither").await;
    call.mend("/sell/currency", json!("USD"));
    call.refused("CURRENCY_NOT_SUPPORT buy.currency is neither").await;
    call.mend("/buy/currency", json!("EUR"));
}

fn broken_currencies(mut body: Value) -> Value {
    body["exchangeTradeType"] = json!("SWAP");
    body["sell"] = json!({ "currency": "BTC", "value": 100_000_000_000_000_i64 });
    body["buy"] = json!({ "currency": "ETH" });
    body
}

#[test]
fn an_offer() {
    with_world(async |app| {
        const NAME: &str = "fund/create_quote";
        market(app).await;
        for whom in [Whom::Headers, Whom::Body] {
            let mut call = Broken::new(app, NAME, whom, broken_currencies(quote())).await;
            currencies_are_mended(&mut call).await;
            call.refused("CURRENCY_NOT_SUPPORT sell.currency and buy.currency").await;
            call.mend("/buy/currency", json!("JPY"));
            app.advance(86_400_001).await;
            call.refused("PROCESS_FAIL there is no price of sell.currency").await;
            market(app).await;
            call.mend("/sell/value", json!(i64::MAX));
            call.refused("AMOUNT_EXCEED_LIMIT sell").await;
            call.mend("/sell/value", json!(10_000));
            app.world(NAME, &call.body).await.world_ok();
        }
    });
}

#[test]
fn an_exchange_at_the_price_of_the_moment() {
    with_world(async |app| {
        const NAME: &str = "fund/create_exchange";
        market(app).await;
        app.world(NAME, exchange("used")).await.world_ok();
        for (whom, id) in [(Whom::Headers, "one"), (Whom::Body, "two")] {
            let mut call = Broken::new(app, NAME, whom, broken_currencies(exchange("used"))).await;
            currencies_are_mended(&mut call).await;
            call.refused("REPEAT_REQ_INCONSISTENT exchangeRequestId").await;
            call.mend("/exchangeRequestId", json!(id));
            call.refused("USER_STATUS_ABNORMAL the customer that the call is about").await;
            call.active().await;
            call.refused("CURRENCY_NOT_SUPPORT sell.currency and buy.currency").await;
            call.mend("/buy/currency", json!("JPY"));
            call.mend("/sell/value", json!(i64::MAX));
            call.refused("AMOUNT_EXCEED_LIMIT sell").await;
            call.mend("/sell/value", json!(100_001));
            call.refused("BALANCE_NOT_ENOUGH sell").await;
            call.mend("/sell/value", json!(10_000));
            app.world(NAME, &call.body).await.world_ok();
        }
    });
}

#[test]
fn an_exchange_at_the_price_of_an_offer() {
    with_world(async |app| {
        const NAME: &str = "fund/create_exchange";
        market(app).await;
        let offer = async || {
            let more = with(quote(), "/sell/value", json!(100_001));
            let made = app.world("fund/create_quote", more).await.world_ok();
            made["quote"]["quoteId"].clone()
        };
        let late = offer().await;
        let mut body = with(exchange("one"), "/exchangeMode", json!("APPOINTED"));
        body["quote"] = json!({ "quoteId": "unknown", "quotePrice": "1" });
        let refused = async |body: &Value, expected: &str| {
            let refusal = app.world(NAME, body).await.world_refusal();
            assert!(refusal.starts_with(expected), "{refusal}, not {expected}");
        };
        refused(&body, "PROCESS_FAIL quote.quoteId names no quote").await;
        app.advance(10_000).await;
        body["quote"]["quoteId"] = late;
        refused(&body, "QUOTE_EXPIRED quote.quoteId").await;
        body["quote"]["quoteId"] = offer().await;
        refused(&body, "PARAM_ILLEGAL sell is not").await;
        body["sell"]["value"] = json!(100_001);
        refused(&body, "PARAM_ILLEGAL quote.quotePrice is not").await;
        body["quote"]["quotePrice"] = json!(null);
        refused(&body, "BALANCE_NOT_ENOUGH sell").await;
    });
}
