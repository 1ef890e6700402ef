//! What happened days ago: a server in this process whose clock says so, on the data that the binary serves later.

use crate::shop::{self, CUSTOMER, KEY, MERCHANT, SECRET};
use client::{BinancePay, Clock, Native, SystemClock};
use ledger::Millis;
use server::{Settings, Tools, start};
use std::{path::Path, sync::Arc, time::Duration};
use testkit::house::FixedClock;
use wire::{
    binance_pay::profit_sharing::{SplitStatus, query_split::QuerySplit},
    native::{Deposit, PostDeposit},
};

/// The clock of those who call it then.
struct Then(i64);

impl Clock for Then {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

/// Has the shop be given money in both wallets, sell for 1 USDT and split 0.03 of that, so many days ago.
pub(crate) async fn trade(data: &Path, database: Option<&str>, fixtures: &Path, days: i64) {
    let settings = Settings {
        data: data.to_owned(),
        database: database.map(|url| url.parse().unwrap()),
        fixtures: Some(fixtures.to_owned()),
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Settings::default()
    };
    let then = SystemClock.now_ms() - days * 86_400_000;
    let clock = FixedClock::default();
    clock.set(Millis::new(then));
    let server = start(settings, Tools { clock: Arc::new(clock), ..Tools::default() }).await.unwrap();
    let token = std::fs::read_to_string(data.join("admin.token")).unwrap();
    let operator = Native::new(&server.url(), token.trim()).unwrap();
    for (wallet, asset, amount, reference) in [
        ("FUNDING_WALLET", "USDT", "100.5", "plain"),
        ("SPOT_WALLET", "EUR", "50.25", "=1+1,\"quoted\""),
        ("SPOT_WALLET", "EUR", "0.01", "@more"),
    ] {
        let deposit = PostDeposit {
            holder: MERCHANT.to_owned(),
            wallet: wallet.to_owned(),
            asset: asset.to_owned(),
            amount: amount.parse().unwrap(),
            reference: reference.to_owned(),
            payer_name: None,
            payer_account: None,
            payer_bank: None,
            remark: None,
        };
        operator.post::<_, Deposit>("/v1/deposits", &deposit).await.unwrap();
    }
    let pay = BinancePay::builder(&server.url(), KEY, SECRET).clock(Then(then)).build().unwrap();
    let order = shop::order(&pay, "Past1").await.unwrap().prepay_id;
    operator.pay_order(&order, CUSTOMER).await.unwrap();
    shop::split(&pay, &order, "past1").await.unwrap();
    let query = QuerySplit { merchant_request_id: "past1".into(), prepay_order_id: order };
    while pay.send(&query).await.unwrap().status != SplitStatus::Finished {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.stop().await;
}
