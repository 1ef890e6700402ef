//! Closes a connection so that its last reply arrives.
//!
//! If a system closes a socket with unread bytes in it, the peer sees a connection reset and discards the data that it
//! received last. The reply to a head that is too long, or to a body that was too late, would be lost that way. So the
//! sending half is closed first, and incoming bytes are read for a moment.

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    time::{Sleep, sleep},
};

/// Maximum time of reading and discarding bytes.
const TIME: Duration = Duration::from_secs(1);
/// Maximum number of such bytes.
const BYTES: usize = 8 * 1_024 * 1_024;

/// A stream that is closed in this way if bytes of an unfinished request may be left in it.
pub(crate) struct Lingering<S, F> {
    stream: S,
    /// Whether bytes may be left.
    is_unfinished: F,
    end: Option<End>,
}

struct End {
    time: Pin<Box<Sleep>>,
    left: usize,
}

impl<S, F: Fn(Moment) -> bool> Lingering<S, F> {
    /// Wraps a stream; the function is called after every read and at the end.
    pub(crate) fn new(stream: S, is_unfinished: F) -> Self {
        Self { stream, is_unfinished, end: None }
    }
}

/// Sends the last bytes, and closes the stream so that they arrive.
///
/// # Errors
/// When they cannot be sent.
pub(crate) async fn say_last<S: Read + Write + Unpin>(stream: S, bytes: &[u8]) -> io::Result<()> {
    let mut stream = TokioIo::new(Lingering::new(stream, |_| true));
    stream.write_all(bytes).await?;
    stream.shutdown().await
}

/// An event of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Bytes were read.
    Read,
    /// The connection ends.
    End,
}

impl<S: Read + Unpin, F: Fn(Moment) -> bool + Unpin> Read for Lingering<S, F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        (self.is_unfinished)(Moment::Read);
        Poll::Ready(Ok(()))
    }
}

impl<S: Read + Write + Unpin, F: Fn(Moment) -> bool + Unpin> Write for Lingering<S, F> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.end.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            if !(self.is_unfinished)(Moment::End) {
                return Poll::Ready(Ok(()));
            }
            self.end = Some(End { time: Box::pin(sleep(TIME)), left: BYTES });
        }
        let Self { stream, end: Some(end), .. } = &mut *self else { return Poll::Ready(Ok(())) };
        end.poll(stream, cx).map(Ok)
    }
}

impl End {
    /// Reads until the peer closes too, or a limit is reached.
    fn poll<S: Read + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Poll<()> {
        while self.left > 0 {
            let mut space = [MaybeUninit::uninit(); 4_096];
            let mut bytes = ReadBuf::uninit(&mut space);
            match Pin::new(&mut *stream).poll_read(cx, bytes.unfilled()) {
                Poll::Pending => return self.time.as_mut().poll(cx),
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Ready(Ok(())) if bytes.filled().is_empty() => return Poll::Ready(()),
                Poll::Ready(Ok(())) => self.left = self.left.saturating_sub(bytes.filled().len()),
            }
        }
        Poll::Ready(())
    }
}
