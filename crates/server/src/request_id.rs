//! The id of a request: on its reply, and on every line logged while it is served.

use http::HeaderValue;
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// The reply's header.
pub const HEADER: http::HeaderName = http::HeaderName::from_static("x-request-id");

/// One request of one run of one server: 8 hex digits of the run, `-`, 12 hex digits counting up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    run: u32,
    number: u64,
}

tokio::task_local! {
    /// The request of the current task.
    static CURRENT: RequestId;
}

impl RequestId {
    /// The id of the current task's request, if any.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|id| *id).ok()
    }

    /// Parses an id; `None` if it is invalid.
    pub fn parse(text: &str) -> Option<Self> {
        let (run, number) =
            text.split_once('-').filter(|(run, number)| run.len() == 8 && number.len() == 12)?;
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hex(run) || !is_hex(number) {
            return None;
        }
        Some(Self { run: u32::from_str_radix(run, 16).ok()?, number: u64::from_str_radix(number, 16).ok()? })
    }

    /// Runs a future as part of this request.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The id as a header's value.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_bytes(&self.text()).expect("hex digits and a dash are a header value")
    }

    /// The text of the id. Not formatted by a macro, since it costs time in every request.
    fn text(self) -> [u8; 21] {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'-'; 21];
        let digits = (u128::from(self.run) << 48) | u128::from(self.number & 0xffff_ffff_ffff);
        for (place, byte) in text[..8].iter_mut().enumerate() {
            *byte = HEX[((digits >> (76 - 4 * place)) & 15) as usize];
        }
        for (place, byte) in text[9..].iter_mut().enumerate() {
            *byte = HEX[((digits >> (44 - 4 * place)) & 15) as usize];
        }
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).expect("hex digits and a dash are UTF-8"))
    }
}

/// Generates ids.
pub struct RequestIds {
    run: u32,
    next: AtomicU64,
}

impl RequestIds {
    /// A sequence for one run of the server, which `run` identifies.
    pub fn new(run: u32) -> Self {
        Self { run, next: AtomicU64::new(1) }
    }

    /// The next id.
    pub fn next(&self) -> RequestId {
        RequestId { run: self.run, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up_and_name_the_run() {
        let ids = RequestIds::new(0x00c0_ffee);
        assert_eq!(ids.next().to_string(), "00c0ffee-000000000001");
        assert_eq!(ids.next().header(), "00c0ffee-000000000002");
        let late = RequestId { run: u32::MAX, number: 0x1234_5678_9abc };
        assert_eq!(late.to_string(), "ffffffff-123456789abc");
    }

    #[test]
    fn an_id_is_read_as_it_is_written_and_in_no_other_way() {
        let id = RequestId { run: 0x00c0_ffee, number: 0x1234_5678_9abc };
        assert_eq!(RequestId::parse(&id.to_string()), Some(id));
        for bad in [
            "",
            "-",
            "00c0ffee123456789abc",
            "00C0FFEE-123456789abc",
            "c0ffee-123456789abc",
            "+0c0ffee-123456789abc",
            "00c0ffee-123456789abcd",
            "00c0ffee-12345678-abc",
        ] {
            assert_eq!(RequestId::parse(bad), None, "{bad}");
        }
    }
}
