//! Exchange: a customer sells one currency for another, from and to its ordinary balance, at the house's price.
//!
//! The price is the current one, or that of an earlier quote, which binds until it expires. The exchange is
//! one journal, in the commit that is answered.

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

/// The wallet of exchanges.
const WALLET: Wallet = Wallet::NormalBalance;

/// A requested exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The side to sell.
    pub sell: AskedSide,
    /// The side to buy.
    pub buy: AskedSide,
}

/// One side of a requested exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedSide {
    /// The currency.
    pub currency: AssetCode,
    /// The amount in smallest units, if it is given for this side. The other one follows from the price.
    pub amount: Option<Amount>,
}

/// A price as reported: of one unit of the base of the rate, whichever side is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairPrice {
    /// The currency with the price.
    pub base: AssetCode,
    /// The currency that the price is in.
    pub quote: AssetCode,
    /// Price of one base in the quote currency, spread included; at most 8 decimals.
    pub price: Decimal,
}

impl PairPrice {
    /// The price of these terms, expressed for this base.
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

/// Why a quote or an exchange is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeRefusal {
    /// There is no price for it.
    #[error(transparent)]
    NoPrice(QuoteRefusal),
    /// A request at the current price has both amounts, or none.
    #[error("one of the two amounts must be given")]
    OneAmount,
    /// The client used this id for another request.
    #[error("this id was used for another exchange")]
    Inconsistent,
    /// The customer's contract is not in force, or it was suspended or closed.
    #[error("the customer cannot do business")]
    Abnormal,
    /// The customer has no such quote.
    #[error("there is no such quote of this customer")]
    UnknownQuote,
    /// The quote was executed by another exchange.
    #[error("the quote was used for another exchange")]
    QuoteUsed,
    /// It has expired.
    #[error("the quote has expired")]
    QuoteExpired,
    /// The request differs from the quote.
    #[error("{0} is not what was quoted")]
    QuoteDiffers(Quoted),
    /// The available balance is less than the amount to sell.
    #[error("the available balance is less than what is sold")]
    BalanceNotEnough,
    /// The balance of the bought currency would exceed the range of an amount.
    #[error("the balance would be too large")]
    TooLarge,
}

/// A part of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    /// The sold side.
    Sell,
    /// The bought side.
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

/// The exchange with a client's id for it, if it is this customer's.
pub async fn find(
    house: &House,
    customer: &HolderId,
    client_id: &str,
    request_id: &str,
) -> Result<Option<Exchange>, Failure> {
    let found = exchange::by_request(house.store(), client_id, request_id).await?;
    Ok(found.filter(|exchange| exchange.customer == *customer))
}

/// The exchange with a number, if it is this customer's. Its journal has the number as its reference.
pub async fn by_id(
    house: &House,
    customer: &HolderId,
    exchange_id: &str,
) -> Result<Option<Exchange>, Failure> {
    let Ok(id) = exchange_id.parse() else { return Ok(None) };
    exchange::by_id(house.store(), customer, id).await
}
