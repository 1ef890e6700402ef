//! Cursors as text. They are opaque to callers: a page's `next` goes into the next page's `after`.

use super::refused::Refused;
use house::{
    balance::{Balance, PostingCursor, PostingRow},
    event::EventCursor,
};
use wire::native::Page;

/// One page of rows; one row more than the page holds means that another page follows.
pub(super) fn page<R, T>(
    mut rows: Vec<R>,
    limit: u32,
    next: impl FnOnce(&R) -> String,
    show: impl FnMut(R) -> T,
) -> Page<T> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(next);
    Page { items: rows.into_iter().map(show).collect(), next }
}

/// The position after a posting, as text.
pub(super) fn after_posting(posting: &PostingRow) -> String {
    let (wallet, bucket) = (posting.wallet.as_str(), posting.bucket.as_str());
    format!("{wallet}.{}.{bucket}.{}", posting.asset, posting.version)
}

/// Parses a position of [`after_posting`].
pub(super) fn posting(text: &str) -> Result<PostingCursor, Refused> {
    let parts: Vec<&str> = text.split('.').collect();
    let cursor = match parts[..] {
        [wallet, asset, bucket, version] => version.parse().ok().map(|version| PostingCursor {
            wallet: wallet.to_owned(),
            asset: asset.to_owned(),
            bucket: bucket.to_owned(),
            version,
        }),
        _ => None,
    };
    cursor.ok_or_else(unreadable)
}

/// The position after a holder's balance of an asset in a wallet, as text.
pub(super) fn after_balance(holder: &str, balance: &Balance) -> String {
    format!("{holder}.{}.{}", balance.wallet.as_str(), balance.asset)
}

/// Parses a position of [`after_balance`].
pub(super) fn balance(text: &str) -> Result<[&str; 3], Refused> {
    let parts: Vec<&str> = text.split('.').collect();
    parts.try_into().map_err(|_| unreadable())
}

/// A position among events, as text.
pub(super) fn event_text(cursor: EventCursor) -> String {
    if cursor == EventCursor::START { "0".to_owned() } else { format!("{}.{}", cursor.tx, cursor.seq) }
}

/// Parses a position of [`event_text`].
pub(super) fn event(text: &str) -> Result<EventCursor, Refused> {
    if text == "0" {
        return Ok(EventCursor::START);
    }
    let parse = || {
        let (tx, seq) = text.split_once('.')?;
        Some(EventCursor { tx: tx.parse().ok()?, seq: seq.parse().ok()? })
    };
    parse().ok_or_else(unreadable)
}

pub(super) fn unreadable() -> Refused {
    Refused::invalid("after must be what an earlier answer gave as next")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_say_whether_there_is_more() {
        let page_of = |rows: Vec<u8>| page(rows, 2, ToString::to_string, |row| row);
        assert_eq!(page_of(vec![]), Page { items: vec![], next: None });
        assert_eq!(page_of(vec![1, 2]), Page { items: vec![1, 2], next: None });
        assert_eq!(page_of(vec![1, 2, 3]), Page { items: vec![1, 2], next: Some("2".to_owned()) });
    }

    #[test]
    fn cursors_read_back() {
        for cursor in [EventCursor::START, EventCursor { tx: 0, seq: 0 }, EventCursor { tx: 77, seq: 3 }] {
            assert_eq!(event(&event_text(cursor)).unwrap(), cursor);
        }
        let cursor = posting("FUNDING_WALLET.USDT.available.12").unwrap();
        assert_eq!((cursor.asset.as_str(), cursor.version), ("USDT", 12));
        assert_eq!(balance("1.FUNDING_WALLET.USDT").unwrap(), ["1", "FUNDING_WALLET", "USDT"]);
        assert!(balance("1.FUNDING_WALLET").is_err());
        for bad in ["", "1", "1.x", "a.b.c", "a.b.c.d", "a.b.c.1.2"] {
            assert!(event(bad).is_err() && posting(bad).is_err(), "{bad}");
        }
    }
}
