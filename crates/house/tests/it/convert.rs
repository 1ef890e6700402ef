//! Converting: offers, orders, settlement, and what the house makes of it.

pub(crate) mod executions;
mod gains;
mod model;
mod positions;
mod quotes;
mod settling;
mod sweeping;

use countinghouse_house::{
    Abort, Caller, House, balance,
    convert::{self, ConvertOrder, ExecuteRefusal, Given, NewQuote, Quote, QuoteRefusal},
    deposit::{self, NewDeposit},
    rate::{self, Limits, NewRate},
};
use ledger::{HolderId, Wallet};
use money::Amount;
use testkit::house::{TestHouse, decimal, holder_id};

/// A merchant that has 1,000 USDT and 10 BNB in its funding wallet, and a rate of the two.
pub(crate) async fn desk(house: &TestHouse) -> Caller {
    let merchant = house.merchant(crate::MERCHANT).await;
    credit(house, &merchant.holder, Wallet::Funding, "USDT", "1000", "usdt").await;
    credit(house, &merchant.holder, Wallet::Funding, "BNB", "10", "bnb").await;
    set(house, "BNB", "USDT", "224.1", "224.203572").await;
    merchant
}

async fn credit(
    house: &House,
    holder: &HolderId,
    wallet: Wallet,
    asset: &str,
    amount: &str,
    reference: &str,
) {
    let caller = Caller { holder: holder.clone(), actor: "test".to_owned() };
    let (asset, reference) = (asset.to_owned(), reference.to_owned());
    let new =
        NewDeposit { wallet, asset, amount: decimal(amount), reference, payer: deposit::Payer::default() };
    assert!(deposit::post(house, &caller, &new).await.expect("money is credited").new);
}

pub(crate) fn new_rate(base: &str, quote: &str, bid: &str, ask: &str) -> NewRate {
    NewRate {
        base: base.to_owned(),
        quote: quote.to_owned(),
        bid: decimal(bid),
        ask: decimal(ask),
        limits: Limits::NONE,
        at: None,
    }
}

pub(crate) async fn set(house: &House, base: &str, quote: &str, bid: &str, ask: &str) {
    rate::set(house, vec![new_rate(base, quote, bid, ask)], "admin").await.expect("the rate is set");
}

/// Gets a rate into the database that the house would refuse to set.
pub(crate) async fn force(house: &House, base: &str, quote: &str, bid: &str, ask: &str) {
    let code = |code: &str| money::AssetCode::new(code).expect("a code");
    let rate = rate::Rate {
        base: code(base),
        quote: code(quote),
        bid: decimal(bid),
        ask: decimal(ask),
        source: "admin".to_owned(),
        at: house.server_now(),
        limits: Limits::NONE,
    };
    house.store().commit(Force(rate)).await.expect("commits");
}

struct Force(rate::Rate);

impl store::Command for Force {
    type Output = ();
    type Refusal = std::convert::Infallible;

    async fn run(&self, tx: &mut store::Tx<'_>) -> Result<(), Abort<Self::Refusal>> {
        store::asset::put_rates(tx, std::slice::from_ref(&self.0), store::asset::Over::Any).await?;
        Ok(())
    }
}

pub(crate) fn sell(amount: &str, from: &str, to: &str) -> NewQuote {
    let given = Given::From(decimal(amount));
    NewQuote { wallet: Wallet::Funding, from: from.to_owned(), to: to.to_owned(), given }
}

fn buy(amount: &str, to: &str, from: &str) -> NewQuote {
    NewQuote { given: Given::To(decimal(amount)), ..sell("0", from, to) }
}

async fn quote(house: &House, caller: &Caller, new: NewQuote) -> Result<Quote, Abort<QuoteRefusal>> {
    convert::quote(house, caller, new).await
}

/// An offer that can be executed.
pub(crate) async fn offer(house: &House, caller: &Caller, new: NewQuote) -> String {
    let quote = quote(house, caller, new).await.expect("an offer is made");
    quote.id.expect("the wallet holds enough")
}

pub(crate) async fn execute(
    house: &House,
    caller: &Caller,
    quote_id: &str,
) -> Result<ConvertOrder, Abort<ExecuteRefusal>> {
    convert::execute(house, caller, quote_id).await
}

pub(crate) async fn found(house: &House, caller: &Caller, order: &ConvertOrder) -> ConvertOrder {
    let found = convert::find(house, &caller.holder, &order.row.order_id.to_string()).await.expect("reads");
    found.expect("the order is there")
}

/// What the merchant has of an asset in its funding wallet: `80 and 20 frozen`.
async fn holds(house: &House, asset: &str) -> String {
    holds_in(house, Wallet::Funding, asset).await
}

async fn holds_in(house: &House, wallet: Wallet, asset: &str) -> String {
    let balances = balance::of(house, &holder_id(crate::MERCHANT)).await.expect("reads");
    let is_it = |balance: &&balance::Balance| balance.asset.as_str() == asset && balance.wallet == wallet;
    let Some(balance) = balances.iter().find(is_it) else { return "nothing".to_owned() };
    let shown = |amount: Amount| amount.to_decimal(balance.scale);
    format!("{} and {} frozen", shown(balance.available), shown(balance.frozen))
}
