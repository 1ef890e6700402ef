//! What moves a customer's money.

mod consult_transfer;
mod create_exchange;
mod create_quote;
mod create_transfer;
mod exchange;
mod inquiry_exchange;
mod inquiry_transfer;
mod precedence;

use ledger::Wallet;
use serde_json::{Value, json};
use testkit::http::{CONNECTED, CUSTOMER, TestApp};

/// 12.00 USD from the client's own customer to the one that it is connected to.
fn sides() -> Value {
    json!({
        "transferFromDetail": {
            "transferFromMethod": { "paymentMethodType": "BALANCE" },
            "transferFromAmount": { "currency": "USD", "value": 1200 },
        },
        "transferToDetail": {
            "transferToMethod": { "paymentMethodType": "BALANCE", "customerId": CONNECTED },
            "transferToAmount": { "currency": "USD" },
        },
    })
}

/// The same as a transfer to be made.
fn transfer(request_id: &str) -> Value {
    let mut body = sides();
    body["transferRequestId"] = json!(request_id);
    body
}

/// Gives the client's own customer 100.00 USD.
async fn fill(app: &TestApp) {
    app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "100").await;
}

/// What a customer has of the only currency it has: `8800+1200` with 1200 frozen.
async fn holds(app: &TestApp, customer: &str) -> String {
    let call = app.world("account/inquiry_balance", "{}").header("Connected-CustomerId", customer);
    let reply = call.await.world_ok();
    let value = |field: &str| reply["accountBalances"][0][field]["value"].as_i64().expect("a value");
    format!("{}+{}", value("availableBalance"), value("frozenBalance"))
}

/// A path into the body, what is put there, and how the answer begins.
type Broken = (&'static str, Value, &'static str);

/// What both pages refuse about the sides.
fn broken_sides() -> Vec<(&'static str, Value, String)> {
    let illegal = broken_methods().into_iter().chain(broken_amounts()).chain(broken_words());
    // Whatever breaks the rule of a field is illegal; the tables name the field and the rule.
    let illegal = illegal.map(|(path, value, rule)| (path, value, format!("PARAM_ILLEGAL {rule}")));
    let refused = refused_business().into_iter().chain([(
        "/transferFromDetail/transferFromAmount/value",
        json!(9_223_372_036_854_775_808_u64),
        "AMOUNT_EXCEED_LIMIT transferFromDetail.transferFromAmount.value must be at most 9999999999999999",
    )]);
    illegal.chain(refused.map(|(path, value, answer)| (path, value, answer.to_owned()))).collect()
}

fn broken_methods() -> Vec<Broken> {
    let two = json!({ "paymentMethodType": "BALANCE", "customerId": CONNECTED, "paymentMethodId": "1" });
    vec![
        ("/transferFromDetail", json!(null), "transferFromDetail "),
        ("/transferFromDetail", json!([]), "transferFromDetail "),
        ("/transferToDetail", json!("x"), "transferToDetail "),
        ("/transferFromDetail/transferFromMethod", json!(null), "transferFromDetail.transferFromMethod "),
        (
            "/transferFromDetail/transferFromMethod/paymentMethodType",
            json!("balance"),
            "transferFromDetail.transferFromMethod.paymentMethodType must be one of",
        ),
        (
            "/transferToDetail/transferToMethod",
            json!({ "paymentMethodType": "BALANCE" }),
            "transferToDetail.transferToMethod.customerId is required",
        ),
        (
            "/transferToDetail/transferToMethod",
            two,
            "transferToDetail.transferToMethod.paymentMethodId must be the customerId",
        ),
    ]
}

fn broken_amounts() -> Vec<Broken> {
    const VALUE: &str = "/transferFromDetail/transferFromAmount/value";
    const CURRENCY: &str = "/transferFromDetail/transferFromAmount/currency";
    vec![
        (VALUE, json!(null), "transferFromDetail.transferFromAmount.value is required"),
        (VALUE, json!(0), "transferFromDetail.transferFromAmount.value must be at least 1"),
        (VALUE, json!(-1), "transferFromDetail.transferFromAmount.value must be at least 1"),
        (VALUE, json!(12.5), "transferFromDetail.transferFromAmount.value must be a whole number"),
        (
            "/transferToDetail/transferToAmount/value",
            json!(1200),
            "transferToDetail.transferToAmount.value must be left out",
        ),
        (CURRENCY, json!(""), "transferFromDetail.transferFromAmount.currency is required"),
        (CURRENCY, json!("US"), "transferFromDetail.transferFromAmount.currency must be 3 characters"),
        (
            "/transferFromDetail/transferFromCurrency",
            json!("EUR"),
            "transferFromDetail.transferFromCurrency must be the currency",
        ),
        (
            "/transferToDetail/transferToCurrency",
            json!("EUR"),
            "transferToDetail.transferToCurrency must be the currency",
        ),
    ]
}

fn broken_words() -> Vec<Broken> {
    const REMARK: &str = "/transferToDetail/transferToRemark";
    const PURPOSE: &str = "/transferToDetail/purposeCode";
    const PURPOSES: &str = "transferToDetail.purposeCode must be one of GDS, TXS, COM, ACM, GST";
    vec![
        (
            "/transferToDetail/transferNotifyUrl",
            json!("ftp://somewhere"),
            "transferToDetail.transferNotifyUrl must be a URL",
        ),
        (REMARK, json!("a\u{0}b"), "transferToDetail.transferToRemark must not have control characters"),
        (REMARK, json!("é".repeat(1_025)), "transferToDetail.transferToRemark must be 1 to 1024 characters"),
        ("/transferToDetail/feeMode", json!("ALL"), "transferToDetail.feeMode must be one of OUR, BEN, SHA"),
        (PURPOSE, json!("GIFT"), PURPOSES),
        (PURPOSE, json!("gds"), PURPOSES),
        ("/businessSceneCode", json!("PAYOUT"), "businessSceneCode must be one of"),
    ]
}

/// What keeps the rules of its field, and cannot be done.
fn refused_business() -> Vec<Broken> {
    const VALUE: &str = "/transferFromDetail/transferFromAmount/value";
    const PAYEE: &str = "/transferToDetail/transferToMethod/customerId";
    let nobody = json!({ "paymentMethodType": "BALANCE", "paymentMethodId": "2188120000000099" });
    vec![
        (
            "/transferFromDetail/transferFromMethod/paymentMethodType",
            json!("BANK_ACCOUNT_DETAIL"),
            "UN_SUPPORT_BUSINESS transferFromDetail.transferFromMethod.paymentMethodType must be BALANCE",
        ),
        (
            "/transferToDetail/transferToMethod/paymentMethodType",
            json!("ALIPAY_CN_DETAIL"),
            "UN_SUPPORT_BUSINESS transferToDetail.transferToMethod.paymentMethodType must be BALANCE",
        ),
        (
            "/transferToDetail/transferToAmount/currency",
            json!("EUR"),
            "UN_SUPPORT_BUSINESS transferToDetail.transferToAmount.currency must be that of transferFromAmount",
        ),
        (
            "/transferToDetail",
            json!({
                "transferToMethod": { "paymentMethodType": "BALANCE", "customerId": CONNECTED },
                "transferToCurrency": "EUR",
            }),
            "UN_SUPPORT_BUSINESS transferToDetail.transferToCurrency must be that of transferFromAmount",
        ),
        (
            "/transferToDetail/transferQuote",
            json!({ "quoteId": "1" }),
            "UN_SUPPORT_BUSINESS transferToDetail.transferQuote must be left out",
        ),
        (
            "/transferFromDetail/transferFromMethod/customerId",
            json!(CONNECTED),
            "USER_NO_PERMISSION transferFromDetail.transferFromMethod.customerId names another customer",
        ),
        (
            "/transferFromDetail/transferFromMethod/paymentMethodId",
            json!(CONNECTED),
            "USER_NO_PERMISSION transferFromDetail.transferFromMethod.paymentMethodId names another customer",
        ),
        (
            PAYEE,
            json!("2188120000000099"),
            "USER_ACCOUNT_ABNORMAL transferToDetail.transferToMethod.customerId names no customer",
        ),
        (
            "/transferToDetail/transferToMethod",
            nobody,
            "USER_ACCOUNT_ABNORMAL transferToDetail.transferToMethod.paymentMethodId names no customer",
        ),
        (
            PAYEE,
            json!(CUSTOMER),
            "PROCESS_FAIL transferToDetail.transferToMethod.customerId names the customer that pays",
        ),
        (
            VALUE,
            json!(10_001),
            "BALANCE_NOT_ENOUGH transferFromDetail.transferFromAmount is more than the payer has available",
        ),
        (
            VALUE,
            json!(10_000_000_000_000_000_i64),
            "AMOUNT_EXCEED_LIMIT transferFromDetail.transferFromAmount.value must be at most 9999999999999999",
        ),
    ]
}

/// A body with one thing put in another's place, or in addition.
fn with(mut body: Value, path: &str, value: Value) -> Value {
    let (parent, field) = path.rsplit_once('/').expect("a path");
    body.pointer_mut(parent).expect("the path is there")[field] = value;
    body
}
