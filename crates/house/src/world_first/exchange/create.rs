//! Execution of an exchange: in one journal and one commit, once per client's id for it.

use super::{Asked, AskedSide, ExchangeRefusal, PairPrice, Quoted, WALLET, quote::price};
use crate::{
    Abort, Caller, Failure, House,
    convert::{QuoteRefusal, settle},
    posting::{PostingTime, not_posted},
    world_first::{
        account::Opening,
        transfer::{actor, is_able},
    },
};
use ledger::{AccountKey, Book, Bucket, HolderId, Journal, JournalKind, Millis, PayId, PostError};
use money::{Amount, AssetCode, Decimal};
use store::{
    Command, Tx, account,
    convert::{QuoteRow, Terms, lock_quote, set_executed},
    event::{self, EventKind},
    world_first::{
        exchange::{self, Exchange, TakenQuote},
        transfer::party_in,
    },
};

/// An exchange to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExchange {
    /// The client that requests it.
    pub client_id: String,
    /// The client's own id for it. A repeat of the id with the same request gives the same exchange.
    pub request_id: String,
    /// The two sides. At the current price, one amount is given; with a quote, given amounts must equal the
    /// quote's.
    pub asked: Asked,
    /// The quote to execute; none for the current price.
    pub appointed: Option<Appointed>,
}

/// The quote to execute, and the caller's expectations of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointed {
    /// Its id.
    pub quote_id: String,
    /// The expected pair, if any: `USD/JPY`.
    pub pair: Option<String>,
    /// The expected price, if any.
    pub price: Option<Decimal>,
}

/// Makes an exchange, or answers with the earlier exchange of the same request.
pub async fn create(
    house: &House,
    customer: &HolderId,
    new: NewExchange,
) -> Result<Exchange, Abort<ExchangeRefusal>> {
    let caller = Caller { holder: customer.clone(), actor: actor(&new.client_id) };
    let bought = new.asked.buy.currency;
    let opening = Opening::new(house, customer, WALLET, bought.as_str());
    let not_offered =
        |_| Abort::Refused(ExchangeRefusal::NoPrice(QuoteRefusal::UnknownAsset(bought.to_string())));
    let create = Create {
        price: match &new.appointed {
            Some(_) => None,
            None => Some(price_now(house, customer, &new.asked).await?),
        },
        opening: opening.map_err(not_offered)?,
        house: house.clone(),
        caller,
        new,
        exchange_id: house.pay_id().await?,
        journal: house.pay_id().await?,
    };
    house.commit(create).await
}

/// The current price. A missing price is reported only after checking that the exchange was not made before.
async fn price_now(
    house: &House,
    customer: &HolderId,
    asked: &Asked,
) -> Result<Result<Agreed, ExchangeRefusal>, Failure> {
    match price(house, customer, asked).await {
        Ok(draft) => Ok(Ok(Agreed { terms: draft.terms(), base: draft.quote.base, quote: None })),
        Err(Abort::Refused(refusal)) => Ok(Err(refusal)),
        Err(Abort::Failed(failure)) => Err(failure),
    }
}

/// The agreed terms of an exchange.
#[derive(Debug, Clone)]
struct Agreed {
    terms: Terms,
    /// The base of the rate.
    base: AssetCode,
    /// The quote with these terms.
    quote: Option<TakenQuote>,
}

struct Create {
    house: House,
    caller: Caller,
    new: NewExchange,
    /// The current price, or the reason why there is none; absent if a quote is executed.
    price: Option<Result<Agreed, ExchangeRefusal>>,
    /// The account of the bought currency, which may be the customer's first in it.
    opening: Opening,
    exchange_id: PayId,
    journal: PayId,
}

impl Command for Create {
    type Output = Exchange;
    type Refusal = ExchangeRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Exchange, Abort<ExchangeRefusal>> {
        let holder = &self.caller.holder;
        let quote = match &self.new.appointed {
            Some(appointed) => lock_quote(tx, holder, &appointed.quote_id).await?,
            None => None,
        };
        if let Some(refusal) = self.hopeless(tx, quote.as_deref()).await? {
            // Looked up last: the same request may have been executed first and changed the state read here.
            return self.before(tx).await?.ok_or(Abort::Refused(refusal));
        }
        // Before any account of the ledger is locked, as with deposits.
        self.opening.run(tx).await?;
        let mut book = account::lock(tx, &self.accounts()).await?;
        // After locking: of two equal requests, the second sees the first's exchange.
        if let Some(before) = self.before(tx).await? {
            return Ok(before);
        }
        let time = self.house.posting_time(&book, holder)?;
        // Checked again, because the quote may have expired during the wait for the locks.
        let agreed = self.agreed(quote.as_deref(), self.house.now(holder)).map_err(Abort::Refused)?;
        let done_at = self.post(tx, &mut book, &agreed.terms, time).await?;
        account::save(tx, &book).await?;
        let row = self.row(agreed, done_at);
        exchange::insert(tx, &row).await?;
        if let Some(quote) = &quote {
            set_executed(tx, quote, self.exchange_id).await?;
        }
        event::record(tx, holder, EventKind::ExchangeFinished, &self.exchange_id.to_string(), done_at)
            .await?;
        Ok(row)
    }
}

impl Create {
    /// The accounts of the sold and the bought currency.
    fn accounts(&self) -> [AccountKey; 2] {
        let asked = &self.new.asked;
        [asked.sell.currency, asked.buy.currency]
            .map(|currency| AccountKey::new(&self.caller.holder, WALLET, currency, Bucket::Available))
    }

    /// A reason for a refusal in the current state, found without writing: most refusals should cost no more
    /// than that.
    async fn hopeless(
        &self,
        tx: &mut Tx<'_>,
        quote: Option<&QuoteRow>,
    ) -> Result<Option<ExchangeRefusal>, Failure> {
        let holder = &self.caller.holder;
        let party = party_in(tx, holder).await?;
        if !party.as_ref().is_some_and(is_able) {
            return Ok(Some(ExchangeRefusal::Abnormal));
        }
        let agreed = match self.agreed(quote, self.house.now(holder)) {
            Ok(agreed) => agreed,
            Err(refusal) => return Ok(Some(refusal)),
        };
        let [sold, _] = self.accounts();
        let is_short = account::balance_in(tx, &sold).await? < agreed.terms.from_amount;
        Ok(is_short.then_some(ExchangeRefusal::BalanceNotEnough))
    }

    /// The earlier exchange with this id, if its request is the same.
    async fn before(&self, tx: &mut Tx<'_>) -> Result<Option<Exchange>, Abort<ExchangeRefusal>> {
        let row = exchange::by_request_in(tx, &self.new.client_id, &self.new.request_id).await?;
        let Some(row) = row else { return Ok(None) };
        let (asked, terms) = (&self.new.asked, &row.terms);
        let told = PairPrice::of(terms, row.base);
        let is_what_was_told = |appointed: &Appointed| {
            appointed.pair.as_ref().is_none_or(|pair| *pair == told.pair())
                && appointed.price.is_none_or(|price| price == told.price)
        };
        let is_same = row.customer == self.caller.holder
            && asked.sell == AskedSide { currency: terms.from, amount: row.asked_from }
            && asked.buy == AskedSide { currency: terms.to, amount: row.asked_to }
            && row.taken.as_ref().map(|quote| &quote.quote_id)
                == self.new.appointed.as_ref().map(|appointed| &appointed.quote_id)
            && self.new.appointed.as_ref().is_none_or(is_what_was_told);
        if is_same { Ok(Some(row)) } else { Err(Abort::Refused(ExchangeRefusal::Inconsistent)) }
    }

    /// The terms of the exchange at a time.
    fn agreed(&self, quote: Option<&QuoteRow>, now: Millis) -> Result<Agreed, ExchangeRefusal> {
        match &self.price {
            Some(price) => price.clone(),
            None => self.taken(quote, now),
        }
    }

    /// The terms of the quote, if it can be executed.
    fn taken(&self, quote: Option<&QuoteRow>, now: Millis) -> Result<Agreed, ExchangeRefusal> {
        let offer = quote.and_then(|quote| Some((quote, quote.base?)));
        let (quote, base) = offer.ok_or(ExchangeRefusal::UnknownQuote)?;
        if quote.order_id.is_some() {
            return Err(ExchangeRefusal::QuoteUsed);
        }
        if now >= quote.expire_at {
            return Err(ExchangeRefusal::QuoteExpired);
        }
        let (asked, terms) = (&self.new.asked, quote.terms.clone());
        let is = |side: AskedSide, currency: AssetCode, amount: Amount| {
            side.currency == currency && side.amount.is_none_or(|asked| asked == amount)
        };
        let told = PairPrice::of(&terms, base);
        let appointed = self.new.appointed.as_ref();
        let (pair, price) = appointed.map_or((None, None), |taken| (taken.pair.as_deref(), taken.price));
        let differs = [
            (Quoted::Sell, !is(asked.sell, terms.from, terms.from_amount)),
            (Quoted::Buy, !is(asked.buy, terms.to, terms.to_amount)),
            (Quoted::Pair, pair.is_some_and(|pair| pair != told.pair())),
            (Quoted::Price, price.is_some_and(|price| price != told.price)),
        ];
        if let Some((part, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(ExchangeRefusal::QuoteDiffers(part));
        }
        let taken = TakenQuote {
            quote_id: quote.quote_id.clone(),
            created_at: quote.created_at,
            expire_at: quote.expire_at,
        };
        Ok(Agreed { terms, base, quote: Some(taken) })
    }

    /// Makes the exchange; returns its effective time.
    async fn post(
        &self,
        tx: &mut Tx<'_>,
        book: &mut Book,
        terms: &Terms,
        time: PostingTime,
    ) -> Result<Millis, Abort<ExchangeRefusal>> {
        let at = time.millis();
        let journal = Journal::draft(&self.caller.holder, JournalKind::Exchange, self.journal, at)
            .about(self.exchange_id)
            .by(&self.caller.actor);
        match time.post(book, settle::exchange(journal, terms, Bucket::Available)?) {
            Ok(()) => {}
            Err(PostError::Insufficient { .. }) => {
                return Err(Abort::Refused(ExchangeRefusal::BalanceNotEnough));
            }
            Err(PostError::Overflow(_)) => return Err(Abort::Refused(ExchangeRefusal::TooLarge)),
            Err(error) => return Err(not_posted(error).into()),
        }
        // The sum of available and frozen money must be in range. Freezing money needs the lock of the
        // available account, so the sum cannot grow here.
        let [_, bought] = self.accounts();
        let frozen = AccountKey { bucket: Bucket::Frozen, ..bought.clone() };
        let frozen = account::balance_in(tx, &frozen).await?;
        match book.balance(&bought).checked_add(frozen) {
            Some(_) => Ok(at),
            None => Err(Abort::Refused(ExchangeRefusal::TooLarge)),
        }
    }

    fn row(&self, agreed: Agreed, done_at: Millis) -> Exchange {
        let new = self.new.clone();
        Exchange {
            customer: self.caller.holder.clone(),
            exchange_id: self.exchange_id,
            client_id: new.client_id,
            request_id: new.request_id,
            asked_from: new.asked.sell.amount,
            asked_to: new.asked.buy.amount,
            terms: agreed.terms,
            base: agreed.base,
            taken: agreed.quote,
            done_at,
        }
    }
}
