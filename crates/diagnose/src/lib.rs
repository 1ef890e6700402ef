//! Why a signature was refused: tries the usual mistakes until one gives the received signature.
//!
//! A finding is proof, not a guess: the received signature matches exactly the text, the key and the algorithm that
//! the finding describes. A valid signature is never explained. The work uses only the given bytes, and is limited
//! for each request.

pub mod binance_pay;
mod body;
mod cause;
mod encoding;
mod number;
mod rsa;
mod search;
mod times;
pub mod world_first;

pub use cause::{Cause, Finding};
pub use times::other_unit;

use wire::native::{Excerpt, RefusedSignature, SignatureCause};

/// The diagnosis of an invalid signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The deviations from the documentation, as far as known.
    pub findings: Vec<Finding>,
    /// Whether the findings explain the signature completely. If not, there is another difference.
    pub explained: bool,
    /// The bytes that should have been signed.
    pub expected: Vec<u8>,
    /// The bytes that the caller signed, if found.
    pub signed: Option<Vec<u8>>,
    /// Number of tried texts.
    pub tried: u32,
    /// Whether every known mistake was tried; for long bodies the search is limited.
    pub complete: bool,
}

impl Diagnosis {
    /// The diagnosis in the form of the native API; `excerpt` shows its bytes.
    pub fn to_native(&self, excerpt: impl Fn(&[u8]) -> Excerpt) -> RefusedSignature {
        let causes = self.findings.iter().map(|finding| SignatureCause {
            name: finding.cause.name().to_owned(),
            which: finding.which.as_deref().map(str::to_owned),
            meaning: finding.cause.meaning().to_owned(),
            remedy: finding.cause.remedy().to_owned(),
        });
        RefusedSignature {
            explained: self.explained,
            causes: causes.collect(),
            expected: excerpt(&self.expected),
            signed: self.signed.as_deref().map(excerpt),
            tried: self.tried,
            complete: self.complete,
        }
    }
}

/// A recent request of the same caller, parts of which may have been signed by mistake.
#[derive(Debug, Clone, Copy, Default)]
pub struct Earlier<'a> {
    /// Its name for people.
    pub name: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// Its time as sent.
    pub time: &'a [u8],
    /// Its nonce as sent, if present.
    pub nonce: &'a [u8],
    /// Its body, if known.
    pub body: Option<&'a [u8]>,
    /// Whether it had the same signature.
    pub has_same_signature: bool,
}

impl Earlier<'_> {
    /// The finding that its signature was sent again.
    fn resent(&self) -> Finding {
        Finding::of(Cause::EarlierSignature, format!("that of {}", self.name))
    }
}

/// The earlier request with the same signature and another time.
fn same_signature(earlier: &[Earlier<'_>], time: &[u8]) -> Option<Finding> {
    let resent = earlier.iter().find(|earlier| earlier.has_same_signature && earlier.time != time);
    resent.map(Earlier::resent)
}
