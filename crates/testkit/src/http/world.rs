//! A caller of the WorldFirst dialect: a client with two keys, its customers, and calls signed by it.

use super::{Reply, Request, TestApp};
use crate::{
    Engine, for_engine,
    house::{decimal, holder_id},
};
use ::house::{
    Caller, House,
    deposit::{self, NewDeposit, Payer},
    server_key::{self, Signs},
    world_first::{
        Contract, Product,
        client::{self as clients, NewClient},
        customer::{self, NewCustomer},
        oauth::{self, Tokens},
    },
};
use ledger::Wallet;
use serde_json::Value;
use server::{
    App, HttpService, Settings,
    server_keys::{ServerKeys, kept},
};
use std::sync::LazyLock;
use wire::{
    Dialect as _, Spec, endpoints,
    world_first::{
        SignatureHeader, SigningKey, WorldFirst,
        headers::{self, display},
        sign::text_to_sign,
        time,
    },
};

/// The client of most cases. It has every product.
pub const CLIENT: &str = "5J5Y307NSG0001";
/// A client without a customer of its own, and without products.
pub const STRANGER: &str = "5J5Y307NSG0002";
/// The client's own customer, without accounts at first.
pub const CUSTOMER: &str = "2188120000000001";
/// A customer that the client is connected to.
pub const CONNECTED: &str = "2188120000000002";
/// A customer that it is not connected to.
pub const FOREIGN: &str = "2188120000000003";

/// The clients' keys, one per version; generated once, since that takes a while.
static KEYS: LazyLock<[SigningKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| SigningKey::generate().expect("a key is made")));

/// The signing key of servers under test.
static SERVER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().expect("a key is made"));

/// The signing keys of a server under test. Only servers with the client have their key in the database: storing it
/// uses randomness, which changes the ids that other cases expect.
pub(super) async fn server_keys(house: &House, signs: Signs) -> ServerKeys {
    match server_key::current(house, signs).await.expect("the keys are read") {
        Some(_) => ServerKeys::load_or_make(house, signs).await.expect("the keys are read"),
        None => ServerKeys::only(signs, SERVER_KEY.clone(), house.server_now()),
    }
}

/// The key of one of the client's versions, 1 or 2.
///
/// # Panics
/// When there is no such version.
pub fn client_key(version: i64) -> &'static SigningKey {
    match version {
        1 => &KEYS[0],
        2 => &KEYS[1],
        _ => panic!("the client has no version {version}"),
    }
}

/// The spec of an endpoint, by the end of its name: `account/inquiry_balance`.
///
/// # Panics
/// When there is none.
pub fn world_endpoint(name: &str) -> &'static Spec {
    let found = endpoints::<WorldFirst>().find(|spec| {
        spec.name.strip_prefix(WorldFirst::NAME).and_then(|rest| rest.strip_prefix('/')) == Some(name)
    });
    found.unwrap_or_else(|| panic!("no endpoint {name}"))
}

/// Runs a case on a server with the client and its customers, on the embedded database.
///
/// # Panics
/// When the case does, and when [`TestApp::finish`] does.
#[track_caller]
pub fn with_world(case: impl AsyncFn(&mut TestApp)) {
    with_world_on(Engine::Sqlite, |_| {}, case);
}

/// Runs a case on a server with the client and its customers, on every engine.
///
/// # Panics
/// As [`super::with_shop_on_each_engine`].
#[track_caller]
pub fn with_world_on_each_engine(case: impl AsyncFn(&mut TestApp)) {
    for engine in Engine::ALL {
        with_world_on(engine, |_| {}, &case);
    }
}

/// Runs a case on a server with the client and its customers, and changed settings.
///
/// # Panics
/// As [`super::with_shop_on_each_engine`].
#[track_caller]
pub fn with_world_on(engine: Engine, change: impl Fn(&mut Settings), case: impl AsyncFn(&mut TestApp)) {
    for_engine(engine, async |database| {
        let mut app = TestApp::open(database, &change).await;
        app.settle_world().await;
        case(&mut app).await;
        app.finish().await;
    });
}

/// A client's call: the signed parts, and the key.
#[derive(Clone)]
pub struct WorldCall<'a> {
    /// The calling client.
    pub client_id: &'a str,
    /// The signing key.
    pub key: &'a SigningKey,
    /// The stated version of the key.
    pub key_version: Option<i64>,
    /// The method.
    pub method: &'a str,
    /// The signed target.
    pub target: &'a str,
    /// The time as sent.
    pub time: String,
    /// The body.
    pub body: &'a [u8],
}

impl WorldCall<'_> {
    /// The call, signed, with its headers.
    fn to(&self, service: &HttpService) -> Request {
        let (id, sent) = (self.client_id.as_bytes(), self.time.as_bytes());
        let signature = self.key.sign(&text_to_sign(self.method, self.target, id, sent, self.body));
        let signature = SignatureHeader::emit(self.key_version.unwrap_or_default(), &signature);
        let signature = match self.key_version {
            Some(_) => signature,
            None => signature.replace(" keyVersion=0,", ""),
        };
        Request::plain(service, self.method, self.target)
            .header(display::CLIENT_ID, self.client_id)
            .header(display::REQUEST_TIME, &self.time)
            .header(display::SIGNATURE, signature)
            .body(headers::JSON, self.body)
    }
}

impl TestApp {
    /// Creates the client, the stranger and their customers.
    async fn settle_world(&self) {
        let house = self.house();
        let key = kept(&SERVER_KEY).expect("a key is written");
        server_key::keep_first(house, Signs::WorldFirst, &key).await.expect("the server's key is kept");
        self.service().app().world_first.reload(house).await.expect("the server's key is read");
        for (id, name) in [(CUSTOMER, "Harbour Trading"), (CONNECTED, "Lighthouse"), (FOREIGN, "Far Away")] {
            let new = NewCustomer { id: id.into(), name: name.into(), contract: Contract::InForce };
            customer::create(house, &new).await.expect("a customer is made");
        }
        let new = NewClient {
            client_id: CLIENT.to_owned(),
            customer: Some(CUSTOMER.to_owned()),
            connected: vec![CONNECTED.to_owned()],
            products: Product::ALL.to_vec(),
        };
        clients::create(house, &new).await.expect("a client is made");
        for version in [1, 2] {
            self.add_key(CLIENT, version).await;
        }
        let new = NewClient {
            client_id: STRANGER.to_owned(),
            customer: None,
            connected: Vec::new(),
            products: Vec::new(),
        };
        clients::create(house, &new).await.expect("a client is made");
        self.add_key(STRANGER, 1).await;
    }

    async fn add_key(&self, client_id: &str, version: i64) {
        let der = client_key(version).public().to_der();
        clients::add_key(self.house(), client_id, Some(version), der).await.expect("a key is added");
    }

    /// The client's current time, in the format of most clients.
    pub fn world_time(&self) -> String {
        time::text(self.clock().get().get())
    }

    /// A call of the client by the end of an endpoint's name, signed now; it is sent when awaited.
    pub fn world(&self, name: &str, body: impl ToString) -> Request {
        self.world_as(CLIENT, world_endpoint(name).path, body)
    }

    /// A call of any client, signed now with the first key.
    pub fn world_as(&self, client_id: &str, target: &str, body: impl ToString) -> Request {
        let body = body.to_string();
        let call = WorldCall {
            client_id,
            key: client_key(1),
            key_version: Some(1),
            method: "POST",
            target,
            time: self.world_time(),
            body: body.as_bytes(),
        };
        call.to(self.service())
    }

    /// A call of the client with changes.
    pub fn world_with<'a>(&self, name: &str, change: impl FnOnce(&mut WorldCall<'a>)) -> Request {
        let mut call = WorldCall {
            client_id: CLIENT,
            key: client_key(1),
            key_version: Some(1),
            method: "POST",
            target: world_endpoint(name).path,
            time: self.world_time(),
            body: b"{}",
        };
        change(&mut call);
        call.to(self.service())
    }

    /// Opens an account of a customer; returns its number.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn world_account(&self, customer: &str, wallet: Wallet, currency: &str) -> String {
        let opened = customer::open_account(self.house(), &holder_id(customer), wallet, currency).await;
        opened.expect("an account is opened").account_no
    }

    /// Opens a customer's account and credits it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn world_deposit(&self, customer: &str, wallet: Wallet, currency: &str, amount: &str) {
        let caller = Caller { holder: holder_id(customer), actor: "test".to_owned() };
        let new = NewDeposit {
            wallet,
            asset: currency.to_owned(),
            amount: decimal(amount),
            reference: format!("{wallet:?} {currency} {amount}"),
            payer: Payer::default(),
        };
        deposit::post(self.house(), &caller, &new).await.expect("money is credited");
    }

    /// Grants access for a customer, and exchanges the code for tokens as the client.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn world_tokens(&self, customer: &str) -> Tokens {
        let code = oauth::grant(self.house(), "test", CLIENT, customer).await.expect("a code is granted");
        oauth::apply(self.house(), CLIENT, &code.code).await.expect("the code yields tokens")
    }
}

impl Reply {
    /// The result's code and message of a refusal, as `PARAM_ILLEGAL currencyList must be a list`.
    ///
    /// # Panics
    /// When the reply is not a refusal.
    pub fn world_refusal(&self) -> String {
        let result = &self.json()["result"];
        assert_ne!(result["resultStatus"], "S", "{}", self.text);
        format!("{} {}", result["resultCode"].as_str().unwrap(), result["resultMessage"].as_str().unwrap())
    }

    /// The result's code.
    ///
    /// # Panics
    /// When there is none.
    pub fn world_code(&self) -> String {
        let code = &self.json()["result"]["resultCode"];
        code.as_str().unwrap_or_else(|| panic!("no code: {}", self.text)).to_owned()
    }

    /// A success.
    ///
    /// # Panics
    /// When the call did not succeed.
    pub fn world_ok(&self) -> Value {
        assert_eq!(self.world_code(), WorldFirst::SUCCESS, "{}", self.text);
        self.json()
    }

    /// A call that was accepted.
    ///
    /// # Panics
    /// When it was not accepted.
    pub fn world_accepted(&self) -> Value {
        assert_eq!(self.world_code(), WorldFirst::ACCEPTED, "{}", self.text);
        self.json()
    }

    /// Asserts the rules of every reply to a path of the dialect: one flat object with a code of the endpoint's page,
    /// signed by the server if it names a client.
    pub(super) fn check_world(&self, app: &App, method: &str, target: &str) {
        assert_eq!(self.header("content-type"), Some("application/json; charset=UTF-8"), "{}", self.text);
        assert!(self.text.starts_with(r#"{"result":{"resultStatus":""#), "{}", self.text);
        let path = target.split('?').next().unwrap_or(target);
        if let Some(spec) = endpoints::<WorldFirst>().find(|spec| spec.path == path) {
            let code = self.world_code();
            let is_listed = [WorldFirst::SUCCESS, WorldFirst::ACCEPTED].contains(&code.as_str())
                || spec.codes.contains(&code.as_str());
            assert!(is_listed, "the page of {} does not have {code}: {}", spec.name, self.text);
        }
        if self.json()["result"]["resultStatus"] != "S" {
            assert_eq!(self.json().as_object().map(serde_json::Map::len), Some(1), "{}", self.text);
        }
        let Some(client_id) = self.header(headers::CLIENT_ID) else {
            // Signed or not, which tests of unknown clients verify, it is not a success.
            let is_signed = self.header(headers::SIGNATURE).is_some();
            assert_eq!(self.header(headers::RESPONSE_TIME).is_some(), is_signed);
            assert_ne!(self.json()["result"]["resultStatus"], "S", "{}", self.text);
            return;
        };
        self.check_signature(app, method, target, client_id.as_bytes());
    }

    /// Asserts that the server signed the reply for the client with this id.
    ///
    /// # Panics
    /// When it did not.
    pub fn check_signature(&self, app: &App, method: &str, target: &str, client_id: &[u8]) {
        let sent = self.header(headers::RESPONSE_TIME).expect("a signed reply has its time");
        assert!(sent.ends_with('Z') && time::parse(sent.as_bytes()).is_ok(), "{sent}");
        let header = self.header(headers::SIGNATURE).expect("a reply to a known client is signed");
        let header = SignatureHeader::parse(header.as_bytes()).expect("a signature");
        let valid = app.world_first.valid(app.house.server_now());
        let key = valid.iter().find(|key| Some(key.version) == header.key_version).expect("a valid key");
        let text = text_to_sign(method, target, client_id, sent.as_bytes(), self.text.as_bytes());
        assert!(
            key.key.public().verify(&text, &header.signature),
            "not the server's signature: {}",
            self.text
        );
    }
}
