//! A history with every kind of line, for the tests of statements.

use house::{
    Caller,
    deposit::{self, NewDeposit, Payer},
    rate::{self, Limits, NewRate},
    world_first::{
        Contract, account, customer,
        exchange::{self, Asked, AskedSide, NewExchange},
    },
};
use ledger::Wallet;
use money::{Amount, AssetCode};
use serde_json::json;
use testkit::{
    house::{decimal, holder_id},
    http::{CLIENT, CONNECTED, CUSTOMER, TestApp},
};

/// A customer that fixtures make.
pub(super) const RICH: &str = "2188120000000004";

/// What there is of it.
pub(super) struct History {
    /// The number of the customer's account in US dollars.
    pub(super) usd: String,
    /// The number of the payee's.
    pub(super) payee: String,
    /// The deposit's transaction.
    pub(super) deposit: String,
    /// The transfers: one that was done, one under way, one that failed.
    pub(super) transfers: [String; 3],
    /// The exchange.
    pub(super) exchange: String,
}

/// A deposit, a second later a transfer, then an exchange, and at last a transfer that fails and one that is left under
/// way: its job is to be run before the case ends.
pub(super) async fn tell(app: &TestApp) -> History {
    deposited(app).await;
    app.advance(1_000).await;
    let first = transfer(app, "t1", 300).await;
    app.run_jobs().await;
    app.advance(1_000).await;
    let exchange = exchanged(app).await;
    app.advance(1_000).await;
    let third = transfer(app, "t3", 300).await;
    let payee = holder_id(CONNECTED);
    customer::set_contract(app.house(), &payee, Contract::Expired).await.unwrap();
    app.run_jobs().await;
    customer::set_contract(app.house(), &payee, Contract::InForce).await.unwrap();
    let second = transfer(app, "t2", 2_000).await;
    let number = async |id: &str| {
        let accounts = account::list(app.house(), &holder_id(id)).await.unwrap();
        accounts.into_iter().find(|account| account.asset.as_str() == "USD").unwrap().account_no
    };
    let usd = number(CUSTOMER).await;
    let first_line = app
        .world("account/inquiry_statement_detail", json!({ "accountingBizNo": format!("{usd}0000000001") }))
        .await
        .world_ok();
    History {
        deposit: first_line["transactionId"].as_str().unwrap().to_owned(),
        usd,
        payee: number(CONNECTED).await,
        transfers: [first, second, third],
        exchange,
    }
}

async fn deposited(app: &TestApp) {
    let some = |text: &str| Some(text.to_owned());
    let new = NewDeposit {
        wallet: Wallet::NormalBalance,
        asset: "USD".to_owned(),
        amount: decimal("1100"),
        reference: "bank 4711".to_owned(),
        payer: Payer {
            name: some("Ada Lovelace"),
            account: some("DE02120300000000203000"),
            bank: some("Hafenbank"),
            remark: some("order 12"),
        },
    };
    let caller = Caller { holder: holder_id(CUSTOMER), actor: "test".to_owned() };
    deposit::post(app.house(), &caller, &new).await.unwrap();
}

/// Moves US dollars to the connected customer; the transfer's number.
async fn transfer(app: &TestApp, request_id: &str, value: i64) -> String {
    let amount = json!({ "currency": "USD", "value": value });
    let body = json!({
        "transferRequestId": request_id,
        "transferFromDetail": {
            "transferFromMethod": { "paymentMethodType": "BALANCE" }, "transferFromAmount": amount,
        },
        "transferToDetail": {
            "transferToMethod": { "paymentMethodType": "BALANCE", "customerId": CONNECTED },
            "transferToAmount": { "currency": "USD" }, "transferToRemark": "invoice 7",
        },
    });
    let reply = app.world("fund/create_transfer", body).await.world_accepted();
    reply["transferId"].as_str().unwrap().to_owned()
}

/// Sells 120 US dollars for euros; the exchange's number.
async fn exchanged(app: &TestApp) -> String {
    let new = NewRate {
        base: "EUR".to_owned(),
        quote: "USD".to_owned(),
        bid: decimal("1.10"),
        ask: decimal("1.20"),
        limits: Limits::NONE,
        at: None,
    };
    rate::set(app.house(), vec![new], "test").await.unwrap();
    let side = |currency, amount: Option<i64>| AskedSide {
        currency: AssetCode::new(currency).unwrap(),
        amount: amount.map(Amount::units),
    };
    let new = NewExchange {
        client_id: CLIENT.to_owned(),
        request_id: "e1".to_owned(),
        asked: Asked { sell: side("USD", Some(12_000)), buy: side("EUR", None) },
        appointed: None,
    };
    exchange::create(app.house(), &holder_id(CUSTOMER), new).await.unwrap().exchange_id.to_string()
}
