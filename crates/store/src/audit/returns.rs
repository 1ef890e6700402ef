//! Returns of money from splits.

use super::Check;

const JOURNALS: &str = journals!("return", kinds: "'split_return'", actor: "''", told:
    "SELECT holder, 'split_return', CAST(return_no AS TEXT), finished_at, '', 0, 1 FROM split_return \
     WHERE status = 2");

/// The reserve's bucket is left open: a return after the release becomes available. The rest of the order's
/// reserve shows which it was.
const POSTINGS: &str = postings!("return", kinds: "'split_return'",
    bucket: "CASE WHEN amount > 0 THEN 'reserve' ELSE bucket END", told:
    "SELECT CAST(r.return_no AS TEXT), 'split_return', COALESCE(b.holder, 'nobody'), 'FUNDING_WALLET', r.asset, 'available', 0, \
     -r.amount FROM split_return r LEFT JOIN binance_account b ON b.binance_id = r.account WHERE r.status = 2 \
     UNION ALL SELECT CAST(return_no AS TEXT), 'split_return', holder, 'FUNDING_WALLET', asset, 'reserve', 0, amount \
     FROM split_return WHERE status = 2");

const OF_SPLITS: &str = "SELECT 'return ' || CAST(r.return_no AS TEXT) || ' of ' || r.holder || ': its columns, with \
    split ' || CAST(r.split_no AS TEXT), CASE WHEN s.split_no IS NULL THEN 'no such split' ELSE \
    'status ' || CAST(r.status AS TEXT) || ', of order ' || CAST(r.prepay_id AS TEXT) || ' in ' || r.asset END, \
    'as its status and the split say' \
    FROM split_return r LEFT JOIN split s ON s.holder = r.holder AND s.split_no = r.split_no \
    WHERE s.split_no IS NULL OR s.prepay_id <> r.prepay_id OR s.merchant_request_id <> r.merchant_request_id \
    OR s.asset <> r.asset OR s.status <> 2 OR r.status NOT IN (2, 3) \
    OR (r.status = 3) <> (r.fail_reason IS NOT NULL) OR r.amount <= 0 LIMIT 20";

/// The returned amount of each detail, and whether the detail exists.
const RETURNED: &str = "SELECT 'split ' || CAST(f.split_no AS TEXT) || ' of ' || f.holder || ': returned by ' \
    || f.account || COALESCE(', return ' || CAST(MAX(f.return_no) AS TEXT), ''), \
    CAST(SUM(f.told) AS TEXT) || ' in smallest units of ' || CAST(SUM(f.details) AS TEXT) || ' details', \
    CAST(SUM(f.made) AS TEXT) || ' of 1' FROM ( \
    SELECT holder, split_no, account, NULL AS return_no, returned AS told, 0 AS made, 1 AS details FROM split_detail \
    UNION ALL SELECT holder, split_no, account, return_no, 0, CASE WHEN status = 2 THEN amount ELSE 0 END, 0 \
    FROM split_return) f GROUP BY f.split_no, f.account, f.holder \
    HAVING SUM(f.told) <> SUM(f.made) OR SUM(f.details) <> 1 LIMIT 20";

const EVENTS: &str = events!("return", kinds: "'split.returned', 'split.return_failed'", at: "at", told:
    "SELECT holder, CASE WHEN status = 2 THEN 'split.returned' ELSE 'split.return_failed' END, \
     CAST(return_no AS TEXT), finished_at, 0, 1 FROM split_return");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "returns against their journals", sql: JOURNALS },
    Check { what: "returns against their postings", sql: POSTINGS },
    Check { what: "returns against their splits", sql: OF_SPLITS },
    Check { what: "details against their returns", sql: RETURNED },
    Check { what: "returns against their events", sql: EVENTS },
];
