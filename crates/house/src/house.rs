//! The house: what every use case needs, in one handle.

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

/// What a database is for. It is stamped when it is made, and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A stand-in for tests: test money can be credited.
    Twin,
    /// Real money: nothing that a twin allows exists.
    Live,
}

impl Mode {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Twin => "twin",
            Mode::Live => "live",
        }
    }
}

/// Is told how a build of a report ended.
type OnReport = Box<dyn Fn(Ended) + Send + Sync>;

/// What the operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Days after payment until what is left of an order's split reserve becomes available.
    pub release_after_days: u32,
    /// Milliseconds until an order expires whose maker did not say.
    pub order_ttl_ms: i64,
    /// The longest that an order's maker may say, in milliseconds.
    pub order_max_ttl_ms: i64,
    /// What the house keeps of a conversion, in hundredths of a percent of the price: below 10,000.
    pub spread_bps: u32,
    /// Milliseconds for which an offer to convert binds.
    pub quote_ttl_ms: i64,
    /// Milliseconds after which a rate is too old to convert at.
    pub max_rate_age_ms: i64,
    /// The same for a rate that a feed brought.
    pub max_feed_rate_age_ms: i64,
    /// Reports that a holder may ask for in a calendar month.
    pub reports_per_month: u32,
    /// Milliseconds for which a report's file is kept.
    pub report_ttl_ms: i64,
    /// Reports that a server builds at the same time; at least one.
    pub reports_at_once: usize,
    /// Milliseconds by which an account's latest time may be ahead of the clock for it to be posted to.
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

/// Where time, randomness and keys come from, and where files go.
#[derive(Clone)]
pub struct Tools {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Sealed secrets.
    pub vault: Vault,
    /// Where files are kept. What it says is there must be on disk and whole.
    pub files: Arc<dyn ObjectStore>,
}

/// Who acts, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The holder that it belongs to.
    pub holder: HolderId,
    /// Who causes it, as journals note it: `key:…`, `provider:… key:…` for a service provider that acts for the
    /// holder, `admin`, `fixture`, `job:…`.
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
    /// Counts commits, so that those who wait for events wake up.
    commits: watch::Sender<u64>,
    /// Wakes the workers of jobs.
    wakes: Wakes,
    /// Who counts reports.
    on_report: OnceLock<OnReport>,
    /// Jobs that this server wrote leased to itself.
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
            // What is there can be read; ids are made from the first renewal of the lease on.
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

    /// What the database is for.
    pub fn mode(&self) -> Mode {
        self.inner.mode
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Where files are kept.
    pub fn files(&self) -> &Arc<dyn ObjectStore> {
        &self.inner.tools.files
    }

    /// What the operator decided.
    pub fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// The time as a holder lives it.
    pub fn now(&self, holder: &HolderId) -> Millis {
        self.inner.tools.clock.now(holder)
    }

    /// The server's own time.
    pub fn server_now(&self) -> Millis {
        self.inner.tools.clock.server_now()
    }

    /// The asset of a code, if there is one.
    pub async fn asset(&self, code: AssetCode) -> Result<Option<Asset>, Failure> {
        self.inner.assets.find(self.store(), code).await
    }

    /// Tells of commits: its value grows with each of this server's.
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

    /// 32 lower-case hexadecimal digits that nobody can guess.
    pub(crate) fn token(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.entropy().fill(&mut bytes);
        hex::encode(bytes)
    }

    /// The asset that a row names.
    pub(crate) async fn stored_asset(&self, code: AssetCode) -> Result<Asset, Failure> {
        self.inner.assets.stored(self.store(), code).await
    }

    /// The scale of an asset that a row names.
    pub async fn scale(&self, code: AssetCode) -> Result<u8, Failure> {
        Ok(self.stored_asset(code).await?.scale)
    }

    pub(crate) async fn reload_assets(&self) -> Result<(), Failure> {
        self.inner.assets.load(self.store()).await
    }

    /// Runs a command and wakes those who wait for what it wrote.
    pub(crate) async fn commit<C: Command>(&self, command: C) -> Result<C::Output, Abort<C::Refusal>> {
        let output =
            self.inner.store.commit(command).await.inspect_err(|abort| self.clock_lead().count(abort))?;
        self.inner.commits.send_modify(|count| *count += 1);
        self.wake_worker(Class::Short);
        Ok(output)
    }

    /// The same for a command that no caller waits for.
    pub(crate) async fn commit_in_background<C: Command>(
        &self,
        command: C,
    ) -> Result<C::Output, Abort<C::Refusal>> {
        let committed = self.inner.store.commit_in_background(command).await;
        let output = committed.inspect_err(|abort| self.clock_lead().count(abort))?;
        self.inner.commits.send_modify(|count| *count += 1);
        Ok(output)
    }

    /// This server's name towards the others.
    pub(crate) fn owner(&self) -> &str {
        &self.inner.owner
    }

    pub(crate) fn local_jobs(&self) -> &LocalQueue {
        &self.inner.local_jobs
    }

    /// A lease for a job to be written now, unless this server has enough to do.
    pub(crate) fn local_lease(&self) -> Option<LocalLease> {
        self.inner.local_jobs.lease(self.owner(), self.server_now())
    }

    /// Has a worker look for jobs. A commit does so for the short ones.
    pub(crate) fn wake_worker(&self, class: Class) {
        self.inner.wakes.of(class).notify_one();
    }

    pub(crate) async fn jobs_may_be_ready(&self, class: Class) {
        self.inner.wakes.of(class).notified().await;
    }

    /// Has this server's builds of reports told to whoever counts them; only the first who asks is told.
    pub fn on_report(&self, told: impl Fn(Ended) + Send + Sync + 'static) {
        // Whoever comes second shares the house with the first, who counts for both.
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

/// Looks whether a database that cannot be written to now was opened before, for the same mode.
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
    /// Whether no other server can be at work on this database.
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
            // What a server that died had begun need not wait for its leases to end.
            store::job::end_leases(tx, self.now).await?;
        }
        lease::take(tx, &self.owner, self.now, self.until).await
    }
}
