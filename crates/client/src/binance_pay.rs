//! The client of the Binance Pay merchant API: one function for every endpoint.

use reqwest::Method;
use std::{fmt, sync::Arc, time::Duration};
use wire::{Endpoint, binance_pay};

use crate::{
    Clock, Credentials, Entropy, Error, SignedRequest, SystemClock, SystemEntropy,
    ambient::nonce,
    error::Kind,
    transport::{self, Timeouts, Transport},
};

/// The provider's own host.
pub const BINANCE_PAY_URL: &str = "https://bpay.binanceapi.com";

/// Calls the Binance Pay merchant API with one API key. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct BinancePay {
    transport: Transport,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Makes a [`BinancePay`] with other than the usual settings.
pub struct BinancePayBuilder {
    base_url: String,
    credentials: Credentials,
    timeouts: Timeouts,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl BinancePay {
    /// A client of the server at `base_url` with the usual settings: 5 s to connect, 30 s for a whole call.
    ///
    /// # Errors
    /// The URL is not one of HTTP, or TLS cannot be set up on this machine.
    pub fn new(base_url: &str, key: &str, secret: &str) -> Result<Self, Error> {
        Self::builder(base_url, key, secret).build()
    }

    /// Begins a client with other settings.
    #[must_use]
    pub fn builder(base_url: &str, key: &str, secret: &str) -> BinancePayBuilder {
        BinancePayBuilder {
            base_url: base_url.to_owned(),
            credentials: Credentials::new(key, secret),
            timeouts: Timeouts::default(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// Calls an endpoint: writes the request once, signs those bytes, sends them and reads the answer. Nothing
    /// is checked before it is sent; the server's word counts.
    ///
    /// # Errors
    /// The server refused the call, was not reached, or answered something else; see [`Error`].
    pub async fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        let signed = self.sign(request)?;
        let mut http = self.transport.request(Method::POST, &signed.path);
        for (name, value) in signed.headers {
            http = http.header(name, value);
        }
        let reply = transport::send(http.body(signed.body)).await?;
        let answer = match wire::decode::reply::<E>(&reply.body) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(fault)) => Error::new(Kind::Refused(fault)),
            Err(error) => Error::decode(error, &reply.body),
        };
        Err(answer.replied(reply.http_status, reply.request_id))
    }

    /// The request that [`BinancePay::send`] would send now.
    ///
    /// # Errors
    /// The request cannot be written as JSON, which no type of [`wire`] brings about.
    pub fn sign<E>(&self, request: &E) -> Result<SignedRequest, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        self.credentials.sign(request, self.clock.now_ms(), &nonce(&*self.entropy))
    }
}

impl BinancePayBuilder {
    /// How long a whole call may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.whole = timeout;
        self
    }

    /// How long connecting may take.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// Takes the time from somewhere else than the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes the randomness of nonces from somewhere else than the operating system.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// The URL is not one of HTTP, or TLS cannot be set up on this machine.
    pub fn build(self) -> Result<BinancePay, Error> {
        Ok(BinancePay {
            transport: Transport::new(&self.base_url, self.timeouts)?,
            credentials: self.credentials,
            clock: self.clock,
            entropy: self.entropy,
        })
    }
}

impl fmt::Debug for BinancePay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinancePay").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

impl fmt::Debug for BinancePayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinancePayBuilder")
            .field("base_url", &self.base_url)
            .field("credentials", &self.credentials)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
