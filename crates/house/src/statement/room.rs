//! Room for text that is used again: a long statement takes as much memory as what is on its way, no more.

use bytes::Bytes;
use parking_lot::Mutex;
use std::sync::Arc;

/// Bytes of room: more than a slice takes, as a rule.
pub(super) const BYTES: usize = 256 << 10;

/// Room that is free.
#[derive(Debug, Clone, Default)]
pub(super) struct Rooms(Arc<Mutex<Vec<Vec<u8>>>>);

/// Text whose room is free again when nobody needs it any more.
struct Text {
    text: Vec<u8>,
    rooms: Rooms,
}

impl Rooms {
    /// Room for more text, empty.
    pub(super) fn take(&self) -> Vec<u8> {
        self.0.lock().pop().unwrap_or_else(|| Vec::with_capacity(BYTES))
    }

    /// Gives text away; its room comes back.
    pub(super) fn give(&self, text: Vec<u8>) -> Bytes {
        Bytes::from_owner(Text { text, rooms: self.clone() })
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let mut room = std::mem::take(&mut self.text);
        room.clear();
        self.rooms.0.lock().push(room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_used_again_once_its_text_is_gone() {
        let rooms = Rooms::default();
        let mut room = rooms.take();
        room.extend_from_slice(b"one two");
        let place = room.as_ptr();
        let bytes = rooms.give(room);
        let part = bytes.slice(4..);
        drop(bytes);
        let other = rooms.take();
        assert_ne!(other.as_ptr(), place, "a part of it is needed");
        assert_eq!(&part[..], b"two");
        drop(part);
        let room = rooms.take();
        assert!(room.is_empty() && room.as_ptr() == place);
    }
}
