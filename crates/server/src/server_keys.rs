//! The keys that this server signs with, read once and kept in memory: one series for each dialect.
//!
//! The first one is generated when a server starts on a database without any. The time alone decides which of several
//! keys signs, see [`house::server_key`].

use house::{
    Failure, House,
    server_key::{self, NewServerKey, Signs},
};
use ledger::Millis;
use parking_lot::RwLock;
use std::sync::Arc;
use wire::world_first::{SigningKey, sign::KeyError};

/// One version of the server's key.
pub struct ServerKey {
    /// Its version: the `keyVersion` of its signatures.
    pub version: i64,
    /// The key.
    pub key: SigningKey,
    /// Time of creation.
    pub created_at: Millis,
    /// Time from which it no longer signs, if set.
    pub retire_at: Option<Millis>,
}

/// A dialect's valid keys, the signing one first.
pub struct ServerKeys {
    signs: Signs,
    keys: RwLock<Arc<[Arc<ServerKey>]>>,
}

impl ServerKeys {
    /// Reads the keys of a database; generates the first one if it has none.
    ///
    /// # Errors
    /// When the database fails, or a key cannot be generated, opened or read.
    pub async fn load_or_make(house: &House, signs: Signs) -> Result<Self, Failure> {
        if server_key::current(house, signs).await?.is_none() {
            let made = SigningKey::generate().and_then(|key| kept(&key)).map_err(|error| unusable(&error))?;
            server_key::keep_first(house, signs, &made).await?;
        }
        Ok(Self { signs, keys: RwLock::new(read(house, signs).await?) })
    }

    /// One key outside the database, for a server whose callers are in its own process.
    pub fn only(signs: Signs, key: SigningKey, created_at: Millis) -> Self {
        let only = Arc::new(ServerKey { version: 1, key, created_at, retire_at: None });
        Self { signs, keys: RwLock::new(Arc::new([only])) }
    }

    /// Reads the keys again, after one was added here or by another server.
    ///
    /// # Errors
    /// When the database fails, or a key cannot be opened or read; the keys in use stay then.
    pub async fn reload(&self, house: &House) -> Result<(), Failure> {
        let keys = read(house, self.signs).await?;
        *self.keys.write() = keys;
        Ok(())
    }

    /// The signing key at a time.
    pub fn current(&self, now: Millis) -> Arc<ServerKey> {
        let keys = self.keys.read();
        let signs = |key: &&Arc<ServerKey>| key.retire_at.is_none_or(|end| now < end);
        let key = keys.iter().find(signs).or(keys.last());
        Arc::clone(key.expect("there is at least one, or none of it was read"))
    }

    /// Every valid key at a time, the signing one first.
    pub fn valid(&self, now: Millis) -> Vec<Arc<ServerKey>> {
        let keys = self.keys.read();
        keys.iter().filter(|key| key.retire_at.is_none_or(|end| now < end)).cloned().collect()
    }
}

/// Converts a key into the house's stored form.
///
/// # Errors
/// When it cannot be encoded.
pub fn kept(key: &SigningKey) -> Result<NewServerKey, KeyError> {
    Ok(NewServerKey { private_key: key.to_pkcs8_der()?, public_pem: key.public().to_pem() })
}

async fn read(house: &House, signs: Signs) -> Result<Arc<[Arc<ServerKey>]>, Failure> {
    let keys = server_key::valid(house, signs).await?;
    let read = keys.into_iter().map(|kept| {
        let key = SigningKey::from_pkcs8_der(&kept.private_key).map_err(|error| unusable(&error))?;
        Ok(Arc::new(ServerKey {
            version: kept.version,
            key,
            created_at: kept.created_at,
            retire_at: kept.retire_at,
        }))
    });
    let read: Arc<[_]> = read.collect::<Result<_, Failure>>()?;
    if read.is_empty() {
        return Err(Failure::invariant("every signing key of this server has retired"));
    }
    Ok(read)
}

fn unusable(error: &KeyError) -> Failure {
    Failure::invariant(format!("a signing key of this server {error}"))
}
