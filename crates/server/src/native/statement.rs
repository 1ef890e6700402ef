//! `/v1/holders/{id}/statement`: the changes of a holder's balances in any period, streamed as they are read.

use super::{extract::Params, holders, refused::Refused, reports};
use crate::{app::App, download};
use axum::{
    body::Body,
    extract::{Path, State},
};
use bytes::Bytes;
use futures_util::stream;
use house::{
    Failure,
    statement::{Format, Sink, Statement},
};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use ledger::Millis;
use std::{io, sync::Arc};
use tokio::sync::mpsc;
use wire::native::{Day, Time, query::StatementQuery};

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Params(query): Params<StatementQuery>,
    headers: HeaderMap,
) -> Result<Response<Body>, Refused> {
    let from = edge("from", &query.from, Day::begins)?;
    let to = edge("to", &query.to, Day::ends)?;
    if to <= from {
        return Err(Refused::invalid("to must be after from"));
    }
    let wallet = query.wallet.as_deref().map(reports::wallet).transpose()?;
    let format = match query.format {
        Some(format) => reports::format(format),
        None => accepted(&headers).ok_or_else(|| {
            let title = "A statement is text/csv or application/jsonl";
            Refused::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", title)
        })?,
    };
    let holder = holders::find(&app, &id).await?.id;
    let place = match download::place(&app) {
        Ok(place) => place,
        Err(refusal) => return Ok(*refusal),
    };
    let statement = Statement::open(&app.house, &holder, wallet, from, to).await?;
    let name = format!("attachment; filename=\"statement-{holder}.{}\"", format.as_str());
    let (send, pieces) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut pieces = Pieces(send);
        if let Err(failure) = statement.write(format, &mut pieces).await
            && !pieces.0.is_closed()
        {
            tracing::error!(%holder, %failure, "a statement ended early");
            // The reader must not mistake an incomplete statement for a complete one.
            let _ = pieces.0.send(Err(io::Error::other("the statement ended early"))).await;
        }
        drop(place);
    });
    let pieces = stream::unfold(pieces, |mut pieces| async { Some((pieces.recv().await?, pieces)) });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    let name = HeaderValue::try_from(name).expect("a holder's id and a word of ours make a header");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// The body of the answer.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Sink for Pieces {
    async fn put(&mut self, bytes: Bytes, _: i64) -> Result<(), Failure> {
        let sent = self.0.send(Ok(bytes)).await;
        sent.map_err(|_| Failure::storage("nobody reads the statement any more"))
    }
}

/// One end of the period: a time, or the time that `of_day` gives for a day.
fn edge(name: &str, text: &str, of_day: fn(Day) -> Time) -> Result<Millis, Refused> {
    let time = text.parse().map(of_day).or_else(|_| text.parse::<Time>());
    let time = time.map_err(|_| {
        Refused::invalid(format!("{name} must be a day, as 2026-11-21, or a time, as 2026-11-21T20:30:00Z"))
    })?;
    Ok(Millis::new(time.millis()))
}

/// The format that `Accept` prefers (RFC 9110, section 12.5.1); CSV without a preference.
fn accepted(headers: &HeaderMap) -> Option<Format> {
    let lists = headers.get_all(header::ACCEPT).iter().filter_map(|list| list.to_str().ok());
    let accepted: Vec<&str> =
        lists.flat_map(|list| list.split(',')).filter(|range| !range.trim().is_empty()).collect();
    if accepted.is_empty() {
        return Some(Format::Csv);
    }
    let weight = |names: &[&str]| {
        // The more precise name has priority, regardless of the order.
        let weights =
            names.iter().map(|name| accepted.iter().filter_map(|range| weight_of(range, name)).max());
        weights.flatten().next().unwrap_or(0)
    };
    let csv = weight(&["text/csv", "text/*", "*/*"]);
    let lines = ["application/jsonl", "application/x-ndjson", "application/x-jsonlines"];
    let lines = lines.map(|name| weight(&[name, "application/*", "*/*"])).into_iter().max().unwrap_or(0);
    match (csv, lines) {
        (0, 0) => None,
        (csv, lines) if csv >= lines => Some(Format::Csv),
        _ => Some(Format::JsonLines),
    }
}

/// The weight of a range for a media type, in thousandths; `None` if the range is for another type.
fn weight_of(range: &str, name: &str) -> Option<u16> {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(name) {
        return None;
    }
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some(weight.map_or(1_000, |weight| download::thousandths(weight).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_what_is_liked_best() {
        let accept = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            accepted(&headers)
        };
        assert_eq!(accepted(&HeaderMap::new()), Some(Format::Csv));
        for csv in [
            "",
            "*/*",
            "text/csv",
            "text/*",
            "text/csv, application/jsonl",
            "Text/CSV; header=present",
            "text/html, */*;q=0.1",
        ] {
            assert_eq!(accept(csv), Some(Format::Csv), "{csv}");
        }
        for lines in [
            "application/jsonl",
            "application/x-ndjson",
            "application/*",
            "text/csv;q=0.5, application/jsonl;q=0.6",
            "text/csv;q=0, */*",
            "application/x-jsonlines, */*;q=0.1",
        ] {
            assert_eq!(accept(lines), Some(Format::JsonLines), "{lines}");
        }
        for none in ["application/json", "text/csv;q=0", "image/*"] {
            assert_eq!(accept(none), None, "{none}");
        }
    }
}
