//! Why a signature was refused: what people get wrong is tried until one of it gives the signature that arrived.
//!
//! A finding is proof, not a guess: the signature that arrived is that of the text, the key and the algorithm that the
//! finding names, and of nothing else. A right signature is never explained. All of this is work on bytes that are
//! at hand; how much of it is done for one request is bounded.

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

/// What was found out about a signature that is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was done otherwise than documented, as far as it is known.
    pub findings: Vec<Finding>,
    /// Whether the findings are the whole story. If not, something else differs besides.
    pub explained: bool,
    /// The bytes that should have been signed.
    pub expected: Vec<u8>,
    /// The bytes that the caller signed, if they were found out.
    pub signed: Option<Vec<u8>>,
    /// How many texts were tried.
    pub tried: u32,
    /// Whether everything was tried that is known to go wrong; long bodies cut it short.
    pub complete: bool,
}

impl Diagnosis {
    /// It as the native API tells it; `excerpt` says how its bytes are shown.
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

/// A request of the same caller shortly before: what it may have signed in place of what it sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Earlier<'a> {
    /// What people find it by.
    pub name: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// Its time as it was sent.
    pub time: &'a [u8],
    /// Its nonce as it was sent, where there is one.
    pub nonce: &'a [u8],
    /// Its body, if it is known.
    pub body: Option<&'a [u8]>,
    /// Whether the signature came with it, too.
    pub has_same_signature: bool,
}

impl Earlier<'_> {
    /// What it means that its signature was sent again.
    fn resent(&self) -> Finding {
        Finding::of(Cause::EarlierSignature, format!("that of {}", self.name))
    }
}

/// The request that came with the signature before, under another time.
fn same_signature(earlier: &[Earlier<'_>], time: &[u8]) -> Option<Finding> {
    let resent = earlier.iter().find(|earlier| earlier.has_same_signature && earlier.time != time);
    resent.map(Earlier::resent)
}
