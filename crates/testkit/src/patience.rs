//! Callers that do not wait for their answer.

use std::{future::poll_fn, pin::pin, task::Poll};

/// Polls a future so many times and once more, and gives others a turn in between; then drops it where it
/// stands, as a caller does that hangs up. With 0 turns it has been begun, and hardly more.
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
