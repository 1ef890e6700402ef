//! The requests of providers' callers that this server answered lately, and why a signature was refused.
//!
//! All of it is in memory and bounded: by count, by age and by bytes. Secrets and tokens are masked before anything is
//! remembered. Native calls are not remembered; their bodies hold secrets, and they say what is wrong themselves.

mod examine;
mod excerpt;
mod headers;
mod journal;

pub use journal::Journal;
pub(crate) use journal::{Entry, Filter};

use crate::{
    app::App,
    binance_pay::key_cache::KnownKey,
    request_id::RequestId,
    routes::micros,
    settings::{Mode, Settings},
    world_first::clients::KnownClient,
};
use bytes::Bytes;
use examine::{Doctor, Examined};
use excerpt::excerpt;
use http::{Method, StatusCode, Uri, request::Parts};
use std::{borrow::Cow, sync::Arc, time::Duration};
use wire::{doctor::escaped, mask};

/// Which requests are remembered, and who looks at refused signatures.
pub struct Requests {
    /// What is remembered.
    pub(crate) journal: Journal,
    doctor: Doctor,
}

/// What a gate saw of a request while it let it in or refused it.
#[derive(Default)]
pub(crate) struct Seen {
    /// The body, once it was read.
    pub(crate) body: Option<Bytes>,
    /// Whose signature was refused.
    pub(crate) suspect: Option<Suspect>,
}

/// Whose key it was that did not sign what arrived.
pub(crate) enum Suspect {
    /// A merchant's API key.
    BinancePay(Arc<KnownKey>),
    /// A WorldFirst client.
    WorldFirst(Arc<KnownClient>),
}

/// A request that was answered.
pub(crate) struct Answered<'a> {
    pub(crate) api: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) parts: &'a Parts,
    pub(crate) seen: Seen,
    pub(crate) caller: Option<&'a str>,
    pub(crate) holder: Option<&'a str>,
    pub(crate) code: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) http_status: StatusCode,
    pub(crate) took: Duration,
    pub(crate) reply: &'a [u8],
}

impl Requests {
    /// Remembers what the settings say.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self { journal: Journal::new(&settings.requests), doctor: Doctor::new(settings.mode) }
    }
}

/// Remembers a request. In a twin a refused signature is examined first, so that whoever has the reply can ask for the
/// reason; in live mode it is examined behind the caller's back, and only the log is told.
pub(crate) async fn note(app: &Arc<App>, answered: Answered<'_>) {
    let Some(id) = RequestId::current() else { return };
    let requests = &app.requests;
    let suspect = answered.seen.suspect.as_ref().zip(answered.seen.body.as_ref());
    let examined = match suspect {
        Some((suspect, body)) => requests.doctor.see(app, suspect, answered.parts, body).await,
        None => None,
    };
    if !requests.journal.is_kept() {
        return;
    }
    let transcript = requests.journal.bodies().then(|| {
        // A signature that was refused for its letters alone would be good once they are put right.
        let is_shown = answered.seen.suspect.is_some() && app.settings.mode == Mode::Twin;
        journal::Transcript {
            headers: headers::shown(answered.parts, is_shown),
            body: answered.seen.body.as_deref().map(excerpt),
            reply: excerpt(answered.reply),
        }
    });
    let (method, target) = line(app.settings.mode, &answered.parts.method, &answered.parts.uri);
    requests.journal.keep(Entry {
        id,
        at: app.house.server_now(),
        api: answered.api,
        endpoint: Some(answered.endpoint),
        method,
        target,
        caller: answered.caller.map(str::to_owned),
        holder: answered.holder.map(str::to_owned),
        code: answered.code.to_owned(),
        reason: answered.reason.map(str::to_owned),
        http_status: answered.http_status,
        took_us: micros(answered.took),
        transcript,
        examined: examined.map(Examined::shown),
    });
}

/// Remembers a request to a path that is no endpoint's.
pub(crate) fn note_unserved(
    app: &App,
    api: &'static str,
    method: &Method,
    uri: &Uri,
    code: &str,
    status: StatusCode,
) {
    let Some(id) = RequestId::current().filter(|_| app.requests.journal.is_kept()) else { return };
    let (method, target) = line(app.settings.mode, method, uri);
    app.requests.journal.keep(Entry {
        id,
        at: app.house.server_now(),
        api,
        endpoint: None,
        method,
        target,
        caller: None,
        holder: None,
        code: code.to_owned(),
        reason: None,
        http_status: status,
        took_us: 0,
        transcript: None,
        examined: None,
    });
}

/// Method and target as they are kept: as long as people read, and in live mode without what a query says.
fn line(mode: Mode, method: &Method, uri: &Uri) -> (String, String) {
    const LENGTH_MAX: usize = 1_024;
    let shown = |bytes: &[u8]| escaped(bytes.get(..LENGTH_MAX).unwrap_or(bytes));
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let target = match mode {
        Mode::Twin => Cow::Borrowed(target),
        Mode::Live => mask::without_values(target),
    };
    // In all of it, or a value that the cut goes through would be shown in part.
    (shown(method.as_str().as_bytes()), shown(&mask::masked(target.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(mode: Mode, uri: &str) -> String {
        line(mode, &Method::POST, &uri.parse().unwrap()).1
    }

    #[test]
    fn a_query_is_kept_without_secrets_and_in_live_mode_without_values() {
        for (uri, twin, live) in [
            ("/p", "/p", "/p"),
            ("/p?accessToken=abc&n=1", "/p?accessToken=***&n=1", "/p?accessToken=***&n=***"),
            ("http://h/p?code=abc", "/p?code=***", "/p?code=***"),
            ("/p?hunter2", "/p?hunter2", "/p?***"),
        ] {
            assert_eq!(target(Mode::Twin, uri), twin);
            assert_eq!(target(Mode::Live, uri), live);
        }
        let long = format!("/p?n={}&token={}", "x".repeat(1_010), "s".repeat(99));
        assert!(!target(Mode::Twin, &long).contains('s'));
    }
}
