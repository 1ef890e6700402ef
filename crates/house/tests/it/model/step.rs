//! What can be done, and how chance picks it.

use super::{dice::Dice, town::Town};
use countinghouse_house::holder::HolderStatus;

/// Merchants come first, then those who only pay and receive.
pub(super) const MERCHANTS: usize = 2;
/// Everybody; each can pay and each can receive.
pub(super) const HOLDERS: usize = 6;

/// One call, or one thing that happens. Orders are named by their place in the model, holders by number.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Deposit { holder: usize, units: i64, reference: usize },
    Create { merchant: usize, trade_no: usize, units: i64, tagged: bool },
    Pay { order: usize, payer: usize },
    Close { order: usize },
    AddReceiver { merchant: usize, account: usize },
    RemoveReceiver { merchant: usize, account: usize },
    Submit { order: usize, request: usize, shares: Vec<(usize, i64)> },
    Return { order: usize, number: usize, request: usize, account: usize, units: i64 },
    Release { order: usize },
    SetStatus { holder: usize, status: HolderStatus },
    Advance { millis: i64 },
    RunJobs,
    Restart,
}

const HOUR: i64 = 3_600_000;

impl Step {
    /// A step that makes sense more often than not.
    pub(super) fn roll(dice: &mut Dice, town: &Town) -> Step {
        let merchant = dice.below(MERCHANTS);
        let (holder, account) = (dice.below(HOLDERS), dice.below(HOLDERS));
        if town.orders.is_empty() {
            return Self::create(dice, town, merchant);
        }
        match dice.below(100) {
            0..8 => Step::Deposit { holder, units: dice.units(2_000), reference: dice.below(200) },
            8..20 => Self::create(dice, town, merchant),
            20..36 => Step::Pay { order: town.pick(dice, |order| town.is_open(order)), payer: holder },
            36..38 => Step::Close { order: town.pick(dice, |order| town.is_open(order)) },
            38..46 => Step::AddReceiver { merchant, account },
            46..48 => Step::RemoveReceiver { merchant, account },
            48..66 => Self::submit(dice, town),
            66..76 => Self::give_back(dice, town),
            76..78 => Step::Release { order: town.pick(dice, |order| town.is_splittable(order)) },
            78..82 => Step::SetStatus { holder, status: Self::status(dice) },
            82..86 => Step::Advance { millis: Self::time(dice) },
            86..99 => Step::RunJobs,
            _ => Step::Restart,
        }
    }

    fn create(dice: &mut Dice, town: &Town, merchant: usize) -> Step {
        // Now and then a number that was used.
        let trade_no = if dice.once_in(12) { dice.below(town.orders.len() + 1) } else { town.orders.len() };
        Step::Create { merchant, trade_no, units: dice.units(400), tagged: !dice.once_in(6) }
    }

    /// Mostly of a paid order to bound receivers.
    fn submit(dice: &mut Dice, town: &Town) -> Step {
        let order = town.pick(dice, |order| town.is_splittable(order));
        let request = if dice.once_in(10) { dice.below(town.requests + 1) } else { town.requests };
        let bound = town.receivers_of(town.orders[order].merchant);
        let account = |dice: &mut Dice| {
            if bound.is_empty() || dice.once_in(12) {
                dice.below(HOLDERS)
            } else {
                bound[dice.below(bound.len())]
            }
        };
        let first = account(dice);
        let mut shares = vec![(first, dice.units(120))];
        for _ in 0..dice.below(3) {
            let (account, units) = (account(dice), dice.units(120));
            if account != first || dice.once_in(4) {
                shares.push((account, units));
            }
        }
        Step::Submit { order, request, shares }
    }

    /// Mostly of a split that there is, from one of its receivers.
    fn give_back(dice: &mut Dice, town: &Town) -> Step {
        let order = town.pick(dice, |order| !town.orders[order].splits.is_empty());
        let number = if dice.once_in(8) { dice.below(town.returns + 1) } else { town.returns };
        let splits = &town.orders[order].splits;
        let (mut request, mut account) = (dice.below(town.requests + 1), dice.below(HOLDERS));
        if !splits.is_empty() && !dice.once_in(10) {
            let split = &splits[dice.below(splits.len())];
            request = split.request;
            if !dice.once_in(8) {
                account = split.details[dice.below(split.details.len())].account;
            }
        }
        Step::Return { order, number, request, account, units: dice.units(80) }
    }

    fn status(dice: &mut Dice) -> HolderStatus {
        match dice.below(8) {
            0 => HolderStatus::Closed,
            1 => HolderStatus::Suspended,
            _ => HolderStatus::Active,
        }
    }

    fn time(dice: &mut Dice) -> i64 {
        match dice.below(20) {
            0 => 30 * 24 * HOUR,
            1..4 => HOUR,
            _ => dice.units(HOUR / 6),
        }
    }
}
