//! Balances now and before, and statements.

use crate::{MERCHANT, PAYER, RECEIVERS, shop};
use countinghouse_house::balance::{self, PostingCursor};
use ledger::{Bucket, Wallet};
use testkit::house::{START, TestHouse, for_each_house, holder_id};

async fn at(house: &TestHouse, millis: i64) -> String {
    let balances = balance::at(house, &holder_id(MERCHANT), START.plus(millis)).await.expect("reads");
    let texts = balances.iter().map(|balance| {
        let (available, frozen) =
            (balance.available.to_decimal(balance.scale), balance.frozen.to_decimal(balance.scale));
        format!("{available}+{frozen}")
    });
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_balance_is_known_at_every_time() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        house.advance(1_000).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.advance(1_000).await;
        house.split(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "40")]).await.expect("taken");
        house.advance(1_000).await;
        house.run_jobs().await;
        house.advance(1_000).await;
        let id = order.row.prepay_id.to_string();
        countinghouse_house::order::release_reserve(house, "admin", &id).await.expect("released");
        for (millis, expected) in [
            (999, "0+0"),
            (1_000, "0+100"),
            (2_999, "0+100"),
            (3_000, "0+60"),
            (3_999, "0+60"),
            (4_000, "60+0"),
        ] {
            assert_eq!(at(house, millis).await, expected, "after {millis} ms");
        }
    });
}

#[test]
fn a_statement_explains_the_balance() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "40")]).await;
        let id = order.row.prepay_id.to_string();
        countinghouse_house::order::release_reserve(house, "admin", &id).await.expect("released");
        let lines = balance::statement(house, &shop.merchant.holder, &PostingCursor::default(), 100).await;
        let lines: Vec<_> = lines
            .expect("reads")
            .into_iter()
            .map(|line| {
                let amount = |amount: money::Amount| amount.to_decimal(line.scale).to_string();
                let (change, after) = (amount(line.posting.amount), amount(line.posting.balance));
                (line.posting.bucket, line.posting.kind.clone(), change, after)
            })
            .collect();
        let line = |bucket, kind: &str, change: &str, after: &str| {
            (bucket, kind.to_owned(), change.to_owned(), after.to_owned())
        };
        let expected = [
            line(Bucket::Available, "reserve_release", "60", "60"),
            line(Bucket::Frozen, "order_payment", "100", "100"),
            line(Bucket::Frozen, "split_detail", "-40", "60"),
            line(Bucket::Frozen, "reserve_release", "-60", "0"),
        ];
        assert_eq!(lines, expected);
    });
}

#[test]
fn wallets_and_assets_stand_apart() {
    for_each_house(async |house| {
        let payer = house.funded(PAYER, "5").await;
        let caller = countinghouse_house::Caller { holder: payer.clone(), actor: "admin".to_owned() };
        for (wallet, asset) in [(Wallet::Spot, "USDT"), (Wallet::Funding, "BTC")] {
            let new = countinghouse_house::deposit::NewDeposit {
                wallet,
                asset: asset.to_owned(),
                amount: testkit::house::decimal("1"),
                reference: format!("{asset} in {}", wallet.as_str()),
                payer: countinghouse_house::deposit::Payer::default(),
            };
            countinghouse_house::deposit::post(house, &caller, &new).await.expect("credited");
        }
        let balances = balance::of(house, &payer).await.expect("reads");
        let found: Vec<_> =
            balances.iter().map(|balance| (balance.wallet, balance.asset.as_str(), balance.scale)).collect();
        assert_eq!(
            found,
            [(Wallet::Funding, "BTC", 8), (Wallet::Funding, "USDT", 8), (Wallet::Spot, "USDT", 8)]
        );
        assert!(balance::of(house, &holder_id("nobody")).await.expect("reads").is_empty());
    });
}
