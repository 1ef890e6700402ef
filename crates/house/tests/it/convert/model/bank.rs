//! The model: who owns what, what was offered, and what the rules say. Plain numbers, no ledger.

use super::step::Step;
use countinghouse_house::holder::HolderStatus;

/// The assets by number, with their decimals.
pub(super) const CODES: [(&str, u32); 3] = [("BNB", 8), ("JPY", 0), ("USDT", 8)];
pub(super) const ASSETS: usize = CODES.len();
/// The pairs: base, quote, and the decimals of their prices.
pub(super) const PAIRS: [(usize, usize, u8); 2] = [(0, 2, 2), (2, 1, 3)];
pub(super) const MERCHANTS: usize = 2;
pub(super) const WALLETS: usize = 2;
pub(super) const SPREAD_BPS: i128 = 10;
pub(super) const QUOTE_TTL: i64 = 10_000;
pub(super) const LEASE: i64 = 30_000;
const DAY: i64 = 86_400_000;
/// A feed's rate may be this old.
const MINUTE: i64 = 60_000;

/// A rate as the model has it: bid and ask in the pair's decimals.
#[derive(Clone, Copy)]
struct Rate {
    bid: i64,
    ask: i64,
    at: i64,
    of_feed: bool,
}

/// An offer, with what came of it.
pub(super) struct Offer {
    pub(super) merchant: usize,
    wallet: usize,
    from: usize,
    from_units: i64,
    to: usize,
    to_units: i64,
    spread: i64,
    expire_at: i64,
    state: State,
    /// The house's id for it; none while the house was not asked.
    pub(super) id: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Swept,
    Process,
    Success,
    Fail,
}

pub(super) struct Bank {
    game: u32,
    now: i64,
    rates: [Option<Rate>; PAIRS.len()],
    statuses: [HolderStatus; MERCHANTS],
    /// Available and frozen units by merchant, wallet and asset.
    pub(super) balances: [[[(i64, i64); ASSETS]; WALLETS]; MERCHANTS],
    pub(super) offers: Vec<Offer>,
    /// The house's position and spread by asset, of this game and those before.
    pub(super) totals: [(i64, i64); ASSETS],
    pub(super) deposits: usize,
}

impl Bank {
    pub(super) fn new(game: u32, now: i64, totals: [(i64, i64); ASSETS]) -> Self {
        Self {
            game,
            now,
            rates: [None; PAIRS.len()],
            statuses: [HolderStatus::Active; MERCHANTS],
            balances: Default::default(),
            offers: Vec::new(),
            totals,
            deposits: 0,
        }
    }

    /// The id of a merchant.
    pub(super) fn id(&self, merchant: usize) -> String {
        format!("1{:04}{merchant}", self.game)
    }

    /// What must be answered; the model is then as the house must be.
    pub(super) fn expect(&mut self, step: &Step) -> String {
        match step {
            Step::SetRate { pair, bid, ask, of_feed } => {
                self.set_rate(*pair, Rate { bid: *bid, ask: *ask, at: self.now, of_feed: *of_feed })
            }
            Step::RemoveRate { pair } => {
                let was_there = self.rates[*pair].take().is_some();
                if was_there { "Ok" } else { "NotFound" }.to_owned()
            }
            Step::Deposit { merchant, wallet, asset, units } => {
                self.deposits += 1;
                self.balances[*merchant][*wallet][*asset].0 += units;
                "Ok".to_owned()
            }
            Step::Quote { merchant, wallet, from, to, gives_to, units } => {
                self.quote(*merchant, *wallet, (*from, *to), *gives_to, *units)
            }
            Step::Execute { offer, merchant } => self.execute(*offer, *merchant),
            Step::RunJobs => {
                self.run_jobs();
                "Ok".to_owned()
            }
            Step::SetStatus { merchant, status } => {
                self.statuses[*merchant] = *status;
                "Ok".to_owned()
            }
            Step::Advance { millis } => {
                self.now += millis;
                "Ok".to_owned()
            }
            Step::Restart => {
                // What the server had begun waits for the leases' end.
                self.now += LEASE;
                "Ok".to_owned()
            }
            Step::Sweep => self.sweep(),
        }
    }

    fn set_rate(&mut self, pair: usize, rate: Rate) -> String {
        let crossed = rate.bid > rate.ask;
        if !crossed {
            self.rates[pair] = Some(rate);
        }
        match (rate.of_feed, crossed) {
            (false, false) => "Ok 1".to_owned(),
            (false, true) => "Crossed".to_owned(),
            (true, crossed) => format!("Ok {} and {} refused", i32::from(!crossed), i32::from(crossed)),
        }
    }

    /// What one unit of `from` comes to in units of `to` without the spread: numerator and denominator.
    fn price(&self, from: usize, to: usize) -> Result<(i128, i128), &'static str> {
        let between = |(base, quote, _): &(usize, usize, u8)| {
            (*base, *quote) == (from, to) || (*base, *quote) == (to, from)
        };
        let Some(pair) = PAIRS.iter().position(between) else { return Err("NoPair") };
        let Some(rate) = self.rates[pair] else { return Err("NoPair") };
        if self.now - rate.at > if rate.of_feed { MINUTE } else { DAY } {
            return Err("StaleRate");
        }
        let (base, _, decimals) = PAIRS[pair];
        let unit = 10_i128.pow(u32::from(decimals));
        let (times, over) =
            if base == from { (i128::from(rate.bid), unit) } else { (unit, i128::from(rate.ask)) };
        Ok((times * 10_i128.pow(CODES[to].1), over * 10_i128.pow(CODES[from].1)))
    }

    fn quote(
        &mut self,
        merchant: usize,
        wallet: usize,
        (from, to): (usize, usize),
        gives_to: bool,
        units: i64,
    ) -> String {
        if from == to {
            return "SameAsset".to_owned();
        }
        let (times, over) = match self.price(from, to) {
            Ok(price) => price,
            Err(refusal) => return refusal.to_owned(),
        };
        let units = i128::from(units);
        let (net_times, net_over) = (times * (10_000 - SPREAD_BPS), over * 10_000);
        let (from_units, to_units) = if gives_to {
            ((units * net_over + net_times - 1) / net_times, units)
        } else {
            (units, units * net_times / net_over)
        };
        let most =
            |asset: usize| if CODES[asset].1 == 0 { 10_i128.pow(15) - 1 } else { i128::from(i64::MAX) };
        let outside = |units: i128, asset| units < 1 || units > most(asset);
        if outside(from_units, from) || outside(to_units, to) {
            return "OutsideLimits".to_owned();
        }
        let small = |units: i128| i64::try_from(units).expect("within the limits");
        let spread = small(from_units * times / over) - small(to_units);
        let (from_units, to_units) = (small(from_units), small(to_units));
        let is_offer = self.balances[merchant][wallet][from].0 >= from_units;
        if is_offer {
            let (expire_at, state, id) = (self.now + QUOTE_TTL, State::Open, String::new());
            let offer =
                Offer { merchant, wallet, from, from_units, to, to_units, spread, expire_at, state, id };
            self.offers.push(offer);
        }
        format!("Ok {from_units} {to_units} {is_offer}")
    }

    fn execute(&mut self, offer: usize, merchant: usize) -> String {
        let offer = &mut self.offers[offer];
        if offer.merchant != merchant || offer.state == State::Swept {
            return "Unknown".to_owned();
        }
        let balance = &mut self.balances[merchant][offer.wallet][offer.from];
        if offer.state == State::Open {
            if self.now >= offer.expire_at {
                return "Expired".to_owned();
            }
            if balance.0 < offer.from_units {
                return "BalanceGone".to_owned();
            }
            offer.state = State::Process;
            balance.0 -= offer.from_units;
            balance.1 += offer.from_units;
        }
        let status = match offer.state {
            State::Success => "Success",
            State::Fail => "Fail",
            _ => "Process",
        };
        format!("Ok {status} {} {}", offer.from_units, offer.to_units)
    }

    fn run_jobs(&mut self) {
        for offer in self.offers.iter_mut().filter(|offer| offer.state == State::Process) {
            let wallet = &mut self.balances[offer.merchant][offer.wallet];
            wallet[offer.from].1 -= offer.from_units;
            if self.statuses[offer.merchant] == HolderStatus::Active {
                offer.state = State::Success;
                wallet[offer.to].0 += offer.to_units;
                self.totals[offer.from].0 += offer.from_units;
                self.totals[offer.to].0 -= offer.to_units + offer.spread;
                self.totals[offer.to].1 += offer.spread;
            } else {
                offer.state = State::Fail;
                wallet[offer.from].0 += offer.from_units;
            }
        }
    }

    /// Offers of games before this one may go as well, so that the number is not told.
    fn sweep(&mut self) -> String {
        for offer in &mut self.offers {
            if offer.state == State::Open && offer.expire_at < self.now - DAY {
                offer.state = State::Swept;
            }
        }
        "Ok".to_owned()
    }
}
