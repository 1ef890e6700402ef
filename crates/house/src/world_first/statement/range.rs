//! The postings that a page is taken from: a range of versions in each account.

use super::Query;
use crate::{
    Failure, House,
    world_first::account::{self, Account},
};
use ledger::{AccountKey, Bucket, HolderId, Millis};
use store::{
    statement::{Span, spans},
    world_first::statement::{self, Kinds},
};

/// Number of lines that is not worth another lookup to skip them.
const FEW: i64 = 200;

/// The postings of an account after one version, up to another.
#[derive(Debug, Clone)]
pub(super) struct Range {
    pub(super) account: Account,
    pub(super) key: AccountKey,
    pub(super) after: i64,
    pub(super) to: i64,
}

impl Range {
    /// The version before a moment, within the range; `edge` reads it from a span.
    fn before(&self, spans: &[Span], edge: fn(&Span) -> i64) -> i64 {
        let is_own = |span: &&Span| {
            span.wallet == self.key.wallet && span.asset == self.key.asset && span.bucket == self.key.bucket
        };
        // Postings after the lookup of the range are newer than all of it.
        spans.iter().find(is_own).map_or(self.to, edge).clamp(self.after, self.to)
    }
}

/// The matching postings, by account where there are any, and their number. With a filter by kind, the ranges
/// contain other postings, too.
pub(super) async fn asked_for(
    house: &House,
    customer: &HolderId,
    query: &Query,
    kinds: &Kinds,
) -> Result<(Vec<Range>, i64), Failure> {
    let spans = spans(house.store(), customer, query.from, query.to).await?;
    // Read after the spans, since an account exists before its postings.
    let accounts = account::list(house, customer).await?;
    let (mut ranges, mut total) = (Vec::new(), 0);
    for account in accounts {
        let is_asked_for = (query.currencies.is_empty() || query.currencies.contains(&account.asset))
            && (query.wallets.is_empty() || query.wallets.contains(&account.wallet));
        let key = AccountKey::new(customer, account.wallet, account.asset, Bucket::Available);
        let own =
            |span: &&Span| span.wallet == key.wallet && span.asset == key.asset && span.bucket == key.bucket;
        let Some(span) = spans.iter().find(own).filter(|span| is_asked_for && span.to > span.after) else {
            continue;
        };
        let found = statement::count(house.store(), &key, (span.after, span.to), kinds).await?;
        if found > 0 {
            ranges.push(Range { account, key, after: span.after, to: span.to });
            total += found;
        }
    }
    Ok((ranges, total))
}

/// Skips the newest lines by narrowing the ranges; returns the number still to skip.
///
/// The first line of the page took effect between two moments, which are brought closer by thirds: each
/// lookup in all accounts counts the lines newer than two moments between them.
pub(super) async fn narrow(
    house: &House,
    customer: &HolderId,
    query: &Query,
    ranges: &mut [Range],
    mut skip: i64,
) -> Result<i64, Failure> {
    if let [only] = ranges {
        only.to -= skip;
        return Ok(0);
    }
    let (mut low, mut high) = (query.from.get(), query.to.get());
    while skip > FEW && high.saturating_sub(low) > 1 {
        let third = (high.saturating_sub(low) / 3).max(1);
        let (first, second) = (low + third, (low + 2 * third).min(high - 1));
        let spans = spans(house.store(), customer, Millis::new(first), Millis::new(second)).await?;
        let newer = |edge: fn(&Span) -> i64| -> i64 {
            ranges.iter().map(|range| range.to - range.before(&spans, edge)).sum()
        };
        let (after_first, after_second) = (newer(|span| span.after), newer(|span| span.to));
        if after_second > skip {
            low = second;
        } else if after_first > skip {
            (low, high) = (first, second);
            leave_out(ranges, &spans, |span| span.to);
            skip -= after_second;
        } else {
            high = first;
            leave_out(ranges, &spans, |span| span.after);
            skip -= after_first;
        }
    }
    Ok(skip)
}

fn leave_out(ranges: &mut [Range], spans: &[Span], edge: fn(&Span) -> i64) {
    for range in ranges {
        range.to = range.before(spans, edge);
    }
}
