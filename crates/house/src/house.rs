//! The house: the dependencies of all use cases, in one handle.

use crate::{
    Abort, Clock, Entropy, Failure, FailureKind, Vault,
    assets::Assets,
    clock_lead::ClockLead,
    job::{
        class::{Class, Wakes},
        local::{LocalLease, LocalQueue},
    },
    lease::{self, Lease},
    open_error::OpenError,
    pay_id::PayIds,
    report::ended::Ended,
};
use ledger::{HolderId, Millis};
use money::{Asset, AssetCode};
use object_store::ObjectStore;
use std::{
    convert::Infallible,
    fmt,
    sync::{Arc, OnceLock},
};
use store::{Command, Store, Tx};
use tokio::sync::watch;

/// The purpose of a database. It is stamped at creation and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A test environment: test money can be credited.
    Twin,
    /// Real money: features of the twin do not exist.
    Live,
}

impl Mode {
    /// The name of the mode.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Twin => "twin",
            Mode::Live => "live",
        }
    }
}

/// Callback for a report's end.
type OnReport = Box<dyn Fn(Ended) + Send + Sync>;

/// The operator's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Days after payment until the rest of an order's split reserve becomes available.
    pub release_after_days: u32,
    /// Milliseconds until an order expires, if the request sets no time.
    pub order_ttl_ms: i64,
    /// Longest expiry time that a request may set, in milliseconds.
    pub order_max_ttl_ms: i64,
    /// The house's share of a conversion, in hundredths of a percent of the price: below 10,000.
    pub spread_bps: u32,
    /// Milliseconds for which a quote binds.
    pub quote_ttl_ms: i64,
    /// Milliseconds after which a rate is too old for conversions.
    pub max_rate_age_ms: i64,
    /// The same for a rate from a feed.
    pub max_feed_rate_age_ms: i64,
    /// Reports that a holder may request in a calendar month.
    pub reports_per_month: u32,
    /// Milliseconds for which a report's file is stored.
    pub report_ttl_ms: i64,
    /// Reports that a server builds at the same time; at least one.
    pub reports_at_once: usize,
    /// Milliseconds that an account's latest time may be ahead of the clock; beyond that, postings to it are
    /// refused.
    pub max_clock_lead_ms: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            release_after_days: 30,
            order_ttl_ms: 3_600_000,
            order_max_ttl_ms: 15 * 86_400_000,
            spread_bps: 10,
            quote_ttl_ms: 10_000,
            max_rate_age_ms: 86_400_000,
            max_feed_rate_age_ms: 60_000,
            reports_per_month: 50,
            report_ttl_ms: 86_400_000,
            reports_at_once: 2,
            max_clock_lead_ms: 5_000,
        }
    }
}

/// Sources of time, randomness and keys, and the storage of files.
#[derive(Clone)]
pub struct Tools {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Sealed secrets.
    pub vault: Vault,
    /// The storage of files. A file that it reports as existing must be on disk and complete.
    pub files: Arc<dyn ObjectStore>,
}

/// The cause of a command, and the holder it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The holder that the command is for.
    pub holder: HolderId,
    /// The actor, as recorded in journals: `key:…`, `provider:… key:…` for a service provider on behalf of
    /// the holder, `admin`, `fixture`, `job:…`.
    pub actor: String,
}

/// The house. Cheap to clone.
#[derive(Clone)]
pub struct House {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    mode: Mode,
    rules: Rules,
    tools: Tools,
    ids: PayIds,
    lease: Lease,
    clock_lead: ClockLead,
    owner: String,
    assets: Assets,
    /// Counts commits, to wake readers that wait for events.
    commits: watch::Sender<u64>,
    /// Wakes the workers of jobs.
    wakes: Wakes,
    /// Counts ended reports.
    on_report: OnceLock<OnReport>,
    /// Jobs that this server wrote with a lease of its own.
    local_jobs: LocalQueue,
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("House").field("mode", &self.inner.mode).finish_non_exhaustive()
    }
}

impl House {
    /// Opens a house on a store: stamps a new database, refuses one of the other mode, leases a node number.
    pub async fn open(store: Store, mode: Mode, rules: Rules, tools: Tools) -> Result<Self, OpenError> {
        let mut owner = [0_u8; 16];
        tools.entropy.fill(&mut owner);
        let owner = hex::encode(owner);
        let now = tools.clock.server_now();
        let open = Open {
            mode,
            owner: owner.clone(),
            now,
            until: now.plus(lease::MILLIS),
            alone: store.is_exclusive(),
        };
        let (node, leased_until) = match store.commit(open).await {
            Ok(node) => (node, now.plus(lease::MILLIS)),
            Err(Abort::Refused(error)) => return Err(error),
            // Existing data can be read; ids are made after the first renewal of the lease.
            Err(Abort::Failed(failure)) if store.is_exclusive() && failure.kind() == FailureKind::Storage => {
                check_stamp(&store, mode, failure).await?;
                (0, now)
            }
            Err(Abort::Failed(failure)) => return Err(failure.into()),
        };
        let assets = Assets::default();
        assets.load(&store).await?;
        let ids = PayIds::new(node, leased_until);
        let inner = Inner {
            store,
            mode,
            rules,
            tools,
            ids,
            lease: Lease::default(),
            clock_lead: ClockLead::default(),
            owner,
            assets,
            commits: watch::Sender::new(0),
            wakes: Wakes::default(),
            on_report: OnceLock::new(),
            local_jobs: LocalQueue::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The purpose of the database.
    pub fn mode(&self) -> Mode {
        self.inner.mode
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The storage of files.
    pub fn files(&self) -> &Arc<dyn ObjectStore> {
        &self.inner.tools.files
    }

    /// The operator's rules.
    pub fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// A holder's time.
    pub fn now(&self, holder: &HolderId) -> Millis {
        self.inner.tools.clock.now(holder)
    }

    /// The server's own time.
    pub fn server_now(&self) -> Millis {
        self.inner.tools.clock.server_now()
    }

    /// The asset with a code, if it exists.
    pub async fn asset(&self, code: AssetCode) -> Result<Option<Asset>, Failure> {
        self.inner.assets.find(self.store(), code).await
    }

    /// A counter that grows with each commit of this server.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.inner.commits.subscribe()
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.inner.tools.entropy
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.tools.vault
    }

    pub(crate) fn ids(&self) -> &PayIds {
        &self.inner.ids
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.inner.lease
    }

    pub(crate) fn clock_lead(&self) -> &ClockLead {
        &self.inner.clock_lead
    }

    /// 32 random lower-case hexadecimal digits, which cannot be guessed.
    pub(crate) fn token(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.entropy().fill(&mut bytes);
        hex::encode(bytes)
    }

    /// The asset of a stored row.
    pub(crate) async fn stored_asset(&self, code: AssetCode) -> Result<Asset, Failure> {
        self.inner.assets.stored(self.store(), code).await
    }

    /// The scale of a stored row's asset.
    pub async fn scale(&self, code: AssetCode) -> Result<u8, Failure> {
        Ok(self.stored_asset(code).await?.scale)
    }

    pub(crate) async fn reload_assets(&self) -> Result<(), Failure> {
        self.inner.assets.load(self.store()).await
    }

    /// Runs a command and wakes the waiters for its result: readers of events and the worker.
    pub(crate) async fn commit<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        let output =
            self.inner.store.commit(command).await.inspect_err(|abort| self.clock_lead().count(abort))?;
        self.inner.commits.send_modify(|count| *count += 1);
        self.wake_worker(Class::Short);
        Ok(output)
    }

    /// The same for a background command, which no caller waits for.
    pub(crate) async fn commit_in_background<C: Command>(
        &self,
        command: C,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        let committed = self.inner.store.commit_in_background(command).await;
        let output = committed.inspect_err(|abort| self.clock_lead().count(abort))?;
        self.inner.commits.send_modify(|count| *count += 1);
        Ok(output)
    }

    /// This server's unique name among the servers of the database.
    pub(crate) fn owner(&self) -> &str {
        &self.inner.owner
    }

    pub(crate) fn local_jobs(&self) -> &LocalQueue {
        &self.inner.local_jobs
    }

    /// A lease for a job to write now; none if this server's queue is full.
    pub(crate) fn local_lease(&self) -> Option<LocalLease> {
        self.inner.local_jobs.lease(self.owner(), self.server_now())
    }

    /// Wakes the worker of a class. A commit wakes the worker of short jobs.
    pub(crate) fn wake_worker(&self, class: Class) {
        self.inner.wakes.of(class).notify_one();
    }

    pub(crate) async fn jobs_may_be_ready(&self, class: Class) {
        self.inner.wakes.of(class).notified().await;
    }

    /// Sets the callback for ended builds of reports; only the first call has an effect.
    pub fn on_report(&self, told: impl Fn(Ended) + Send + Sync + 'static) {
        // A second caller shares the house with the first, whose callback counts for both.
        let _ = self.inner.on_report.set(Box::new(told));
    }

    pub(crate) fn report_ended(&self, ended: Ended) {
        if let Some(told) = self.inner.on_report.get() {
            told(ended);
        }
    }
}

/// The result of a command that has no refusal.
pub(crate) fn never_refused<T>(result: Result<T, Abort<Infallible>>) -> Result<T, Failure> {
    result.map_err(|abort| match abort {
        Abort::Failed(failure) => failure,
        Abort::Refused(never) => match never {},
    })
}

/// Checks that a database that cannot be written to now was opened before, for the same mode.
async fn check_stamp(store: &Store, mode: Mode, failure: Failure) -> Result<(), OpenError> {
    match store::meta::get(store, "mode").await? {
        Some(stamped) if stamped == mode.as_str() => Ok(()),
        Some(stamped) => Err(OpenError::OtherMode { stamped, asked: mode.as_str() }),
        None => Err(failure.into()),
    }
}

/// Stamps the database, seeds the assets and leases a node number.
struct Open {
    mode: Mode,
    owner: String,
    now: Millis,
    until: Millis,
    /// Whether no other server can use this database.
    alone: bool,
}

impl Command for Open {
    type Output = i64;
    type Refusal = OpenError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<OpenError>> {
        let stamped = store::meta::get_or_put(tx, "mode", self.mode.as_str()).await?;
        if stamped != self.mode.as_str() {
            return Err(Abort::Refused(OpenError::OtherMode { stamped, asked: self.mode.as_str() }));
        }
        for (code, scale) in money::seeded() {
            let code = AssetCode::new(code).map_err(Failure::invariant)?;
            store::asset::insert(tx, Asset::of(code, scale)).await?;
        }
        if self.alone {
            // The jobs of a server that died need not wait for their leases to end.
            store::job::end_leases(tx, self.now).await?;
        }
        lease::take(tx, &self.owner, self.now, self.until).await
    }
}
