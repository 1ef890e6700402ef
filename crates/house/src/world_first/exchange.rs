//! Exchange: a customer sells one currency for another, from and to its ordinary balance, at the house's price.
//!
//! The price is that of the moment, or the one of an offer that was made before and binds until it expires. The
//! exchange is one journal, done in the commit that is answered.

mod create;
mod quote;

pub use create::{Appointed, NewExchange, create};
pub use quote::{ExchangeQuote, quote};

use crate::{Failure, House, convert::QuoteRefusal};
use ledger::{HolderId, Wallet};
use money::{Amount, AssetCode, Decimal};
use std::fmt;
pub use store::world_first::exchange::{Exchange, TakenQuote};
use store::{convert::Terms, world_first::exchange};

/// The wallet that is exchanged in.
const WALLET: Wallet = Wallet::NormalBalance;

/// What is asked to be exchanged for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What the customer sells.
    pub sell: AskedSide,
    /// What it buys.
    pub buy: AskedSide,
}

/// One side of an exchange as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedSide {
    /// Which currency.
    pub currency: AssetCode,
    /// How much, in smallest units, if this side is given. The other one follows from the price.
    pub amount: Option<Amount>,
}

/// A price as it is told: of one unit of the base of the rate, whichever of the two is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairPrice {
    /// The currency that is priced.
    pub base: AssetCode,
    /// The currency that it is priced in.
    pub quote: AssetCode,
    /// How much of the one comes to one of the other, spread included; at most 8 decimals.
    pub price: Decimal,
}

impl PairPrice {
    /// The price of such terms, by the rate of this base.
    pub fn of(terms: &Terms, base: AssetCode) -> Self {
        match base == terms.from {
            true => Self { base, quote: terms.to, price: terms.ratio },
            false => Self { base, quote: terms.from, price: terms.inverse_ratio },
        }
    }

    /// The two currencies: `USD/JPY`.
    pub fn pair(&self) -> String {
        format!("{}/{}", self.base, self.quote)
    }
}

/// Why nothing is offered or exchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeRefusal {
    /// There is no price of it.
    #[error(transparent)]
    NoPrice(QuoteRefusal),
    /// The price of the moment is asked for with both amounts, or with none.
    #[error("one of the two amounts must be given")]
    OneAmount,
    /// The client gave its id to another request.
    #[error("this id was used for another exchange")]
    Inconsistent,
    /// The customer's contract is not in force, or it was suspended or closed.
    #[error("the customer cannot do business")]
    Abnormal,
    /// The customer was made no such offer.
    #[error("there is no such quote of this customer")]
    UnknownQuote,
    /// Another exchange came of the offer.
    #[error("the quote was used for another exchange")]
    QuoteUsed,
    /// It binds no more.
    #[error("the quote has expired")]
    QuoteExpired,
    /// What is asked for is not what was offered.
    #[error("{0} is not what was quoted")]
    QuoteDiffers(Quoted),
    /// The available balance is less than what is sold.
    #[error("the available balance is less than what is sold")]
    BalanceNotEnough,
    /// The balance of what is bought would be more than can be counted.
    #[error("the balance would be too large")]
    TooLarge,
}

/// A part of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    /// What is sold.
    Sell,
    /// What is bought.
    Buy,
    /// The pair of currencies.
    Pair,
    /// The price.
    Price,
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Quoted::Sell => "sell",
            Quoted::Buy => "buy",
            Quoted::Pair => "quoteCurrencyPair",
            Quoted::Price => "quotePrice",
        })
    }
}

/// The exchange that a client gave an id to, if it was this customer's money.
pub async fn find(
    house: &House,
    customer: &HolderId,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Exchange>, Failure> {
    let found = exchange::by_request(house.store(), client_id, request_id).await?;
    Ok(found.filter(|exchange| exchange.customer == *customer))
}

/// The exchange of a number, if it was this customer's money. Its journal has the number as its reference.
pub async fn by_id(
    house: &House,
    customer: &HolderId,
    exchange_id: &str,
) -> Result<Option<Exchange>, Failure> {
    let Ok(id) = exchange_id.parse() else { return Ok(None) };
    exchange::by_id(house.store(), customer, id).await
}
