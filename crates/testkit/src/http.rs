//! A server under test: the real router in this process, on a house that verifies its books at the end.

mod callers;
mod reply;
mod request;
mod served;
mod shop;
mod story;
mod world;

pub use callers::with_served_on_each_engine;
pub use reply::Reply;
pub use request::Request;
pub use served::{Connection, Served};
pub use shop::{
    BUYER, OTHER_SHOP, RECEIVERS, SHOP, SHOP_FIXTURES, endpoint, order_v3, other_shop, shop, split,
};
pub use story::Story;
pub use world::{
    CLIENT, CONNECTED, CUSTOMER, FOREIGN, STRANGER, WorldCall, client_key, with_world, with_world_on,
    with_world_on_each_engine, world_endpoint,
};

use crate::{
    Database, Engine, for_engine,
    house::{FixedClock, TestHouse},
};
use ::house::{House, Mode, server_key::Signs};
use client::Credentials;
use server::{App, HttpService, Parts, Settings, router};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::watch;
use wire::{Endpoint, binance_pay::BinancePay};

/// The token of the native API of a server under test.
pub const ADMIN_TOKEN: &str = "an-admin-token-of-tests-0123456789abcdef";
/// The public URL of a server under test.
pub const URL: &str = "http://127.0.0.1:7878";

/// Runs a case on a server with the shop's fixtures, on the embedded database.
///
/// # Panics
/// When the case does, and when [`TestApp::finish`] does.
#[track_caller]
pub fn with_shop(case: impl AsyncFn(&mut TestApp)) {
    with_shop_on(Engine::Sqlite, |_| {}, case);
}

/// Runs a case on a server with the shop's fixtures, on every engine.
///
/// # Panics
/// When the case does, when [`TestApp::finish`] does, or when an engine in `COUNTINGHOUSE_REQUIRE` is missing.
#[track_caller]
pub fn with_shop_on_each_engine(case: impl AsyncFn(&mut TestApp)) {
    for engine in Engine::ALL {
        with_shop_on(engine, |_| {}, &case);
    }
}

/// Runs a case on a server with the shop's fixtures, on every engine; the text it returns must be the same on each.
///
/// # Panics
/// As [`with_shop_on_each_engine`].
#[track_caller]
pub fn told_on_each_engine(case: impl AsyncFn(&mut TestApp) -> String) -> String {
    let told = Mutex::new(Vec::new());
    with_shop_on_each_engine(async |app| {
        let text = case(app).await;
        told.lock().expect("no case panicked").push(text);
    });
    let told = told.into_inner().expect("no case panicked");
    assert!(told.iter().all(|text| *text == told[0]), "the engines differ: {told:#?}");
    told.into_iter().next().expect("one engine is always there")
}

/// Runs a case on a server with the shop's fixtures and changed settings.
///
/// # Panics
/// As [`with_shop_on_each_engine`].
#[track_caller]
pub fn with_shop_on(engine: Engine, change: impl Fn(&mut Settings), case: impl AsyncFn(&mut TestApp)) {
    for_engine(engine, async |database| {
        let mut app = TestApp::open(database, &change).await;
        app.apply(SHOP_FIXTURES).await;
        case(&mut app).await;
        app.finish().await;
    });
}

/// A server under test, without a socket and without workers: [`TestApp::run_jobs`] runs its jobs. It must be
/// finished.
pub struct TestApp {
    house: TestHouse,
    settings: Settings,
    /// Absent only during a restart.
    service: Option<HttpService>,
    stop: watch::Sender<bool>,
    nonces: AtomicU64,
}

impl TestApp {
    /// Opens one with the default settings as changed.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(database: Database, change: impl Fn(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        let mode = match settings.mode {
            server::settings::Mode::Twin => Mode::Twin,
            server::settings::Mode::Live => Mode::Live,
        };
        let house = TestHouse::open_with(database, mode, settings.rules()).await;
        let (stop, _) = watch::channel(false);
        let mut app = Self { house, settings, service: None, stop, nonces: AtomicU64::new(1) };
        app.service = Some(app.service_on(House::clone(&app.house), app.settings.clone()).await);
        app
    }

    async fn service_on(&self, house: House, settings: Settings) -> HttpService {
        let [world_first, certificates] = [
            world::server_keys(&house, Signs::WorldFirst).await,
            world::server_keys(&house, Signs::BinancePay).await,
        ];
        let parts = Parts {
            house,
            world_first,
            certificates,
            admin_token: ADMIN_TOKEN.to_owned(),
            local_url: URL.to_owned(),
            metrics: Arc::default(),
            run: 0xc0ff_ee00,
            stopping: self.stop.subscribe(),
        };
        router(Arc::new(App::new(settings, parts)))
    }

    /// The router.
    pub fn service(&self) -> &HttpService {
        self.service.as_ref().expect("it is open between calls")
    }

    /// Another server on the same database, with changed settings. On SQLite, which only one process can open, the
    /// two share the store and nothing else.
    pub async fn another(&self, change: impl Fn(&mut Settings)) -> HttpService {
        let mut settings = self.settings.clone();
        change(&mut settings);
        let house = match self.house.database().engine() {
            Engine::Sqlite => House::clone(&self.house),
            Engine::Postgres => self.house.another_server().await,
        };
        self.service_on(house, settings).await
    }

    /// Stops the server and starts it again on the same database.
    ///
    /// # Panics
    /// When it does not open again.
    pub async fn restart(&mut self) {
        self.service = None;
        self.house.restart().await;
        self.service = Some(self.service_on(House::clone(&self.house), self.settings.clone()).await);
    }

    /// Tells waiting calls that the server stops.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The house behind it.
    pub fn house(&self) -> &TestHouse {
        &self.house
    }

    /// Its clock.
    pub fn clock(&self) -> &FixedClock {
        self.house.clock()
    }

    /// Advances its clock, as if that time had passed while it ran.
    pub async fn advance(&self, millis: i64) {
        self.house.advance(millis).await;
    }

    /// Runs jobs until none is due; returns their number.
    pub async fn run_jobs(&self) -> usize {
        self.house.run_jobs().await
    }

    /// Asserts that the books balance and that no due or dead job is left, and closes the server.
    ///
    /// # Panics
    /// When the books do not balance, or a job is left.
    pub async fn finish(self) {
        drop(self.service);
        self.house.finish().await;
    }

    /// A nonce that was not used before.
    pub fn nonce(&self) -> String {
        format!("{:032}", self.nonces.fetch_add(1, Ordering::Relaxed))
    }

    /// A call of the shop, signed by the SDK's own code.
    ///
    /// # Panics
    /// When the request cannot be serialized.
    pub async fn signed<E: Endpoint<Dialect = BinancePay>>(&self, request: &E) -> Reply {
        let signed = shop().sign(request, self.clock().get().get(), &self.nonce()).expect("it is signed");
        Request::signed(self.service(), signed).await
    }

    /// A successful call of the shop.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn ok<E: Endpoint<Dialect = BinancePay>>(&self, request: &E) -> E::Response {
        let reply = self.signed(request).await;
        let answer = wire::decode::reply::<E>(reply.text.as_bytes()).expect("a reply");
        answer.unwrap_or_else(|fault| panic!("{}: {fault}", E::SPEC.name))
    }

    /// A call of the shop with a custom body, signed now with a fresh nonce; it is sent when awaited.
    pub fn post(&self, path: &str, body: impl ToString) -> Request {
        self.post_as(&shop(), path, body)
    }

    /// Like [`TestApp::post`] with other credentials.
    pub fn post_as(&self, who: &Credentials, path: &str, body: impl ToString) -> Request {
        self.post_at(who, path, body, self.clock().get().get(), &self.nonce())
    }

    /// Like [`TestApp::post_as`] at another time or with a chosen nonce; the signature covers both.
    pub fn post_at(
        &self,
        who: &Credentials,
        path: &str,
        body: impl ToString,
        timestamp_ms: i64,
        nonce: &str,
    ) -> Request {
        let body = body.to_string().into_bytes();
        Request::signed(self.service(), who.sign_bytes(path, body, timestamp_ms, nonce))
    }

    /// A call of the native API with the admin token; it is sent when awaited.
    pub fn native(&self, method: &str, target: &str) -> Request {
        Request::plain(self.service(), method, target)
            .header("authorization", format!("Bearer {ADMIN_TOKEN}"))
    }

    /// A call without any header; it is sent when awaited.
    pub fn plain(&self, method: &str, target: &str) -> Request {
        Request::plain(self.service(), method, target)
    }

    /// Applies fixtures in TOML.
    ///
    /// # Panics
    /// When they are refused.
    pub async fn apply(&self, fixtures: &str) {
        let reply = self.native("POST", "/v1/fixtures").body("application/toml", fixtures).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
}
