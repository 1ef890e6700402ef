//! Databases to measure on: paid orders, and splits that were settled, all made by the house itself.

pub(crate) mod families;

use crate::Failed;
use house::{
    Caller, House, Rules, Tools, Vault,
    fixture::{self, BalanceFixture, Fixtures, HolderFixture, KeyFixture},
    order, profit_sharing, worker,
};
use ledger::{HolderId, Wallet};
use money::Decimal;
use object_store::local::LocalFileSystem;
use server::{
    data_folder::DataFolder,
    system::{SystemClock, SystemEntropy},
};
use std::{path::Path, sync::Arc};
use store::{Location, Store};
use tokio::task::JoinSet;

pub(crate) const MERCHANT: &str = "1000135331248";
pub(crate) const KEY: &str = "bench-key-bench-key-bench-key-00";
pub(crate) const SECRET: &str = "bench-secret-bench-secret-bench-secret";
const PAYER: &str = "350000100";
pub(crate) const RECEIVERS: [&str; 3] = ["350000101", "350000102", "350000103"];
/// Orders that are split at the same time while seeding.
const LANES: u32 = 512;
/// Lists the orders of a seeded data folder, one id a line.
const ORDERS: &str = "orders.txt";

/// The orders of a seeded data folder. The n-th split is of the order at `n % LANES`.
pub(crate) fn orders(data: &Path) -> Result<Vec<String>, Failed> {
    Ok(std::fs::read_to_string(data.join(ORDERS))?.lines().map(str::to_owned).collect())
}

/// The order that the n-th split is of.
pub(crate) fn order_of(orders: &[String], split: u64) -> &str {
    let lane = split % u64::from(LANES);
    &orders[usize::try_from(lane).unwrap_or_default()]
}

/// Seeds a data folder, and a PostgreSQL database beside it if one is given.
pub(crate) async fn seed(
    data: &Path,
    postgres: Option<&str>,
    orders: u32,
    splits: u32,
) -> Result<(), Failed> {
    let house = open(data, postgres).await?;
    let prepay_ids = fill(&house, orders, splits).await?;
    std::fs::write(data.join(ORDERS), prepay_ids.join("\n"))?;
    house.store().close().await;
    Ok(())
}

/// Opens a house on a data folder, as the server does.
pub(crate) async fn open(data: &Path, postgres: Option<&str>) -> Result<House, Failed> {
    let entropy = Arc::new(SystemEntropy);
    let folder = DataFolder::open(data, &|bytes| house::Entropy::fill(&*entropy, bytes))?;
    let location = match postgres {
        Some(url) => Location::Postgres(url.to_owned()),
        None => Location::Sqlite(folder.database()),
    };
    let store = Store::open(&location, &store::Options::default()).await?;
    let tools = Tools {
        clock: Arc::new(SystemClock),
        entropy,
        vault: Vault::new(&folder.master_key.0),
        files: Arc::new(LocalFileSystem::new_with_prefix(data)?.with_fsync(true)),
    };
    Ok(House::open(store, house::Mode::Twin, Rules::default(), tools).await?)
}

/// Makes the holders, `orders` paid orders and `splits` settled splits named `split-0000000` and so on.
async fn fill(house: &House, orders: u32, splits: u32) -> Result<Vec<String>, Failed> {
    fixture::apply(house, &fixtures()?).await.map_err(|abort| format!("{abort:?}"))?;
    let caller = Caller { holder: HolderId::new(MERCHANT)?, actor: "bench".to_owned() };
    let prepay_ids = paid_orders(house, &caller, orders.max(LANES.min(splits))).await?;
    let mut done = 0;
    while done < splits {
        let lanes = LANES.min(splits - done);
        let mut tasks = JoinSet::new();
        for (number, prepay_id) in (done..done + lanes).zip(&prepay_ids) {
            let (house, caller, split) = (house.clone(), caller.clone(), split(number, prepay_id)?);
            while tasks.len() >= at_once(&house)
                && let Some(submitted) = tasks.join_next().await
            {
                done_well(submitted?)?;
            }
            tasks.spawn(async move { profit_sharing::submit_split(&house, &caller, split).await });
        }
        while let Some(submitted) = tasks.join_next().await {
            done_well(submitted?)?;
        }
        while worker::run_due(house).await? > 0 {}
        done += lanes;
    }
    Ok(prepay_ids)
}

/// Commands that wait at the same time: many make large batches on SQLite, but PostgreSQL's connections
/// are few and none is waited for longer than seconds.
fn at_once(house: &House) -> usize {
    if house.store().is_exclusive() { 512 } else { 32 }
}

fn done_well<T, E: std::fmt::Debug>(result: Result<T, E>) -> Result<(), Failed> {
    result.map(|_| ()).map_err(|error| format!("{error:?}").into())
}

async fn paid_orders(house: &House, caller: &Caller, count: u32) -> Result<Vec<String>, Failed> {
    let mut prepay_ids = Vec::new();
    let mut next = 0;
    while next < count {
        let mut tasks = JoinSet::new();
        for number in next..count.min(next + LANES) {
            let (house, caller, new) = (house.clone(), caller.clone(), order(number)?);
            while tasks.len() >= at_once(&house)
                && let Some(paid) = tasks.join_next().await
            {
                prepay_ids.push(paid??);
            }
            tasks.spawn(async move {
                let made = order::create(&house, &caller, new).await.map_err(|abort| format!("{abort:?}"))?;
                let prepay_id = made.row.prepay_id.to_string();
                let paid = order::pay(&house, "bench", &prepay_id, PAYER).await;
                paid.map(|_| prepay_id).map_err(|abort| format!("{abort:?}"))
            });
        }
        while let Some(paid) = tasks.join_next().await {
            prepay_ids.push(paid??);
        }
        next += LANES;
    }
    prepay_ids.sort_unstable();
    Ok(prepay_ids)
}

fn order(number: u32) -> Result<order::NewOrder, Failed> {
    Ok(order::NewOrder {
        merchant_trade_no: format!("order{number}"),
        price: order::Price::Asset { currency: "USDT".to_owned(), amount: Decimal::parse("1000")? },
        trade_type: "WEB".to_owned(),
        product_type: "Z000".to_owned(),
        product_name: "Bench".to_owned(),
        product_detail: None,
        pass_through_info: None,
        webhook_url: None,
        return_url: None,
        cancel_url: None,
        only_payer: None,
        expire_at: None,
        max_ttl_ms: None,
        profit_sharing: true,
    })
}

fn split(number: u32, prepay_id: &str) -> Result<profit_sharing::NewSplit, Failed> {
    let share = |account: &&str| -> Result<_, Failed> {
        Ok(profit_sharing::NewShare {
            account: (*account).to_owned(),
            amount: Decimal::parse("0.00000001")?,
            description: "Bench".to_owned(),
            webhook_url: None,
        })
    };
    Ok(profit_sharing::NewSplit {
        merchant_request_id: format!("split-{number:07}"),
        prepay_id: prepay_id.to_owned(),
        shares: RECEIVERS.iter().map(share).collect::<Result<_, _>>()?,
    })
}

fn fixtures() -> Result<Fixtures, Failed> {
    let holder = |holder| HolderFixture {
        holder,
        api_keys: Vec::new(),
        balances: Vec::new(),
        receivers: Vec::new(),
        service_provider: None,
    };
    let merchant = HolderFixture {
        api_keys: vec![KeyFixture {
            key: KEY.to_owned(),
            secret: SECRET.to_owned().into(),
            allow_ips: Vec::new(),
        }],
        receivers: RECEIVERS.iter().map(ToString::to_string).collect(),
        ..holder(fixture::merchant(MERCHANT, "Bench", None))
    };
    let payer = HolderFixture {
        balances: vec![BalanceFixture {
            wallet: Wallet::Funding,
            asset: "USDT".to_owned(),
            amount: Decimal::parse("90000000000")?,
        }],
        ..holder(fixture::payer(PAYER, "Payer"))
    };
    let receivers = RECEIVERS.iter().map(|id| holder(fixture::payer(id, "Receiver")));
    Ok(Fixtures {
        merchants: vec![merchant],
        payers: std::iter::once(payer).chain(receivers).collect(),
        ..Fixtures::default()
    })
}
