//! Removal of quotes that were never executed.

use crate::{Abort, Failure, House, house::never_refused};
use ledger::Millis;
use std::convert::Infallible;
use store::{Command, Tx};

/// How long an expired quote is stored, so that a late request gets the answer "expired": a day.
const KEPT_MILLIS: i64 = 86_400_000;
/// Quotes removed in one commit.
const BITE: u64 = 1_000;

/// Removes quotes that were never executed, a day after they expired; returns their number. Call it from time
/// to time.
pub async fn sweep(house: &House) -> Result<u64, Failure> {
    let before = house.server_now().plus(-KEPT_MILLIS);
    let mut swept = 0;
    loop {
        let bite = never_refused(house.commit_in_background(Sweep { before }).await)?;
        swept += bite;
        if bite < BITE {
            return Ok(swept);
        }
    }
}

struct Sweep {
    before: Millis,
}

impl Command for Sweep {
    type Output = u64;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Abort<Infallible>> {
        Ok(store::convert::sweep(tx, self.before, BITE.cast_signed()).await?)
    }
}
