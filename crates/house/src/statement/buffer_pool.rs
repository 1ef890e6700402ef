//! A pool of buffers: a long statement needs no more memory than the part in transit.

use bytes::Bytes;
use parking_lot::Mutex;
use std::sync::Arc;

/// Bytes of a new buffer: usually more than a slice needs.
pub(super) const BYTES: usize = 256 << 10;

/// The free buffers.
#[derive(Debug, Clone, Default)]
pub(super) struct BufferPool(Arc<Mutex<Vec<Vec<u8>>>>);

/// Text whose buffer returns to its pool when the last part of the text is dropped.
struct Text {
    text: Vec<u8>,
    pool: BufferPool,
}

impl BufferPool {
    /// An empty buffer.
    pub(super) fn take(&self) -> Vec<u8> {
        self.0.lock().pop().unwrap_or_else(|| Vec::with_capacity(BYTES))
    }

    /// Wraps text as bytes; its buffer returns to the pool.
    pub(super) fn give(&self, text: Vec<u8>) -> Bytes {
        Bytes::from_owner(Text { text, pool: self.clone() })
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.text);
        buffer.clear();
        self.pool.0.lock().push(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_once_its_text_is_gone() {
        let pool = BufferPool::default();
        let mut buffer = pool.take();
        buffer.extend_from_slice(b"one two");
        let place = buffer.as_ptr();
        let bytes = pool.give(buffer);
        let part = bytes.slice(4..);
        drop(bytes);
        let other = pool.take();
        assert_ne!(other.as_ptr(), place, "a part of it is needed");
        assert_eq!(&part[..], b"two");
        drop(part);
        let buffer = pool.take();
        assert!(buffer.is_empty() && buffer.as_ptr() == place);
    }
}
