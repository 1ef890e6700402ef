//! Builds a client: the settings that both dialects' clients share.

use std::{fmt, sync::Arc, time::Duration};

use crate::{Clock, Entropy, Error, Observer, Retry, SystemClock, SystemEntropy, caller::Caller, transport};

/// Builds a client with other settings than the default. `D` is the caller: see [`crate::BinancePayBuilder`] and
/// [`crate::WorldFirstBuilder`].
pub struct Builder<D> {
    pub(crate) base_url: String,
    pub(crate) settings: Settings,
    pub(crate) dialect: D,
}

/// The settings of both dialects' clients.
pub(crate) struct Settings {
    connecting: transport::Connecting,
    clock: Arc<dyn Clock>,
    clock_offset_ms: i64,
    entropy: Arc<dyn Entropy>,
    retry: Retry,
    observer: Option<Arc<dyn Observer>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connecting: transport::Connecting::default(),
            clock: Arc::new(SystemClock),
            clock_offset_ms: 0,
            entropy: Arc::new(SystemEntropy),
            retry: Retry::default(),
            observer: None,
        }
    }
}

impl<D> Builder<D> {
    pub(crate) fn new(base_url: &str, dialect: D) -> Self {
        Self { base_url: base_url.to_owned(), settings: Settings::default(), dialect }
    }

    pub(crate) fn caller(&self) -> Result<Caller, Error> {
        let settings = &self.settings;
        let transport = transport::Transport::new(&self.base_url, &settings.connecting)?;
        Ok(Caller::new(
            transport,
            Arc::clone(&settings.clock),
            settings.clock_offset_ms,
            Arc::clone(&settings.entropy),
            settings.retry,
            settings.observer.clone(),
        ))
    }

    /// Maximum time of one attempt of a call, until the end of its reply: 30 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.connecting.timeouts.whole = timeout;
        self
    }

    /// Maximum time to connect: 5 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connecting.timeouts.connect = timeout;
        self
    }

    /// Uses a proxy, as `http://user:password@proxy.example.com:3128`. By default the proxy of the environment is
    /// used, except for servers on this machine.
    #[must_use]
    pub fn proxy(mut self, url: &str) -> Self {
        self.settings.connecting.proxy = Some(url.to_owned());
        self
    }

    /// Trusts these certificates, in PEM, besides the machine's own, as authorities for the server.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.connecting.roots_pem.push(pem.as_ref().to_vec());
        self
    }

    /// The client's `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, name: &str) -> Self {
        self.settings.connecting.user_agent = Some(name.to_owned());
        self
    }

    /// The retry policy of calls.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// Replaces the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// How many milliseconds the server's clock is ahead of the local one. A client whose request is refused for its
    /// time learns the offset from the reply, and retries once.
    #[must_use]
    pub fn clock_offset_ms(mut self, ahead: i64) -> Self {
        self.settings.clock_offset_ms = ahead;
        self
    }

    /// Replaces the operating system's randomness for nonces and waits.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.settings.entropy = Arc::new(entropy);
        self
    }

    /// Reports every attempt of every call to an observer.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }
}

impl<D: fmt::Debug> fmt::Debug for Builder<D> {
    /// The URLs of server and proxy may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("who", &self.dialect)
            .field("timeouts", &self.settings.connecting.timeouts)
            .field("retry", &self.settings.retry)
            .finish_non_exhaustive()
    }
}
