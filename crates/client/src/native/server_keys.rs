//! The keys that the server signs with.

use super::Native;
use crate::Error;
use wire::native::{RotateServerKey, ServerKey, ServerKeys};

const WORLD_FIRST: &str = "/v1/world-first/server-keys";
const CERTIFICATES: &str = "/v1/binance-pay/certificates";

impl Native {
    /// Lists the keys that sign WorldFirst's replies, the current one first.
    pub async fn server_keys(&self) -> Result<ServerKeys, Error> {
        self.get(WORLD_FIRST).await
    }

    /// Rotates the key that signs WorldFirst's replies.
    pub async fn rotate_server_key(&self, next: &RotateServerKey) -> Result<ServerKey, Error> {
        self.post(WORLD_FIRST, next).await
    }

    /// Lists the keys that sign Binance Pay's webhooks, the current one first.
    pub async fn certificates(&self) -> Result<ServerKeys, Error> {
        self.get(CERTIFICATES).await
    }

    /// Rotates the key that signs Binance Pay's webhooks.
    pub async fn rotate_certificate(&self, next: &RotateServerKey) -> Result<ServerKey, Error> {
        self.post(CERTIFICATES, next).await
    }
}
