//! Refused signatures of the WorldFirst dialect.

use std::{borrow::Cow, ops::RangeInclusive};

use super::{
    Cause, Diagnosis, Earlier, Finding, body,
    encoding::{self, Reading},
    rsa::Opened,
    same_signature,
    search::{Part, Spent, Tried, WORK_MAX, Work, add, add_lines, search},
    times,
};
use wire::world_first::{
    SignatureHeader, VerifyingKey,
    headers::display,
    sign::{HeaderError, text_to_sign},
};

/// Lengths in bytes of the signatures of accepted keys.
const SIGNATURE_LENGTHS: RangeInclusive<usize> = 256..=512;

/// A request, and the keys that may have signed it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query as sent.
    pub target: &'a str,
    /// `Host` as sent.
    pub host: Option<&'a str>,
    /// `Client-Id` as sent.
    pub client_id: &'a [u8],
    /// `Request-Time` as sent.
    pub time: &'a [u8],
    /// The body as sent.
    pub body: &'a [u8],
    /// The whole `Signature` header as sent.
    pub signature: &'a [u8],
    /// The client's keys by version, the oldest first.
    pub keys: &'a [(i64, &'a VerifyingKey)],
    /// Recent requests of the client.
    pub earlier: &'a [Earlier<'a>],
}

/// Diagnoses a signature; `None` if it is valid.
pub fn diagnose(request: &Request<'_>) -> Option<Diagnosis> {
    let expected =
        text_to_sign(request.method, request.target, request.client_id, request.time, request.body);
    let header = SignatureHeader::parse(request.signature).err();
    let version = version(request);
    let named = match version {
        Some(version) => request.keys.iter().position(|key| key.0 == version),
        None => request.keys.len().checked_sub(1),
    };
    let readings = readings(request);
    let candidates = candidates(request, &readings, named);
    let mut work = Work::new(WORK_MAX);
    let mut complete = true;
    let found = candidates.iter().find_map(|candidate| match texts(request, &candidate.opened, &mut work) {
        Ok(found) => Some((candidate, Some(found))),
        Err(is_complete) => {
            complete &= is_complete;
            // It is certain that the key signed, although the text is unknown.
            candidate.opened.is_certain().then_some((candidate, None))
        }
    });
    let tried = work.tried;
    let Some((candidate, text)) = found else {
        let findings: Vec<Finding> = header.into_iter().map(of_header).collect();
        // Bytes that may be a signature belong to another key or another request, besides any other mistake.
        let may_be = readings.iter().any(|reading| SIGNATURE_LENGTHS.contains(&reading.bytes.len()));
        let resent = same_signature(request.earlier, request.time);
        let explained = resent.is_some() || !findings.is_empty() && !may_be;
        let findings = findings.into_iter().chain(resent).collect();
        return Some(Diagnosis { findings, explained, expected, signed: None, tried, complete });
    };
    let (signed, mut findings) = text.map_or_else(Default::default, |(text, wrong)| (Some(text), wrong));
    // The repetition is certain although the signed text is unknown.
    let resent = same_signature(request.earlier, request.time).filter(|_| signed.is_none());
    let explained = signed.is_some() || resent.is_some();
    findings.extend(resent);
    // A signature that was not understood is refused for its encoding, which is reported below.
    let is_told = header == Some(HeaderError::Signature) && !candidate.reading.findings.is_empty();
    findings.extend(header.filter(|_| !is_told).map(of_header));
    findings.extend(candidate.reading.findings.iter().cloned());
    if Some(candidate.key) != named && (header.is_none() || version.is_some()) {
        let which = format!("version {} signed", request.keys[candidate.key].0);
        findings.push(Finding::of(Cause::OtherKeyVersion, which));
    }
    findings.extend(candidate.opened.findings());
    if signed.is_some() && findings.is_empty() {
        return None;
    }
    let complete = complete || signed.is_some();
    Some(Diagnosis { findings, explained, expected, signed, tried, complete })
}

fn of_header(error: HeaderError) -> Finding {
    Finding::of(Cause::HeaderForm, error.to_string())
}

/// The key version in the header, as far as the header is understood.
fn version(request: &Request<'_>) -> Option<i64> {
    if let Ok(header) = SignatureHeader::parse(request.signature) {
        return header.key_version;
    }
    std::str::from_utf8(field(request.signature, b"keyversion")?.trim_ascii()).ok()?.parse().ok()
}

/// The possible bytes of the signature.
fn readings(request: &Request<'_>) -> Vec<Reading> {
    encoding::of_base64(field(request.signature, b"signature").unwrap_or(request.signature))
}

/// A reading of the signature that opens with one of the client's keys.
struct Candidate<'r> {
    reading: &'r Reading,
    /// Its index among the keys.
    key: usize,
    opened: Opened,
}

/// The first reading that certainly opens, with the stated key tried before the others; otherwise all that may open.
fn candidates<'r>(
    request: &Request<'_>,
    readings: &'r [Reading],
    named: Option<usize>,
) -> Vec<Candidate<'r>> {
    let mut order: Vec<usize> = named.into_iter().collect();
    order.extend((0..request.keys.len()).rev().filter(|key| Some(*key) != named));
    let mut perhaps = Vec::new();
    for reading in readings {
        for key in &order {
            for opened in Opened::with(request.keys[*key].1.to_der(), &reading.bytes) {
                let candidate = Candidate { reading, key: *key, opened };
                if candidate.opened.is_certain() {
                    return vec![candidate];
                }
                perhaps.push(candidate);
            }
        }
    }
    perhaps
}

/// The value of a part of the header, whatever the form of the rest.
fn field<'h>(header: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    header.split(|byte| *byte == b',').find_map(|part| {
        let (known, value) = part.split_at_checked(part.iter().position(|byte| *byte == b'=')?)?;
        known.trim_ascii().eq_ignore_ascii_case(name).then_some(&value[1..])
    })
}

/// The signed text, with its mistakes; or whether all could be tried.
fn texts(request: &Request<'_>, opened: &Opened, work: &mut Work) -> Result<(Vec<u8>, Vec<Finding>), bool> {
    if let Some(found) = resent(request, opened, work) {
        return Ok(found);
    }
    let content = body::content(request.body);
    let bodies =
        body::alternatives(request.body, &content, request.earlier.iter().filter_map(|earlier| earlier.body));
    let (targets, times, methods, clients) =
        (targets(request), times(request), methods(request), clients(request));
    let lengths = [FRAMES.len(), targets.len(), times.len(), methods.len(), clients.len(), bodies.len()];
    let mut paired = lengths;
    paired[5] = bodies.paired();
    let tried = search(lengths, paired, |[frame, target, time, method, client, body]| {
        let frame = &FRAMES[*frame];
        let picked = [&methods[*method], &targets[*target], &clients[*client], &times[*time]];
        let [method, target, client, time] = picked.map(|part| &*part.bytes);
        let text = frame.text([method, target, client, time, bodies.text(*body)]);
        if !work.afford(opened.cost(text.len())) {
            return Err(Spent);
        }
        Ok(opened.is_of(&text).then(|| {
            let parts = picked.iter().flat_map(|part| part.findings.iter().cloned());
            let findings = frame.finding().into_iter().chain(parts).chain(bodies.findings(*body));
            (text, findings.collect())
        }))
    });
    match tried {
        Tried::Found(found) => return Ok(found),
        Tried::Cut => return Err(false),
        Tried::Nothing => {}
    }
    for time in times::close_by(request.time) {
        let text =
            text_to_sign(request.method, request.target, request.client_id, time.as_bytes(), request.body);
        if !work.afford(opened.cost(text.len())) {
            return Err(false);
        }
        if opened.is_of(&text) {
            return Ok((text, vec![Finding::of(Cause::OtherTime, time)]));
        }
    }
    Err(bodies.are_all())
}

/// An earlier request whose whole text was signed, if its time differs from the current one.
fn resent(request: &Request<'_>, opened: &Opened, work: &mut Work) -> Option<(Vec<u8>, Vec<Finding>)> {
    for earlier in request.earlier.iter().filter(|earlier| earlier.time != request.time) {
        let Some(body) = earlier.body else { continue };
        let text = text_to_sign(earlier.method, earlier.target, request.client_id, earlier.time, body);
        if !work.afford(opened.cost(text.len())) {
            return None;
        }
        if opened.is_of(&text) {
            return Some((text, vec![earlier.resent()]));
        }
    }
    None
}

fn methods<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let mut parts = vec![Part::right(request.method.as_bytes())];
    let lower = request.method.to_ascii_lowercase();
    for method in ["POST", "GET", &lower, "post", ""] {
        add(&mut parts, Part::wrong(Cause::MethodForm, method.as_bytes().to_vec()));
    }
    parts
}

fn clients<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let mut parts = vec![Part::right(request.client_id)];
    add(&mut parts, Part::wrong(Finding::of(Cause::Separators, "no Client-Id"), &b""[..]));
    add_lines(&mut parts, display::CLIENT_ID, request.client_id);
    parts
}

fn targets<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let target = request.target;
    let mut parts = vec![Part::right(target.as_bytes())];
    let mut other = |cause: Cause, text: Cow<'a, str>| {
        let bytes = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        add(&mut parts, Part::wrong(cause, bytes));
    };
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    other(Cause::TargetWithoutQuery, path.into());
    if let Some(host) = request.host {
        let bare = host.split_once(':').map_or(host, |(bare, _)| bare);
        for host in [host, bare] {
            for target in [target, path] {
                for scheme in ["https://", "http://", ""] {
                    other(Cause::TargetWithHost, format!("{scheme}{host}{target}").into());
                }
            }
        }
    }
    other(Cause::TargetForm, target.trim_start_matches('/').into());
    other(Cause::TargetForm, format!("{path}/").into());
    other(Cause::TargetForm, path.trim_end_matches('/').into());
    other(Cause::TargetForm, target.to_ascii_lowercase().into());
    for prefix in ["/amsin", "/amsin/api", "/amsin/api/v1"] {
        if let Some(rest) = target.strip_prefix(prefix) {
            other(Cause::TargetForm, rest.into());
        }
    }
    other(Cause::TargetForm, target.replacen("/amsin/", "/amsin/sandbox/", 1).into());
    other(Cause::TargetForm, target.replacen("/sandbox/", "/", 1).into());
    other(Cause::TargetForm, "".into());
    let line = format!("{target} HTTP/1.1").into_bytes();
    add(&mut parts, Part::wrong(Finding::of(Cause::HeaderLine, "the request line"), line));
    parts
}

fn times<'a>(request: &Request<'a>) -> Vec<Part<'a>> {
    let mut parts = vec![Part::right(request.time)];
    for text in times::formats(request.time) {
        add(&mut parts, Part::wrong(Cause::TimeReformatted, text.into_bytes()));
    }
    add(&mut parts, Part::wrong(Finding::of(Cause::OtherTime, "none"), &b""[..]));
    for earlier in request.earlier {
        let finding = Finding::of(Cause::OtherTime, "that of an earlier request");
        add(&mut parts, Part::wrong(finding, earlier.time));
    }
    add_lines(&mut parts, display::REQUEST_TIME, request.time);
    parts
}

/// The separators after method, target, client, time and body.
struct Frame {
    joints: [&'static str; 5],
    wrong: Option<(Cause, &'static str)>,
}

impl Frame {
    const fn wrong(joints: [&'static str; 5], cause: Cause, which: &'static str) -> Self {
        Self { joints, wrong: Some((cause, which)) }
    }

    fn text(&self, parts: [&[u8]; 5]) -> Vec<u8> {
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len() + 2).sum());
        for (part, joint) in parts.into_iter().zip(self.joints) {
            text.extend_from_slice(part);
            text.extend_from_slice(joint.as_bytes());
        }
        text
    }

    fn finding(&self) -> Option<Finding> {
        let (cause, which) = self.wrong?;
        Some(if which.is_empty() { cause.into() } else { Finding::of(cause, which) })
    }
}

static FRAMES: [Frame; 9] = [
    Frame { joints: [" ", "\n", ".", ".", ""], wrong: None },
    Frame::wrong([" ", "\n", ".", ".", "\n"], Cause::FinalNewlineExtra, ""),
    Frame::wrong([" ", "\\n", ".", ".", ""], Cause::NewlineAsTwoCharacters, ""),
    Frame::wrong([" ", "\r\n", ".", ".", ""], Cause::CarriageReturns, ""),
    Frame::wrong([" ", " ", ".", ".", ""], Cause::Separators, "a space for the line feed"),
    Frame::wrong([" ", "", ".", ".", ""], Cause::Separators, "no line feed"),
    Frame::wrong([" ", "\n", "\n", "\n", ""], Cause::Separators, "line feeds for the dots"),
    Frame::wrong(["\n", "\n", ".", ".", ""], Cause::Separators, "a line feed after the method"),
    Frame::wrong(["", "", "", "", ""], Cause::Separators, "none"),
];
