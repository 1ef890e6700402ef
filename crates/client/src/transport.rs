//! Sends over HTTP, and reads replies of limited length.

use reqwest::{Certificate, Client, Proxy, RequestBuilder, Response, Url, header, redirect::Policy};
use std::{fmt, net::IpAddr, time::Duration};

use crate::{Error, error::Kind};

/// Maximum length of a reply. The largest answer of either API, a page of a thousand entries, is far smaller.
const REPLY_MAX: usize = 8 << 20;

/// How long an idle connection is kept. Servers close theirs after a minute or so; a request that is written to a
/// connection at that moment is lost, and may not be safe to repeat.
const IDLE: Duration = Duration::from_secs(30);

/// The header with a Countinghouse's id of the request.
const REQUEST_ID: &str = "x-request-id";

/// Time limits of a client's calls.
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

/// Settings of a client's connections.
#[derive(Clone, Default)]
pub(crate) struct Connecting {
    pub(crate) timeouts: Timeouts,
    pub(crate) proxy: Option<String>,
    pub(crate) roots_pem: Vec<Vec<u8>>,
    pub(crate) user_agent: Option<String>,
}

/// One server and the connections to it.
#[derive(Clone)]
pub(crate) struct Transport {
    base_url: String,
    /// The prefix of every path.
    prefix: String,
    origin: String,
    client: Client,
}

/// A reply.
pub(crate) struct Reply {
    pub(crate) http_status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Transport {
    pub(crate) fn new(base_url: &str, connecting: &Connecting) -> Result<Self, Error> {
        let url =
            Url::parse(base_url).map_err(|error| Error::encode(format!("{}: {error}", shown(base_url))))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            let expected = "expected a URL such as https://pay.example.com, without a query";
            return Err(Error::encode(format!("{}: {expected}", shown(base_url))));
        }
        let own = concat!("countinghouse-client/", env!("CARGO_PKG_VERSION"));
        let mut client = Client::builder()
            .connect_timeout(connecting.timeouts.connect)
            .timeout(connecting.timeouts.whole)
            .pool_idle_timeout(IDLE)
            // A signature is for one path of one server, so redirects are not followed.
            .redirect(Policy::none())
            .user_agent(connecting.user_agent.as_deref().unwrap_or(own));
        if let Some(proxy) = &connecting.proxy {
            client = client.proxy(Proxy::all(proxy).map_err(Error::transport)?);
        } else if is_this_machine(&url) {
            // The proxy of the environment is for other machines, not for this one.
            client = client.no_proxy();
        }
        for pem in &connecting.roots_pem {
            let roots = Certificate::from_pem_bundle(pem).map_err(Error::transport)?;
            if roots.is_empty() {
                return Err(Error::encode("the root certificates hold no PEM block of a certificate"));
            }
            client = client.tls_certs_merge(roots);
        }
        let client = client.build().map_err(Error::transport)?;
        Ok(Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            prefix: url.path().trim_end_matches('/').to_owned(),
            origin: url.origin().ascii_serialization(),
            client,
        })
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base_url))
    }

    /// The request target of a path: everything after the host.
    pub(crate) fn target(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl fmt::Debug for Transport {
    /// A proxy's URL and the server's may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("server", &self.origin).finish_non_exhaustive()
    }
}

/// The part of a refused URL, valid or not, that may be shown: without a password before the host and without a
/// query.
fn shown(url: &str) -> &str {
    let from_host = url.rsplit('@').next().unwrap_or_default();
    from_host.split(['?', '#']).next().unwrap_or_default()
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
    let headers = response.headers().clone();
    match read(response).await {
        Ok(body) => Ok(Reply { http_status, request_id, headers, body }),
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
