//! Starts a server: opens the resources of the settings, serves, and closes them.

use crate::{
    app::{App, Parts},
    background::Background,
    background_tasks,
    data_folder::{DataFolder, DataFolderError, Starting},
    fixtures,
    listen::{self, Listeners},
    rate_feed::Source,
    report_files,
    server_keys::ServerKeys,
    service::{HttpService, router},
    settings::{ListenAddress, Mode, Settings},
    system::{SystemClock, SystemEntropy},
    telemetry::Metrics,
    tls::{Tls, TlsError},
};
use house::{Abort, Clock, Entropy, FailureKind, House, Vault, fixture::Fixtures, server_key::Signs};
use object_store::ObjectStore;
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use store::{Location, Store};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// Maximum time for background tasks to end once the server stops.
const UPKEEP_TIME: Duration = Duration::from_secs(1);

/// The sources of time and randomness.
#[derive(Clone)]
pub struct Tools {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for Tools {
    /// The machine's clock and randomness.
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }
}

/// The reason why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
    /// The database cannot be opened.
    #[error("cannot open the database: {0}")]
    Store(#[from] store::OpenError),
    /// The database cannot be used with these settings.
    #[error("cannot use the database: {0}")]
    House(#[from] house::OpenError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The configured address.
        address: String,
        /// The system's error.
        source: io::Error,
    },
    /// TLS cannot be offered.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Threads for long work cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(io::Error),
    /// Prices cannot be fetched on this machine.
    #[error("cannot fetch prices: {0}")]
    Feed(String),
    /// Report files cannot be stored at the configured location.
    #[error("cannot keep reports in {0}")]
    Reports(String),
    /// The fixtures cannot be applied; none has been.
    #[error("cannot apply the fixtures {path}: {message}", path = path.display())]
    Fixtures {
        /// The file.
        path: PathBuf,
        /// The mistake.
        message: String,
    },
}

/// A running server. Dropping it stops it too, without waiting.
pub struct Running {
    address: SocketAddr,
    /// The address and the certificate for TLS.
    tls: Option<(SocketAddr, Arc<Tls>)>,
    service: HttpService,
    stop: Stop,
    served: JoinHandle<()>,
}

/// Stops a server; can be cloned and passed on.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Tells the server to stop: no new connection is accepted from now on.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Reloads the certificate for TLS; can be cloned and passed on.
#[derive(Clone)]
pub struct Reload(Option<Arc<Tls>>);

impl Reload {
    /// Reads certificate and key again, for new connections; does nothing without TLS.
    ///
    /// # Errors
    /// When the files are not usable; the previous ones stay in use then.
    pub fn certificate(&self) -> Result<(), TlsError> {
        self.0.as_ref().map_or(Ok(()), |tls| tls.reload())
    }
}

impl Running {
    /// The listening address, with the actual port if port 0 was set.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of that address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL for callers over TLS, if it is configured.
    pub fn tls_url(&self) -> Option<String> {
        self.tls.as_ref().map(|(address, _)| format!("https://{address}"))
    }

    /// A handle that reloads the certificate.
    pub fn reload(&self) -> Reload {
        Reload(self.tls.as_ref().map(|(_, tls)| Arc::clone(tls)))
    }

    /// The server without its socket.
    pub fn service(&self) -> &HttpService {
        &self.service
    }

    /// Number of merchants in its database, counted up to `most`.
    pub async fn merchants(&self, most: u32) -> Result<usize, house::Failure> {
        let house = &self.service.app().house;
        Ok(house::holder::list(house, house::holder::HolderKind::Merchant, None, most).await?.len())
    }

    /// A handle that stops it.
    pub fn stopper(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits until it has stopped: every request answered, every commit on disk.
    pub async fn stopped(self) {
        if let Err(error) = self.served.await {
            tracing::error!(%error, "the server ended in a panic");
        }
    }

    /// Stops it and waits for the end.
    pub async fn stop(self) {
        self.stop.stop();
        self.stopped().await;
    }
}

/// Opens data folder and database, applies the fixtures, and serves.
///
/// # Errors
/// See [`StartError`]; then nothing is left running, and the files created in the data folder are removed.
pub async fn start(settings: Settings, tools: Tools) -> Result<Running, StartError> {
    let prepared = Prepared::new(&settings).await?;
    let mut starting = Starting::begin(&settings.data).await?;
    let begun = begin(settings, tools, prepared, &mut starting).await;
    if begun.is_err() {
        starting.undo();
    }
    begun
}

/// The resources of a start besides the data folder: a failure to get them creates nothing.
struct Prepared {
    background: Background,
    feed: Option<Source>,
    fixtures: Option<(PathBuf, Fixtures)>,
    /// Connections before serving begins wait in the backlog.
    listeners: Listeners,
}

impl Prepared {
    async fn new(settings: &Settings) -> Result<Self, StartError> {
        let fixtures = settings.fixtures.as_ref().map(|path| match fixtures::read_file(path) {
            Ok(read) => Ok((path.clone(), read)),
            Err(message) => Err(StartError::Fixtures { path: path.clone(), message }),
        });
        Ok(Self {
            fixtures: fixtures.transpose()?,
            background: Background::start().map_err(StartError::Threads)?,
            feed: settings.convert.feed.clone().map(Source::new).transpose().map_err(StartError::Feed)?,
            listeners: open_listeners(settings).await?,
        })
    }
}

async fn begin(
    settings: Settings,
    tools: Tools,
    prepared: Prepared,
    starting: &mut Starting,
) -> Result<Running, StartError> {
    let Prepared { background, feed, fixtures, listeners } = prepared;
    let folder = starting.open(&|bytes| tools.entropy.fill(bytes))?;
    let metrics = Arc::new(Metrics::default());
    let address = local_address(&listeners.plain, &settings.listen)?;
    let tls = match (&listeners.tls, &settings.listen_tls) {
        (Some((listener, tls)), Some(listen)) => Some((local_address(listener, listen)?, Arc::clone(tls))),
        _ => None,
    };
    let mut run = [0; 4];
    tools.entropy.fill(&mut run);
    let files = report_files::open(&settings, &hex::encode(run)).await.map_err(StartError::Reports)?;
    let store = open_store(&settings, &folder, &metrics).await?;
    let opened = open_house(&settings, &folder, &tools, store.clone(), files, fixtures).await;
    let (house, [world_first, certificates]) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            store.discard().await;
            return Err(error);
        }
    };
    let (stop, stopping) = watch::channel(false);
    let parts = Parts {
        house,
        world_first,
        certificates,
        admin_token: folder.admin_token,
        local_url: format!("http://{address}"),
        metrics,
        run: u32::from_le_bytes(run),
        stopping: stopping.clone(),
    };
    let app = Arc::new(App::new(settings, parts));
    let service = router(Arc::clone(&app));
    tracing::info!(%address, mode = app.house.mode().as_str(), engine = app.house.store().engine(), "listening");
    if let Some((address, _)) = &tls {
        tracing::info!(%address, "listening for TLS");
    }
    let served = tokio::spawn(run_until_stopped(listeners, service.clone(), stopping, feed, background));
    Ok(Running { address, tls, service, stop: Stop(Arc::new(stop)), served })
}

async fn open_store(
    settings: &Settings,
    folder: &DataFolder,
    metrics: &Arc<Metrics>,
) -> Result<Store, StartError> {
    let location = match &settings.database {
        Some(url) => Location::Postgres(url.as_str().to_owned()),
        None => Location::Sqlite(folder.database()),
    };
    let measured = Arc::clone(metrics);
    let options = store::Options {
        queue: settings.limits.queue,
        on_batch: Some(Arc::new(move |commands, took| measured.committed(commands, took))),
        ..store::Options::default()
    };
    Ok(Store::open(&location, &options).await?)
}

/// Opens the books and applies the fixtures. While the disk cannot be written, existing data is served.
async fn open_house(
    settings: &Settings,
    folder: &DataFolder,
    tools: &Tools,
    store: Store,
    files: Arc<dyn ObjectStore>,
    fixtures: Option<(PathBuf, Fixtures)>,
) -> Result<(House, [ServerKeys; 2]), StartError> {
    let mode = match settings.mode {
        Mode::Twin => house::Mode::Twin,
        Mode::Live => house::Mode::Live,
    };
    let tools = house::Tools {
        clock: Arc::clone(&tools.clock),
        entropy: Arc::clone(&tools.entropy),
        vault: Vault::new(&folder.master_key.0),
        files,
    };
    let house = House::open(store, mode, settings.rules(), tools).await?;
    if let Some((path, fixtures)) = fixtures {
        apply_fixtures(&house, path, &fixtures).await?;
    }
    let load = async |signs| ServerKeys::load_or_make(&house, signs).await.map_err(house::OpenError::from);
    let keys = [load(Signs::WorldFirst).await?, load(Signs::BinancePay).await?];
    Ok((house, keys))
}

/// Applies the fixtures. If the disk cannot be written, that is logged, and existing data is served.
async fn apply_fixtures(house: &House, path: PathBuf, fixtures: &Fixtures) -> Result<(), StartError> {
    let message = match fixtures::apply_read(house, &path, fixtures).await {
        Ok(_) => return Ok(()),
        // The first failed write may be another one: a lease that cannot be renewed makes the house busy.
        Err(Abort::Failed(failure))
            if house.store().is_exclusive()
                && (failure.kind() == FailureKind::Storage || house.store().can_write().await.is_err()) =>
        {
            tracing::error!(%failure, path = %path.display(), "the fixtures are not applied");
            return Ok(());
        }
        Err(Abort::Refused(message)) => message,
        Err(Abort::Failed(failure)) => failure.to_string(),
    };
    Err(StartError::Fixtures { path, message })
}

async fn open_listeners(settings: &Settings) -> Result<Listeners, StartError> {
    let certificate = Tls::open(settings)?;
    let plain = bind(&settings.listen).await?;
    let tls = match (&settings.listen_tls, certificate) {
        (Some(listen), Some(certificate)) => Some((bind(listen).await?, Arc::new(certificate))),
        _ => None,
    };
    Ok(Listeners { plain, tls })
}

async fn bind(listen: &ListenAddress) -> Result<TcpListener, StartError> {
    TcpListener::bind(listen.as_str()).await.map_err(|source| listen_error(listen, source))
}

fn local_address(listener: &TcpListener, listen: &ListenAddress) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| listen_error(listen, source))
}

fn listen_error(listen: &ListenAddress, source: io::Error) -> StartError {
    StartError::Listen { address: listen.as_str().to_owned(), source }
}

/// Serves; then, in this order: answers the requests in flight, ends the jobs, writes the use of keys, closes.
async fn run_until_stopped(
    listeners: Listeners,
    service: HttpService,
    stopping: watch::Receiver<bool>,
    feed: Option<Source>,
    background: Background,
) {
    let app = Arc::clone(service.app());
    let mut background_tasks = background_tasks::start(&app, feed, &background);
    listen::serve(listeners, service, stopping).await;
    let ended = async { while background_tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(UPKEEP_TIME, ended).await.is_err() {
        tracing::warn!("a job did not end in time; it is retried when its lease expires");
        background_tasks.abort_all();
    }
    background_tasks::flush_use(Arc::clone(&app)).await;
    app.house.store().close().await;
    tracing::info!("stopped");
}
