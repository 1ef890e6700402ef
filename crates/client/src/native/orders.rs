//! Orders, and the jobs that follow from what was committed.

use super::{Native, segment};
use crate::Error;
use reqwest::Method;
use wire::native::{Job, Order, Page, ReleasedReserve, RetryJob};

impl Native {
    /// Reads an order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn order(&self, prepay_id: &str) -> Result<Order, Error> {
        self.get(&format!("/v1/orders/{}", segment(prepay_id))).await
    }

    /// Gives what is left of an order's split reserve to its merchant.
    ///
    /// # Errors
    /// See [`Error`]; it is refused for an order without a reserve, and once it was released.
    pub async fn release_reserve(&self, prepay_id: &str) -> Result<ReleasedReserve, Error> {
        self.post(&format!("/v1/orders/{}/release-reserve", segment(prepay_id)), &()).await
    }

    /// Lists jobs, or only those that were given up; `after` is the page before's `next`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn jobs(&self, dead: bool, after: Option<&str>) -> Result<Page<Job>, Error> {
        let state = dead.then_some("state=dead".to_owned());
        let after = after.map(|after| format!("after={}", segment(after)));
        let query: Vec<String> = state.into_iter().chain(after).collect();
        self.get(&format!("/v1/jobs?{}", query.join("&"))).await
    }

    /// Has a job tried again that was given up.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retry_job(&self, job: &RetryJob) -> Result<(), Error> {
        self.done(Method::POST, "/v1/jobs/retry", job).await
    }
}
