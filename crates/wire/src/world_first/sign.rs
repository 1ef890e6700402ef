//! Signatures of both directions: RSA (PKCS#1 v1.5) with SHA-256 over method, target, client, time and body.

mod header;
mod key;

pub use header::{HeaderError, SignatureHeader};
pub use key::{KEY_BITS, KeyError, SigningKey, VerifyingKey};

/// The text to sign: `<METHOD> <target> LF <client>.<time>.<body>`, with every part exactly as on the wire.
///
/// `target` is the request's path with its query, without scheme and host. `time` is the raw `Request-Time` of a
/// request; a reply is signed with its own `Response-Time` and body instead, and the request's method, target and
/// client.
pub fn text_to_sign(method: &str, target: &str, client_id: &[u8], time: &[u8], body: &[u8]) -> Vec<u8> {
    let parts: [&[u8]; 9] =
        [method.as_bytes(), b" ", target.as_bytes(), b"\n", client_id, b".", time, b".", body];
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::text_to_sign;

    #[test]
    fn every_part_stands_as_it_was_sent() {
        let target = "/amsin/api/v1/business/account/inquiryBalance?a=b%20c";
        let time = b"2026-01-15T10:30:00+08:00";
        let text = text_to_sign("POST", target, b"5J5Y307NSG0001", time, b"{\n  \"a\" : 1}\n");
        assert_eq!(
            std::str::from_utf8(&text).unwrap(),
            "POST /amsin/api/v1/business/account/inquiryBalance?a=b%20c\n5J5Y307NSG0001.2026-01-15T10:30:00+08:00.{\n  \"a\" : 1}\n"
        );
        assert_eq!(text_to_sign("POST", "/", b"\xff", b"", b""), b"POST /\n\xff..");
    }
}
