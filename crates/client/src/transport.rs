//! Sending over HTTP, and reading a reply of bounded length.

use reqwest::{Client, RequestBuilder, Response, Url, redirect::Policy};
use std::{net::IpAddr, time::Duration};

use crate::{Error, error::Kind};

/// The longest reply that is read. The largest answer of either API, a page of a thousand entries, is far below.
const REPLY_MAX: usize = 8 << 20;

/// How long an idle connection is kept. Servers close theirs after a minute or so; a request that is written
/// to a connection at that moment is lost, and may not be repeated unasked.
const IDLE: Duration = Duration::from_secs(30);

/// The header in which a Countinghouse names a request.
const REQUEST_ID: &str = "x-request-id";

/// How long the calls of a client may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(30) }
    }
}

/// One server and the connections to it.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    base_url: String,
    client: Client,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) http_status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Transport {
    pub(crate) fn new(base_url: &str, timeouts: Timeouts) -> Result<Self, Error> {
        let url = Url::parse(base_url).map_err(|error| Error::encode(format!("{base_url}: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            let expected = "expected a URL such as https://pay.example.com, without a query";
            return Err(Error::encode(format!("{base_url}: {expected}")));
        }
        let client = Client::builder()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            .pool_idle_timeout(IDLE)
            // A signature is for one path of one server; it is not carried elsewhere.
            .redirect(Policy::none())
            .user_agent(concat!("countinghouse-client/", env!("CARGO_PKG_VERSION")));
        // A proxy that the environment names leads out; this machine is not out there.
        let client = if is_this_machine(&url) { client.no_proxy() } else { client };
        let client = client.build().map_err(Error::transport)?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), client })
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base_url))
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sends a request and reads the whole reply.
pub(crate) async fn send(request: RequestBuilder) -> Result<Reply, Error> {
    reply(request.send().await.map_err(Error::transport)?).await
}

/// Reads a whole reply.
pub(crate) async fn reply(response: Response) -> Result<Reply, Error> {
    let http_status = response.status().as_u16();
    let request_id = response.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    match read(response).await {
        Ok(body) => Ok(Reply { http_status, request_id, body }),
        Err(error) => Err(error.replied(http_status, request_id)),
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(Error::transport)? {
        if body.len() + part.len() > REPLY_MAX {
            return Err(Error::new(Kind::TooLong { most: REPLY_MAX }));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}
