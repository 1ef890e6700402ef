//! Within the ledger: accounts, postings and journals compared with each other.
//!
//! Sums over two columns are NUMERIC, so that a very large wrong value is reported as a difference, not as an
//! error.

use super::Check;

/// Accounts compared with their postings, in one pass over these: balance, count, last number, time of the
/// last. And postings to an account that does not exist.
const ACCOUNTS: &str = "WITH p AS (SELECT holder, wallet, asset, bucket, SUM(amount) AS amount, \
    COUNT(*) AS postings, MAX(version) AS latest, MAX(at) AS at FROM posting GROUP BY holder, wallet, asset, bucket), \
    a AS (SELECT a.holder || '/' || a.wallet || '/' || a.asset || '/' || a.bucket AS name, a.balance, a.version, \
    a.changed_at, COALESCE(p.amount, 0) AS amount, COALESCE(p.postings, 0) AS postings, \
    COALESCE(p.latest, 0) AS latest, COALESCE(p.at, 0) AS at FROM account a LEFT JOIN p ON p.holder = a.holder \
    AND p.wallet = a.wallet AND p.asset = a.asset AND p.bucket = a.bucket) \
    SELECT * FROM (SELECT 'balance of ' || name, CAST(balance AS TEXT) || ' in smallest units', \
    CAST(amount AS TEXT) FROM a WHERE balance <> amount LIMIT 20) f1 \
    UNION ALL SELECT * FROM (SELECT 'postings of ' || name, CAST(postings AS TEXT), CAST(version AS TEXT) FROM a \
    WHERE postings <> version LIMIT 20) f2 \
    UNION ALL SELECT * FROM (SELECT 'number of the last posting of ' || name, CAST(latest AS TEXT), \
    CAST(version AS TEXT) FROM a WHERE latest <> version LIMIT 20) f3 \
    UNION ALL SELECT * FROM (SELECT 'time of the last change of ' || name, CAST(changed_at AS TEXT), \
    CAST(at AS TEXT) FROM a WHERE changed_at <> at LIMIT 20) f4 \
    UNION ALL SELECT * FROM (SELECT 'account ' || p.holder || '/' || p.wallet || '/' || p.asset || '/' || p.bucket \
    || ', which is missing', '0 in smallest units', CAST(p.amount AS TEXT) FROM p WHERE NOT EXISTS ( \
    SELECT 1 FROM account a WHERE a.holder = p.holder AND a.wallet = p.wallet AND a.asset = p.asset \
    AND a.bucket = p.bucket) LIMIT 20) f5";

/// Journals whose postings of an asset do not sum to zero.
const ZERO: &str = "SELECT 'journal ' || CAST(l.journal AS TEXT) || ' in ' || l.asset, \
    CAST(SUM(l.amount) AS TEXT) || ' in smallest units', '0' FROM (SELECT journal, asset, amount FROM posting \
    UNION ALL SELECT journal, asset, amount FROM house_posting) l \
    GROUP BY l.journal, l.asset HAVING SUM(l.amount) <> 0 LIMIT 20";

/// Postings with a running balance other than the previous one plus the change, or with a time before the
/// previous one's. One pass, in the order of the key: a join with the previous posting is quadratic if
/// PostgreSQL has no statistics, as after a restore.
const RUNNING: &str = "SELECT CASE WHEN f.balance <> f.due THEN 'running balance' ELSE 'time' END \
    || ' of ' || f.holder || '/' || f.wallet || '/' || f.asset || '/' || f.bucket || ' at ' \
    || CAST(f.version AS TEXT), \
    CASE WHEN f.balance <> f.due THEN CAST(f.balance AS TEXT) || ' in smallest units' ELSE CAST(f.at AS TEXT) END, \
    CASE WHEN f.balance <> f.due THEN CAST(f.due AS TEXT) ELSE CAST(f.earlier AS TEXT) || ' or later' END \
    FROM (SELECT holder, wallet, asset, bucket, version, balance, at, \
    CAST(amount AS NUMERIC) + COALESCE(LAG(balance) OVER w, 0) AS due, COALESCE(LAG(at) OVER w, at) AS earlier \
    FROM posting WINDOW w AS (PARTITION BY holder, wallet, asset, bucket ORDER BY version)) f \
    WHERE f.balance <> f.due OR f.at < f.earlier LIMIT 20";

/// Postings and house legs that differ from their journal in kind, reference, time or holder, and journals
/// without either, or two with one number. Only the rows of bad journals are searched.
const POSTED: &str = "WITH bad AS (SELECT l.journal, MAX(CASE WHEN l.head = 1 THEN l.kind END) AS kind, \
    MAX(CASE WHEN l.head = 1 THEN l.reference END) AS reference, MAX(CASE WHEN l.head = 1 THEN l.at END) AS at, \
    MAX(CASE WHEN l.head = 1 THEN l.holder END) AS holder, SUM(l.head) AS heads, SUM(1 - l.head) AS legs FROM ( \
    SELECT id AS journal, kind, reference, at, holder, 1 AS head FROM journal \
    UNION ALL SELECT journal, kind, reference, at, NULL, 0 FROM posting \
    UNION ALL SELECT journal, NULL, NULL, at, holder, 0 FROM house_posting) l GROUP BY l.journal \
    HAVING SUM(l.head) <> 1 OR SUM(1 - l.head) = 0 OR MIN(l.kind) <> MAX(l.kind) \
    OR MIN(l.reference) <> MAX(l.reference) OR MIN(l.at) <> MAX(l.at) OR MIN(l.holder) <> MAX(l.holder) LIMIT 20) \
    SELECT * FROM (SELECT 'journal ' || CAST(b.journal AS TEXT) || COALESCE(', ' || b.kind || ' ' || b.reference \
    || ' of ' || b.holder, ''), CAST(b.heads AS TEXT) || ' journals with ' || CAST(b.legs AS TEXT) || ' postings', \
    'one with its postings' FROM bad b WHERE b.heads <> 1 OR b.legs = 0 LIMIT 20) f1 \
    UNION ALL SELECT * FROM (SELECT 'posting ' || CAST(p.version AS TEXT) || ' of ' || p.holder || '/' || p.wallet \
    || '/' || p.asset || '/' || p.bucket || ', of journal ' || CAST(p.journal AS TEXT), \
    p.kind || ' ' || p.reference || ' at ' || CAST(p.at AS TEXT), \
    COALESCE(b.kind || ' ' || b.reference || ' at ' || CAST(b.at AS TEXT), 'of a journal that is there') \
    FROM bad b JOIN posting p ON p.journal = b.journal WHERE b.heads = 0 OR p.kind <> b.kind \
    OR p.reference <> b.reference OR p.at <> b.at LIMIT 20) f2 \
    UNION ALL SELECT * FROM (SELECT 'leg ' || CAST(h.leg AS TEXT) || ' of the house in journal ' \
    || CAST(h.journal AS TEXT), 'of ' || h.holder || ' at ' || CAST(h.at AS TEXT), \
    COALESCE('of ' || b.holder || ' at ' || CAST(b.at AS TEXT), 'of a journal that is there') \
    FROM bad b JOIN house_posting h ON h.journal = b.journal WHERE b.heads = 0 OR h.holder <> b.holder \
    OR h.at <> b.at LIMIT 20) f3";

/// Journals of a kind that this program does not know.
const KINDS: &str = "SELECT 'journal ' || CAST(id AS TEXT) || ', ' || reference || ' of ' || holder, kind, \
    'a kind of journal' FROM journal WHERE kind NOT IN ('deposit', 'order_payment', 'split_detail', 'split_return', \
    'reserve_release', 'convert_freeze', 'convert_settle', 'convert_release', 'freeze', 'exchange', \
    'transfer_freeze', 'transfer_settle', 'transfer_release') LIMIT 20";

/// House legs in journals of kinds without any.
const HOUSE: &str = "SELECT 'leg ' || CAST(h.leg AS TEXT) || ' of the house in journal ' || CAST(j.id AS TEXT) || ', ' \
    || j.kind || ' ' || j.reference || ' of ' || j.holder, h.account || '/' || h.asset, 'none' \
    FROM journal j CROSS JOIN house_posting h WHERE h.holder = j.holder AND h.journal = j.id \
    AND j.kind NOT IN ('deposit', 'order_payment', 'convert_settle', 'exchange') LIMIT 20";

pub(super) const CHECKS: &[Check] = &[
    Check { what: "accounts against postings", sql: ACCOUNTS },
    Check { what: "journals against zero", sql: ZERO },
    Check { what: "running balances and times", sql: RUNNING },
    Check { what: "postings against journals", sql: POSTED },
    Check { what: "kinds of journals", sql: KINDS },
    Check { what: "the house's accounts", sql: HOUSE },
];

#[cfg(test)]
mod tests {
    use super::{HOUSE, KINDS};
    use ledger::JournalKind;

    #[test]
    fn every_kind_of_journal_is_known() {
        for kind in JournalKind::ALL {
            assert!(KINDS.contains(&format!("'{}'", kind.as_str())), "{kind:?}");
        }
        assert_eq!(
            KINDS.matches("', '").count(),
            JournalKind::ALL.len(),
            "and no other; one separates id and reference"
        );
        assert!(HOUSE.contains("'exchange'"));
    }
}
