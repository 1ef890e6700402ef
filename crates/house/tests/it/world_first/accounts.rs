//! Accounts: one per wallet and currency, with numbers of their own, and what they hold.

use super::{CUSTOMER, OTHER, code, customer};
use crate::{MERCHANT, PAYER};
use countinghouse_house::world_first::{
    WALLETS,
    account::{AccountBalance, balances, list},
    customer::{CustomerRefusal, open_account},
    offered,
};
use ledger::{HolderId, Wallet};
use std::collections::BTreeSet;
use testkit::house::{TestHouse, for_each_house, holder_id, refusal};
use tokio::task::JoinSet;

const NORMAL: Wallet = Wallet::NormalBalance;
const TOP_UP: Wallet = Wallet::SameNameTopUpBalance;

/// What is shown of a balance here: `USD NORMAL_BALANCE 10+0=10`.
fn shown(balance: &AccountBalance) -> String {
    let (asset, wallet) = (balance.asset, balance.wallet.as_str());
    let text = |amount: money::Amount| amount.to_decimal(balance.scale);
    let (available, frozen, total) = (text(balance.available), text(balance.frozen), text(balance.total));
    format!("{asset} {wallet} {available}+{frozen}={total}")
}

async fn asked(house: &TestHouse, id: &HolderId, currencies: &[&str], wallets: &[Wallet]) -> Vec<String> {
    let currencies: Vec<_> = currencies.iter().map(|text| code(text)).collect();
    let found = balances(house, id, &currencies, wallets).await.expect("reads");
    found.expect("it has an account").iter().map(shown).collect()
}

#[test]
fn an_account_is_opened_once_under_a_number_of_its_own() {
    for_each_house(async |house| {
        let (first, second) = (customer(house, CUSTOMER).await, customer(house, OTHER).await);
        let mut numbers = BTreeSet::new();
        for id in [&first, &second] {
            for (wallet, currency) in [(NORMAL, "USD"), (TOP_UP, "USD"), (NORMAL, "CNH"), (NORMAL, "JPY")] {
                let opened = open_account(house, id, wallet, currency).await.expect("opened");
                house.advance(1).await;
                let again = open_account(house, id, wallet, currency).await.expect("found");
                assert_eq!(again, opened);
                let number = &opened.account_no;
                let is_number = number.len() == 16
                    && !number.starts_with('0')
                    && number.bytes().all(|byte| byte.is_ascii_digit());
                assert!(is_number, "{number}");
                assert!(numbers.insert(opened.account_no), "a number was given twice");
            }
        }
        let listed = list(house, &first).await.expect("reads");
        let listed: Vec<_> =
            listed.iter().map(|account| (account.asset.to_string(), account.wallet)).collect();
        let expected = [("CNH", NORMAL), ("JPY", NORMAL), ("USD", NORMAL), ("USD", TOP_UP)];
        assert_eq!(listed, expected.map(|(asset, wallet)| (asset.to_owned(), wallet)));
    });
}

#[test]
fn the_same_account_many_times_at_once_is_opened_once() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        let mut tasks = JoinSet::new();
        for _ in 0..30 {
            let (house, id) = ((**house).clone(), id.clone());
            tasks.spawn(
                async move { open_account(&house, &id, NORMAL, "EUR").await.expect("opened").account_no },
            );
        }
        let numbers: BTreeSet<_> = tasks.join_all().await.into_iter().collect();
        assert_eq!(numbers.len(), 1, "{numbers:?}");
        assert_eq!(list(house, &id).await.expect("reads").len(), 1);
    });
}

#[test]
fn an_account_is_refused_for_what_is_wrong_with_it() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        house.merchant(MERCHANT).await;
        house.payer(PAYER).await;
        for currency in ["USDT", "BTC", "usd", "", "ZZZ", "USDX"] {
            let why = refusal(open_account(house, &id, NORMAL, currency).await);
            assert_eq!(why, CustomerRefusal::NotOffered(currency.to_owned()));
        }
        for wallet in [Wallet::Funding, Wallet::Spot] {
            assert_eq!(refusal(open_account(house, &id, wallet, "USD").await), CustomerRefusal::Wallet);
        }
        for nobody in [MERCHANT, PAYER, OTHER] {
            let opened = open_account(house, &holder_id(nobody), NORMAL, "USD").await;
            assert_eq!(refusal(opened), CustomerRefusal::NotFound, "{nobody}");
        }
        assert!(offered(code("CNH")) && offered(code("KWD")) && !offered(code("USDC")));
        assert_eq!(list(house, &id).await.expect("reads"), []);
    });
}

#[test]
fn balances_stand_in_order_and_zero_is_one() {
    for_each_house(async |house| {
        let id = customer(house, CUSTOMER).await;
        assert_eq!(balances(house, &id, &[], &[]).await.expect("reads"), None, "no account at all");
        for (wallet, currency) in [(TOP_UP, "USD"), (NORMAL, "USD"), (NORMAL, "JPY"), (NORMAL, "CNH")] {
            open_account(house, &id, wallet, currency).await.expect("opened");
        }
        super::deposits::credit(house, &id, "USD", "12.50").await;
        super::deposits::credit(house, &id, "JPY", "700").await;
        let all = [
            "CNH NORMAL_BALANCE 0+0=0",
            "JPY NORMAL_BALANCE 700+0=700",
            "USD NORMAL_BALANCE 12.5+0=12.5",
            "USD SAME_NAME_TOP_UP_BALANCE 0+0=0",
        ];
        assert_eq!(asked(house, &id, &[], &[]).await, all);
        assert_eq!(asked(house, &id, &[], &WALLETS).await, all);
        assert_eq!(asked(house, &id, &[], &[NORMAL]).await, all[..3]);
        assert_eq!(asked(house, &id, &["USD", "CNH", "USD"], &[NORMAL]).await, [all[0], all[2]]);
        assert_eq!(asked(house, &id, &["USD"], &[]).await, all[2..]);
        // Offered, and not held: an answer without it, and not the answer of one who has nothing.
        assert!(asked(house, &id, &["GBP"], &[]).await.is_empty());
        let numbers = list(house, &id).await.expect("reads").into_iter().map(|account| account.account_no);
        let found = balances(house, &id, &[], &[]).await.expect("reads").expect("some");
        assert!(numbers.eq(found.into_iter().map(|balance| balance.account_no)), "other numbers");
    });
}
