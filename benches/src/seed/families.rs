//! Conversions and authorization records to be queried, made by the house itself.

use super::{KEY, MERCHANT, SECRET, at_once, done_well, open};
use crate::Failed;
use house::{
    Caller, House, convert,
    convert::{Given, NewQuote},
    fixture::{self, BalanceFixture, Fixtures, HolderFixture, KeyFixture, RateFixture},
    rate,
    service_provider::{self, NewAuthorization, ProviderConfig},
    worker,
};
use ledger::{HolderId, Wallet};
use money::Decimal;
use std::{future::Future, path::Path};
use tokio::task::JoinSet;

/// A merchant that the bench's merchant asks for authorizations.
const ASKED: &str = "1000135331249";
/// Lists the convert orders of a seeded data folder, one id a line.
const CONVERT_ORDERS: &str = "convert_orders.txt";

/// The convert orders of a seeded data folder.
pub(crate) fn convert_orders(data: &Path) -> Result<Vec<String>, Failed> {
    Ok(std::fs::read_to_string(data.join(CONVERT_ORDERS))?.lines().map(str::to_owned).collect())
}

/// Seeds a data folder with settled conversions, and with records of one provider.
pub(crate) async fn families(data: &Path, conversions: u32, records: u32) -> Result<(), Failed> {
    let house = open(data, None).await?;
    fixture::apply(&house, &fixtures()?).await.map_err(|abort| format!("{abort:?}"))?;
    let caller = Caller { holder: HolderId::new(MERCHANT)?, actor: "bench".to_owned() };
    let scopes = vec!["CONVERT".to_owned(), "CHECKOUT".to_owned()];
    let config = ProviderConfig { allow_scopes: scopes, fee_share: false };
    done_well(service_provider::set_config(&house, &caller.holder, config).await)?;
    many(&house, records, |_, house| ask(house, caller.clone())).await?;
    let orders = many(&house, conversions, |_, house| exchange(house, caller.clone())).await?;
    while worker::run_due(&house).await? > 0 {}
    std::fs::write(data.join(CONVERT_ORDERS), orders.join("\n"))?;
    house.store().close().await;
    Ok(())
}

/// Does something often, as much of it at once as the engine takes.
async fn many<F, T>(house: &House, times: u32, each: impl Fn(u32, House) -> F) -> Result<Vec<T>, Failed>
where
    F: Future<Output = Result<T, Failed>> + Send + 'static,
    T: Send + 'static,
{
    let (mut tasks, mut results) = (JoinSet::new(), Vec::new());
    for number in 0..times {
        while tasks.len() >= at_once(house)
            && let Some(done) = tasks.join_next().await
        {
            results.push(done??);
        }
        tasks.spawn(each(number, house.clone()));
    }
    while let Some(done) = tasks.join_next().await {
        results.push(done??);
    }
    Ok(results)
}

async fn ask(house: House, caller: Caller) -> Result<(), Failed> {
    let new = NewAuthorization {
        merchant: ASKED.to_owned(),
        scopes: vec!["CONVERT".to_owned(), "CHECKOUT".to_owned()],
        ip_whitelist: vec!["192.168.1.1".to_owned(), "192.168.1.2".to_owned()],
    };
    done_well(service_provider::create(&house, &caller, new).await)
}

async fn exchange(house: House, caller: Caller) -> Result<String, Failed> {
    let new = NewQuote {
        wallet: Wallet::Funding,
        from: "USDT".to_owned(),
        to: "BNB".to_owned(),
        given: Given::To(Decimal::parse("0.01")?),
    };
    let quote = convert::quote(&house, &caller, new).await.map_err(|abort| format!("{abort:?}"))?;
    let id = quote.id.ok_or("the wallet is short")?;
    let order = convert::execute(&house, &caller, &id).await.map_err(|abort| format!("{abort:?}"))?;
    Ok(order.row.order_id.to_string())
}

fn fixtures() -> Result<Fixtures, Failed> {
    let holder = |id| HolderFixture {
        holder: fixture::merchant(id, "Bench", None),
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
        balances: vec![BalanceFixture {
            wallet: Wallet::Funding,
            asset: "USDT".to_owned(),
            amount: Decimal::parse("90000000000")?,
        }],
        ..holder(MERCHANT)
    };
    let price = RateFixture {
        base: "BNB".to_owned(),
        quote: "USDT".to_owned(),
        bid: Decimal::parse("224.40")?,
        ask: Decimal::parse("224.46")?,
        limits: rate::Limits::default(),
    };
    Ok(Fixtures { merchants: vec![merchant, holder(ASKED)], rates: vec![price], ..Fixtures::default() })
}
