//! Sends a report's file: its headers, and its bytes as they arrive from the store.

use super::range::Range;
use crate::native::Refused;
use async_compression::{Level, tokio::bufread::GzipEncoder};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{
    Stream, StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use house::{
    House,
    report::{Format, Report, path},
};
use http::{HeaderValue, Response, StatusCode, header};
use object_store::{GetOptions, GetRange, ObjectStore as _};
use std::io;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::io::{ReaderStream, StreamReader};

/// Bytes compressed at once. Between two pieces the thread can do other work.
const PIECE: usize = 16 * 1_024;

/// The header values of a file.
pub(super) struct File {
    name: String,
    media_type: &'static str,
    digest: String,
    /// In bytes.
    pub(super) length: u64,
}

impl File {
    /// The file of a finished report.
    pub(super) fn of(report: &Report) -> Option<Self> {
        Some(Self {
            name: format!("balance-report-{}.{}", report.download_id, report.format.as_str()),
            media_type: match report.format {
                Format::Csv => "text/csv; charset=utf-8",
                Format::JsonLines => "application/jsonl; charset=utf-8",
            },
            digest: report.digest.clone()?,
            length: u64::try_from(report.bytes?).ok()?,
        })
    }

    /// The tag of the file, or of its compressed form. Two representations never share one, otherwise parts of both
    /// could be combined.
    pub(super) fn tag(&self, gzip: bool) -> String {
        let form = if gzip { "-gzip" } else { "" };
        format!("\"{}{form}\"", self.digest)
    }

    /// `Content-Range` for a request beyond the end.
    pub(super) fn length_only(&self) -> HeaderValue {
        value(format!("bytes */{}", self.length))
    }

    /// The reply when the caller already has the file.
    pub(super) fn not_modified(&self, gzip: bool) -> Response<Body> {
        let mut response = Response::new(no_bytes());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.describe(&mut response, gzip);
        response
    }

    /// The reply without the bytes.
    pub(super) fn head(&self, range: &Range, gzip: bool) -> Response<Body> {
        let mut response = Response::new(no_bytes());
        self.describe(&mut response, gzip);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(header::CONTENT_DISPOSITION, value(format!("attachment; filename=\"{}\"", self.name)));
        if gzip {
            // The compressed length is unknown until it is sent.
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return response;
        }
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let mut length = self.length;
        if let Range::Part { first, last } = range {
            length = last - first + 1;
            headers.insert(header::CONTENT_RANGE, value(format!("bytes {first}-{last}/{}", self.length)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        response
    }

    fn describe(&self, response: &mut Response<Body>, gzip: bool) {
        response.headers_mut().insert(header::ETAG, value(self.tag(gzip)));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
}

/// The body without bytes. An empty body would set a length of 0, which is not the file's.
fn no_bytes() -> Body {
    Body::from_stream(stream::empty::<io::Result<Bytes>>())
}

/// A header value of numbers, hexadecimal digits and fixed words.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("ASCII makes a header")
}

/// The bytes of a file in its store.
pub(super) async fn open(
    house: &House,
    report: &Report,
    file: &File,
    range: &Range,
) -> Result<BoxStream<'static, io::Result<Bytes>>, Refused> {
    let part = match range {
        Range::Part { first, last } => Some(GetRange::Bounded(*first..*last + 1)),
        Range::Whole | Range::Unsatisfiable => None,
    };
    let options = GetOptions { range: part, ..GetOptions::default() };
    let broken = |why: &dyn std::fmt::Display| {
        tracing::error!(download_id = report.download_id.get(), %why, "a report's file cannot be read");
        Refused::internal()
    };
    let found = house.files().get_opts(&path(report), options).await.map_err(|error| broken(&error))?;
    if found.meta.size != file.length {
        return Err(broken(&format_args!("it has {} bytes, not {}", found.meta.size, file.length)));
    }
    Ok(found.into_stream().map_err(io::Error::other).boxed())
}

/// A body of these bytes, which holds its permit until it is sent or cancelled.
pub(super) fn body(
    stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    place: OwnedSemaphorePermit,
    gzip: bool,
) -> Body {
    let stream = stream.inspect(move |_| _ = &place);
    if !gzip {
        return Body::from_stream(stream);
    }
    let encoder = GzipEncoder::with_quality(StreamReader::new(stream), Level::Fastest);
    Body::from_stream(ReaderStream::with_capacity(encoder, PIECE))
}
