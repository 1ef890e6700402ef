//! Reads request bodies within limits of size, time and memory.

use crate::body_budget::{BodyBudget, Held};
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use std::{sync::Arc, time::Duration};

/// The most bytes of a refused body that are read so that the caller can finish sending.
const DISCARD_MAX: usize = 8 * 1_024 * 1_024;

/// The reason why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than allowed.
    TooLarge,
    /// It did not arrive in time.
    Late,
    /// The connection broke, or its framing is wrong.
    Broken,
    /// The bodies of unauthenticated callers use up the budget.
    OverBudget,
}

/// A body that was read, and its share of the budget until its caller is authenticated.
pub(crate) struct Unproven {
    pub(crate) bytes: Bytes,
    pub(crate) held: Held,
}

/// The first content coding of a body that is not `identity`; no route accepts one.
pub(crate) fn coding(headers: &HeaderMap) -> Option<String> {
    const LENGTH_MAX: usize = 32;
    let values = headers.get_all(header::CONTENT_ENCODING).iter();
    let mut codings = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let other = codings.find_map(|coding| {
        let coding = coding.trim_ascii();
        Some(coding).filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
    })?;
    // Only printable ASCII: the text goes into messages and logs.
    let shown = other.iter().take(LENGTH_MAX).map(|byte| if byte.is_ascii_graphic() { *byte } else { b'?' });
    Some(shown.map(char::from).collect())
}

/// Reads a body of at most `limit` bytes within `time`, from an unauthenticated caller. See [`read`].
pub(crate) async fn read_unproven(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    time: Duration,
    budget: &Arc<BodyBudget>,
) -> Result<Unproven, Unread> {
    let mut held = budget.hold();
    let bytes = read_within(headers, body, limit, time, |size| held.grow_to(size)).await?;
    Ok(Unproven { bytes, held })
}

/// Reads a body of at most `limit` bytes within `time`. `Content-Length` is checked first.
///
/// The rest of a body that is too large is read for a while and discarded: a caller that is still sending would
/// otherwise find its connection reset and never see the answer.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    time: Duration,
) -> Result<Bytes, Unread> {
    read_within(headers, body, limit, time, |_| true).await
}

async fn read_within(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    time: Duration,
    may_hold: impl FnMut(usize) -> bool,
) -> Result<Bytes, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        discard(headers, body, time).await;
        return Err(Unread::TooLarge);
    }
    tokio::time::timeout(time, collect(body, limit, may_hold)).await.unwrap_or(Err(Unread::Late))
}

async fn collect(
    mut body: Body,
    limit: usize,
    mut may_hold: impl FnMut(usize) -> bool,
) -> Result<Bytes, Unread> {
    let Some(first) = data(&mut body).await? else { return Ok(Bytes::new()) };
    let mut refusal = |size: usize, memory: usize| match size > limit {
        true => Some(Unread::TooLarge),
        false => (!may_hold(memory)).then_some(Unread::OverBudget),
    };
    if let Some(why) = refusal(first.len(), first.len()) {
        drop(first);
        drain(&mut body).await;
        return Err(why);
    }
    // Nearly every body is one frame, which needs no copy.
    let Some(second) = data(&mut body).await? else { return Ok(first) };
    let mut whole = Vec::from(first);
    let mut next = Some(second);
    while let Some(piece) = next {
        let size = whole.len() + piece.len();
        let memory =
            if size > whole.capacity() { size.next_power_of_two().min(limit) } else { whole.capacity() };
        if let Some(why) = refusal(size, memory) {
            // A refused caller goes on sending for a while; its bytes are not stored.
            drop((whole, piece));
            drain(&mut body).await;
            return Err(why);
        }
        whole.reserve_exact(memory - whole.len());
        whole.extend_from_slice(&piece);
        next = data(&mut body).await?;
    }
    Ok(whole.into())
}

/// The next data of a body; trailers are skipped.
async fn data(body: &mut Body) -> Result<Option<Bytes>, Unread> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Discards a body so that the caller can finish sending it. A caller that waits for permission
/// (`Expect: 100-continue`) has not begun, and need not.
pub(crate) async fn discard(headers: &HeaderMap, mut body: Body, time: Duration) {
    if !headers.contains_key(header::EXPECT) {
        let _ = tokio::time::timeout(time, drain(&mut body)).await;
    }
}

async fn drain(body: &mut Body) {
    let mut seen = 0;
    while seen < DISCARD_MAX {
        match data(body).await {
            Ok(Some(piece)) => seen += piece.len(),
            Ok(None) | Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt as _, stream};
    use std::{convert::Infallible, time::Instant};

    const SHORT: Duration = Duration::from_millis(50);

    fn pieces(sizes: &[usize]) -> Body {
        let pieces: Vec<_> = sizes.iter().map(|size| Ok::<_, Infallible>(vec![b'x'; *size])).collect();
        Body::from_stream(stream::iter(pieces))
    }

    #[tokio::test]
    async fn what_an_unknown_caller_holds_is_counted_until_it_is_dropped() {
        let budget = BodyBudget::new(150_000);
        let read = |sizes: &'static [usize]| {
            let budget = Arc::clone(&budget);
            async move { read_unproven(&HeaderMap::new(), pieces(sizes), 1 << 20, SHORT, &budget).await }
        };
        let small = read(&[100, 8_000]).await.ok().unwrap();
        assert_eq!((small.bytes.len(), budget.used()), (8_100, 0), "ordinary requests do not count");
        let held = read(&[40_000, 40_000]).await.ok().unwrap();
        assert!(
            held.bytes.len() == 80_000 && (71_808..=150_000).contains(&budget.used()),
            "{}",
            budget.used()
        );
        assert_eq!(read(&[40_000, 40_000]).await.err(), Some(Unread::OverBudget));
        assert!(read(&[100, 8_000]).await.is_ok(), "they pass while it is used up");
        drop(held);
        assert_eq!(budget.used(), 0);
        assert!(read(&[40_000, 40_000]).await.is_ok());
        // Also a body that never ends releases its share.
        let stalled = Body::from_stream(
            stream::iter([Ok::<_, Infallible>(vec![b'x'; 40_000])]).chain(stream::pending()),
        );
        let headers = HeaderMap::new();
        let read = read_unproven(&headers, stalled, 1 << 20, SHORT, &budget).await;
        assert_eq!(read.err(), Some(Unread::Late));
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_coding_is_named() {
        let coding = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, value.parse().unwrap());
            }
            super::coding(&headers)
        };
        for none in [&[][..], &[""], &["identity"], &["Identity, identity"], &["identity", " "]] {
            assert_eq!(coding(none), None, "{none:?}");
        }
        assert_eq!(coding(&["gzip"]).as_deref(), Some("gzip"));
        assert_eq!(coding(&["identity", "identity , br"]).as_deref(), Some("br"));
        assert_eq!(coding(&["a b"]).as_deref(), Some("a?b"));
        assert_eq!(coding(&[&"z".repeat(99)]).map(|coding| coding.len()), Some(32));
    }

    async fn read_pieces(sizes: &[usize]) -> Result<usize, Unread> {
        read(&HeaderMap::new(), pieces(sizes), 10, SHORT).await.map(|bytes| bytes.len())
    }

    #[tokio::test]
    async fn bodies_are_limited_however_they_arrive() {
        assert_eq!(read_pieces(&[]).await, Ok(0));
        assert_eq!(read_pieces(&[10]).await, Ok(10));
        assert_eq!(read_pieces(&[11]).await, Err(Unread::TooLarge));
        assert_eq!(read_pieces(&[3, 3, 4]).await, Ok(10));
        assert_eq!(read_pieces(&[3, 3, 5, 1_000_000]).await, Err(Unread::TooLarge));
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, 11.into());
        assert_eq!(read(&headers, pieces(&[11]), 10, SHORT).await, Err(Unread::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let begun = Instant::now();
        let body = || Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
        assert_eq!(read(&HeaderMap::new(), body(), 10, SHORT).await, Err(Unread::Late));
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, 11.into());
        assert_eq!(read(&headers, body(), 10, SHORT).await, Err(Unread::TooLarge));
        headers.insert(header::EXPECT, http::HeaderValue::from_static("100-continue"));
        let long = Duration::from_secs(60);
        assert_eq!(read(&headers, body(), 10, long).await, Err(Unread::TooLarge));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn a_broken_body_is_told_apart() {
        let body = Body::from_stream(stream::iter([Ok("a"), Err(std::io::Error::other("reset"))]));
        assert_eq!(read(&HeaderMap::new(), body, 10, SHORT).await, Err(Unread::Broken));
    }
}
