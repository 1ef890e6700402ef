//! Callers that do not wait for their answer.

use std::{future::poll_fn, pin::pin, task::Poll};

/// Polls a future `turns` times and once more, and lets others run in between; then drops it unfinished, as a caller
/// that hangs up does. With 0 turns it has only just begun.
pub async fn within_turns<F: Future>(turns: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for turn in 0..=turns {
        let answer = poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Poll::Ready(None),
        });
        let answer = answer.await;
        if answer.is_some() {
            return answer;
        }
        if turn < turns {
            tokio::task::yield_now().await;
        }
    }
    None
}
