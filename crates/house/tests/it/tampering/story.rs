//! A history in which every table of money has a row in every state.

use crate::{
    A, B, C, convert,
    world_first::{self, CUSTOMER, OTHER},
};
use countinghouse_house::{
    Caller,
    deposit::{self, NewDeposit, Payer},
    fixture::{
        self, Fixtures,
        world_first::{AccountFixture, CustomerFixture, WorldFirst},
    },
    holder::{HolderStatus, NewHolder},
    order::{self, OrderRef},
    world_first::{
        Contract,
        customer::set_contract,
        exchange::{self, Appointed, NewExchange},
        transfer,
    },
};
use ledger::{HolderId, Wallet};
use testkit::house::{TestHouse, decimal, holder_id, new_order, new_return};

const CHANGER: &str = "1000135331299";
const D: &str = "350000204";
const HOUR: i64 = 3_600_000;

/// Plays it. Jobs of what is to be under way are left for ever.
pub(super) async fn play(house: &TestHouse) {
    let shop = crate::shop(house).await;
    let terms = NewHolder { fee_bps: 100, ..fixture::merchant("1000135331250", "Fee Shop", None) };
    let merchant = Caller { holder: house.holder(&terms).await, actor: "key:fees".to_owned() };
    house.payer(D).await;
    house.bind(&merchant, &[A, B, C, D]).await;
    orders_that_are_not_paid(house, &merchant).await;
    orders_that_are_settled(house, &merchant, &shop.payer).await;
    let desk = changes(house).await;
    customers(house).await;
    what_is_under_way(house, &merchant, &shop.payer, &desk).await;
    house.assert_books_balance().await;
}

async fn orders_that_are_not_paid(house: &TestHouse, merchant: &Caller) {
    house.order(merchant, "EXPIRED", "10").await;
    house.order(merchant, "CLOSED", "10").await;
    order::close(house, merchant, OrderRef::TradeNo("CLOSED")).await.expect("closed");
    house.advance(HOUR).await;
    house.run_jobs().await;
}

async fn orders_that_are_settled(house: &TestHouse, merchant: &Caller, payer: &HolderId) {
    let plain = order::NewOrder { profit_sharing: false, ..new_order("PLAIN", "20") };
    let plain = order::create(house, merchant, plain).await.expect("made");
    house.advance(1_000).await;
    house.pay(&plain, payer).await;
    let paid = house.paid(merchant, "PAID", "100", payer).await;
    house.advance(1_000).await;
    house.split(merchant, "R-PAID", &paid, &[(A, "10"), (B, "20"), (C, "5")]).await.expect("taken");
    house.set_status(&holder_id(B), HolderStatus::Closed).await;
    house.advance(1_000).await;
    house.run_jobs().await;
    house.give_back(merchant, &new_return("BACK", &paid, "R-PAID", A, "4")).await.expect("returned");
    // The receiver has spent what it got.
    let poor = house.order(merchant, "POOR", "5").await;
    house.pay(&poor, &holder_id(C)).await;
    house.give_back(merchant, &new_return("NONE", &paid, "R-PAID", C, "1")).await.expect("answered");
    house.advance(1_000).await;
    // A part fails after the release, and one gives back what is the merchant's by then.
    let released = house.paid(merchant, "RELEASED", "50", payer).await;
    house.split(merchant, "R-RELEASED", &released, &[(A, "3"), (D, "7")]).await.expect("taken");
    house.set_status(&holder_id(D), HolderStatus::Closed).await;
    let released_id = released.row.prepay_id.to_string();
    order::release_reserve(house, "admin", &released_id).await.expect("released");
    house.advance(1_000).await;
    house.run_jobs().await;
    house.give_back(merchant, &new_return("LATE", &released, "R-RELEASED", A, "1")).await.expect("returned");
}

async fn credit(house: &TestHouse, caller: &Caller, asset: &str, amount: &str) {
    let (asset, reference) = (asset.to_owned(), format!("first {asset}"));
    let (wallet, amount, payer) = (Wallet::Funding, decimal(amount), Payer::default());
    let new = NewDeposit { wallet, asset, amount, reference, payer };
    deposit::post(house, caller, &new).await.expect("credited");
}

/// Conversions that are over, and an offer that nobody takes.
async fn changes(house: &TestHouse) -> Caller {
    let desk = house.merchant(CHANGER).await;
    credit(house, &desk, "USDT", "1000").await;
    convert::set(house, "BNB", "USDT", "224.1", "224.203572").await;
    change(house, &desk).await;
    house.advance(1_000).await;
    house.run_jobs().await;
    change(house, &desk).await;
    house.set_status(&desk.holder, HolderStatus::Suspended).await;
    house.advance(1_000).await;
    house.run_jobs().await;
    house.set_status(&desk.holder, HolderStatus::Active).await;
    convert::offer(house, &desk, convert::sell("1", "USDT", "BNB")).await;
    desk
}

async fn change(house: &TestHouse, desk: &Caller) {
    let offer = convert::offer(house, desk, convert::sell("100", "USDT", "BNB")).await;
    convert::execute(house, desk, &offer).await.expect("taken");
}

async fn customers(house: &TestHouse) {
    let (customer, other) = world_first::town(house).await;
    let caller = Caller { holder: customer.clone(), actor: "admin".to_owned() };
    let some = |text: &str| Some(text.to_owned());
    let new = NewDeposit {
        wallet: Wallet::NormalBalance,
        asset: "USD".to_owned(),
        amount: decimal("1000"),
        reference: "paid in".to_owned(),
        payer: Payer { name: some("Ada"), account: some("DE02"), bank: some("Hafenbank"), remark: some("7") },
    };
    deposit::post(house, &caller, &new).await.expect("credited");
    let held = AccountFixture {
        currency: "EUR".to_owned(),
        wallet: Wallet::NormalBalance,
        available: decimal("3"),
        frozen: decimal("2"),
    };
    let third =
        CustomerFixture { customer: world_first::new_customer("2188120000000003"), accounts: vec![held] };
    let declared = WorldFirst { customers: vec![third], ..WorldFirst::default() };
    fixture::apply(house, &Fixtures { world_first: declared, ..Fixtures::default() }).await.expect("applied");
    convert::set(house, "USD", "JPY", "150", "151").await;
    let asked = world_first::exchanges::sell(10_000, "USD", "JPY");
    let realtime = world_first::exchanges::realtime("now", asked);
    exchange::create(house, &customer, realtime.clone()).await.expect("exchanged");
    house.advance(1_000).await;
    let offered = exchange::quote(house, &customer, &asked).await.expect("an offer");
    let appointed = Some(Appointed { quote_id: offered.quote_id, pair: None, price: None });
    let taken = NewExchange { request_id: "offered".to_owned(), appointed, ..realtime };
    exchange::create(house, &customer, taken).await.expect("exchanged");
    let new = world_first::transfers::new;
    transfer::create(house, &customer, new("done", OTHER, 100)).await.expect("taken on");
    house.advance(1_000).await;
    house.run_jobs().await;
    transfer::create(house, &customer, new("back", OTHER, 200)).await.expect("taken on");
    set_contract(house, &other, Contract::Expired).await.expect("set");
    house.advance(1_000).await;
    house.run_jobs().await;
    set_contract(house, &other, Contract::InForce).await.expect("set");
}

async fn what_is_under_way(house: &TestHouse, merchant: &Caller, payer: &HolderId, desk: &Caller) {
    house.order(merchant, "UNPAID", "10").await;
    for name in ["UNDERWAY", "WAITING"] {
        let order = house.paid(merchant, name, "30", payer).await;
        house.split(merchant, &format!("R-{name}"), &order, &[(A, "1"), (C, "2")]).await.expect("taken");
    }
    change(house, desk).await;
    let new = world_first::transfers::new("under way", OTHER, 300);
    transfer::create(house, &holder_id(CUSTOMER), new).await.expect("taken on");
}
