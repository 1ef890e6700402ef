//! Orders, and the jobs that follow from what was committed.

use super::{Native, query, segment};
use crate::Error;
use reqwest::Method;
use std::time::Duration;
use wire::native::{EVENTS_END, Events, Job, Order, OrderStatus, Page, ReleasedReserve, RetryJob};

/// What a call that waits may take beyond its wait, in seconds.
const BEYOND_WAIT: u64 = 30;

/// Which orders are asked for; what is left out does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderFilter<'a> {
    /// Whose they are: a merchant's id.
    pub merchant: Option<&'a str>,
    /// How they stand.
    pub status: Option<OrderStatus>,
    /// The merchant's own number.
    pub merchant_trade_no: Option<&'a str>,
}

impl Native {
    /// Reads an order.
    pub async fn order(&self, prepay_id: &str) -> Result<Order, Error> {
        self.get(&format!("/v1/orders/{}", segment(prepay_id))).await
    }

    /// Lists orders, merchant by merchant from the highest id down, each merchant's newest first, and `limit` at most (1 to
    /// 1000); `after` is the page before's `next`. A page that looks for a status may be short although more follow.
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

    /// Finds orders by a name that may be an order's id or a merchant's own number: the order of that id first, then
    /// those of that number, which several merchants may have used. None when there is none.
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

    /// Reads events behind a place, of one holder or of all, and waits up to `wait_s` seconds (0 to 60) for the first.
    /// Without `after` it begins with the first of all; [`Events::next`] is the place to go on from.
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

    /// The place behind the latest event, from which [`Native::events`] tells only what is new.
    pub async fn events_end(&self) -> Result<String, Error> {
        Ok(self.events(None, Some(EVENTS_END), 0).await?.next)
    }

    /// Gives what is left of an order's split reserve to its merchant.
    ///
    /// # Errors
    /// See [`Error`]; it is refused for an order without a reserve, and once it was released.
    pub async fn release_reserve(&self, prepay_id: &str) -> Result<ReleasedReserve, Error> {
        self.post(&format!("/v1/orders/{}/release-reserve", segment(prepay_id)), &()).await
    }

    /// Lists jobs, or only those that were given up; `after` is the page before's `next`.
    pub async fn jobs(&self, dead: bool, after: Option<&str>) -> Result<Page<Job>, Error> {
        let state = dead.then_some("state=dead".to_owned());
        let after = after.map(|after| format!("after={}", segment(after)));
        let query: Vec<String> = state.into_iter().chain(after).collect();
        self.get(&format!("/v1/jobs?{}", query.join("&"))).await
    }

    /// Has a job tried again that was given up.
    pub async fn retry_job(&self, job: &RetryJob) -> Result<(), Error> {
        self.done(Method::POST, "/v1/jobs/retry", job).await
    }
}
