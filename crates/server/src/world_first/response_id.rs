//! Ids of replies: 32 characters, each used once.

use crate::{app::App, request_id::RequestId};
use wire::world_first::time;

/// The id of the reply to the current request: the second in UTC, then the digits of the
/// [request's id](crate::request_id), so that it leads to the log lines.
pub(super) fn next(app: &App) -> String {
    let second = time::text(app.house.server_now().get());
    let request = RequestId::current().unwrap_or_else(|| app.request_ids.next()).to_string();
    let (run, number) = request.split_once('-').unwrap_or((&request, ""));
    let digits = second.chars().filter(char::is_ascii_digit).take(14);
    // Ten of the twelve digits are enough for the requests of any run.
    digits.chain(run.chars()).chain(number.chars().skip(2)).collect()
}
