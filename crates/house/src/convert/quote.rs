//! Offering to convert.

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

/// What is to be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuote {
    /// From and to which wallet.
    pub wallet: Wallet,
    /// The asset that is sold.
    pub from: String,
    /// The asset that is bought.
    pub to: String,
    /// How much of one of them.
    pub given: Given,
}

/// An offer to convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What it is executed by: 32 hexadecimal digits. None when the wallet holds too little: then there is a
    /// price, but no offer.
    pub id: Option<String>,
    /// The asset that is sold.
    pub from: Asset,
    /// How much of it.
    pub from_amount: Amount,
    /// The asset that is bought.
    pub to: Asset,
    /// How much of it.
    pub to_amount: Amount,
    /// What one of the sold asset comes to, at most 8 decimals.
    pub ratio: Decimal,
    /// What one of the bought asset costs, at most 8 decimals.
    pub inverse_ratio: Decimal,
    /// When it was made.
    pub created_at: Millis,
    /// From when on it binds no more.
    pub expire_at: Millis,
    /// Which of the two assets is the base of the rate that it was priced at.
    pub base: AssetCode,
}

/// An offer before it is made: it has no id yet.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) quote: Quote,
    /// From and to which wallet.
    wallet: Wallet,
    /// What the house would keep, in the asset that is bought.
    spread: Amount,
}

/// Offers to convert; the offer binds until it expires.
pub async fn quote(house: &House, caller: &Caller, new: NewQuote) -> Result<Quote, Abort<QuoteRefusal>> {
    let draft = price(house, &caller.holder, &new).await?;
    let account = AccountKey::new(&caller.holder, new.wallet, draft.quote.from.code, Bucket::Available);
    match store::account::balance(house.store(), &account).await? >= draft.quote.from_amount {
        true => Ok(draft.offer(house, &caller.holder).await?),
        false => Ok(draft.quote),
    }
}

/// Prices a conversion at the rate as it is now, without offering it.
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
    /// What would be exchanged for what.
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

    /// Makes the offer: it binds from here on.
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

/// The two assets at the rate between them, if it may be used now.
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
