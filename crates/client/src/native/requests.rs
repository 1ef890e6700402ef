//! A server's recent requests, and why it refused a signature.

use super::{Native, query, segment};
use crate::Error;
use wire::native::{Page, Request};

/// A filter of requests; absent fields match every request.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestFilter<'a> {
    /// The holder that they are about.
    pub holder: Option<&'a str>,
    /// The API key or the client in them.
    pub caller: Option<&'a str>,
    /// The code of their answer.
    pub code: Option<&'a str>,
    /// Their endpoint, as `order/query`.
    pub endpoint: Option<&'a str>,
    /// Refused ones only.
    pub refused: bool,
    /// Only those answered after the request with this id, or all that are remembered if it is unknown.
    pub since: Option<&'a str>,
}

impl Native {
    /// Lists the requests that the server remembers, the newest first and `limit` at most (1 to 1000); `after` is
    /// `next` of the previous page.
    pub async fn requests(
        &self,
        filter: RequestFilter<'_>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Request>, Error> {
        let limit = limit.to_string();
        let parts = [
            ("holder", filter.holder),
            ("caller", filter.caller),
            ("code", filter.code),
            ("endpoint", filter.endpoint),
            ("refused", filter.refused.then_some("true")),
            ("since", filter.since),
            ("after", after),
            ("limit", Some(&limit)),
        ];
        self.get(&query("/v1/requests", &parts)).await
    }

    /// Reads a request by its id, the `x-request-id` of its reply.
    ///
    /// # Errors
    /// See [`Error`]; a server remembers only recent ones, and only those that it answered itself.
    pub async fn request(&self, id: &str) -> Result<Request, Error> {
        self.get(&format!("/v1/requests/{}", segment(id))).await
    }
}
