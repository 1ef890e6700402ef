//! The model: who owns what, and what the rules say. Plain numbers, no ledger.

use super::{
    dice::Dice,
    step::{HOLDERS, MERCHANTS, Step},
};
use countinghouse_house::holder::HolderStatus;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The second merchant's terms: its fee in hundredths of a percent, and the tenths that it may split.
pub(super) const FEE_BPS: i64 = 150;
pub(super) const RATE_TENTHS: i64 = 6;

pub(super) struct Detail {
    pub(super) account: usize,
    units: i64,
    paid: bool,
    returned: i64,
}

pub(super) struct Split {
    pub(super) request: usize,
    pub(super) details: Vec<Detail>,
    finished: bool,
}

#[derive(PartialEq, Clone, Copy)]
enum State {
    Open,
    Paid { at: i64, payer: usize },
    Closed,
}

pub(super) struct Order {
    pub(super) merchant: usize,
    pub(super) trade_no: usize,
    units: i64,
    tagged: bool,
    expire_at: i64,
    state: State,
    limit: i64,
    left: i64,
    released: bool,
    pub(super) splits: Vec<Split>,
}

/// What a return was asked as, and how it ended.
type Asked = (usize, usize, usize, i64);

pub(super) struct Town {
    game: u32,
    now: i64,
    /// Available and frozen units of each holder.
    pub(super) balances: [(i64, i64); HOLDERS],
    statuses: [HolderStatus; HOLDERS],
    bound: BTreeSet<(usize, usize)>,
    deposits: BTreeMap<(usize, usize), i64>,
    pub(super) orders: Vec<Order>,
    /// Request ids and return numbers count from 0 for all merchants together.
    pub(super) requests: usize,
    used_requests: BTreeSet<(usize, usize)>,
    pub(super) returns: usize,
    used_returns: BTreeMap<(usize, usize), (Asked, String)>,
}

impl Town {
    pub(super) fn new(game: u32, now: i64) -> Self {
        Self {
            game,
            now,
            balances: [(0, 0); HOLDERS],
            statuses: [HolderStatus::Active; HOLDERS],
            bound: BTreeSet::new(),
            deposits: BTreeMap::new(),
            orders: Vec::new(),
            requests: 0,
            used_requests: BTreeSet::new(),
            returns: 0,
            used_returns: BTreeMap::new(),
        }
    }

    /// The Binance ID of a holder; for payers their id as well.
    pub(super) fn account(&self, holder: usize) -> String {
        format!("35{:04}{holder:04}", self.game)
    }

    /// The id of a holder.
    pub(super) fn id(&self, holder: usize) -> String {
        if holder < MERCHANTS { format!("1{:04}{holder}", self.game) } else { self.account(holder) }
    }

    /// What must be answered; the model is then as the house must be.
    pub(super) fn expect(&mut self, step: &Step) -> String {
        let answer = match step {
            Step::Deposit { holder, units, reference } => self.deposit(*holder, *units, *reference),
            Step::Create { merchant, trade_no, units, tagged } => {
                self.create(*merchant, *trade_no, *units, *tagged)
            }
            Step::Pay { order, payer } => self.pay(*order, *payer),
            Step::Close { order } => self.close(*order),
            Step::AddReceiver { merchant, account } => self.add_receiver(*merchant, *account),
            Step::RemoveReceiver { merchant, account } => {
                if self.bound.remove(&(*merchant, *account)) {
                    "Ok"
                } else {
                    "NotBound"
                }
            }
            Step::Submit { order, request, shares } => self.submit(*order, *request, shares),
            Step::Return { order, number, request, account, units } => {
                return self.give_back(*number, (*order, *request, *account, *units));
            }
            Step::Release { order } => return self.release(*order),
            Step::SetStatus { holder, status } => {
                self.statuses[*holder] = *status;
                "Ok"
            }
            Step::Advance { millis } => {
                self.now += millis;
                "Ok"
            }
            Step::RunJobs => self.run_jobs(),
            Step::Restart => "Ok",
        };
        answer.to_owned()
    }

    fn deposit(&mut self, holder: usize, units: i64, reference: usize) -> &'static str {
        match self.deposits.insert((holder, reference), units) {
            None => {
                self.balances[holder].0 += units;
                "Ok"
            }
            Some(before) if before == units => "Ok",
            Some(before) => {
                self.deposits.insert((holder, reference), before);
                "ReferenceUsed"
            }
        }
    }

    fn create(&mut self, merchant: usize, trade_no: usize, units: i64, tagged: bool) -> &'static str {
        if self.orders.iter().any(|order| (order.merchant, order.trade_no) == (merchant, trade_no)) {
            return "TradeNoUsed";
        }
        self.orders.push(Order {
            merchant,
            trade_no,
            units,
            tagged,
            expire_at: self.now + HOUR,
            state: State::Open,
            limit: 0,
            left: 0,
            released: false,
            splits: Vec::new(),
        });
        "Ok"
    }

    pub(super) fn is_open(&self, order: usize) -> bool {
        self.orders[order].state == State::Open && self.now < self.orders[order].expire_at
    }

    pub(super) fn is_splittable(&self, order: usize) -> bool {
        self.orders[order].left > 0
    }

    /// Those whom a merchant has bound.
    pub(super) fn receivers_of(&self, merchant: usize) -> Vec<usize> {
        self.bound.iter().filter(|(of, _)| *of == merchant).map(|(_, account)| *account).collect()
    }

    /// An order for which something can be done, if there is one; now and then any.
    pub(super) fn pick(&self, dice: &mut Dice, fits: impl Fn(usize) -> bool) -> usize {
        let fitting: Vec<usize> = (0..self.orders.len()).filter(|order| fits(*order)).collect();
        if fitting.is_empty() || dice.once_in(8) {
            dice.below(self.orders.len())
        } else {
            fitting[dice.below(fitting.len())]
        }
    }

    fn pay(&mut self, order: usize, payer: usize) -> &'static str {
        let merchant = self.orders[order].merchant;
        match self.orders[order].state {
            State::Paid { payer: before, .. } => return if before == payer { "Ok" } else { "Paid" },
            State::Closed => return "Closed",
            State::Open if !self.is_open(order) => return "Expired",
            State::Open => {}
        }
        if payer == merchant {
            return "NoPayer";
        }
        if self.statuses[payer] != HolderStatus::Active {
            return "PayerNotActive";
        }
        if self.statuses[merchant] != HolderStatus::Active {
            return "MerchantNotActive";
        }
        let order = &mut self.orders[order];
        if self.balances[payer].0 < order.units {
            return "Insufficient";
        }
        let (fee_bps, tenths) = if merchant == 1 { (FEE_BPS, RATE_TENTHS) } else { (0, 10) };
        let net = order.units - order.units * fee_bps / 10_000;
        let reserve = if order.tagged { net.min(order.units * tenths / 10) } else { 0 };
        order.state = State::Paid { at: self.now, payer };
        (order.limit, order.left) = (reserve, reserve);
        self.balances[payer].0 -= order.units;
        self.balances[merchant].0 += net - reserve;
        self.balances[merchant].1 += reserve;
        "Ok"
    }

    fn close(&mut self, order: usize) -> &'static str {
        if self.orders[order].state == State::Closed {
            return "Ok";
        }
        if !self.is_open(order) {
            return "NotClosable";
        }
        self.orders[order].state = State::Closed;
        "Ok"
    }

    fn add_receiver(&mut self, merchant: usize, account: usize) -> &'static str {
        if account == merchant {
            return "Own";
        }
        if self.statuses[account] == HolderStatus::Closed {
            return "NoAccount";
        }
        self.bound.insert((merchant, account));
        "Ok"
    }

    fn submit(&mut self, order: usize, request: usize, shares: &[(usize, i64)]) -> &'static str {
        let sum: i64 = shares.iter().map(|(_, units)| units).sum();
        let order = &mut self.orders[order];
        let accounts: BTreeSet<usize> = shares.iter().map(|(account, _)| *account).collect();
        if self.used_requests.contains(&(order.merchant, request)) {
            return "RequestIdUsed";
        }
        if !matches!(order.state, State::Paid { .. }) {
            return "NotPaid";
        }
        if !order.tagged {
            return "NotForSplitting";
        }
        if order.splits.iter().any(|split| !split.finished) {
            return "SplitUnderWay";
        }
        if accounts.len() < shares.len() {
            return "SameAccountTwice";
        }
        if accounts.iter().any(|account| !self.bound.contains(&(order.merchant, *account))) {
            return "NotBound";
        }
        if accounts.iter().any(|account| self.statuses[*account] == HolderStatus::Closed) {
            return "AccountClosed";
        }
        if order.left == 0 {
            return "NothingLeft";
        }
        if sum > order.left {
            return "TooMuch";
        }
        order.left -= sum;
        let detail = |(account, units): &(usize, i64)| Detail {
            account: *account,
            units: *units,
            paid: false,
            returned: 0,
        };
        order.splits.push(Split { request, details: shares.iter().map(detail).collect(), finished: false });
        self.used_requests.insert((order.merchant, request));
        self.requests = self.requests.max(request + 1);
        "Ok"
    }

    fn give_back(&mut self, number: usize, asked: Asked) -> String {
        let (order, request, account, units) = asked;
        let merchant = self.orders[order].merchant;
        if let Some((before, answer)) = self.used_returns.get(&(merchant, number)) {
            return if *before == asked { answer.clone() } else { "NumberUsed".to_owned() };
        }
        let order = &mut self.orders[order];
        let split = order.splits.iter_mut().find(|split| split.request == request);
        let Some(split) = split else { return "NotFound".to_owned() };
        if !split.finished {
            return "NotFinished".to_owned();
        }
        let detail = split.details.iter_mut().find(|detail| detail.account == account);
        let Some(detail) = detail else { return "NotReceiver".to_owned() };
        if !detail.paid || units > detail.units - detail.returned {
            return "TooMuch".to_owned();
        }
        let mut answer = "Ok 3";
        if self.balances[account].0 >= units {
            answer = "Ok 2";
            detail.returned += units;
            self.balances[account].0 -= units;
            if order.released {
                self.balances[merchant].0 += units;
            } else {
                self.balances[merchant].1 += units;
                order.left += units;
            }
        }
        self.used_returns.insert((merchant, number), (asked, answer.to_owned()));
        self.returns = self.returns.max(number + 1);
        answer.to_owned()
    }

    fn release(&mut self, order: usize) -> String {
        let order = &mut self.orders[order];
        if !matches!(order.state, State::Paid { .. }) || order.limit == 0 {
            return "NoReserve".to_owned();
        }
        if order.released {
            return "Released".to_owned();
        }
        format!("Ok {}", release(order, &mut self.balances))
    }

    fn run_jobs(&mut self) -> &'static str {
        for order in &mut self.orders {
            settle(order, &mut self.balances, &self.statuses);
            let is_over = matches!(order.state, State::Paid { at, .. } if at + 30 * DAY <= self.now);
            if is_over && order.limit > 0 && !order.released {
                release(order, &mut self.balances);
            }
        }
        "Ok"
    }
}

/// Makes what is left available; says how much.
fn release(order: &mut Order, balances: &mut [(i64, i64); HOLDERS]) -> i64 {
    let left = std::mem::take(&mut order.left);
    order.released = true;
    balances[order.merchant].0 += left;
    balances[order.merchant].1 -= left;
    left
}

/// Pays the receivers of an open split.
fn settle(order: &mut Order, balances: &mut [(i64, i64); HOLDERS], statuses: &[HolderStatus; HOLDERS]) {
    let Some(split) = order.splits.iter_mut().find(|split| !split.finished) else { return };
    split.finished = true;
    for detail in &mut split.details {
        detail.paid = statuses[detail.account] != HolderStatus::Closed;
        if detail.paid {
            balances[order.merchant].1 -= detail.units;
            balances[detail.account].0 += detail.units;
        } else if order.released {
            balances[order.merchant].1 -= detail.units;
            balances[order.merchant].0 += detail.units;
        } else {
            order.left += detail.units;
        }
    }
}
