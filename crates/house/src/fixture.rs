//! Fixtures: merchants, payers, customers, clients, assets and rates, declared once and applied any number of
//! times.

mod apply;
pub mod world_first;

use self::world_first::{WorldFirst, WorldFirstPlan};
use crate::{
    Abort, Caller, House, Mode,
    deposit::Deposit,
    holder::{HolderKind, HolderStatus, NewHolder},
    key,
    rate::{Limits, Rate, check},
    service_provider::{self, ProviderConfig},
    world_first::account::Opening,
};
use ledger::{HolderId, Millis, Wallet};
use money::{Amount, Asset, AssetCode, Decimal};
use std::fmt::Display;
use store::{api_key::ApiKeyRow, holder::Holder, service_provider::ServiceProviderRow};
use zeroize::Zeroizing;

/// The declared fixtures.
#[derive(Debug, Clone, Default)]
pub struct Fixtures {
    /// Assets in addition to the seeded ones.
    pub assets: Vec<Asset>,
    /// Prices.
    pub rates: Vec<RateFixture>,
    /// Merchants, who take payments.
    pub merchants: Vec<HolderFixture>,
    /// Payers, who pay and receive.
    pub payers: Vec<HolderFixture>,
    /// Customers and clients of WorldFirst.
    pub world_first: WorldFirst,
}

/// A price.
#[derive(Debug, Clone)]
pub struct RateFixture {
    /// The asset with the price.
    pub base: String,
    /// The asset that the price is in.
    pub quote: String,
    /// The house's buying price of one base.
    pub bid: Decimal,
    /// The house's selling price of one base; not less than the bid.
    pub ask: Decimal,
    /// Limits of one conversion; without a declared limit, the pair keeps its limits.
    pub limits: Limits,
}

/// A holder with its keys, balances and receivers.
#[derive(Debug, Clone)]
pub struct HolderFixture {
    /// The holder.
    pub holder: NewHolder,
    /// Its API keys.
    pub api_keys: Vec<KeyFixture>,
    /// Its opening balances.
    pub balances: Vec<BalanceFixture>,
    /// Its bound receivers.
    pub receivers: Vec<String>,
    /// Its permissions to act for others, if it is a service provider.
    pub service_provider: Option<ProviderConfig>,
}

/// An API key.
#[derive(Debug, Clone)]
pub struct KeyFixture {
    /// The key.
    pub key: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
    /// Addresses and ranges that may use it; empty for all.
    pub allow_ips: Vec<String>,
}

/// An opening balance of a holder.
#[derive(Debug, Clone)]
pub struct BalanceFixture {
    /// The wallet.
    pub wallet: Wallet,
    /// The asset.
    pub asset: String,
    /// The amount.
    pub amount: Decimal,
}

/// The result of applying fixtures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Number of created items.
    pub created: u32,
    /// Number of items that already existed as declared.
    pub unchanged: u32,
}

/// Why nothing was applied: a declaration breaks a rule or contradicts an existing item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct FixtureRefusal {
    /// The declaration, such as `merchants.1000135331248.api_keys`.
    pub place: String,
    /// The problem with it.
    pub problem: String,
}

fn refuse(place: impl ToString, problem: impl ToString) -> Abort<FixtureRefusal> {
    Abort::Refused(FixtureRefusal { place: place.to_string(), problem: problem.to_string() })
}

/// Applies fixtures: all of them, or none if one breaks a rule or contradicts an existing item.
pub async fn apply(house: &House, fixtures: &Fixtures) -> Result<Applied, Abort<FixtureRefusal>> {
    let plan = Plan::new(house, fixtures).await?;
    let applied = house.commit(plan).await?;
    house.reload_assets().await?;
    Ok(applied)
}

/// Everything to create, as rows.
struct Plan {
    assets: Vec<Asset>,
    rates: Vec<Rate>,
    holders: Vec<HolderPlan>,
    world_first: WorldFirstPlan,
    at: Millis,
}

struct HolderPlan {
    place: String,
    id: HolderId,
    row: Holder,
    keys: Vec<KeyPlan>,
    deposits: Vec<Deposit>,
    receivers: Vec<String>,
    service_provider: Option<ServiceProviderRow>,
}

struct KeyPlan {
    row: ApiKeyRow,
    secret: Zeroizing<String>,
    vault: crate::Vault,
}

impl Plan {
    async fn new(house: &House, fixtures: &Fixtures) -> Result<Self, Abort<FixtureRefusal>> {
        let at = house.server_now();
        let mut holders = Vec::new();
        for (kind, list) in [("merchants", &fixtures.merchants), ("payers", &fixtures.payers)] {
            for fixture in list {
                holders.push(HolderPlan::new(house, kind, fixture, &fixtures.assets).await?);
            }
        }
        let mut rates: Vec<Rate> = Vec::new();
        for fixture in &fixtures.rates {
            let rate = rate(house, fixture, &fixtures.assets, at).await?;
            let is_same_pair = |other: &Rate| {
                let pair = (other.base, other.quote);
                pair == (rate.base, rate.quote) || pair == (rate.quote, rate.base)
            };
            if rates.iter().any(is_same_pair) {
                return Err(refuse(rate_place(rate.base, rate.quote), "the pair is declared twice"));
            }
            rates.push(rate);
        }
        let world_first = WorldFirstPlan::new(house, &fixtures.world_first).await?;
        Ok(Self { assets: fixtures.assets.clone(), rates, holders, world_first, at })
    }
}

impl HolderPlan {
    async fn new(
        house: &House,
        kind: &str,
        fixture: &HolderFixture,
        new_assets: &[Asset],
    ) -> Result<Self, Abort<FixtureRefusal>> {
        let place = format!("{kind}.{}", fixture.holder.id);
        let row = fixture.holder.row(house.server_now()).map_err(|refusal| refuse(&place, refusal))?;
        let id = row.id.clone();
        if house.mode() == Mode::Live && !fixture.balances.is_empty() {
            return Err(refuse(format!("{place}.balances"), "test money exists in twin mode only"));
        }
        let mut keys = Vec::new();
        for fixture in &fixture.api_keys {
            let (key, secret) = (&fixture.key, fixture.secret.clone());
            let row = key::row(house, &id, key, &secret, &fixture.allow_ips, None);
            let row = row.map_err(|abort| {
                abort.map(|refusal| FixtureRefusal {
                    place: format!("{place}.api_keys"),
                    problem: refusal.to_string(),
                })
            })?;
            keys.push(KeyPlan { row, secret, vault: house.vault().clone() });
        }
        let mut deposits = Vec::new();
        for balance in &fixture.balances {
            deposits.extend(deposit(house, &place, &id, balance, new_assets).await?);
        }
        let provider = fixture.service_provider.as_ref();
        let provider = provider.map(|config| service_provider::config::row(&id, config)).transpose();
        let service_provider =
            provider.map_err(|refusal| refuse(format!("{place}.service_provider"), refusal))?;
        let receivers = fixture.receivers.clone();
        Ok(Self { place, id, row, keys, deposits, receivers, service_provider })
    }
}

/// The opening deposit of a balance; none for a balance of zero.
async fn deposit(
    house: &House,
    place: &str,
    holder: &HolderId,
    balance: &BalanceFixture,
    new_assets: &[Asset],
) -> Result<Option<Deposit>, Abort<FixtureRefusal>> {
    let place = format!("{place}.balances.{}", balance.asset);
    let asset = asset(house, &place, &balance.asset, new_assets).await?;
    let amount = Amount::from_decimal(balance.amount, asset.scale).map_err(|error| refuse(&place, error))?;
    if amount.is_zero() {
        return Ok(None);
    }
    Ok(Some(Deposit {
        caller: Caller { holder: holder.clone(), actor: "fixture".to_owned() },
        wallet: balance.wallet,
        asset: asset.code,
        amount,
        reference: format!("opening {} {}", balance.wallet.as_str(), asset.code),
        journal: house.pay_id().await?,
        house: house.clone(),
        opening: Opening::new(house, holder, balance.wallet, &balance.asset),
        payer: None,
    }))
}

async fn rate(
    house: &House,
    fixture: &RateFixture,
    new_assets: &[Asset],
    at: Millis,
) -> Result<Rate, Abort<FixtureRefusal>> {
    let place = rate_place(&fixture.base, &fixture.quote);
    let base = asset(house, &place, &fixture.base, new_assets).await?;
    let quote = asset(house, &place, &fixture.quote, new_assets).await?;
    let RateFixture { bid, ask, limits, .. } = *fixture;
    check(base, quote, bid, ask, &limits).map_err(|problem| refuse(&place, problem))?;
    Ok(Rate { base: base.code, quote: quote.code, bid, ask, source: "fixture".to_owned(), at, limits })
}

fn rate_place(base: impl Display, quote: impl Display) -> String {
    format!("rates.{base}/{quote}")
}

async fn asset(
    house: &House,
    place: &str,
    code: &str,
    new_assets: &[Asset],
) -> Result<Asset, Abort<FixtureRefusal>> {
    let unknown = || refuse(place, format!("asset {code} is unknown"));
    let code = AssetCode::new(code).map_err(|_| unknown())?;
    let declared = new_assets.iter().find(|asset| asset.code == code).copied();
    match declared {
        Some(asset) => Ok(asset),
        None => house.asset(code).await?.ok_or_else(unknown),
    }
}

/// A merchant with the usual terms: no fee, all of an order may be split.
pub fn merchant(id: &str, name: &str, binance_id: Option<&str>) -> NewHolder {
    NewHolder {
        id: id.to_owned(),
        kind: HolderKind::Merchant,
        name: name.to_owned(),
        binance_id: binance_id.map(str::to_owned),
        status: HolderStatus::Active,
        fee_bps: 0,
        split_max_rate: Decimal::ONE,
        order_fiat_currencies: Vec::new(),
    }
}

/// A payer.
pub fn payer(binance_id: &str, name: &str) -> NewHolder {
    NewHolder {
        id: binance_id.to_owned(),
        kind: HolderKind::Payer,
        name: name.to_owned(),
        binance_id: Some(binance_id.to_owned()),
        status: HolderStatus::Active,
        fee_bps: 0,
        split_max_rate: Decimal::ONE,
        order_fiat_currencies: Vec::new(),
    }
}
