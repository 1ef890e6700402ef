//! The client of the WorldFirst API: one function for every endpoint, signed both ways.

use reqwest::header::{HeaderMap, HeaderValue};
use std::{fmt, sync::Arc};
use wire::{
    DecodeError, Endpoint,
    world_first::{
        self, Fault, SignatureHeader, SigningKey, VerifyingKey,
        headers::{self, display},
        sign::text_to_sign,
        time,
    },
};
use zeroize::Zeroizing;

use crate::{
    Builder, Error,
    caller::{Caller, Signed, is_answer},
    error::Kind,
    signed::to_json,
    transport::Reply,
};

/// The provider's host in Singapore.
pub const WORLD_FIRST_SEA_URL: &str = "https://open-sea.worldfirst.com";
/// The provider's host in Europe.
pub const WORLD_FIRST_EU_URL: &str = "https://open-eu.worldfirst.com";
/// The provider's host in America.
pub const WORLD_FIRST_NA_URL: &str = "https://open-na.worldfirst.com";

/// Calls the WorldFirst API as one client. Cheap to clone; clones share their connections.
///
/// Every signed reply is verified, and a success that is not signed is refused: see [`Error::is_unverified`]. A
/// refusal may come unsigned, since the provider need not sign for a caller that it does not know.
#[derive(Clone)]
pub struct WorldFirst {
    caller: Caller,
    keys: Arc<Keys>,
    who: Integrator,
}

/// Builds a [`WorldFirst`] with other settings than the default.
pub type WorldFirstBuilder = Builder<WorldFirstSettings>;

/// The caller and the trusted keys, as texts.
pub struct WorldFirstSettings {
    private_key_pem: Zeroizing<String>,
    provider_public_keys_pem: Vec<String>,
    who: Integrator,
}

/// The caller, and the customer that it acts for.
#[derive(Clone)]
struct Integrator {
    client_id: String,
    key_version: Option<u32>,
    connected_customer: Option<String>,
    access_token: Option<String>,
}

/// The client's own key, and the provider's keys, one of which must have signed a reply.
struct Keys {
    own: SigningKey,
    provider: Vec<VerifyingKey>,
}

impl WorldFirst {
    /// A client of the server at `base_url` with the usual settings: 5 s to connect, 30 s for an attempt, three
    /// attempts where that is safe.
    ///
    /// `private_key_pem` is the client's own key, PKCS#8 or PKCS#1; `provider_public_key_pem` the provider's (a
    /// Countinghouse shows its own with `countinghouse admin world-first public-key`), not the client's public half.
    ///
    /// # Errors
    /// The URL is not one of HTTP, a key is not an RSA key of 2048 to 4096 bits, or TLS cannot be set up on this
    /// machine.
    pub fn new(
        base_url: &str,
        client_id: &str,
        private_key_pem: &str,
        provider_public_key_pem: &str,
    ) -> Result<Self, Error> {
        Self::builder(base_url, client_id, private_key_pem, provider_public_key_pem).build()
    }

    /// Begins a client with other settings.
    pub fn builder(
        base_url: &str,
        client_id: &str,
        private_key_pem: &str,
        provider_public_key_pem: &str,
    ) -> WorldFirstBuilder {
        let who = Integrator {
            client_id: client_id.to_owned(),
            key_version: None,
            connected_customer: None,
            access_token: None,
        };
        let settings = WorldFirstSettings {
            private_key_pem: Zeroizing::new(private_key_pem.to_owned()),
            provider_public_keys_pem: vec![provider_public_key_pem.to_owned()],
            who,
        };
        Builder::new(base_url, settings)
    }

    /// This client, acting for a customer that it is connected to. Shares everything else with this one.
    ///
    /// # Errors
    /// The id has characters that a header does not take.
    pub fn for_customer(&self, customer: &str) -> Result<Self, Error> {
        let mut client = self.clone();
        client.who.connected_customer = Some(customer.to_owned());
        client.who.check()?;
        Ok(client)
    }

    /// This client, acting for the customer who granted an access token. Shares everything else with this one.
    ///
    /// # Errors
    /// The token has characters that a header does not take.
    pub fn with_access_token(&self, token: &str) -> Result<Self, Error> {
        let mut client = self.clone();
        client.who.access_token = Some(token.to_owned());
        client.who.check()?;
        Ok(client)
    }

    /// Calls an endpoint: writes the request once, signs those bytes, sends them, verifies the reply and reads it.
    /// Nothing is checked before sending; the server decides.
    ///
    /// A customer's balances, in the currencies' smallest units:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let served = testkit::http::Served::start(|_| {}).await;
    /// # let world = served.world().await.build()?;
    /// use wire::world_first::account::inquiry_balance::InquiryBalance;
    ///
    /// let query = InquiryBalance { currency_list: vec!["USD".into()], balance_types: Vec::new() };
    /// for account in world.send(&query).await?.account_balances {
    ///     println!("{}: {:?}", account.currency.as_str(), account.available_balance.value);
    /// #   assert_eq!(account.currency.as_str(), "USD");
    /// }
    /// # served.stop().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The server refused the call or does not know its result, was not reached, or sent an answer that is not proven
    /// to be its own; see [`Error`].
    pub async fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = world_first::WorldFirst>,
    {
        let body = to_json(request)?;
        self.post(E::SPEC.path, &body, E::REPEATABLE, wire::decode::reply::<E>).await
    }

    /// Signs a body for a path, sends it, verifies the reply, and reads it with `decode`.
    pub(crate) async fn post<T>(
        &self,
        path: &str,
        body: &[u8],
        repeatable: bool,
        decode: impl Fn(&[u8]) -> Result<Result<T, Fault>, DecodeError>,
    ) -> Result<T, Error> {
        let target = self.caller.target(path);
        let sign = |now_ms| Signed {
            path: path.to_owned(),
            headers: self.headers(&target, body, now_ms),
            body: body.to_vec(),
        };
        self.caller.call(repeatable, sign, |reply| self.answer(&target, reply, &decode)).await
    }

    /// Reads a reply with a valid signature, or one that needs none.
    fn answer<T>(
        &self,
        target: &str,
        reply: &Reply,
        decode: impl Fn(&[u8]) -> Result<Result<T, Fault>, DecodeError>,
    ) -> Result<T, Error> {
        let unsigned = "the reply is a success without a signature";
        let signed = self.verify(target, headers::RESPONSE_TIME, &reply.headers, &reply.body)?;
        match decode(&reply.body) {
            Ok(Ok(_)) | Err(DecodeError::Data { .. }) if !signed => {
                Err(Error::new(Kind::Unverified(unsigned)))
            }
            Ok(Err(fault)) => Err(Error::new(Kind::Result(fault))),
            _ if !is_answer(reply) => Err(Error::not_an_answer(&reply.body)),
            Ok(Ok(answer)) => Ok(answer),
            Err(error) => Err(Error::decode(error, &reply.body)),
        }
    }

    /// Whether the received message is signed by the provider for this client.
    ///
    /// # Errors
    /// It has a signature, but an invalid one.
    pub(crate) fn verify(
        &self,
        target: &str,
        time_header: &str,
        received: &HeaderMap,
        body: &[u8],
    ) -> Result<bool, Error> {
        let Some(signature) = received.get(headers::SIGNATURE).filter(|value| !value.is_empty()) else {
            return Ok(false);
        };
        let wrong = |why| Err(Error::new(Kind::Unverified(why)));
        let Ok(header) = SignatureHeader::parse(signature.as_bytes()) else {
            return wrong("the provider's Signature header is malformed");
        };
        let Some(sent) = received.get(time_header) else {
            return wrong("what is signed has no time beside its signature");
        };
        let text = text_to_sign("POST", target, self.who.client_id.as_bytes(), sent.as_bytes(), body);
        if self.keys.provider.iter().any(|key| key.verify(&text, &header.signature)) {
            return Ok(true);
        }
        wrong("the signature is not the provider's over what came")
    }

    /// The headers of a request.
    fn headers(&self, target: &str, body: &[u8], now_ms: i64) -> Vec<(&'static str, String)> {
        let sent = time::text(now_ms);
        let mut headers = vec![
            ("Content-Type", headers::JSON.to_owned()),
            (display::CLIENT_ID, self.who.client_id.clone()),
            (display::SIGNATURE, self.signature(target, &sent, body)),
            (display::REQUEST_TIME, sent),
        ];
        if let Some(customer) = &self.who.connected_customer {
            headers.push((display::CONNECTED_CUSTOMER_ID, customer.clone()));
        }
        if let Some(token) = &self.who.access_token {
            headers.push((display::ACCESS_TOKEN, token.clone()));
        }
        headers
    }

    /// The value of the `Signature` header for a body sent at the time `sent`.
    pub(crate) fn signature(&self, target: &str, sent: &str, body: &[u8]) -> String {
        let text = text_to_sign("POST", target, self.who.client_id.as_bytes(), sent.as_bytes(), body);
        let signature = self.keys.own.sign(&text);
        let emitted = |version: u32| SignatureHeader::emit(version.into(), &signature);
        match self.who.key_version {
            Some(version) => emitted(version),
            // A header without a version means the client's newest key.
            None => emitted(0).replacen(" keyVersion=0,", "", 1),
        }
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.who.client_id
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.caller.now_ms()
    }
}

impl Integrator {
    fn check(&self) -> Result<(), Error> {
        let sent = [Some(&self.client_id), self.connected_customer.as_ref(), self.access_token.as_ref()];
        if sent.into_iter().flatten().any(|value| value.is_empty() || HeaderValue::from_str(value).is_err()) {
            return Err(Error::encode("an id or token is empty or has characters that no header takes"));
        }
        Ok(())
    }
}

impl WorldFirstBuilder {
    /// Version of the client's signing key. By default requests do not state one, which means the newest.
    #[must_use]
    pub fn key_version(mut self, version: u32) -> Self {
        self.dialect.who.key_version = Some(version);
        self
    }

    /// Acts for a customer that the client is connected to.
    #[must_use]
    pub fn connected_customer(mut self, customer: &str) -> Self {
        self.dialect.who.connected_customer = Some(customer.to_owned());
        self
    }

    /// Acts for the customer who granted this access token.
    #[must_use]
    pub fn access_token(mut self, token: &str) -> Self {
        self.dialect.who.access_token = Some(token.to_owned());
        self
    }

    /// Also trusts this key of the provider: the next one, during a key rotation.
    #[must_use]
    pub fn also_trust(mut self, provider_public_key_pem: &str) -> Self {
        self.dialect.provider_public_keys_pem.push(provider_public_key_pem.to_owned());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// See [`WorldFirst::new`]; or an id or token has characters that a header does not take.
    pub fn build(self) -> Result<WorldFirst, Error> {
        let caller = self.caller()?;
        let WorldFirstSettings { private_key_pem, provider_public_keys_pem, who } = self.dialect;
        who.check()?;
        let own = SigningKey::from_pkcs8_pem(&private_key_pem)
            .map_err(|error| Error::encode(format!("the private key {error}")))?;
        let mut provider = Vec::new();
        for pem in &provider_public_keys_pem {
            let key = VerifyingKey::from_pem(pem)
                .map_err(|error| Error::encode(format!("the provider's public key {error}")))?;
            if key.to_der() == own.public().to_der() {
                let mixed_up = "the provider's public key is the client's own; the provider has another";
                return Err(Error::encode(mixed_up));
            }
            provider.push(key);
        }
        Ok(WorldFirst { caller, keys: Arc::new(Keys { own, provider }), who })
    }
}

impl fmt::Debug for Integrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integrator")
            .field("client_id", &self.client_id)
            .field("key_version", &self.key_version)
            .field("connected_customer", &self.connected_customer)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for WorldFirstSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.who.fmt(f)
    }
}

impl fmt::Debug for WorldFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorldFirst").field("who", &self.who).field("caller", &self.caller).finish()
    }
}
