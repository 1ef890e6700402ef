//! Cache of all assets in memory: they are few, and every amount needs one.

use crate::Failure;
use money::{Asset, AssetCode};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use store::Store;

#[derive(Debug, Default)]
pub(crate) struct Assets(RwLock<BTreeMap<AssetCode, Asset>>);

impl Assets {
    /// Reloads all assets.
    pub(crate) async fn load(&self, store: &Store) -> Result<(), Failure> {
        let assets = store::asset::all(store).await?;
        *self.0.write() = assets.into_iter().map(|asset| (asset.code, asset)).collect();
        Ok(())
    }

    /// The asset with a code. An asset added by another server is read from the database.
    pub(crate) async fn find(&self, store: &Store, code: AssetCode) -> Result<Option<Asset>, Failure> {
        let known = self.0.read().get(&code).copied();
        if known.is_some() {
            return Ok(known);
        }
        self.load(store).await?;
        Ok(self.0.read().get(&code).copied())
    }

    /// The asset of a stored row; every such asset exists.
    pub(crate) async fn stored(&self, store: &Store, code: AssetCode) -> Result<Asset, Failure> {
        let asset = self.find(store, code).await?;
        asset.ok_or_else(|| Failure::invariant(format!("asset {code} is not known")))
    }
}
