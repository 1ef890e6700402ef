//! Shared by the handlers of exchanges: the customer, the request, the faults and the replies.

use crate::world_first::serve::Call;
use house::{
    convert::{QuoteRefusal, Side},
    world_first::{
        Product,
        customer::Customer,
        exchange::{Asked, AskedSide, Exchange, ExchangeRefusal, PairPrice, Quoted},
        offered,
    },
};
use ledger::Millis;
use money::AssetCode;
use wire::{
    text::{Text, Whole},
    world_first::{
        Amount, AskedAmount, Fault, codes,
        fund::exchange::{APPOINTED, ExchangeState, Quote, REALTIME, SPOT},
        oauth::Token,
        time,
    },
};

/// The fields of a body that identify the customer, besides the headers.
pub(super) struct Whose<'b> {
    pub(super) customer_id: &'b Option<Text>,
    pub(super) account_id: &'b Option<Text>,
    pub(super) access_token: &'b Option<Token>,
}

/// The customer of a call of this family.
pub(super) async fn customer<E>(call: &Call<E>, whose: Whose<'_>) -> Result<Customer, Fault> {
    let mut claims = call.claims()?;
    claims.token(whose.access_token.as_ref().map(AsRef::as_ref));
    claims.customer("customerId", whose.customer_id.as_deref());
    claims.customer("accountId", whose.account_id.as_deref());
    call.customer_of(&claims, Product::Exchange).await
}

/// Converts the request into the house's form. Only spot trades are supported.
pub(super) fn asked(trade_type: &str, sell: &AskedAmount, buy: &AskedAmount) -> Result<Asked, Fault> {
    if trade_type != SPOT {
        return Err(Fault::new(&codes::UN_SUPPORT_BUSINESS).because("exchangeTradeType must be SPOT here"));
    }
    Ok(Asked { sell: side("sell", sell)?, buy: side("buy", buy)? })
}

fn side(field: &str, asked: &AskedAmount) -> Result<AskedSide, Fault> {
    let known = AssetCode::new(&asked.currency).ok().filter(|code| offered(*code));
    let currency = known.ok_or_else(|| {
        let reason = format!("{field}.currency is neither of ISO 4217 nor CNH");
        Fault::new(&codes::CURRENCY_NOT_SUPPORT).because(reason)
    })?;
    if asked.value.is_some_and(Whole::is_beyond) {
        let reason = format_args!("{field}.value is out of range");
        return Err(Fault::new(&codes::AMOUNT_EXCEED_LIMIT).because(reason));
    }
    Ok(AskedSide { currency, amount: asked.value.map(|value| money::Amount::units(value.0)) })
}

/// The fault of a refused offer or exchange.
pub(super) fn refused(refusal: ExchangeRefusal) -> Fault {
    let (code, reason) = match refusal {
        ExchangeRefusal::NoPrice(refusal) => return no_price(refusal),
        ExchangeRefusal::OneAmount => (&codes::PARAM_ILLEGAL, "either sell.value or buy.value must be given"),
        ExchangeRefusal::QuoteDiffers(part) => (&codes::PARAM_ILLEGAL, differs(part)),
        ExchangeRefusal::Inconsistent => {
            (&codes::REPEAT_REQ_INCONSISTENT, "exchangeRequestId was used for another exchange")
        }
        ExchangeRefusal::Abnormal => {
            (&codes::USER_STATUS_ABNORMAL, "the customer that the call is about cannot do business")
        }
        ExchangeRefusal::UnknownQuote => {
            (&codes::PROCESS_FAIL, "quote.quoteId names no quote of this customer")
        }
        ExchangeRefusal::QuoteUsed => (&codes::PROCESS_FAIL, "quote.quoteId was used for another exchange"),
        ExchangeRefusal::QuoteExpired => {
            (&codes::QUOTE_EXPIRED, "quote.quoteId names a quote that has expired")
        }
        ExchangeRefusal::BalanceNotEnough => {
            (&codes::BALANCE_NOT_ENOUGH, "sell is more than the customer has available")
        }
        ExchangeRefusal::TooLarge => {
            (&codes::AMOUNT_EXCEED_LIMIT, "buy would make the customer's balance too large")
        }
    };
    Fault::new(code).because(reason)
}

fn differs(part: Quoted) -> &'static str {
    match part {
        Quoted::Sell => "sell is not what was quoted",
        Quoted::Buy => "buy is not what was quoted",
        Quoted::Pair => "quote.quoteCurrencyPair is not what was quoted",
        Quoted::Price => "quote.quotePrice is not what was quoted",
    }
}

fn no_price(refusal: QuoteRefusal) -> Fault {
    let name = |side| match side {
        Side::From => "sell",
        Side::To => "buy",
    };
    match refusal {
        QuoteRefusal::UnknownAsset(_) => Fault::new(&codes::CURRENCY_NOT_SUPPORT)
            .because("sell.currency or buy.currency is not one that customers can have here"),
        QuoteRefusal::SameAsset => {
            Fault::new(&codes::PARAM_ILLEGAL).because("buy.currency must differ from sell.currency")
        }
        QuoteRefusal::NoPair => Fault::new(&codes::CURRENCY_NOT_SUPPORT)
            .because("sell.currency and buy.currency are not exchanged for each other"),
        QuoteRefusal::StaleRate => Fault::new(&codes::PROCESS_FAIL)
            .because("there is no price of sell.currency and buy.currency at present; nothing was done"),
        QuoteRefusal::Amount { side, error } => {
            Fault::new(&codes::AMOUNT_EXCEED_LIMIT).because(format_args!("{}: {error}", name(side)))
        }
        QuoteRefusal::OutsideLimits { side, min, max } => Fault::new(&codes::AMOUNT_EXCEED_LIMIT)
            .because(format_args!("{} must be {min} to {max} of its currency", name(side))),
    }
}

/// An amount in minor units, which are the ledger's own.
pub(super) fn amount(asset: AssetCode, amount: money::Amount) -> Amount {
    Amount::new(asset.as_str(), amount.as_units())
}

/// A price; with an offer's id and times if it is a binding offer.
pub(super) fn quote(price: &PairPrice, offer: Option<(&str, Millis, Millis)>) -> Quote {
    let at = |at: Millis| time::text(at.get()).into();
    Quote {
        quote_id: offer.map(|(id, ..)| id.into()),
        quote_currency_pair: price.pair().into(),
        quote_price: price.price.into(),
        quote_start_time: offer.map(|(_, start, _)| at(start)),
        quote_expiry_time: offer.map(|(.., expiry)| at(expiry)),
        guaranteed: offer.map(|_| true),
    }
}

/// A completed exchange.
pub(super) fn done(exchange: Exchange) -> ExchangeState {
    let (terms, taken) = (&exchange.terms, exchange.taken.as_ref());
    let offer = taken.map(|taken| (taken.quote_id.as_str(), taken.created_at, taken.expire_at));
    let done_at: Text = time::text(exchange.done_at.get()).into();
    ExchangeState {
        exchange_result: (&codes::SUCCESS).into(),
        exchange_id: Some(exchange.exchange_id.to_string().into()),
        sell: Some(amount(terms.from, terms.from_amount)),
        buy: Some(amount(terms.to, terms.to_amount)),
        exchange_create_time: Some(done_at.clone()),
        exchange_finish_time: Some(done_at),
        quote: Some(quote(&PairPrice::of(terms, exchange.base), offer)),
        exchange_mode: Some(if offer.is_some() { APPOINTED } else { REALTIME }.into()),
        exchange_trade_type: Some(SPOT.into()),
        exchange_request_id: exchange.request_id.into(),
    }
}
