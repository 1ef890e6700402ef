//! Quotes for conversions.

mod given;

pub use given::{Given, QuoteRefusal, Side};

use super::trade::Trade;
use crate::{Abort, Caller, Failure, House, house::never_refused, order, rate};
use ledger::{AccountKey, Bucket, HolderId, Millis, Wallet};
use money::{Amount, Asset, AssetCode, Decimal};
use std::convert::Infallible;
use store::{
    Command, Tx,
    convert::{QuoteRow, Terms},
};

/// The request for a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuote {
    /// The wallet of both assets.
    pub wallet: Wallet,
    /// The asset to sell.
    pub from: String,
    /// The asset to buy.
    pub to: String,
    /// The amount of one of them.
    pub given: Given,
}

/// A quote for a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The id to execute it with: 32 hexadecimal digits. None if the wallet holds too little: then there is a
    /// price, but no binding quote.
    pub id: Option<String>,
    /// The asset to sell.
    pub from: Asset,
    /// The amount to sell.
    pub from_amount: Amount,
    /// The asset to buy.
    pub to: Asset,
    /// The amount to buy.
    pub to_amount: Amount,
    /// Price of one of the sold asset in the bought asset, at most 8 decimals.
    pub ratio: Decimal,
    /// Price of one of the bought asset in the sold asset, at most 8 decimals.
    pub inverse_ratio: Decimal,
    /// When it was created.
    pub created_at: Millis,
    /// When it expires; from then on it no longer binds.
    pub expire_at: Millis,
    /// The base asset of the rate behind the price.
    pub base: AssetCode,
}

/// A quote before it is stored: it has no id yet.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) quote: Quote,
    /// The wallet of both assets.
    wallet: Wallet,
    /// The house's spread, in the bought asset.
    spread: Amount,
}

/// Makes a quote for a conversion; it binds until it expires.
pub async fn quote(house: &House, caller: &Caller, new: NewQuote) -> Result<Quote, Abort<QuoteRefusal>> {
    let draft = price(house, &caller.holder, &new).await?;
    let account = AccountKey::new(&caller.holder, new.wallet, draft.quote.from.code, Bucket::Available);
    match store::account::balance(house.store(), &account).await? >= draft.quote.from_amount {
        true => Ok(draft.offer(house, &caller.holder).await?),
        false => Ok(draft.quote),
    }
}

/// Prices a conversion at the current rate, without making a quote.
pub(crate) async fn price(
    house: &House,
    holder: &HolderId,
    new: &NewQuote,
) -> Result<Draft, Abort<QuoteRefusal>> {
    let (from, to) = (asset(house, &new.from).await?, asset(house, &new.to).await?);
    let trade = trade(house, from, to).await?;
    let priced = trade.price(new.given).map_err(Abort::Refused)?;
    let ratios = trade.ratios().ok_or_else(|| Failure::invariant("a ratio has more digits than fit"))?;
    let now = house.now(holder);
    let quote = Quote {
        id: None,
        from,
        from_amount: priced.from,
        to,
        to_amount: priced.to,
        ratio: ratios.0,
        inverse_ratio: ratios.1,
        created_at: now,
        expire_at: now.plus(house.rules().quote_ttl_ms),
        base: if trade.buys_base { to.code } else { from.code },
    };
    Ok(Draft { quote, wallet: new.wallet, spread: priced.spread })
}

impl Draft {
    /// The terms of the exchange.
    pub(crate) fn terms(&self) -> Terms {
        let quote = &self.quote;
        Terms {
            wallet: self.wallet,
            from: quote.from.code,
            from_amount: quote.from_amount,
            to: quote.to.code,
            to_amount: quote.to_amount,
            spread: self.spread,
            ratio: quote.ratio,
            inverse_ratio: quote.inverse_ratio,
        }
    }

    /// Stores the quote: it binds from now on.
    pub(crate) async fn offer(self, house: &House, holder: &HolderId) -> Result<Quote, Failure> {
        let quote_id = house.token();
        let row = QuoteRow {
            holder: holder.clone(),
            quote_id: quote_id.clone(),
            terms: self.terms(),
            created_at: self.quote.created_at,
            expire_at: self.quote.expire_at,
            order_id: None,
            base: Some(self.quote.base),
        };
        never_refused(house.commit(Offer { row }).await)?;
        Ok(Quote { id: Some(quote_id), ..self.quote })
    }
}

async fn asset(house: &House, code: &str) -> Result<Asset, Abort<QuoteRefusal>> {
    let found = order::asset(house, code).await?;
    found.ok_or_else(|| Abort::Refused(QuoteRefusal::UnknownAsset(code.to_owned())))
}

/// The trade between two assets at their rate, if the rate is usable now.
async fn trade(house: &House, from: Asset, to: Asset) -> Result<Trade, Abort<QuoteRefusal>> {
    if from.code == to.code {
        return Err(Abort::Refused(QuoteRefusal::SameAsset));
    }
    let rate = store::asset::rate_between(house.store(), from.code, to.code).await?;
    let rate = rate.ok_or(Abort::Refused(QuoteRefusal::NoPair))?;
    let trade = Trade::new(&rate, from, to, house.rules().spread_bps);
    trade.filter(|_| rate::is_usable(house, &rate)).ok_or(Abort::Refused(QuoteRefusal::StaleRate))
}

struct Offer {
    row: QuoteRow,
}

impl Command for Offer {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        Ok(store::convert::insert_quote(tx, &self.row).await?)
    }
}
