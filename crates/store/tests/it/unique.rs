//! What a caller names once is made once, however many ask at the same time.

use countinghouse_store::{
    Abort, Command, Store, Tx,
    holder::{self, Holder, HolderKind, HolderStatus},
    order::{self, OrderRow, OrderStatus},
    split::{self, DetailRow, MoveStatus, Share, SplitRow, SplitStatus},
    split_return::{self, ReturnRow},
};
use ledger::{HolderId, Millis, PayId};
use money::{Amount, AssetCode, Decimal};
use testkit::for_each_engine;
use tokio::task::JoinSet;

const AT_ONCE: i64 = 30;

fn merchant() -> HolderId {
    HolderId::new("m").expect("an id")
}

fn usdt() -> AssetCode {
    AssetCode::new("USDT").expect("a code")
}

/// Adds a row whose key others may have taken; refused when they have.
pub(crate) enum Insert {
    Order(Box<OrderRow>),
    Split(SplitRow, Vec<DetailRow>),
    Return(ReturnRow),
    Holder(Holder),
}

impl Command for Insert {
    type Output = ();
    type Refusal = &'static str;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<&'static str>> {
        let added = match self {
            Insert::Order(row) => order::insert(tx, row).await?,
            Insert::Split(row, details) => split::insert(tx, row, details).await?,
            Insert::Return(row) => split_return::insert(tx, row).await?,
            Insert::Holder(row) => holder::insert(tx, row).await?,
        };
        if added { Ok(()) } else { Err(Abort::Refused("taken")) }
    }
}

/// Runs thirty at once; exactly one may win, and its number is yielded.
async fn one_wins(store: &Store, insert: impl Fn(i64) -> Insert) -> i64 {
    let mut tasks = JoinSet::new();
    for number in 1..=AT_ONCE {
        let (store, insert) = (store.clone(), insert(number));
        tasks.spawn(async move { (number, store.commit(insert).await) });
    }
    let mut winners = Vec::new();
    for (number, result) in tasks.join_all().await {
        match result {
            Ok(()) => winners.push(number),
            Err(Abort::Refused("taken")) => {}
            Err(abort) => panic!("{abort:?}"),
        }
    }
    let [winner] = winners[..] else { panic!("{} won", winners.len()) };
    winner
}

pub(crate) fn an_order(prepay_id: i64) -> OrderRow {
    OrderRow {
        holder: merchant(),
        prepay_id: PayId::new(prepay_id),
        merchant_trade_no: "T1".to_owned(),
        status: OrderStatus::Initial,
        trade_type: "WEB".to_owned(),
        currency: usdt(),
        amount: Amount::units(prepay_id),
        fiat_currency: Some("EUR".to_owned()),
        fiat_amount: None,
        product_type: "01".to_owned(),
        product_name: "Ice cream ❄".to_owned(),
        product_detail: Some(String::new()),
        pass_through_info: None,
        webhook_url: None,
        return_url: None,
        cancel_url: None,
        only_payer: None,
        link_token: "t".to_owned(),
        created_at: Millis::new(1),
        expire_at: Millis::MAX,
        profit_sharing: true,
        payment: None,
        fee: Amount::ZERO,
        split_limit: Amount::ZERO,
        reserve_left: Amount::ZERO,
        reserve_released: false,
        open_split: None,
    }
}

#[test]
fn thirty_orders_of_one_trade_number_are_one() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let winner = one_wins(&store, |number| Insert::Order(Box::new(an_order(number)))).await;
        let (won, lost) = (PayId::new(winner), PayId::new(winner % AT_ONCE + 1));
        let found = order::find_by_trade_no(&store, "m", "T1").await.expect("reads");
        assert_eq!(found, Some(an_order(winner)), "every column comes back as it was written");
        assert_eq!(order::find(&store, "m", won).await.expect("reads"), found);
        assert_eq!(order::find_anyones(&store, won).await.expect("reads"), found);
        assert_eq!(order::find(&store, "other", won).await.expect("reads"), None);
        assert_eq!(order::find(&store, "m", lost).await.expect("reads"), None);
    });
}

fn a_detail(split_no: i64, seq: i64) -> DetailRow {
    DetailRow {
        seq,
        share: Share {
            detail_no: PayId::new(split_no * 1_000 + seq),
            account: format!("35000000{seq}"),
            amount: Amount::units(5),
            status: MoveStatus::Processing,
            fail_reason: None,
            finished_at: None,
            returned: Amount::ZERO,
        },
        description: "share".to_owned(),
        webhook_url: None,
    }
}

#[test]
fn thirty_splits_of_one_request_id_are_one_with_its_own_details() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let row = |number| SplitRow {
            holder: merchant(),
            merchant_request_id: "R1".to_owned(),
            split_no: PayId::new(number),
            prepay_id: PayId::new(7),
            asset: usdt(),
            status: SplitStatus::Waiting,
            created_at: Millis::new(3),
            submitted_by: Some("somebody".to_owned()),
        };
        let details = |number| vec![a_detail(number, 0), a_detail(number, 1)];
        let winner = one_wins(&store, |number| Insert::Split(row(number), details(number))).await;
        let found = split::find(&store, "m", "R1").await.expect("reads");
        let shares = details(winner).into_iter().map(|detail| detail.share).collect();
        assert_eq!(found, Some((row(winner), shares)));
    });
}

#[test]
fn thirty_returns_of_one_number_are_one() {
    for_each_engine(async |database| {
        let store = database.store().await;
        one_wins(&store, |number| {
            Insert::Return(ReturnRow {
                holder: merchant(),
                merchant_return_no: "B1".to_owned(),
                return_no: PayId::new(number),
                prepay_id: PayId::new(7),
                split_no: PayId::new(8),
                merchant_request_id: "R1".to_owned(),
                account: "350000001".to_owned(),
                asset: usdt(),
                amount: Amount::units(1),
                fingerprint: number.to_string(),
                status: MoveStatus::Fail,
                fail_reason: Some("short".to_owned()),
                finished_at: Millis::new(9),
            })
        })
        .await;
    });
}

#[test]
fn thirty_holders_of_one_binance_id_are_one() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let row = |number| Holder {
            id: HolderId::new(&format!("holder-{number}")).expect("an id"),
            kind: HolderKind::Merchant,
            name: "Corner Shop".to_owned(),
            binance_id: Some("350000001".to_owned()),
            status: HolderStatus::Active,
            fee_bps: 0,
            split_max_rate: Decimal::ONE,
            order_fiat_currencies: Vec::new(),
            created_at: Millis::new(1),
        };
        let winner = one_wins(&store, |number| Insert::Holder(row(number))).await;
        let all = holder::list(&store, HolderKind::Merchant, "", 100).await.expect("reads");
        assert_eq!(all, [row(winner)], "those who lost left nothing behind");
    });
}
