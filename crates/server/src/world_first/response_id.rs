//! Ids of replies: 32 characters, each used once.

use crate::{app::App, request_id::RequestId};
use wire::world_first::time;

/// The id of the reply to the request that is being served here: the second in UTC, then the digits of the
/// [request's id](crate::request_id), so that one leads to the other's log lines.
pub(super) fn next(app: &App) -> String {
    let second = time::text(app.house.server_now().get());
    let request = RequestId::current().unwrap_or_else(|| app.request_ids.next()).to_string();
    let (run, number) = request.split_once('-').unwrap_or((&request, ""));
    let digits = second.chars().filter(char::is_ascii_digit).take(14);
    // Ten of the twelve digits count as many requests as no run gets to serve.
    digits.chain(run.chars()).chain(number.chars().skip(2)).collect()
}
