//! What can be done, how chance picks it, and doing it on the house itself.

use super::{
    bank::{ASSETS, Bank, CODES, LEASE, MERCHANTS, PAIRS, WALLETS},
    run_jobs,
};
use crate::{convert::new_rate, model::dice::Dice};
use countinghouse_house::{
    Abort, Caller, House, balance,
    convert::{self, Given, NewQuote},
    fixture,
    holder::{self, HolderStatus},
    rate::{self, NewRate},
};
use ledger::Wallet;
use money::{Amount, Decimal};
use std::fmt::Debug;
use testkit::house::{TestHouse, holder_id};

const SOURCES: [Wallet; WALLETS] = [Wallet::Funding, Wallet::Spot];
const DAY: i64 = 86_400_000;

/// One call, or one thing that happens. Everything is named by its place in the model.
#[derive(Debug, Clone)]
pub(super) enum Step {
    SetRate { pair: usize, bid: i64, ask: i64, of_feed: bool },
    RemoveRate { pair: usize },
    Deposit { merchant: usize, wallet: usize, asset: usize, units: i64 },
    Quote { merchant: usize, wallet: usize, from: usize, to: usize, gives_to: bool, units: i64 },
    Execute { offer: usize, merchant: usize },
    RunJobs,
    SetStatus { merchant: usize, status: HolderStatus },
    Advance { millis: i64 },
    Restart,
    Sweep,
}

impl Step {
    /// A step that makes sense more often than not.
    pub(super) fn roll(dice: &mut Dice, bank: &Bank) -> Step {
        let (merchant, wallet) = (dice.below(MERCHANTS), dice.below(WALLETS));
        match dice.below(100) {
            0..10 => Self::set_rate(dice),
            10..12 => Step::RemoveRate { pair: dice.below(PAIRS.len()) },
            12..22 => {
                let asset = dice.below(ASSETS);
                Step::Deposit { merchant, wallet, asset, units: Self::units(dice, asset) * 10 }
            }
            22..52 => Self::quote(dice, merchant, wallet),
            52..76 if !bank.offers.is_empty() => Self::execute(dice, bank, merchant),
            52..86 => Step::RunJobs,
            86..90 => Step::SetStatus { merchant, status: Self::status(dice) },
            90..96 => Step::Advance { millis: Self::time(dice) },
            96..98 => Step::Restart,
            _ => Step::Sweep,
        }
    }

    /// A few, or a few thousand whole ones.
    fn units(dice: &mut Dice, asset: usize) -> i64 {
        let whole = 10_i64.pow(CODES[asset].1);
        if dice.once_in(4) { dice.units(1_000) } else { dice.units(5_000) * whole + dice.units(whole) }
    }

    fn set_rate(dice: &mut Dice) -> Step {
        let bid = dice.units(100_000);
        let ask = if dice.once_in(8) { bid - dice.units(1_000) } else { bid + dice.units(100) - 1 };
        Step::SetRate { pair: dice.below(PAIRS.len()), bid, ask: ask.max(0), of_feed: dice.once_in(3) }
    }

    fn quote(dice: &mut Dice, merchant: usize, wallet: usize) -> Step {
        let (base, quote, _) = PAIRS[dice.below(PAIRS.len())];
        let (from, to) = match dice.below(20) {
            0 => (base, base),
            1 => (0, 1),
            even if even % 2 == 0 => (base, quote),
            _ => (quote, base),
        };
        let gives_to = dice.once_in(2);
        let units = Self::units(dice, if gives_to { to } else { from });
        Step::Quote { merchant, wallet, from, to, gives_to, units }
    }

    /// Mostly one of the latest, by whom it was made to.
    fn execute(dice: &mut Dice, bank: &Bank, merchant: usize) -> Step {
        let all = bank.offers.len();
        let offer = if dice.once_in(4) { dice.below(all) } else { all - 1 - dice.below(all.min(4)) };
        let merchant = if dice.once_in(10) { merchant } else { bank.offers[offer].merchant };
        Step::Execute { offer, merchant }
    }

    fn status(dice: &mut Dice) -> HolderStatus {
        match dice.below(4) {
            0 => HolderStatus::Suspended,
            1 => HolderStatus::Closed,
            _ => HolderStatus::Active,
        }
    }

    fn time(dice: &mut Dice) -> i64 {
        match dice.below(10) {
            0 => DAY,
            1 => 60_001,
            2 => 10_000,
            _ => dice.units(6_000),
        }
    }

    /// Does a step, on whichever server comes next, and says how the house answered.
    pub(super) async fn perform(
        &self,
        house: &mut TestHouse,
        other: Option<&House>,
        bank: &mut Bank,
    ) -> String {
        match self {
            Step::Restart => {
                house.restart().await;
                house.advance(LEASE).await;
                if let Some(other) = other {
                    other.renew_lease().await.expect("renewed");
                }
                "Ok".to_owned()
            }
            Step::Advance { millis } => {
                house.advance(*millis).await;
                if let Some(other) = other {
                    other.renew_lease().await.expect("renewed");
                }
                "Ok".to_owned()
            }
            Step::RunJobs => {
                run_jobs(house, other).await;
                "Ok".to_owned()
            }
            // Which server is asked depends on what was asked before, so that both are.
            step => match other {
                Some(other) if (bank.offers.len() + bank.deposits) % 2 == 1 => step.call(other, bank).await,
                _ => step.call(house, bank).await,
            },
        }
    }

    async fn call(&self, house: &House, bank: &mut Bank) -> String {
        match self {
            Step::SetRate { pair, bid, ask, of_feed } => set_rate(house, *pair, *bid, *ask, *of_feed).await,
            Step::RemoveRate { pair } => {
                let (base, quote, _) = PAIRS[*pair];
                match rate::remove(house, CODES[base].0, CODES[quote].0).await {
                    Err(Abort::Refused(refusal)) => format!("{:?}", refusal.problem),
                    result => word(result),
                }
            }
            Step::Deposit { merchant, wallet, asset, units } => {
                let (holder, reference) = (holder_id(&bank.id(*merchant)), bank.deposits.to_string());
                let (code, amount) = (CODES[*asset].0, decimal(*units, *asset).to_string());
                crate::convert::credit(house, &holder, SOURCES[*wallet], code, &amount, &reference).await;
                "Ok".to_owned()
            }
            Step::Quote { .. } => self.quote_on(house, bank).await,
            Step::Execute { offer, merchant } => {
                let caller = caller(bank, *merchant);
                match convert::execute(house, &caller, &bank.offers[*offer].id).await {
                    Ok(order) => {
                        let (from, to) =
                            (order.row.terms.from_amount.as_units(), order.row.terms.to_amount.as_units());
                        format!("Ok {:?} {from} {to}", order.row.status)
                    }
                    refused => word(refused),
                }
            }
            Step::SetStatus { merchant, status } => {
                word(holder::set_status(house, &holder_id(&bank.id(*merchant)), *status).await)
            }
            Step::Sweep => {
                convert::sweep(house).await.expect("sweeps");
                "Ok".to_owned()
            }
            Step::RunJobs | Step::Advance { .. } | Step::Restart => panic!("{self:?} is no call"),
        }
    }

    async fn quote_on(&self, house: &House, bank: &mut Bank) -> String {
        let Step::Quote { merchant, wallet, from, to, gives_to, units } = self else {
            panic!("{self:?} is no quote")
        };
        let given = match gives_to {
            true => Given::To(decimal(*units, *to)),
            false => Given::From(decimal(*units, *from)),
        };
        let (from, to) = (CODES[*from].0.to_owned(), CODES[*to].0.to_owned());
        let new = NewQuote { wallet: SOURCES[*wallet], from, to, given };
        match convert::quote(house, &caller(bank, *merchant), new).await {
            Ok(quote) => {
                let (from, to) = (quote.from_amount.as_units(), quote.to_amount.as_units());
                let answer = format!("Ok {from} {to} {}", quote.id.is_some());
                // The model has noted the offer already, as the last one.
                if let (Some(id), Some(offer)) = (quote.id, bank.offers.last_mut()) {
                    offer.id = id;
                }
                answer
            }
            refused => word(refused),
        }
    }
}

async fn set_rate(house: &House, pair: usize, bid: i64, ask: i64, of_feed: bool) -> String {
    let (base, quote, decimals) = PAIRS[pair];
    let price = |units: i64| Decimal::new(i128::from(units), decimals).expect("a price").to_string();
    let rates: Vec<NewRate> = vec![new_rate(CODES[base].0, CODES[quote].0, &price(bid), &price(ask))];
    if of_feed {
        let (set, refused) = rate::set_each(house, rates, rate::FEED).await.expect("sets");
        return format!("Ok {set} and {} refused", refused.len());
    }
    match rate::set(house, rates, "admin").await {
        Ok(count) => format!("Ok {count}"),
        Err(Abort::Refused(refusal)) => format!("{:?}", refusal.problem),
        failed => word(failed),
    }
}

/// The refusal's name, or `Ok`.
fn word<T, R: Debug>(result: Result<T, Abort<R>>) -> String {
    match result {
        Ok(_) => "Ok".to_owned(),
        Err(Abort::Refused(refusal)) => {
            let text = format!("{refusal:?}");
            text.split(['(', ' ']).next().unwrap_or_default().to_owned()
        }
        Err(Abort::Failed(failure)) => format!("failed: {failure}"),
    }
}

fn decimal(units: i64, asset: usize) -> Decimal {
    Amount::units(units).to_decimal(u8::try_from(CODES[asset].1).expect("few decimals"))
}

fn caller(bank: &Bank, merchant: usize) -> Caller {
    Caller { holder: holder_id(&bank.id(merchant)), actor: "key:model".to_owned() }
}

/// Makes the game's merchants; no rate is left of the game before.
pub(super) async fn open(house: &TestHouse, bank: &Bank) {
    for merchant in 0..MERCHANTS {
        house.holder(&fixture::merchant(&bank.id(merchant), "Shop", None)).await;
    }
    for rate in rate::list(house).await.expect("reads") {
        rate::remove(house, rate.base.as_str(), rate.quote.as_str()).await.expect("removed");
    }
}

/// Available and frozen units by merchant, wallet and asset.
pub(super) async fn balances(house: &House, bank: &Bank) -> [[[(i64, i64); ASSETS]; WALLETS]; MERCHANTS] {
    let mut found: [[[(i64, i64); ASSETS]; WALLETS]; MERCHANTS] = Default::default();
    for (merchant, wallets) in found.iter_mut().enumerate() {
        let all = balance::of(house, &holder_id(&bank.id(merchant))).await.expect("reads");
        for balance in all {
            let wallet = SOURCES.iter().position(|wallet| *wallet == balance.wallet).expect("a wallet");
            let asset = CODES.iter().position(|(code, _)| *code == balance.asset.as_str()).expect("an asset");
            wallets[wallet][asset] = (balance.available.as_units(), balance.frozen.as_units());
        }
    }
    found
}

/// The house's position and spread by asset, in units.
pub(super) async fn position(house: &House) -> [(i64, i64); ASSETS] {
    let mut found = [(0, 0); ASSETS];
    for of in convert::position(house).await.expect("reads") {
        let asset = CODES.iter().position(|(code, _)| *code == of.asset.as_str()).expect("an asset");
        let units = |number| Amount::from_decimal(number, of.scale).expect("small").as_units();
        found[asset] = (units(of.position), units(of.spread));
    }
    found
}
