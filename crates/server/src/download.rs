//! Downloads of report files by signed link: no key, one file per signature.
//!
//! Every error of a link, its id included, has the same answer, so that nobody learns which reports exist. The
//! signature is never logged or stored.

mod negotiate;
mod range;
mod send;

use crate::{app::App, native::Refused};
use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
    response::IntoResponse as _,
    routing::any,
};
use house::{
    Abort,
    report::{LinkRefusal, Report, open_link},
};
use ledger::PayId;
use negotiate::{accepts_gzip, matches_etag};
use range::{Range, asked_range};
use send::File;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

pub(crate) use negotiate::thousandths;

/// The path of the files; [`house::report::link`] makes links to it.
const PATH: &str = "/download/balance-report/{id}";

/// `Retry-After` in seconds when all download permits are in use.
const RETRY_AFTER: &str = "5";

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route(PATH, any(download))
}

async fn download(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let link = Link::read(&id, query.as_deref().unwrap_or_default());
    let answer = answer(&app, link, &method, &headers).await;
    let mut response = answer.unwrap_or_else(|refused| *refused);
    app.metrics.downloaded(response.status());
    let headers = response.headers_mut();
    // Anybody with the link can open the file, and the file is confidential.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A reply instead of the file.
type Refusal = Box<Response<Body>>;

async fn answer(
    app: &App,
    link: Option<Link<'_>>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response<Body>, Refusal> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let title = "A file is fetched with GET or HEAD";
        let refused = Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title);
        return Err(with(refused, header::ALLOW, HeaderValue::from_static("GET, HEAD")));
    }
    let report = open(app, link).await?;
    file(app, &report, method, headers).await
}

/// The file of a finished report for an authorized caller: like a link's answer, without the headers about links.
pub(crate) async fn serve(
    app: &App,
    report: &Report,
    method: &Method,
    headers: &HeaderMap,
) -> Response<Body> {
    let response = file(app, report, method, headers).await.unwrap_or_else(|refused| *refused);
    app.metrics.downloaded(response.status());
    response
}

async fn file(
    app: &App,
    report: &Report,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let file = File::of(report).ok_or_else(|| {
        tracing::error!(
            download_id = report.download_id.get(),
            "a report that is done has no length or digest"
        );
        plain(Refused::internal())
    })?;
    let range = asked_range(method, headers, &file.tag(false), file.length);
    let gzip = !headers.contains_key(header::RANGE) && accepts_gzip(headers);
    if matches_etag(headers, &file) {
        return Ok(file.not_modified(gzip));
    }
    if range == Range::Unsatisfiable {
        let refused = Refused::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "range-not-satisfiable",
            "The file does not have these bytes",
        );
        return Err(with(refused, header::CONTENT_RANGE, file.length_only()));
    }
    if method == Method::HEAD {
        return Ok(file.head(&range, gzip));
    }
    let place = place(app)?;
    let stream = send::open(&app.house, report, &file, &range).await.map_err(plain)?;
    tracing::info!(download_id = report.download_id.get(), holder = %report.holder, ?range, gzip, "download");
    let mut response = file.head(&range, gzip);
    *response.body_mut() = send::body(stream, place, gzip);
    Ok(response)
}

/// Acquires a download permit.
pub(crate) fn place(app: &App) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(&app.downloads).try_acquire_owned().map_err(|_| {
        let title = "Too many downloads in progress";
        let refused = Refused::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-downloads", title);
        with(refused, header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER))
    })
}

/// The report of a link.
async fn open(app: &App, link: Option<Link<'_>>) -> Result<Report, Refusal> {
    let forged = || plain(Refused::new(StatusCode::FORBIDDEN, "bad-link", "The link is not valid"));
    let link = link.ok_or_else(forged)?;
    let opened = open_link(&app.house, link.download_id, link.expires, link.signature).await;
    opened.map_err(|abort| match abort {
        Abort::Refused(LinkRefusal::Forged) => forged(),
        Abort::Refused(LinkRefusal::Expired) => {
            plain(Refused::new(StatusCode::GONE, "expired-link", "The link has expired"))
        }
        Abort::Failed(failure) => plain(failure.into()),
    })
}

fn plain(refused: Refused) -> Refusal {
    Box::new(refused.into_response())
}

fn with(refused: Refused, name: header::HeaderName, value: HeaderValue) -> Refusal {
    let mut response = plain(refused);
    response.headers_mut().insert(name, value);
    response
}

/// The parts of a link. It has no debug form, which would show the signature.
struct Link<'a> {
    download_id: PayId,
    /// Unix seconds.
    expires: i64,
    signature: &'a str,
}

impl<'a> Link<'a> {
    /// Reads the parts of a link; `None` if one is missing, repeated, or not in canonical form. Other query parameters
    /// are ignored.
    fn read(id: &str, query: &'a str) -> Option<Self> {
        let only = |name: &str| {
            let mut values = query.split('&').filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            values.next().filter(|_| values.next().is_none())
        };
        Some(Self {
            download_id: id.parse().ok()?,
            expires: canonical(only("expires")?)?,
            signature: only("signature")?,
        })
    }
}

/// A number in the form of links: only digits, without leading zeros.
fn canonical(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(id: &str, query: &'a str) -> Option<(PayId, i64, &'a str)> {
        Link::read(id, query).map(|link| (link.download_id, link.expires, link.signature))
    }

    #[test]
    fn a_link_is_read_whatever_was_added_to_it() {
        let expected = Some((PayId::new(12), 345, "ab"));
        for query in [
            "expires=345&signature=ab",
            "signature=ab&expires=345",
            "expires=345&signature=ab&utm_source=mail",
            "&&x&expires=345&signature=ab",
        ] {
            assert_eq!(read("12", query), expected, "{query}");
        }
    }

    #[test]
    fn a_link_in_another_form_is_none() {
        for id in ["", "012", "+12", "-12", "12.csv", "..", "../12", "1 2", "99999999999999999999", "１２"]
        {
            assert_eq!(read(id, "expires=345&signature=ab"), None, "{id}");
        }
        for query in [
            "",
            "expires=345",
            "signature=ab",
            "expires=&signature=ab",
            "expires=0345&signature=ab",
            "expires=345&expires=345&signature=ab",
            "expires=345&signature=ab&signature=ab",
            "expires=345;signature=ab",
            "Expires=345&signature=ab",
        ] {
            assert_eq!(read("12", query), None, "{query}");
        }
    }
}
