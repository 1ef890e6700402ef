//! Recent requests of providers' callers, and the diagnosis of refused signatures.
//!
//! The journal is in memory and bounded: by count, by age and by bytes. Secrets and tokens are masked before recording.
//! Native calls are not recorded; their bodies hold secrets, and their answers explain errors themselves.

mod entry;
mod examine;
mod excerpt;
mod headers;
mod journal;
mod state;

pub(crate) use entry::Entry;
pub(crate) use journal::Filter;
pub use journal::Journal;
pub use state::Requests;

use crate::{
    app::App,
    binance_pay::key_cache::KnownKey,
    body::{self, Unproven},
    body_budget::Held,
    request_id::RequestId,
    routes::micros,
    settings::Mode,
    world_first::clients::KnownClient,
};
use axum::body::Body;
use bytes::Bytes;
use entry::{Head, Transcript};
use examine::Examined;
use http::{HeaderMap, StatusCode, Uri, header, request::Parts};
use std::{borrow::Cow, sync::Arc, time::Duration};
use wire::mask;

/// Data that a gate captures while it admits or refuses a request.
#[derive(Default)]
pub(crate) struct Captured {
    /// The body, once it was read.
    pub(crate) body: Option<Bytes>,
    /// The body's share of the budget for unauthenticated callers, until its signature is verified.
    pub(crate) held: Option<Held>,
    /// The key whose signature was refused.
    pub(crate) refused_key: Option<RefusedKey>,
}

/// The key that did not verify the signature.
pub(crate) enum RefusedKey {
    /// A merchant's API key.
    BinancePay(Arc<KnownKey>),
    /// A WorldFirst client.
    WorldFirst(Arc<KnownClient>),
}

/// An answered request.
pub(crate) struct Answered<'a> {
    pub(crate) api: &'static str,
    pub(crate) endpoint: &'static str,
    pub(crate) parts: &'a Parts,
    pub(crate) captured: Captured,
    pub(crate) caller: Option<&'a str>,
    pub(crate) holder: Option<&'a str>,
    pub(crate) code: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) http_status: StatusCode,
    pub(crate) took: Duration,
    pub(crate) reply: &'a [u8],
}

/// Records a request. In a twin a refused signature is examined first, so that a caller with the reply can query the
/// reason; in live mode it is examined after the reply, and only logged.
pub(crate) async fn record(app: &Arc<App>, answered: Answered<'_>) {
    let Some(id) = RequestId::current() else { return };
    let requests = &app.requests;
    let suspect = answered.captured.refused_key.as_ref().zip(answered.captured.body.as_ref());
    let examined = match suspect {
        Some((suspect, body)) => requests.examiner.examine(app, suspect, answered.parts, body).await,
        None => None,
    };
    if !requests.journal.is_kept() {
        return;
    }
    let transcript = requests.journal.bodies().then(|| Transcript {
        parts: answered.parts,
        // A signature refused only for its encoding would be valid once that is corrected.
        shows_signature: answered.captured.refused_key.is_some() && app.settings.mode == Mode::Twin,
        body: answered.captured.body.as_deref(),
        reply: answered.reply,
    });
    let head = Head {
        id,
        at: app.house.server_now(),
        api: answered.api,
        endpoint: Some(answered.endpoint),
        method: answered.parts.method.as_str(),
        target: &target(app.settings.mode, &answered.parts.uri),
        caller: answered.caller,
        holder: answered.holder,
        code: answered.code,
        reason: answered.reason,
        http_status: answered.http_status,
        took_us: micros(answered.took),
    };
    requests.journal.keep(Entry::new(head, transcript, examined.map(Examined::shown)));
}

/// A request to a path that is not an endpoint's.
pub(crate) struct Unserved<'a> {
    pub(crate) api: &'static str,
    pub(crate) parts: &'a Parts,
    /// The body, read by [`body_of_unserved`].
    pub(crate) body: Option<Unproven>,
    /// The caller that the request claims.
    pub(crate) caller: Option<&'a str>,
    pub(crate) code: &'a str,
    /// The path that is probably meant.
    pub(crate) hint: Option<&'a str>,
    pub(crate) http_status: StatusCode,
    pub(crate) reply: &'a [u8],
}

/// Reads the body of a request to a path that is not an endpoint's, if it is recorded and within the limit; otherwise
/// discards it, so that its caller can finish sending.
pub(crate) async fn body_of_unserved(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    time: Duration,
) -> Option<Unproven> {
    let journal = &app.requests.journal;
    // A body that is sent only on request (`Expect: 100-continue`) is not requested.
    if !journal.is_kept() || !journal.bodies() || headers.contains_key(header::EXPECT) {
        body::discard(headers, body, time).await;
        return None;
    }
    body::read_unproven(headers, body, excerpt::BYTES_MAX, time, &app.bodies).await.ok()
}

/// Records a request to a path that is not an endpoint's. A later signature may be of this request.
pub(crate) fn record_unserved(app: &App, unserved: Unserved<'_>) {
    let Some(id) = RequestId::current().filter(|_| app.requests.journal.is_kept()) else { return };
    let transcript = app.requests.journal.bodies().then_some(Transcript {
        parts: unserved.parts,
        shows_signature: false,
        body: unserved.body.as_ref().map(|body| &*body.bytes),
        reply: unserved.reply,
    });
    let head = Head {
        id,
        at: app.house.server_now(),
        api: unserved.api,
        endpoint: None,
        method: unserved.parts.method.as_str(),
        target: &target(app.settings.mode, &unserved.parts.uri),
        caller: unserved.caller,
        holder: None,
        code: unserved.code,
        reason: unserved.hint,
        http_status: unserved.http_status,
        took_us: 0,
    };
    app.requests.journal.keep(Entry::new(head, transcript, None));
}

/// The recorded form of a target: in live mode without the values of the query.
fn target(mode: Mode, uri: &Uri) -> Cow<'_, str> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    match mode {
        Mode::Twin => Cow::Borrowed(target),
        Mode::Live => mask::without_values(target),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_live_mode_no_value_of_a_query_is_kept() {
        for (uri, twin, live) in [
            ("/p", "/p", "/p"),
            ("http://h/p?n=abc", "/p?n=abc", "/p?n=***"),
            ("/p?hunter2", "/p?hunter2", "/p?***"),
        ] {
            let uri: Uri = uri.parse().unwrap();
            assert_eq!(target(Mode::Twin, &uri), twin);
            assert_eq!(target(Mode::Live, &uri), live);
        }
    }
}
