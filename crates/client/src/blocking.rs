//! The same clients for programs without an asynchronous runtime: every call blocks the thread that makes it.
//!
//! Not to be used on a thread of an asynchronous runtime, where blocking panics; there the clients of the crate's
//! root belong.

use std::sync::Arc;
use tokio::runtime::Runtime;
use wire::{Endpoint, binance_pay, world_first};

use crate::{BinancePayBuilder, Error, WorldFirstBuilder};

/// [`crate::BinancePay`], blocking. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct BinancePay {
    client: crate::BinancePay,
    runtime: Arc<Runtime>,
}

impl BinancePay {
    /// As [`crate::BinancePay::new`].
    ///
    /// # Errors
    /// As there, or no thread can be started.
    pub fn new(base_url: &str, key: &str, secret: &str) -> Result<Self, Error> {
        Self::build(crate::BinancePay::builder(base_url, key, secret))
    }

    /// A client with other settings.
    ///
    /// # Errors
    /// As [`BinancePayBuilder::build`], or no thread can be started.
    pub fn build(builder: BinancePayBuilder) -> Result<Self, Error> {
        Ok(Self { client: builder.build()?, runtime: runtime()? })
    }

    /// As [`crate::BinancePay::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        self.runtime.block_on(self.client.send(request))
    }

    /// The client that does not block; [`BinancePay::wait`] waits for what it does.
    #[must_use]
    pub fn client(&self) -> &crate::BinancePay {
        &self.client
    }

    /// Waits for anything that the client does, as `pay.wait(pay.client().verify_webhook(&headers, body))`.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }
}

/// [`crate::WorldFirst`], blocking. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct WorldFirst {
    client: crate::WorldFirst,
    runtime: Arc<Runtime>,
}

impl WorldFirst {
    /// As [`crate::WorldFirst::new`].
    ///
    /// # Errors
    /// As there, or no thread can be started.
    pub fn new(
        base_url: &str,
        client_id: &str,
        private_key_pem: &str,
        provider_public_key_pem: &str,
    ) -> Result<Self, Error> {
        let builder =
            crate::WorldFirst::builder(base_url, client_id, private_key_pem, provider_public_key_pem);
        Self::build(builder)
    }

    /// A client with other settings.
    ///
    /// # Errors
    /// As [`WorldFirstBuilder::build`], or no thread can be started.
    pub fn build(builder: WorldFirstBuilder) -> Result<Self, Error> {
        Ok(Self { client: builder.build()?, runtime: runtime()? })
    }

    /// As [`crate::WorldFirst::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = world_first::WorldFirst>,
    {
        self.runtime.block_on(self.client.send(request))
    }

    /// The client that does not block; [`WorldFirst::wait`] waits for what it does.
    #[must_use]
    pub fn client(&self) -> &crate::WorldFirst {
        &self.client
    }

    /// Waits for anything that the client does.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }
}

/// One thread that looks after connections also while nobody calls, so that one that the server has closed meanwhile
/// is not written to.
fn runtime() -> Result<Arc<Runtime>, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("countinghouse-client")
        .enable_all()
        .build();
    runtime.map(Arc::new).map_err(|error| Error::encode(format!("no thread can be started: {error}")))
}
