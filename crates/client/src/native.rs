//! The client of a Countinghouse's own API under `/v1`, for operators, scripts and tests.

mod authorizations;
mod holders;
mod orders;
mod rates;
mod reports;
mod requests;
mod server_keys;
mod world_first;

pub use authorizations::AuthorizationFilter;
pub use orders::OrderFilter;
pub use reports::Download;
pub use requests::RequestFilter;

use reqwest::{Method, header};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;
use wire::native::{Applied, Balances, Fixtures, HolderBalance, Order, Page, PayOrder, Problem};

use crate::{
    Error,
    error::Kind,
    signed::to_json,
    transport::{self, Connecting, Reply, Transport},
};

/// Calls the native API with an operator's token. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Native {
    transport: Transport,
    authorization: header::HeaderValue,
}

impl Native {
    /// A client of the server at `base_url`, with the token from its data folder's `admin.token`.
    ///
    /// # Errors
    /// The URL is not one of HTTP, the token has characters that a header does not take, or TLS cannot be set
    /// up on this machine.
    pub fn new(base_url: &str, token: &str) -> Result<Self, Error> {
        Self::with_roots(base_url, token, &[])
    }

    /// The same for a server whose certificate is issued by one of these authorities: PEM files, trusted besides the
    /// machine's own.
    ///
    /// # Errors
    /// As [`Native::new`]; or a file holds no certificate.
    pub fn with_roots(base_url: &str, token: &str, roots_pem: &[Vec<u8>]) -> Result<Self, Error> {
        let mut authorization = header::HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Error::encode("the token has characters that no header takes"))?;
        authorization.set_sensitive(true);
        let connecting = Connecting { roots_pem: roots_pem.to_vec(), ..Connecting::default() };
        Ok(Self { transport: Transport::new(base_url, &connecting)?, authorization })
    }

    /// Applies fixtures: all of them, or none and an error.
    ///
    /// # Errors
    /// See [`Error`]; a contradiction with what exists is a refusal.
    pub async fn apply(&self, fixtures: &Fixtures) -> Result<Applied, Error> {
        self.post("/v1/fixtures", fixtures).await
    }

    /// Pays an order as the payer of a Binance ID; in a twin only.
    pub async fn pay_order(&self, prepay_id: &str, payer: &str) -> Result<Order, Error> {
        let pay = PayOrder { payer: payer.to_owned() };
        self.post(&format!("/v1/orders/{}/pay", segment(prepay_id)), &pay).await
    }

    /// Reads a holder's balances.
    pub async fn balances(&self, holder: &str) -> Result<Balances, Error> {
        self.get(&format!("/v1/holders/{}/balances", segment(holder))).await
    }

    /// Lists the balances of all holders, by holder, wallet and asset, `limit` entries at most (1 to 1000); `after`
    /// is `next` of the previous page.
    pub async fn all_balances(&self, after: Option<&str>, limit: u32) -> Result<Page<HolderBalance>, Error> {
        let limit = limit.to_string();
        self.get(&query("/v1/balances", &[("after", after), ("limit", Some(&limit))])).await
    }

    /// Reads any route that returns JSON; `path` begins with `/v1/` and includes its query.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.call(self.transport.request(Method::GET, path)).await
    }

    /// Posts a body to any route that returns JSON; `path` begins with `/v1/`.
    pub async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, Error> {
        self.send(Method::POST, path, body).await
    }

    /// Puts a body to any route that returns JSON; `path` begins with `/v1/`.
    pub async fn put<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, Error> {
        self.send(Method::PUT, path, body).await
    }

    /// Deletes by any route without a reply body; `path` begins with `/v1/`.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        self.answered(self.transport.request(Method::DELETE, path)).await.map(drop)
    }

    async fn send<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<T, Error> {
        let request = self.transport.request(method, path);
        self.call(request.header(header::CONTENT_TYPE, "application/json").body(to_json(body)?)).await
    }

    /// Sends a body to a route without a reply body.
    async fn done<B: Serialize>(&self, method: Method, path: &str, body: &B) -> Result<(), Error> {
        let request = self.transport.request(method, path);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(to_json(body)?);
        self.answered(request).await.map(drop)
    }

    async fn call<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, Error> {
        let reply = self.answered(request).await?;
        serde_json::from_slice(&reply.body).map_err(|error| {
            Error::new(Kind::Data(error.to_string())).replied(reply.http_status, reply.request_id)
        })
    }

    /// Sends a request, and returns its reply if that is a success.
    async fn answered(&self, request: reqwest::RequestBuilder) -> Result<Reply, Error> {
        let reply = transport::send(self.authorized(request)).await?;
        if (200..300).contains(&reply.http_status) { Ok(reply) } else { Err(refusal(reply)) }
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.header(header::AUTHORIZATION, self.authorization.clone())
    }
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// The error of a refused or failed call, from its reply.
fn refusal(reply: Reply) -> Error {
    let error = match serde_json::from_slice::<Problem>(&reply.body) {
        Ok(problem) => Error::new(Kind::Problem(problem)),
        Err(_) => Error::not_an_answer(&reply.body),
    };
    error.replied(reply.http_status, reply.request_id)
}

/// A list's path; `after` is `next` of the previous page.
fn paged(path: &str, after: Option<&str>) -> String {
    after.map_or_else(|| path.to_owned(), |after| format!("{path}?after={}", segment(after)))
}

/// A path with those parameters of its query that have a value.
fn query(path: &str, parts: &[(&str, Option<&str>)]) -> String {
    let given = parts.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let given: Vec<String> = given.map(|(name, value)| format!("{name}={}", segment(value))).collect();
    if given.is_empty() { path.to_owned() } else { format!("{path}?{}", given.join("&")) }
}

/// A text as one segment of a path: everything but letters, digits and `-._~` in percent form.
fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("155661443313674176"), "155661443313674176");
        assert_eq!(segment("a/../b?c#d é"), "a%2F..%2Fb%3Fc%23d%20%C3%A9");
    }

    #[test]
    fn a_query_names_what_is_given() {
        assert_eq!(query("/v1/orders", &[("status", None)]), "/v1/orders");
        let parts = [("merchant", Some("1")), ("status", None), ("merchantTradeNo", Some("a&b"))];
        assert_eq!(query("/v1/orders", &parts), "/v1/orders?merchant=1&merchantTradeNo=a%26b");
    }

    #[test]
    fn debug_hides_the_token() {
        let native = Native::new("http://127.0.0.1:1", "hush-hush").unwrap();
        assert!(!format!("{native:?}").contains("hush"));
        assert!(Native::new("http://127.0.0.1:1", "a\nb").is_err());
    }
}
