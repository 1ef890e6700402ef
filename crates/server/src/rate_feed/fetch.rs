//! One fetch: limited in time and length, without redirects.

use super::error::Fault;
use crate::settings::Feed;
use http::StatusCode;
use reqwest::{Client, Response, header, redirect::Policy};
use std::{net::IpAddr, time::Duration};

/// Maximum time to connect: enough for any reachable host.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Idle time of a connection: shorter than that of servers.
const IDLE: Duration = Duration::from_secs(30);

/// The source of prices.
pub(crate) struct Source {
    feed: Feed,
    client: Client,
}

impl Source {
    /// Prepares the client; sends nothing yet.
    ///
    /// # Errors
    /// The error message if TLS cannot be set up on this machine.
    pub(crate) fn new(feed: Feed) -> Result<Self, String> {
        let client = Client::builder()
            .connect_timeout(feed.timeout.min(CONNECT_MAX))
            .timeout(feed.timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(1)
            // Only the host that the operator named is trusted for prices.
            .redirect(Policy::none())
            .user_agent(concat!("countinghouse/", env!("CARGO_PKG_VERSION")));
        // A proxy of the environment is for other hosts, not for this machine.
        let client = if is_this_machine(feed.url.host()) { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| innermost(&error))?;
        Ok(Self { feed, client })
    }

    pub(super) fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Fetches the document.
    pub(super) async fn body(&self) -> Result<Vec<u8>, Fault> {
        let request = self.client.get(self.feed.url.expose().clone());
        let request = request.header(header::ACCEPT, "application/json");
        let response = request.send().await.map_err(fault)?;
        if response.status() != StatusCode::OK {
            return Err(Fault::Status(response.status().as_u16()));
        }
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Fault> {
        let most = self.feed.max_bytes;
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > most) {
            return Err(Fault::TooLong { most });
        }
        let mut body = Vec::with_capacity(announced.unwrap_or_default());
        while let Some(part) = response.chunk().await.map_err(fault)? {
            if body.len() + part.len() > most {
                return Err(Fault::TooLong { most });
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The fault of an error, without the URL, which may hold a key.
fn fault(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    if error.is_timeout() {
        Fault::Late
    } else if error.is_connect() {
        Fault::Connect(innermost(&error))
    } else {
        Fault::Broken(innermost(&error))
    }
}

/// The innermost cause, which is the most specific.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
