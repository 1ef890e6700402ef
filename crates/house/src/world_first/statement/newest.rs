//! Merged reading of several accounts' postings, from the newest back.

use super::range::Range;
use crate::{Failure, House};
use std::{cmp::Reverse, collections::VecDeque};
use store::{
    account::PostingRow,
    world_first::statement::{self, Kinds},
};

/// Most postings read at once.
const SLICE: i64 = 500;

/// An account's postings that are not yet in the list.
struct Cursor<'r> {
    range: &'r Range,
    /// The postings already read.
    ready: VecDeque<PostingRow>,
    /// The version of the last unread posting; none are left if it is the one before the range.
    to: i64,
}

impl<'r> Cursor<'r> {
    fn new(range: &'r Range) -> Self {
        Self { range, ready: VecDeque::new(), to: range.to }
    }

    /// Reads more if no posting is ready.
    async fn fill(&mut self, house: &House, kinds: &Kinds, limit: i64) -> Result<(), Failure> {
        if !self.ready.is_empty() || self.to <= self.range.after {
            return Ok(());
        }
        let versions = (self.range.after, self.to);
        let read = statement::newest(house.store(), &self.range.key, versions, kinds, limit).await?;
        self.to = match read.last() {
            Some(last) if i64::try_from(read.len()) == Ok(limit) => last.version - 1,
            _ => self.range.after,
        };
        self.ready = read.into();
        Ok(())
    }
}

/// Postings with the numbers of their accounts, the newest first; at the same moment by currency, then
/// wallet, and in an account from the last back. Skips the first `skip`.
pub(super) async fn read(
    house: &House,
    ranges: &[Range],
    kinds: &Kinds,
    skip: i64,
    take: i64,
) -> Result<Vec<(String, PostingRow)>, Failure> {
    let limit = skip.saturating_add(take).clamp(1, SLICE);
    let mut cursors: Vec<Cursor<'_>> = ranges.iter().map(Cursor::new).collect();
    let filled = cursors.iter_mut().map(|cursor| cursor.fill(house, kinds, limit));
    futures_util::future::try_join_all(filled).await?;
    let mut postings = Vec::new();
    let mut place = 0;
    while place < skip.saturating_add(take) {
        let next = cursors.iter_mut().filter(|cursor| !cursor.ready.is_empty()).max_by_key(|cursor| {
            let newest = cursor.ready.front().map(|row| row.at);
            (newest, Reverse((cursor.range.key.asset, cursor.range.key.wallet)))
        });
        let Some(next) = next else { break };
        let row = next.ready.pop_front();
        postings
            .extend(row.filter(|_| place >= skip).map(|row| (next.range.account.account_no.clone(), row)));
        next.fill(house, kinds, limit).await?;
        place += 1;
    }
    Ok(postings)
}
