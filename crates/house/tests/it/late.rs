//! What waited for its accounts takes effect once it has them, not when it was asked for: whoever read the time between
//! would never see it.

use crate::{
    A, MERCHANT, PAYER, convert, shop,
    world_first::{CUSTOMER, OTHER, exchanges, transfers},
};
use countinghouse_house::{
    Abort, Caller,
    balance::{self, PostingCursor},
    deposit::{self, NewDeposit, Payer},
    order, profit_sharing, worker,
    world_first::{exchange, transfer},
};
use ledger::{AccountKey, Bucket, HolderId, Wallet};
use money::AssetCode;
use std::{
    convert::Infallible,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Command, Tx, account};
use testkit::house::{TestHouse, decimal, for_each_house, holder_id, new_return, new_split};

/// Holds an account, and on SQLite everybody up, until it is told to let go.
struct Hold {
    key: AccountKey,
    is_alone: bool,
    held: Arc<AtomicBool>,
    let_go: Arc<AtomicBool>,
}

impl Command for Hold {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        account::lock(tx, [&self.key]).await?;
        self.held.store(true, Ordering::SeqCst);
        while !self.let_go.load(Ordering::SeqCst) {
            match self.is_alone {
                true => std::thread::sleep(Duration::from_millis(1)),
                false => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        Ok(())
    }
}

/// Has something wait for an account while the clock goes on.
async fn late<T>(house: &TestHouse, key: AccountKey, work: impl Future<Output = T>) -> T {
    let (held, let_go) = (Arc::new(AtomicBool::default()), Arc::new(AtomicBool::default()));
    let is_alone = house.store().is_exclusive();
    let hold = Hold { key, is_alone, held: Arc::clone(&held), let_go: Arc::clone(&let_go) };
    let store = house.store().clone();
    let holding = tokio::spawn(async move { store.commit(hold).await });
    while !held.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let go_on = async {
        // Long enough for the work to wait by now; were it not, its time would be right anyway.
        tokio::time::sleep(Duration::from_millis(100)).await;
        house.clock().advance(5_000);
        let_go.store(true, Ordering::SeqCst);
    };
    let (done, ()) = tokio::join!(work, go_on);
    holding.await.expect("it ends").expect("it commits");
    done
}

fn funding(holder: &str, asset: &str, bucket: Bucket) -> AccountKey {
    account_of(holder, Wallet::Funding, asset, bucket)
}

fn account_of(holder: &str, wallet: Wallet, asset: &str, bucket: Bucket) -> AccountKey {
    AccountKey::new(&holder_id(holder), wallet, AssetCode::new(asset).expect("a code"), bucket)
}

/// Asserts that the holder's postings of a kind took effect now.
async fn assert_now(house: &TestHouse, holder: &str, kind: &str) {
    let holder: HolderId = holder_id(holder);
    let lines = balance::statement(house, &holder, &PostingCursor::default(), 1_000).await.expect("reads");
    let times: Vec<_> =
        lines.iter().filter(|line| line.posting.kind == kind).map(|line| line.posting.at).collect();
    assert!(!times.is_empty(), "{kind} of {holder}");
    assert!(times.iter().all(|at| *at == house.server_now()), "{kind}: {times:?}");
}

#[test]
fn payments_splits_returns_and_releases() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.order(&shop.merchant, "T1", "100").await;
        let prepay_id = order.row.prepay_id.to_string();
        let paid = order::pay(house, "test", &prepay_id, PAYER);
        let paid = late(house, funding(PAYER, "USDT", Bucket::Available), paid).await.expect("paid");
        assert_now(house, PAYER, "order_payment").await;
        let paid_at = paid.row.payment.as_ref().map(|payment| payment.paid_at);
        assert_eq!(paid_at, Some(house.server_now()));
        let split = new_split("R1", &order, &[(A, "10")]);
        profit_sharing::submit_split(house, &shop.merchant, split).await.expect("submitted");
        let settled = late(house, funding(MERCHANT, "USDT", Bucket::Frozen), worker::run_due(house)).await;
        assert_eq!(settled.expect("runs"), 1);
        assert_now(house, A, "split_detail").await;
        let new = new_return("B1", &order, "R1", A, "4");
        let returned = profit_sharing::return_split(house, &shop.merchant, new);
        let returned = late(house, funding(A, "USDT", Bucket::Available), returned).await.expect("returned");
        assert_eq!(returned.row.finished_at, house.server_now());
        assert_now(house, A, "split_return").await;
        let released = order::release_reserve(house, "test", &prepay_id);
        late(house, funding(MERCHANT, "USDT", Bucket::Frozen), released).await.expect("released");
        assert_now(house, MERCHANT, "reserve_release").await;
    });
}

#[test]
fn conversions() {
    for_each_house(async |house| {
        let merchant = convert::desk(house).await;
        let quote_id = convert::offer(house, &merchant, convert::sell("100", "USDT", "BNB")).await;
        let taken = convert::execute(house, &merchant, &quote_id);
        let order = late(house, funding(MERCHANT, "USDT", Bucket::Available), taken).await.expect("taken");
        assert_eq!(order.row.created_at, house.server_now());
        assert_now(house, MERCHANT, "convert_freeze").await;
        let settled = late(house, funding(MERCHANT, "USDT", Bucket::Frozen), worker::run_due(house)).await;
        assert_eq!(settled.expect("runs"), 1);
        assert_now(house, MERCHANT, "convert_settle").await;
        let settled = convert::found(house, &merchant, &order).await;
        assert_eq!(settled.row.finished_at, Some(house.server_now()));
    });
}

#[test]
fn deposits_transfers_and_exchanges_of_customers() {
    for_each_house(async |house| {
        let payer = exchanges::desk(house).await;
        crate::world_first::customer(house, OTHER).await;
        let usd = |bucket| account_of(CUSTOMER, Wallet::NormalBalance, "USD", bucket);
        let new = NewDeposit {
            wallet: Wallet::NormalBalance,
            asset: "KWD".to_owned(),
            amount: decimal("1"),
            reference: "late".to_owned(),
            payer: Payer::default(),
        };
        let caller = Caller { holder: payer.clone(), actor: "test".to_owned() };
        let kwd = account_of(CUSTOMER, Wallet::NormalBalance, "KWD", Bucket::Available);
        late(house, kwd, deposit::post(house, &caller, &new)).await.expect("credited");
        let lines = balance::statement(house, &payer, &PostingCursor::default(), 100).await.expect("reads");
        let credited = lines.iter().find(|line| line.posting.reference == "late").expect("a line");
        assert_eq!(credited.posting.at, house.server_now());

        let taken_on = transfer::create(house, &payer, transfers::new("T1", OTHER, 100));
        let made = late(house, usd(Bucket::Available), taken_on).await.expect("taken on");
        assert_eq!(made.created_at, house.server_now());
        assert_now(house, CUSTOMER, "transfer_freeze").await;
        let settled = late(house, usd(Bucket::Frozen), worker::run_due(house)).await;
        assert_eq!(settled.expect("runs"), 1);
        assert_now(house, OTHER, "transfer_settle").await;
        assert_eq!(transfers::found(house, &made).await.finished_at, Some(house.server_now()));

        let asked = exchanges::sell(10_000, "USD", "JPY");
        let done = exchange::create(house, &payer, exchanges::realtime("one", asked));
        let done = late(house, usd(Bucket::Available), done).await.expect("exchanged");
        assert_eq!(done.done_at, house.server_now());
        assert_now(house, CUSTOMER, "exchange").await;
    });
}
