//! The same clients for programs without an asynchronous runtime: every call blocks its thread.
//!
//! Do not call these on a thread of an asynchronous runtime, where blocking panics; use the clients of the crate's
//! root there.

use std::sync::Arc;
use tokio::runtime::Runtime;
use wire::{Endpoint, binance_pay, world_first};

use crate::{BinancePayBuilder, Error, WorldFirstBuilder};

/// [`crate::BinancePay`], blocking. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct BinancePay {
    client: crate::BinancePay,
    threads: Arc<Threads>,
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
        Ok(Self { client: builder.build()?, threads: Threads::start()? })
    }

    /// As [`crate::BinancePay::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        self.threads.wait(self.client.send(request))
    }

    /// The asynchronous client; [`BinancePay::wait`] waits for its futures.
    pub fn client(&self) -> &crate::BinancePay {
        &self.client
    }

    /// Waits for any future of the client, as `pay.wait(pay.client().verify_webhook(&headers, body))`.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.threads.wait(what)
    }
}

/// [`crate::WorldFirst`], blocking. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct WorldFirst {
    client: crate::WorldFirst,
    threads: Arc<Threads>,
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
        Ok(Self { client: builder.build()?, threads: Threads::start()? })
    }

    /// As [`crate::WorldFirst::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = world_first::WorldFirst>,
    {
        self.threads.wait(self.client.send(request))
    }

    /// The asynchronous client; [`WorldFirst::wait`] waits for its futures.
    pub fn client(&self) -> &crate::WorldFirst {
        &self.client
    }

    /// Waits for any future of the client.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.threads.wait(what)
    }
}

/// One thread that serves connections also between calls, so that no request is written to a connection that the
/// server has closed meanwhile.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Threads {
    fn start() -> Result<Arc<Self>, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("countinghouse-client")
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => Ok(Arc::new(Self(Some(runtime)))),
            Err(error) => Err(Error::encode(format!("no thread can be started: {error}"))),
        }
    }

    fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.0.as_ref().expect("only dropping takes the runtime").block_on(what)
    }
}

impl Drop for Threads {
    /// A client may be dropped on any thread, also on one of a runtime, where waiting would panic. No call is in
    /// progress, since a caller would still hold the client.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
