//! The servers' signing keys: encrypted at rest, rotated with both keys valid for a while.
//!
//! WorldFirst's replies are verified with a key in the callers' configuration, so the oldest valid key signs:
//! a rotation publishes the next key, which takes over when the previous one retires. Binance Pay's webhooks
//! name the certificate for their verification, and receivers fetch it: the newest key signs at once, and the
//! previous one is listed until it retires.

use crate::{Failure, House, house::never_refused, vault::Sealed};
use ledger::Millis;
use std::{convert::Infallible, fmt};
use store::{
    Abort, Command, Tx,
    server_key::{self, ServerKeyRow},
};

pub use store::server_key::Signs;
use zeroize::Zeroizing;

/// A key with its private part.
#[derive(Clone)]
pub struct ServerKey {
    /// Its version, from 1; each dialect counts its own. WorldFirst's `keyVersion`.
    pub version: i64,
    /// The private key: PKCS#8 as DER.
    pub private_key: Zeroizing<Vec<u8>>,
    /// The public key as PEM.
    pub public_pem: String,
    /// When it was added to the database.
    pub created_at: Millis,
    /// The time from which it is invalid, if set.
    pub retire_at: Option<Millis>,
}

/// A key to store. The server has checked that it is a key and that its parts belong together.
#[derive(Clone)]
pub struct NewServerKey {
    /// The private key: PKCS#8 as DER.
    pub private_key: Zeroizing<Vec<u8>>,
    /// The public key as PEM.
    pub public_pem: String,
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerKey")
            .field("version", &self.version)
            .field("retire_at", &self.retire_at)
            .finish_non_exhaustive()
    }
}

/// The context of an encrypted private key: its public key, so that it cannot be combined with another.
fn context(signs: Signs, public_pem: &str) -> String {
    format!("{}_server_key {public_pem}", signs.as_str())
}

fn from_row(house: &House, row: ServerKeyRow) -> Result<ServerKey, Failure> {
    let sealed = Sealed { by: row.sealed_by, bytes: row.private_key };
    Ok(ServerKey {
        version: row.version,
        private_key: house.vault().open(&context(row.signs, &row.public_pem), &sealed)?,
        public_pem: row.public_pem,
        created_at: row.created_at,
        retire_at: row.retire_at,
    })
}

impl NewServerKey {
    fn row(&self, house: &House, signs: Signs) -> Result<ServerKeyRow, Failure> {
        let context = context(signs, &self.public_pem);
        let sealed = house.vault().seal(house.entropy(), &context, &self.private_key)?;
        Ok(ServerKeyRow {
            signs,
            version: 0,
            private_key: sealed.bytes,
            sealed_by: sealed.by,
            public_pem: self.public_pem.clone(),
            created_at: house.server_now(),
            retire_at: None,
        })
    }
}

/// The key that signs now; `None` before the first key is stored.
///
/// # Errors
/// When the database fails, or a key cannot be decrypted.
pub async fn current(house: &House, signs: Signs) -> Result<Option<ServerKey>, Failure> {
    Ok(valid(house, signs).await?.into_iter().next())
}

/// Every key of a dialect that is valid now, the signing key first.
///
/// # Errors
/// When the database fails, or a key cannot be decrypted.
pub async fn valid(house: &House, signs: Signs) -> Result<Vec<ServerKey>, Failure> {
    let mut rows = server_key::valid(house.store(), signs, house.server_now()).await?;
    if signs == Signs::BinancePay {
        rows.reverse();
    }
    rows.into_iter().map(|row| from_row(house, row)).collect()
}

/// Stores the first key, unless one exists; returns the signing key. Servers that start on one database at
/// the same time get the same key.
pub async fn keep_first(house: &House, signs: Signs, new: &NewServerKey) -> Result<ServerKey, Failure> {
    never_refused(house.commit(KeepFirst { row: new.row(house, signs)? }).await)?;
    current(house, signs)
        .await?
        .ok_or_else(|| Failure::invariant("no key signs, although there is a first one"))
}

/// Stores the next key, generated or imported. The earlier keys retire after the overlap, or at their set
/// time if that is sooner; with an overlap of zero or less, the new key is the only one at once.
pub async fn rotate(
    house: &House,
    signs: Signs,
    new: &NewServerKey,
    overlap_ms: i64,
) -> Result<ServerKey, Failure> {
    let row = new.row(house, signs)?;
    let retire_at = row.created_at.plus(overlap_ms.max(0));
    let row = never_refused(house.commit(Rotate { row, retire_at }).await)?;
    from_row(house, row)
}

struct KeepFirst {
    row: ServerKeyRow,
}

impl Command for KeepFirst {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        if server_key::newest(tx, self.row.signs).await? == 0 {
            // Another server's key may be inserted first at the same moment; then that is the first.
            server_key::insert(tx, &ServerKeyRow { version: 1, ..self.row.clone() }).await?;
        }
        Ok(())
    }
}

struct Rotate {
    row: ServerKeyRow,
    retire_at: Millis,
}

impl Command for Rotate {
    type Output = ServerKeyRow;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<ServerKeyRow, Abort<Infallible>> {
        let version = server_key::insert_next(tx, &self.row).await?;
        server_key::retire_before(tx, self.row.signs, version, self.retire_at).await?;
        Ok(ServerKeyRow { version, ..self.row.clone() })
    }
}
