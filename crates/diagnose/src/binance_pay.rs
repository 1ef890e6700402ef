//! Refused signatures of the Binance Pay dialect.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use std::borrow::Cow;
use subtle::ConstantTimeEq as _;

use wire::binance_pay::headers::display;

use super::{
    Cause, Diagnosis, Earlier, Finding, body, encoding,
    encoding::Reading,
    same_signature,
    search::{Part, Spent, Tried, WORK_MAX, Work, add, add_lines, search},
};

/// Range of the search for another signed time around the sent one, to either side.
const TIME_MS: i64 = 2_000;

/// A request, and the secrets that may have signed it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The API key in the request.
    pub api_key: &'a [u8],
    /// `BinancePay-Timestamp` as sent.
    pub timestamp: &'a [u8],
    /// `BinancePay-Nonce` as sent.
    pub nonce: &'a [u8],
    /// The body as sent.
    pub body: &'a [u8],
    /// `BinancePay-Signature` as sent.
    pub signature: &'a [u8],
    /// The key's secret.
    pub secret: &'a [u8],
    /// Secrets that may have been used instead, each with the name of its key.
    pub other_secrets: &'a [(&'a str, &'a [u8])],
    /// Recent requests with the same key.
    pub earlier: &'a [Earlier<'a>],
}

/// Diagnoses a signature; `None` if it is valid.
pub fn diagnose(request: &Request<'_>) -> Option<Diagnosis> {
    let readings = encoding::of_hex(request.signature);
    let expected = RIGHT.text([request.timestamp, request.nonce, request.body]);
    if let Some(finding) = no_signature(request.signature, &readings) {
        let findings = vec![finding];
        return Some(Diagnosis {
            findings,
            explained: true,
            expected,
            signed: None,
            tried: 0,
            complete: true,
        });
    }
    let secrets = secrets(request);
    let keys: Vec<Keys> = secrets.iter().map(|secret| Keys::of(&secret.bytes)).collect();
    let content = body::content(request.body);
    let bodies =
        body::alternatives(request.body, &content, request.earlier.iter().filter_map(|earlier| earlier.body));
    let mut work = Work::new(WORK_MAX);
    let resent = resent(request, &keys[0], &readings, &mut work);
    let tried =
        resent.map_or_else(|| texts(request, (&secrets, &keys), &bodies, &readings, &mut work), Tried::Found);
    let found = match tried {
        Tried::Found(found) => Ok(found),
        Tried::Nothing => times_around(request, &keys[0], &readings, &mut work),
        Tried::Cut => Err(false),
    };
    let (findings, signed, complete): (Vec<Finding>, _, _) = match found {
        Ok((findings, signed)) => (findings, Some(signed), true),
        // The repetition is certain although the signed text is unknown.
        Err(complete) => {
            let resent = same_signature(request.earlier, request.timestamp);
            (resent.into_iter().collect(), None, complete && bodies.are_all())
        }
    };
    if signed.is_some() && findings.is_empty() {
        return None;
    }
    let explained = !findings.is_empty();
    Some(Diagnosis { findings, explained, expected, signed, tried: work.tried, complete })
}

/// Findings, and the signed text.
type Found = (Vec<Finding>, Vec<u8>);

/// An earlier request whose whole text was signed, if its time differs from the current one.
fn resent(request: &Request<'_>, keys: &Keys, readings: &[Reading], work: &mut Work) -> Option<Found> {
    for earlier in request.earlier.iter().filter(|earlier| earlier.time != request.timestamp) {
        let Some(body) = earlier.body else { continue };
        let text = RIGHT.text([earlier.time, earlier.nonce, body]);
        if !work.afford(text.len()) {
            return None;
        }
        if let Some(reading) = keys.signed(&text, readings) {
            return Some(([earlier.resent()].into_iter().chain(reading).collect(), text));
        }
    }
    None
}

/// The signed text, with up to two mistakes in it.
fn texts(
    request: &Request<'_>,
    (secrets, keys): (&[Part<'_>], &[Keys]),
    bodies: &body::Bodies<'_>,
    readings: &[Reading],
    work: &mut Work,
) -> Tried<Found> {
    let (times, nonces, frames) = (times(request), nonces(request), frames(request.body));
    let lengths = [secrets.len(), frames.len(), times.len(), nonces.len(), bodies.len()];
    let paired = [secrets.len(), frames.len(), times.len(), nonces.len(), bodies.paired()];
    search(lengths, paired, |[secret, frame, time, nonce, body]| {
        let (frame, picked) = (frames[*frame], [&times[*time], &nonces[*nonce]]);
        let text = frame.text([&picked[0].bytes, &picked[1].bytes, bodies.text(*body)]);
        if !work.afford(text.len()) {
            return Err(Spent);
        }
        let Some(reading) = keys[*secret].signed(&text, readings) else { return Ok(None) };
        let mut findings = secrets[*secret].findings.clone();
        findings.extend(frame.finding());
        findings.extend(picked.iter().flat_map(|part| part.findings.iter().cloned()));
        findings.extend(bodies.findings(*body).into_iter().chain(reading));
        Ok(Some((findings, text)))
    })
}

/// Lengths in bytes of the tried digests: HMAC-SHA512, HMAC-SHA256.
const LENGTHS: [usize; 2] = [64, 32];

/// The mistake of a signature that is invalid in every reading, so that no search is needed.
fn no_signature(signature: &[u8], readings: &[Reading]) -> Option<Finding> {
    if signature.trim_ascii().is_empty() {
        return Some(Cause::SignatureMissing.into());
    }
    let may_be = readings.iter().any(|reading| LENGTHS.contains(&reading.bytes.len()));
    (!may_be).then(|| {
        let which = match signature.len() {
            1 => "1 character".to_owned(),
            length => format!("{length} characters"),
        };
        Finding::of(Cause::SignatureLength, which)
    })
}

/// Another time close to the sent one; returns the findings, or whether all could be tried.
fn times_around(
    request: &Request<'_>,
    keys: &Keys,
    readings: &[Reading],
    work: &mut Work,
) -> Result<Found, bool> {
    let sent = std::str::from_utf8(request.timestamp).ok().and_then(|text| text.parse::<i64>().ok());
    let Some(sent) = sent else { return Err(true) };
    for distance in 1..=TIME_MS {
        for time in [sent.checked_sub(distance), sent.checked_add(distance)].into_iter().flatten() {
            let text = RIGHT.text([time.to_string().as_bytes(), request.nonce, request.body]);
            if !work.afford(text.len()) {
                return Err(false);
            }
            if let Some(reading) = keys.signed(&text, readings) {
                let findings = [Finding::of(Cause::OtherTime, time.to_string())].into_iter().chain(reading);
                return Ok((findings.collect(), text));
            }
        }
    }
    Err(true)
}

/// The keyed states of a secret.
struct Keys {
    sha512: Hmac<Sha512>,
    sha256: Hmac<Sha256>,
}

impl Keys {
    fn of(secret: &[u8]) -> Self {
        let defined = "HMAC is defined for keys of every length";
        Self {
            sha512: Hmac::new_from_slice(secret).expect(defined),
            sha256: Hmac::new_from_slice(secret).expect(defined),
        }
    }

    /// The mistakes of algorithm and encoding, if one of the readings signs the text.
    fn signed(&self, text: &[u8], readings: &[Reading]) -> Option<Vec<Finding>> {
        let of_length = |length: usize| readings.iter().filter(move |reading| reading.bytes.len() == length);
        let mut findings = Vec::new();
        if of_length(64).next().is_some() {
            let mac = self.sha512.clone().chain_update(text).finalize().into_bytes();
            if let Some(reading) = of_length(64).find(|reading| bool::from(reading.bytes.ct_eq(&mac))) {
                findings.extend(reading.findings.iter().cloned());
                return Some(findings);
            }
        }
        if of_length(32).next().is_some() {
            let mac = self.sha256.clone().chain_update(text).finalize().into_bytes();
            if let Some(reading) = of_length(32).find(|reading| bool::from(reading.bytes.ct_eq(&mac))) {
                findings.push(Cause::Sha256ForSha512.into());
                findings.extend(reading.findings.iter().cloned());
                return Some(findings);
            }
        }
        None
    }
}

/// The secret, and the values that are mistaken for it.
fn secrets<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let mut parts = vec![Part::right(request.secret)];
    for (name, secret) in request.other_secrets {
        add(&mut parts, Part::wrong(Finding::of(Cause::OtherSecret, format!("that of {name}")), *secret));
    }
    for (before, after) in
        [("", "\n"), ("", "\r\n"), ("", " "), (" ", ""), (" ", " "), ("", "\r"), ("\n", "")]
    {
        let spaced = [before.as_bytes(), request.secret, after.as_bytes()].concat();
        add(&mut parts, Part::wrong(Cause::SecretSpace, spaced));
    }
    add(&mut parts, Part::wrong(Cause::KeyForSecret, request.api_key));
    parts
}

fn times<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let sent = request.timestamp;
    let mut parts = vec![Part::right(sent)];
    if sent.len() > 3 && sent.iter().all(u8::is_ascii_digit) {
        add(&mut parts, Part::wrong(Cause::SecondsForMilliseconds, &sent[..sent.len() - 3]));
        let whole = [&sent[..sent.len() - 3], b"000"].concat();
        add(&mut parts, Part::wrong(Cause::OtherTime, whole));
    }
    for earlier in request.earlier {
        let of = "that of an earlier request";
        add(&mut parts, Part::wrong(Finding::of(Cause::OtherTime, of), earlier.time));
    }
    add(&mut parts, Part::wrong(Cause::TimeReformatted, [sent, b".0"].concat()));
    add_lines(&mut parts, display::TIMESTAMP, sent);
    add(&mut parts, Part::wrong(Finding::of(Cause::OtherTime, "none"), &b""[..]));
    parts
}

fn nonces<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let sent = request.nonce;
    let mut parts = vec![Part::right(sent)];
    let mut other = |which: &'static str, bytes: Cow<'a, [u8]>| {
        add(&mut parts, Part::wrong(Finding::of(Cause::OtherNonce, which), bytes));
    };
    other("in lower case", sent.to_ascii_lowercase().into());
    other("in upper case", sent.to_ascii_uppercase().into());
    if sent.len() == 32 {
        let groups = [&sent[..8], &sent[8..12], &sent[12..16], &sent[16..20], &sent[20..]];
        let dashed = groups.join(&b'-');
        other("a UUID with its dashes", dashed.to_ascii_lowercase().into());
        other("a UUID with its dashes", dashed.into());
    }
    other("white space around it left out", sent.trim_ascii().into());
    other("none", (&b""[..]).into());
    for earlier in request.earlier {
        other("that of an earlier request", earlier.nonce.into());
    }
    add_lines(&mut parts, display::NONCE, sent);
    parts
}

/// How the parts are joined: their order (0 is the time, 1 the nonce, 2 the body) and the separator after each.
struct Frame {
    order: [usize; 3],
    joints: [&'static str; 3],
    wrong: Option<(Cause, &'static str)>,
}

impl Frame {
    const fn joined(joints: [&'static str; 3], cause: Cause, which: &'static str) -> Self {
        Self { order: [0, 1, 2], joints, wrong: Some((cause, which)) }
    }

    const fn ordered(order: [usize; 3], which: &'static str) -> Self {
        Self { order, joints: RIGHT.joints, wrong: Some((Cause::PartOrder, which)) }
    }

    fn text(&self, parts: [&[u8]; 3]) -> Vec<u8> {
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 2).sum());
        for (place, joint) in self.order.iter().zip(self.joints) {
            text.extend_from_slice(parts[*place]);
            text.extend_from_slice(joint.as_bytes());
        }
        text
    }

    fn finding(&self) -> Option<Finding> {
        let (cause, which) = self.wrong?;
        Some(if which.is_empty() { cause.into() } else { Finding::of(cause, which) })
    }
}

/// `timestamp LF nonce LF body LF`
const RIGHT: Frame = Frame { order: [0, 1, 2], joints: ["\n", "\n", "\n"], wrong: None };
const SHORT: Frame = Frame::joined(["\n", "\n", ""], Cause::FinalNewlineMissing, "");
const OTHERS: [Frame; 8] = [
    Frame::joined(["\n", "\n", "\n\n"], Cause::FinalNewlineExtra, ""),
    Frame::joined(["\\n", "\\n", "\\n"], Cause::NewlineAsTwoCharacters, ""),
    Frame::joined(["\\n", "\\n", "\n"], Cause::NewlineAsTwoCharacters, "but for the last"),
    Frame::joined(["\r\n", "\r\n", "\r\n"], Cause::CarriageReturns, ""),
    Frame::joined(["", "", ""], Cause::Separators, "none"),
    Frame::joined(["", "", "\n"], Cause::Separators, "none but the last"),
    Frame::ordered([1, 0, 2], "nonce, timestamp, body"),
    Frame::ordered([2, 0, 1], "body, timestamp, nonce"),
];

/// Ways to join a text with this body, the correct one first. A body that ends in a line feed and was signed without
/// it gives the same text as a missing line feed; then it is the body's mistake.
fn frames(body: &[u8]) -> Vec<&'static Frame> {
    let short = (!body.ends_with(b"\n")).then_some(&SHORT);
    [&RIGHT].into_iter().chain(short).chain(&OTHERS).collect()
}
