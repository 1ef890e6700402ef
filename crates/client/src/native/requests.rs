//! The requests that a server answered lately, and why it refused a signature.

use super::{Native, query, segment};
use crate::Error;
use wire::native::{Page, Request};

/// Which requests are asked for; what is left out does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestFilter<'a> {
    /// Whose business they were.
    pub holder: Option<&'a str>,
    /// The API key or the client that they named.
    pub caller: Option<&'a str>,
    /// The code that they were answered with.
    pub code: Option<&'a str>,
    /// The endpoint that they asked, as `order/query`.
    pub endpoint: Option<&'a str>,
    /// Only those that were refused.
    pub refused: bool,
    /// Only those that were answered after the request of this id, or all that are remembered if it is not.
    pub since: Option<&'a str>,
}

impl Native {
    /// Lists the requests that the server remembers, the newest first and `limit` at most (1 to 1000); `after` is the
    /// page before's `next`.
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
    /// See [`Error`]; a server remembers only the latest, and only those that it answered itself.
    pub async fn request(&self, id: &str) -> Result<Request, Error> {
        self.get(&format!("/v1/requests/{}", segment(id))).await
    }
}
