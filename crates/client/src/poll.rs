//! Polls until a result is final.

use std::time::Duration;

use crate::{Error, error::Kind};

/// The waits before the queries by WorldFirst's own rule for unknown results.
const UNKNOWN_MINUTES: [u64; 7] = [5, 10, 20, 40, 80, 160, 320];

/// The waits before the queries of a poll, and so their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    waits: Vec<Duration>,
}

impl Schedule {
    /// WorldFirst's rule for a result that is `U`, unknown: 7 queries, the first after 5 minutes, each next one after
    /// twice the wait; 10 hours and 35 minutes in total. A caller without a final result then asks the provider's
    /// support.
    pub fn unknown_result() -> Self {
        Self { waits: UNKNOWN_MINUTES.map(|minutes| Duration::from_secs(minutes * 60)).to_vec() }
    }

    /// A number of queries, each after the same wait.
    pub fn every(wait: Duration, queries: usize) -> Self {
        Self { waits: vec![wait; queries] }
    }

    /// A query after each of these waits.
    pub fn after(waits: Vec<Duration>) -> Self {
        Self { waits }
    }
}

/// Polls on a schedule until the answer is final, and returns that answer.
///
/// A query that ends with [`Error::is_retryable`] counts as one with a non-final answer. It waits before the first
/// query too, since that follows a call that has just been answered.
///
/// ```no_run
/// # async fn example(pay: countinghouse_client::BinancePay) -> Result<(), countinghouse_client::Error> {
/// use countinghouse_client::{Schedule, poll_until_final};
/// use std::time::Duration;
/// use wire::binance_pay::profit_sharing::{SplitStatus, query_split::QuerySplit};
///
/// let query = QuerySplit { merchant_request_id: "split1".into(), prepay_order_id: "29383937493038367".into() };
/// let schedule = Schedule::every(Duration::from_secs(1), 30);
/// let is_final = |split: &<QuerySplit as wire::Endpoint>::Response| split.status == SplitStatus::Finished;
/// let split = poll_until_final(&schedule, || pay.send(&query), is_final).await?;
/// println!("{} is split", split.split_order_no);
/// # Ok(()) }
/// ```
///
/// # Errors
/// The first error that is not retryable; at the end of the schedule, the last query's error, or that its answer was
/// not final.
pub async fn poll_until_final<T, F>(
    schedule: &Schedule,
    mut ask: impl FnMut() -> F,
    is_final: impl Fn(&T) -> bool,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut last = Error::new(Kind::NotFinal { asked: 0 });
    for (before, wait) in schedule.waits.iter().enumerate() {
        tokio::time::sleep(*wait).await;
        last = match ask().await {
            Ok(answer) if is_final(&answer) => return Ok(answer),
            Ok(_) => Error::new(Kind::NotFinal { asked: before + 1 }),
            Err(error) if error.is_retryable() => error,
            Err(error) => return Err(error),
        };
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn an_unknown_result_is_asked_after_seven_times_at_the_providers_pace() {
        let begun = Instant::now();
        let mut at = Vec::new();
        let ask = || {
            at.push(begun.elapsed().as_secs() / 60);
            async { Ok(false) }
        };
        let error = poll_until_final(&Schedule::unknown_result(), ask, |done| *done).await.unwrap_err();
        assert_eq!(at, [5, 15, 35, 75, 155, 315, 635]);
        assert_eq!(error.to_string(), "still not final after 7 queries");
        assert!(error.is_retryable() && !error.is_refused());
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_first_final_answer_or_refusal() {
        let schedule = Schedule::every(Duration::from_secs(60), 5);
        let run = async |outcomes: &mut dyn Iterator<Item = Result<u8, Error>>| {
            let ask = || std::future::ready(outcomes.next().unwrap());
            poll_until_final(&schedule, ask, |answer| *answer == 2).await
        };
        let failed = || Err(Error::new(Kind::Timeout));
        let mut outcomes = [Ok(1), failed(), Ok(2), Ok(3)].into_iter();
        assert_eq!(run(&mut outcomes).await.unwrap(), 2);
        assert_eq!(outcomes.len(), 1);
        let mut outcomes = [Ok(1), Err(Error::encode("no")), Ok(2)].into_iter();
        assert!(!run(&mut outcomes).await.unwrap_err().is_retryable());
        assert_eq!(outcomes.len(), 1);
        let mut outcomes = [Ok(1), Ok(1), Ok(1), Ok(1), failed()].into_iter();
        assert!(run(&mut outcomes).await.unwrap_err().is_timeout());
    }
}
