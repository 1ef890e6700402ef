//! Orders, events and jobs.

use super::{Native, query, segment};
use crate::Error;
use reqwest::Method;
use std::time::Duration;
use wire::native::{EVENTS_END, Events, Job, Order, OrderStatus, Page, ReleasedReserve, RetryJob};

/// Additional time in seconds for a call that waits.
const BEYOND_WAIT: u64 = 30;

/// A filter of orders; absent fields match every order.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderFilter<'a> {
    /// The merchant's id.
    pub merchant: Option<&'a str>,
    /// The order's status.
    pub status: Option<OrderStatus>,
    /// The merchant's own number of the order.
    pub merchant_trade_no: Option<&'a str>,
}

impl Native {
    /// Reads an order.
    pub async fn order(&self, prepay_id: &str) -> Result<Order, Error> {
        self.get(&format!("/v1/orders/{}", segment(prepay_id))).await
    }

    /// Lists orders, merchant by merchant from the highest id down, each merchant's newest first, and `limit` at most
    /// (1 to 1000); `after` is `next` of the previous page. With a status, a page may be short although more follow.
    pub async fn orders(
        &self,
        filter: OrderFilter<'_>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Order>, Error> {
        let limit = limit.to_string();
        let parts = [
            ("merchant", filter.merchant),
            ("status", filter.status.map(OrderStatus::as_str)),
            ("merchantTradeNo", filter.merchant_trade_no),
            ("after", after),
            ("limit", Some(&limit)),
        ];
        self.get(&query("/v1/orders", &parts)).await
    }

    /// Finds orders by an order's id or a merchant's own number: the order with that id first, then those with that
    /// number, which several merchants may have used. Empty if none matches.
    pub async fn orders_named(&self, name: &str) -> Result<Vec<Order>, Error> {
        let mut found = match self.order(name).await {
            Ok(order) => vec![order],
            Err(error) if error.http_status() == Some(404) => Vec::new(),
            Err(error) => return Err(error),
        };
        let filter = OrderFilter { merchant_trade_no: Some(name), ..OrderFilter::default() };
        let by_number = self.orders(filter, None, 100).await?.items;
        found.extend(by_number.into_iter().filter(|order| order.prepay_id != name));
        Ok(found)
    }

    /// Reads events after a position, of one holder or of all, and waits up to `wait_s` seconds (0 to 60) for the
    /// first. Without `after` it begins with the very first; [`Events::next`] is the position to continue from.
    pub async fn events(
        &self,
        holder: Option<&str>,
        after: Option<&str>,
        wait_s: u64,
    ) -> Result<Events, Error> {
        let wait = wait_s.to_string();
        let path = query("/v1/events", &[("holder", holder), ("after", after), ("wait", Some(&wait))]);
        let request = self.transport.request(Method::GET, &path);
        self.call(request.timeout(Duration::from_secs(wait_s + BEYOND_WAIT))).await
    }

    /// The position behind the latest event, from which [`Native::events`] reads only new ones.
    pub async fn events_end(&self) -> Result<String, Error> {
        Ok(self.events(None, Some(EVENTS_END), 0).await?.next)
    }

    /// Releases the rest of an order's split reserve to its merchant.
    ///
    /// # Errors
    /// See [`Error`]; it is refused for an order without a reserve, and once it was released.
    pub async fn release_reserve(&self, prepay_id: &str) -> Result<ReleasedReserve, Error> {
        self.post(&format!("/v1/orders/{}/release-reserve", segment(prepay_id)), &()).await
    }

    /// Lists jobs, or only those that were given up; `after` is `next` of the previous page.
    pub async fn jobs(&self, dead: bool, after: Option<&str>) -> Result<Page<Job>, Error> {
        let state = dead.then_some("state=dead".to_owned());
        let after = after.map(|after| format!("after={}", segment(after)));
        let query: Vec<String> = state.into_iter().chain(after).collect();
        self.get(&format!("/v1/jobs?{}", query.join("&"))).await
    }

    /// Retries a job that was given up.
    pub async fn retry_job(&self, job: &RetryJob) -> Result<(), Error> {
        self.done(Method::POST, "/v1/jobs/retry", job).await
    }
}
