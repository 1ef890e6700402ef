//! Customers and clients as fixtures declare them.

use super::{CLIENT, CUSTOMER, OTHER, new_client, new_customer};
use countinghouse_house::{
    Mode, Rules,
    fixture::{
        Applied, Fixtures, apply,
        world_first::{AccountFixture, ClientFixture, CustomerFixture, WorldFirst},
    },
    world_first::{
        Contract, Product,
        account::{AccountBalance, balances},
        client::{self, NewClient},
        customer::{self, NewCustomer},
    },
};
use ledger::Wallet;
use testkit::{
    for_each_engine,
    house::{TestHouse, decimal, for_each_house, holder_id, refusal},
};

fn account(currency: &str, available: &str, frozen: &str) -> AccountFixture {
    let wallet = Wallet::NormalBalance;
    AccountFixture {
        currency: currency.to_owned(),
        wallet,
        available: decimal(available),
        frozen: decimal(frozen),
    }
}

/// One of everything that can be declared; the client stands before who it acts for.
fn everything() -> Fixtures {
    let client = NewClient {
        customer: Some(CUSTOMER.to_owned()),
        connected: vec![OTHER.to_owned()],
        products: vec![Product::Balance, Product::Transfer],
        ..new_client(CLIENT)
    };
    let world_first = WorldFirst {
        customers: vec![
            CustomerFixture {
                customer: new_customer(CUSTOMER),
                accounts: vec![account("USD", "1200.00", "50.00"), account("JPY", "0", "0")],
            },
            CustomerFixture {
                customer: NewCustomer { contract: Contract::Expired, ..new_customer(OTHER) },
                accounts: vec![account("KWD", "0", "1.005")],
            },
        ],
        clients: vec![ClientFixture { client, keys: vec![(1, b"one".to_vec()), (2, b"two".to_vec())] }],
    };
    Fixtures { world_first, ..Fixtures::default() }
}

/// Customers, accounts, openings, clients, connections, keys.
const THINGS: u32 = 2 + 3 + 2 + 1 + 1 + 2;

async fn held(house: &TestHouse, customer: &str) -> Vec<String> {
    let found = balances(house, &holder_id(customer), &[], &[]).await.expect("reads").expect("some");
    let text = |balance: &AccountBalance| {
        let decimal = |amount: money::Amount| amount.to_decimal(balance.scale);
        let (available, frozen) = (decimal(balance.available), decimal(balance.frozen));
        format!("{} {available}+{frozen}={}", balance.asset, decimal(balance.total))
    };
    found.iter().map(text).collect()
}

fn changed(change: impl FnOnce(&mut WorldFirst)) -> Fixtures {
    let mut fixtures = everything();
    change(&mut fixtures.world_first);
    fixtures
}

#[test]
fn everything_is_made_once_however_often_it_is_applied() {
    for_each_house(async |house| {
        for (created, unchanged) in [(THINGS, 0), (0, THINGS), (0, THINGS)] {
            let applied = apply(house, &everything()).await.expect("applied");
            assert_eq!(applied, Applied { created, unchanged });
            assert_eq!(held(house, CUSTOMER).await, ["JPY 0+0=0", "USD 1200+50=1250"]);
            assert_eq!(held(house, OTHER).await, ["KWD 0+1.005=1.005"]);
            house.assert_books_balance().await;
        }
        let found = customer::find(house, OTHER).await.expect("reads").expect("there");
        assert_eq!(found.contract, Contract::Expired);
        let client = client::find(house, CLIENT).await.expect("reads").expect("there");
        assert_eq!(client.customer, Some(holder_id(CUSTOMER)));
        assert_eq!((client.connected.len(), client.products.len(), client.keys.len()), (1, 2, 2));
    });
}

#[test]
fn what_happened_since_is_no_contradiction_and_what_is_new_is_made() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        super::deposits::credit(house, &holder_id(CUSTOMER), "USD", "7").await;
        client::connect(house, CLIENT, CUSTOMER).await.expect("connected");
        let more = changed(|all| {
            all.customers[0].accounts.push(account("EUR", "3", "0"));
            all.clients[0].keys.push((3, b"three".to_vec()));
        });
        let applied = apply(house, &more).await.expect("applied");
        assert_eq!(applied, Applied { created: 3, unchanged: THINGS });
        assert_eq!(held(house, CUSTOMER).await, ["EUR 3+0=3", "JPY 0+0=0", "USD 1207+50=1257"]);
    });
}

#[test]
fn a_contradiction_is_named_and_changes_nothing() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let customer = format!("world_first.customers.{CUSTOMER}");
        let usd = format!("{customer}.accounts.USD");
        let client = format!("world_first.clients.{CLIENT}");
        let keys = format!("{client}.public_keys");
        let amounts = |available: &'static str, frozen: &'static str| {
            changed(|all| all.customers[0].accounts[0] = account("USD", available, frozen))
        };
        for (mut fixtures, at, problem) in [
            (changed(|all| all.customers[0].customer.name = "Other".to_owned()), &customer, "another name"),
            (
                changed(|all| all.customers[0].customer.contract = Contract::None),
                &customer,
                "another contract",
            ),
            (amounts("1200.01", "50"), &usd, "another amount"),
            (amounts("1250", "0"), &usd, "another amount"),
            (amounts("0", "1250"), &usd, "another amount"),
            (amounts("0", "0"), &usd, "another amount"),
            (changed(|all| all.clients[0].client.customer = None), &client, "another customer"),
            (changed(|all| all.clients[0].client.products.truncate(1)), &client, "other products"),
            (changed(|all| all.clients[0].keys[1].1 = b"other".to_vec()), &keys, "another key of version 2"),
        ] {
            let new = CustomerFixture { customer: new_customer("77"), accounts: Vec::new() };
            fixtures.world_first.customers.insert(0, new);
            let why = refusal(apply(house, &fixtures).await);
            assert!(why.place == *at && why.problem.contains(problem), "{why}, not {at}: {problem}");
            assert_eq!(customer::find(house, "77").await.expect("reads"), None, "{at}");
        }
    });
}

#[test]
fn what_breaks_a_rule_is_named() {
    for_each_house(async |house| {
        house.merchant("77").await;
        let account_with = |fixture: AccountFixture| changed(|all| all.customers[0].accounts[0] = fixture);
        let spot = AccountFixture { wallet: Wallet::Spot, ..account("USD", "1", "0") };
        let of = |field: &str| format!("world_first.customers.{CUSTOMER}.accounts.{field}");
        let client = format!("world_first.clients.{CLIENT}");
        for (fixtures, at, problem) in [
            (
                changed(|all| all.customers[0].customer.id = "shop".to_owned()),
                "world_first.customers.shop",
                "digits",
            ),
            (
                changed(|all| all.customers[0].customer.id = "77".to_owned()),
                "world_first.customers.77",
                "kind",
            ),
            (account_with(account("USDT", "1", "0")), &of("USDT"), "not offered"),
            (account_with(spot), &of("USD"), "NORMAL_BALANCE"),
            (account_with(account("JPY", "0.5", "0")), &of("JPY"), "available"),
            (account_with(account("USD", "0", "-1")), &of("USD"), "frozen must not be negative"),
            (account_with(account("USD", "92233720368547758.07", "0.01")), &of("USD"), "too much together"),
            (
                changed(|all| all.clients[0].client.client_id = "a b".to_owned()),
                "world_first.clients.a b",
                "A-Z",
            ),
            (
                changed(|all| all.clients[0].client.customer = Some("77".to_owned())),
                &client,
                "no customer 77",
            ),
            (
                changed(|all| all.clients[0].client.connected.push("78".to_owned())),
                &format!("{client}.connected"),
                "no customer 78",
            ),
            (changed(|all| all.clients[0].keys[0].0 = -1), &format!("{client}.public_keys"), "version"),
        ] {
            let why = refusal(apply(house, &fixtures).await);
            assert!(why.place == at && why.problem.contains(problem), "{why}, not {at}: {problem}");
            assert_eq!(customer::find(house, OTHER).await.expect("reads"), None, "{at}");
        }
    });
}

#[test]
fn a_live_house_takes_customers_but_no_money_from_nowhere() {
    for_each_engine(async |database| {
        let house = TestHouse::open_with(database, Mode::Live, Rules::default()).await;
        let why = refusal(apply(&house, &everything()).await);
        assert!(why.problem.contains("twin mode"), "{why}");
        let poor = changed(|all| {
            all.customers[0].accounts[0] = account("USD", "0", "0");
            all.customers[1].accounts.clear();
        });
        assert_eq!(apply(&house, &poor).await.expect("applied").unchanged, 0);
        assert_eq!(held(&house, CUSTOMER).await, ["JPY 0+0=0", "USD 0+0=0"]);
        house.finish().await;
    });
}
