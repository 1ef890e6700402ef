//! Converts fixtures of the native API and of files into the house's form.

mod world_first;

use crate::{
    address::AllowList,
    native::{check_id, status_of},
};
use house::{
    Abort, House,
    fixture::{
        self, Applied, BalanceFixture, Fixtures, HolderFixture, KeyFixture, RateFixture, merchant, payer,
    },
    holder::NewHolder,
    rate::Limits,
    service_provider::ProviderConfig,
};
use ledger::Wallet;
use money::{Amount, Asset, AssetKind};
use std::path::Path;
use wire::native::{self, fixtures as declared};

/// Reads and applies a TOML file.
///
/// # Errors
/// A message about the mistake, with line and column if the file cannot be parsed. Nothing has been applied then.
pub async fn apply_file(house: &House, path: &Path) -> Result<Applied, String> {
    apply_read(house, path, &read_file(path)?).await.map_err(|abort| match abort {
        Abort::Refused(refusal) => refusal,
        Abort::Failed(failure) => failure.to_string(),
    })
}

/// Reads a TOML file.
///
/// # Errors
/// As for [`apply_file`].
pub(crate) fn read_file(path: &Path) -> Result<Fixtures, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    read(parse(&text)?)
}

/// Parses the fixtures of a TOML text.
///
/// # Errors
/// The parse error, with line and column.
pub fn parse(text: &str) -> Result<native::Fixtures, String> {
    let file = toml::Deserializer::parse(text).map_err(|error| error.to_string())?;
    native::strict::read(file).map_err(|error| error.inner().to_string())
}

/// Applies the fixtures of a file.
///
/// # Errors
/// A message about the mistake, or the failure of the database. Nothing has been applied then.
pub(crate) async fn apply_read(
    house: &House,
    path: &Path,
    fixtures: &Fixtures,
) -> Result<Applied, Abort<String>> {
    let applied = fixture::apply(house, fixtures).await;
    let applied = applied.map_err(|abort| abort.map(|refusal| refusal.to_string()))?;
    let (created, unchanged) = (applied.created, applied.unchanged);
    tracing::info!(path = %path.display(), created, unchanged, "fixtures applied");
    for note in notes(fixtures) {
        tracing::warn!(path = %path.display(), "{note}");
    }
    Ok(applied)
}

/// Maximum number of decimals without a note: a balance can hold 92 million then.
const ROOMY_SCALE: u8 = 11;

/// Notes for the author of the fixtures.
pub(crate) fn notes(fixtures: &Fixtures) -> impl Iterator<Item = String> {
    fixtures.assets.iter().filter(|asset| asset.scale > ROOMY_SCALE).map(|Asset { code, scale, .. }| {
        let most = Amount::MAX.to_decimal(*scale);
        format!("assets.{code}: with {scale} decimals, no balance or amount can be more than {most} {code}")
    })
}

/// Converts declared fixtures into the house's form.
///
/// # Errors
/// The first value that breaks a rule of its form, with its path.
pub(crate) fn read(declared: native::Fixtures) -> Result<Fixtures, String> {
    Ok(Fixtures {
        assets: declared.assets.into_iter().map(asset).collect::<Result<_, _>>()?,
        rates: declared.rates.into_iter().map(rate).collect::<Result<_, _>>()?,
        merchants: declared.merchants.into_iter().map(merchant_with_all).collect::<Result<_, _>>()?,
        payers: declared.payers.into_iter().map(payer_with_all).collect::<Result<_, _>>()?,
        world_first: world_first::read(declared.world_first)?,
    })
}

fn asset(declared: native::Asset) -> Result<Asset, String> {
    let asset = Asset::new(&declared.code, declared.scale);
    let asset = asset.map_err(|error| format!("assets.{}: {error}", declared.code))?;
    let kind = match declared.kind {
        Some(native::AssetKind::Fiat) => AssetKind::Fiat,
        Some(native::AssetKind::Crypto) => AssetKind::Crypto,
        None => asset.kind,
    };
    Ok(Asset { kind, ..asset })
}

fn rate(declared: declared::RateFixture) -> Result<RateFixture, String> {
    let pair = declared.pair.split_once('/');
    let (base, quote) = pair.ok_or_else(|| {
        format!("rates.{}: pair must be two assets with a slash between, such as BNB/USDT", declared.pair)
    })?;
    let (base, quote) = (base.to_owned(), quote.to_owned());
    let limits = Limits {
        base_min: declared.base_min.map(Into::into),
        base_max: declared.base_max.map(Into::into),
        quote_min: declared.quote_min.map(Into::into),
        quote_max: declared.quote_max.map(Into::into),
    };
    Ok(RateFixture { base, quote, bid: declared.bid.into(), ask: declared.ask.into(), limits })
}

fn merchant_with_all(declared: declared::MerchantFixture) -> Result<HolderFixture, String> {
    let place = format!("merchants.{}", declared.id);
    check_id(&declared.id).map_err(|rule| format!("{place}: {rule}"))?;
    let holder = NewHolder {
        status: status_of(declared.status),
        fee_bps: declared.fee_bps.into(),
        split_max_rate: declared.split_max_rate.into(),
        order_fiat_currencies: declared.order_fiat_currencies,
        ..merchant(&declared.id, &declared.name, declared.binance_id.as_deref())
    };
    let keys = declared.api_keys.into_iter().map(|key| api_key(&place, key));
    Ok(HolderFixture {
        holder,
        api_keys: keys.collect::<Result<_, _>>()?,
        balances: balances(&place, declared.balances)?,
        receivers: declared.receivers,
        service_provider: declared.service_provider.map(provider),
    })
}

fn payer_with_all(declared: declared::PayerFixture) -> Result<HolderFixture, String> {
    let place = format!("payers.{}", declared.binance_id);
    let holder =
        NewHolder { status: status_of(declared.status), ..payer(&declared.binance_id, &declared.name) };
    Ok(HolderFixture {
        holder,
        api_keys: Vec::new(),
        balances: balances(&place, declared.balances)?,
        receivers: Vec::new(),
        service_provider: None,
    })
}

fn provider(declared: native::ServiceProvider) -> ProviderConfig {
    ProviderConfig { allow_scopes: declared.allow_scopes, fee_share: declared.fee_share }
}

fn api_key(place: &str, declared: declared::ApiKeyFixture) -> Result<KeyFixture, String> {
    AllowList::parse(&declared.allow_ips).map_err(|error| format!("{place}.api_keys: {error}"))?;
    Ok(KeyFixture { key: declared.key, secret: declared.secret.into(), allow_ips: declared.allow_ips })
}

fn balances(place: &str, declared: Vec<declared::BalanceFixture>) -> Result<Vec<BalanceFixture>, String> {
    let balance = |balance: declared::BalanceFixture| {
        let wallet = Wallet::parse(&balance.wallet).ok_or_else(|| {
            let choices = Wallet::ALL.map(Wallet::as_str).join(", ");
            format!("{place}.balances: wallet must be one of {choices}")
        })?;
        Ok(BalanceFixture { wallet, asset: balance.asset, amount: balance.amount.into() })
    };
    declared.into_iter().map(balance).collect()
}
