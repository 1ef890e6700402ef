//! Assets: the currencies of amounts.

use crate::{Failure, House};
use money::Asset;

/// Every asset, by code.
pub async fn list(house: &House) -> Result<Vec<Asset>, Failure> {
    store::asset::all(house.store()).await
}
