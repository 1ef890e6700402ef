//! Pricing of an exchange, and quotes for it.

use super::{Asked, AskedSide, ExchangeRefusal, PairPrice, WALLET};
use crate::{
    Abort, Failure, House,
    convert::{Given, NewQuote, QuoteRefusal, quote as priced},
    world_first::offered,
};
use ledger::{HolderId, Millis};
use money::{Amount, Asset, Decimal};

/// A quote for an exchange. It can be executed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeQuote {
    /// The id to execute it with: 32 hexadecimal digits.
    pub quote_id: String,
    /// The currency to sell.
    pub sell: Asset,
    /// The amount to sell, in smallest units.
    pub sell_amount: Amount,
    /// The currency to buy.
    pub buy: Asset,
    /// The amount to buy, in smallest units.
    pub buy_amount: Amount,
    /// The price.
    pub price: PairPrice,
    /// When it was created.
    pub created_at: Millis,
    /// When it expires; from then on it no longer binds.
    pub expire_at: Millis,
}

/// Makes a quote for an exchange; it binds until it expires, whether or not the customer has the amount to
/// sell.
pub async fn quote(
    house: &House,
    customer: &HolderId,
    asked: &Asked,
) -> Result<ExchangeQuote, Abort<ExchangeRefusal>> {
    let draft = price(house, customer, asked).await?;
    let price = PairPrice::of(&draft.terms(), draft.quote.base);
    let quote = draft.offer(house, customer).await?;
    Ok(ExchangeQuote {
        quote_id: quote.id.ok_or_else(|| Failure::invariant("an offer has no id"))?,
        sell: quote.from,
        sell_amount: quote.from_amount,
        buy: quote.to,
        buy_amount: quote.to_amount,
        price,
        created_at: quote.created_at,
        expire_at: quote.expire_at,
    })
}

/// The requested exchange at the current price.
pub(super) async fn price(
    house: &House,
    customer: &HolderId,
    asked: &Asked,
) -> Result<priced::Draft, Abort<ExchangeRefusal>> {
    let (sold, bought) = (number(house, asked.sell).await?, number(house, asked.buy).await?);
    let given = match (sold, bought) {
        (Some(amount), None) => Given::From(amount),
        (None, Some(amount)) => Given::To(amount),
        _ => return Err(Abort::Refused(ExchangeRefusal::OneAmount)),
    };
    let (from, to) = (asked.sell.currency.to_string(), asked.buy.currency.to_string());
    let new = NewQuote { wallet: WALLET, from, to, given };
    priced::price(house, customer, &new).await.map_err(|abort| abort.map(ExchangeRefusal::NoPrice))
}

/// The amount of one side, if given, as a decimal. Customers must be able to have accounts in the currency.
async fn number(house: &House, side: AskedSide) -> Result<Option<Decimal>, Abort<ExchangeRefusal>> {
    let asset = match offered(side.currency) {
        true => house.asset(side.currency).await?,
        false => None,
    };
    let unknown = || QuoteRefusal::UnknownAsset(side.currency.to_string());
    let asset = asset.ok_or_else(|| Abort::Refused(ExchangeRefusal::NoPrice(unknown())))?;
    Ok(side.amount.map(|amount| amount.to_decimal(asset.scale)))
}
