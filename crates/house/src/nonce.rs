//! The replay guard shared by all servers: a nonce is valid once per key inside the window.

use crate::{Abort, Failure, House, house::never_refused};
use ledger::Millis;
use std::convert::Infallible;
use store::{Command, Tx};

/// Records a nonce; returns whether it was fresh, that is, not seen at `since` or later.
pub async fn claim(house: &House, api_key: &str, nonce: &str, since: Millis) -> Result<bool, Failure> {
    let claim = Claim {
        api_key: api_key.to_owned(),
        nonce: nonce.to_owned(),
        now: house.server_now(),
        cutoff: since,
    };
    never_refused(house.store().commit(claim).await)
}

/// Removes nonces older than `keep_ms`; returns their number.
pub async fn forget(house: &House, keep_ms: i64) -> Result<u64, Failure> {
    never_refused(house.store().commit(Forget { cutoff: house.server_now().plus(-keep_ms) }).await)
}

struct Claim {
    api_key: String,
    nonce: String,
    now: Millis,
    cutoff: Millis,
}

impl Command for Claim {
    type Output = bool;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<Infallible>> {
        Ok(store::nonce::claim(tx, &self.api_key, &self.nonce, self.now, self.cutoff).await?)
    }
}

struct Forget {
    cutoff: Millis,
}

impl Command for Forget {
    type Output = u64;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Abort<Infallible>> {
        Ok(store::nonce::forget(tx, self.cutoff).await?)
    }
}
