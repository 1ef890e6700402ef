//! A stream that is returned if the connection that borrowed it ends before it wrote anything.
//!
//! hyper owns the stream of a connection and does not answer a first head that does not arrive in time. The returned
//! stream can still be answered by the lender.

use hyper::rt::{Read, ReadBufCursor, Write};
use parking_lot::Mutex;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

/// The lent stream.
pub(crate) struct Lent<S> {
    /// `Some` until the drop.
    stream: Option<S>,
    back: Back<S>,
    is_read: bool,
    is_written: bool,
}

/// The slot that the stream is returned to.
pub(crate) struct Back<S>(Arc<Mutex<Option<S>>>);

/// Lends a stream.
pub(crate) fn lend<S>(stream: S) -> (Lent<S>, Back<S>) {
    let slot = Arc::new(Mutex::new(None));
    let back = Back(Arc::clone(&slot));
    (Lent { stream: Some(stream), back: Back(slot), is_read: false, is_written: false }, back)
}

impl<S> Back<S> {
    /// The returned stream, if it was read from and not written to.
    pub(crate) fn take(&self) -> Option<S> {
        self.0.lock().take()
    }
}

impl<S> Drop for Lent<S> {
    fn drop(&mut self) {
        if self.is_read && !self.is_written {
            *self.back.0.lock() = self.stream.take();
        }
    }
}

impl<S: Unpin> Lent<S> {
    fn stream(&mut self) -> Pin<&mut S> {
        Pin::new(self.stream.as_mut().expect("it is there until it is dropped"))
    }
}

impl<S: Read + Unpin> Read for Lent<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.stream().poll_read(cx, buf))?;
        self.is_read = true;
        Poll::Ready(Ok(()))
    }
}

impl<S: Write + Unpin> Write for Lent<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.is_written = true;
        self.stream().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_written = true;
        self.stream().poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(Write::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
