//! The assets with their scales, kept in memory: they are few, and every amount needs one.

use crate::Failure;
use money::{Asset, AssetCode};
use parking_lot::RwLock;
use std::collections::BTreeMap;
use store::Store;

#[derive(Debug, Default)]
pub(crate) struct Assets(RwLock<BTreeMap<AssetCode, u8>>);

impl Assets {
    /// Reads all of them anew.
    pub(crate) async fn load(&self, store: &Store) -> Result<(), Failure> {
        let assets = store::asset::all(store).await?;
        *self.0.write() = assets.into_iter().map(|asset| (asset.code, asset.scale)).collect();
        Ok(())
    }

    /// The asset of a code. One that another server added is found in the database.
    pub(crate) async fn find(&self, store: &Store, code: AssetCode) -> Result<Option<Asset>, Failure> {
        let known = self.0.read().get(&code).copied();
        if let Some(scale) = known {
            return Ok(Some(Asset { code, scale }));
        }
        self.load(store).await?;
        Ok(self.0.read().get(&code).map(|scale| Asset { code, scale: *scale }))
    }

    /// The scale of an asset that a row names; every such asset is known.
    pub(crate) async fn scale(&self, store: &Store, code: AssetCode) -> Result<u8, Failure> {
        let asset = self.find(store, code).await?;
        asset.map(|asset| asset.scale).ok_or_else(|| Failure::invariant(format!("no scale for {code}")))
    }
}
