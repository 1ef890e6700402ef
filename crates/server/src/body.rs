//! Reads request bodies within limits of size and time.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use std::time::Duration;

/// Above this a body is not even read to its end to let the caller finish sending.
const DISCARD_MAX: usize = 8 * 1_024 * 1_024;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than allowed.
    TooLarge,
    /// It did not arrive in time.
    Late,
    /// The connection broke, or its framing is wrong.
    Broken,
}

/// Reads a body of at most `limit` bytes within `time`. The announced length is looked at first.
///
/// A body that is too large is read on for a while and thrown away: a caller that is still sending would
/// otherwise find its connection reset and never see the answer.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    time: Duration,
) -> Result<Bytes, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        discard(headers, body, time).await;
        return Err(Unread::TooLarge);
    }
    tokio::time::timeout(time, collect(body, limit)).await.unwrap_or(Err(Unread::Late))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Unread> {
    let Some(first) = data(&mut body).await? else { return Ok(Bytes::new()) };
    let too_large = |length: usize| length > limit;
    if too_large(first.len()) {
        drain(&mut body).await;
        return Err(Unread::TooLarge);
    }
    // Nearly every body is one frame, which then needs no copy.
    let Some(second) = data(&mut body).await? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(piece) = next {
        if too_large(whole.len() + piece.len()) {
            drain(&mut body).await;
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&piece);
        next = data(&mut body).await?;
    }
    Ok(whole.freeze())
}

/// The next data of a body; trailers are passed over.
async fn data(body: &mut Body) -> Result<Option<Bytes>, Unread> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Throws a body away so that the caller can finish sending it. One that asked whether to send it at all
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
    use futures_util::stream;
    use std::{convert::Infallible, time::Instant};

    const SHORT: Duration = Duration::from_millis(50);

    fn pieces(sizes: &[usize]) -> Body {
        let pieces: Vec<_> = sizes.iter().map(|size| Ok::<_, Infallible>(vec![b'x'; *size])).collect();
        Body::from_stream(stream::iter(pieces))
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
