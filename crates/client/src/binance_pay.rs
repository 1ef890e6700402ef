//! The client of the Binance Pay merchant API: one function for every endpoint.

use reqwest::header::HeaderValue;
use std::{fmt, sync::Arc};
use wire::{
    DecodeError, Endpoint,
    binance_pay::{self, Fault, headers::display},
};

use crate::{
    Builder, Credentials, Error, SignedRequest,
    caller::{Caller, Signed, is_answer},
    certificates::Certificates,
    error::Kind,
    signed::to_json,
    transport::Reply,
};

/// The provider's own host.
pub const BINANCE_PAY_URL: &str = "https://bpay.binanceapi.com";

/// Calls the Binance Pay merchant API with one API key. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct BinancePay {
    caller: Caller,
    who: Merchant,
    pub(crate) certificates: Arc<Certificates>,
}

/// Builds a [`BinancePay`] with other settings than the default.
pub type BinancePayBuilder = Builder<Merchant>;

/// The caller: an API key, and for a technical service provider the token of the merchant that it acts for.
#[derive(Clone)]
pub struct Merchant {
    credentials: Credentials,
    authorization_token: Option<String>,
}

impl BinancePay {
    /// A client of the server at `base_url` with the usual settings: 5 s to connect, 30 s for an attempt, three
    /// attempts where that is safe.
    ///
    /// # Errors
    /// The URL is not one of HTTP, or TLS cannot be set up on this machine.
    pub fn new(base_url: &str, key: &str, secret: &str) -> Result<Self, Error> {
        Self::builder(base_url, key, secret).build()
    }

    /// Begins a client with other settings.
    pub fn builder(base_url: &str, key: &str, secret: &str) -> BinancePayBuilder {
        let credentials = Credentials::new(key, secret);
        Builder::new(base_url, Merchant { credentials, authorization_token: None })
    }

    /// Calls an endpoint: writes the request once, signs those bytes, sends them and reads the answer. Nothing is
    /// checked before sending; the server decides.
    ///
    /// The status of a split:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let served = testkit::http::Served::start(|_| {}).await;
    /// # let story = served.story().await;
    /// # let pay = served.pay().build()?;
    /// # let (id, order) = (story.merchant_request_id.as_str(), story.prepay_id.as_str());
    /// use wire::binance_pay::profit_sharing::query_split::QuerySplit;
    ///
    /// let split = pay.send(&QuerySplit { merchant_request_id: id.into(), prepay_order_id: order.into() }).await?;
    /// for share in &split.receiver_order_details {
    ///     println!("{} gets {}", share.account, share.amount);
    /// }
    /// # assert_eq!(split.receiver_order_details[0].amount.to_string(), "2.5");
    /// # served.stop().await;
    /// # Ok(()) }
    /// ```
    ///
    /// The result of a conversion:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let served = testkit::http::Served::start(|_| {}).await;
    /// # let story = served.story().await;
    /// # let pay = served.pay().build()?;
    /// # let order = story.convert_order_id.as_str();
    /// use countinghouse_client::{Schedule, poll_until_final};
    /// use wire::binance_pay::convert::{OrderStatus, query_trade_order::{QueryTradeOrder, TradeOrder}};
    ///
    /// let query = QueryTradeOrder { order_id: order.into() };
    /// let schedule = Schedule::every(std::time::Duration::from_millis(200), 100);
    /// let is_final = |trade: &TradeOrder| trade.order_status != OrderStatus::Process;
    /// let trade = poll_until_final(&schedule, || pay.send(&query), is_final).await?;
    /// println!("{} {} for {} {}", trade.to_amount, trade.to_asset, trade.from_amount, trade.from_asset);
    /// # assert_eq!(trade.from_amount.to_string(), "10");
    /// # served.stop().await;
    /// # Ok(()) }
    /// ```
    ///
    /// The status of a balance report:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let served = testkit::http::Served::start(|_| {}).await;
    /// # let story = served.story().await;
    /// # let pay = served.pay().build()?;
    /// # let download_id = story.download_id.as_str();
    /// use wire::binance_pay::balance_report::query::{QueryBalanceReport, ReportStatus};
    ///
    /// let report = pay.send(&QueryBalanceReport { download_id: download_id.into() }).await?;
    /// if report.status == ReportStatus::Success {
    ///     println!("fetch it from {}", report.download_url.as_str());
    /// }
    /// # assert!(report.exist);
    /// # served.stop().await;
    /// # Ok(()) }
    /// ```
    ///
    /// The merchants that a technical service provider has asked for their consent:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let served = testkit::http::Served::start(|_| {}).await;
    /// # let story = served.story().await;
    /// # let provider = story.provider.build()?;
    /// use wire::binance_pay::service_provider::record::QueryRecord;
    ///
    /// let query: QueryRecord = serde_json::from_str(r#"{"page":1,"rows":10}"#)?;
    /// let records = provider.send(&query).await?;
    /// for record in &records.rows {
    ///     println!("{}: {:?}", record.merchant_name.as_str(), record.status);
    /// }
    /// # assert_eq!(records.rows.len(), 1);
    /// # served.stop().await;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The server refused the call, was not reached, or sent no valid answer; see [`Error`].
    pub async fn send<E>(&self, request: &E) -> Result<E::Response, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        let body = to_json(request)?;
        self.post(E::SPEC.path, &body, E::REPEATABLE, wire::decode::reply::<E>).await
    }

    /// Signs a body for a path, sends it, and reads the reply with `decode`.
    pub(crate) async fn post<T>(
        &self,
        path: &str,
        body: &[u8],
        repeatable: bool,
        decode: impl Fn(&[u8]) -> Result<Result<T, Fault>, DecodeError>,
    ) -> Result<T, Error> {
        let sign = |now_ms| {
            let SignedRequest { path, headers, body } = self.sign_bytes(path, body.to_vec(), now_ms);
            Signed { path, headers, body }
        };
        self.caller.call(repeatable, sign, |reply| answer(reply, &decode)).await
    }

    /// The request as [`BinancePay::send`] would send it now.
    ///
    /// # Errors
    /// The request cannot be written as JSON, which does not happen with the types of [`wire`].
    pub fn sign<E>(&self, request: &E) -> Result<SignedRequest, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        Ok(self.sign_bytes(E::SPEC.path, to_json(request)?, self.caller.now_ms()))
    }

    /// The local clock's time, for measuring intervals.
    pub(crate) fn local_ms(&self) -> i64 {
        self.caller.local_ms()
    }

    fn sign_bytes(&self, path: &str, body: Vec<u8>, now_ms: i64) -> SignedRequest {
        let mut signed = self.who.credentials.sign_bytes(path, body, now_ms, &self.caller.nonce());
        if let Some(token) = &self.who.authorization_token {
            signed.headers.push((display::AUTHORIZATION_TOKEN, token.clone()));
        }
        signed
    }
}

/// Reads a reply. A refusal counts whatever its status and media type are: a server may have a status for each code.
/// Any other reply with the status of a failure is a gateway's; some answers have no envelope to tell them apart.
fn answer<T>(
    reply: &Reply,
    decode: impl Fn(&[u8]) -> Result<Result<T, Fault>, DecodeError>,
) -> Result<T, Error> {
    match decode(&reply.body) {
        Ok(Err(fault)) => Err(Error::new(Kind::Refused(fault))),
        _ if !is_answer(reply) => Err(Error::not_an_answer(&reply.body)),
        Ok(Ok(answer)) => Ok(answer),
        Err(error) => Err(Error::decode(error, &reply.body)),
    }
}

impl BinancePayBuilder {
    /// Acts for a merchant, as a technical service provider, under this token's authorization.
    #[must_use]
    pub fn authorization_token(mut self, token: &str) -> Self {
        self.dialect.authorization_token = Some(token.to_owned());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// The URL is not one of HTTP, the key or token has characters that a header does not take, or TLS cannot be
    /// set up on this machine.
    pub fn build(self) -> Result<BinancePay, Error> {
        let sent = [Some(self.dialect.credentials.key()), self.dialect.authorization_token.as_deref()];
        if sent.into_iter().flatten().any(|value| HeaderValue::from_str(value).is_err()) {
            return Err(Error::encode("the key or token has characters that no header takes"));
        }
        Ok(BinancePay { caller: self.caller()?, who: self.dialect, certificates: Arc::default() })
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant").field("key", &self.credentials.key()).finish_non_exhaustive()
    }
}

impl fmt::Debug for BinancePay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinancePay")
            .field("credentials", &self.who.credentials)
            .field("caller", &self.caller)
            .finish()
    }
}
