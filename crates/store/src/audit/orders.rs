//! Orders: payments, split reserves and later states.

use super::Check;

const JOURNALS: &str = journals!("order", kinds: "'order_payment'", actor: "''", told:
    "SELECT holder, 'order_payment', CAST(prepay_id AS TEXT), COALESCE(paid_at, 0), '', 0, 1 FROM pay_order \
     WHERE status = 'PAID'");

/// The payer pays the amount; the fee, the reserve and the rest are its three parts.
const POSTINGS: &str = postings!("order", kinds: "'order_payment'", bucket: "bucket", told:
    "SELECT CAST(o.prepay_id AS TEXT), 'order_payment', COALESCE(b.holder, 'nobody'), 'FUNDING_WALLET', o.currency, 'available', 0, \
     -o.amount FROM pay_order o LEFT JOIN binance_account b ON b.binance_id = o.payer WHERE o.status = 'PAID' \
     UNION ALL SELECT CAST(prepay_id AS TEXT), 'order_payment', holder, 'FUNDING_WALLET', currency, 'available', 0, \
     CAST(amount AS NUMERIC) - fee - split_limit FROM pay_order WHERE status = 'PAID' \
     UNION ALL SELECT CAST(prepay_id AS TEXT), 'order_payment', holder, 'FUNDING_WALLET', currency, 'frozen', 0, split_limit \
     FROM pay_order WHERE status = 'PAID'");

const FEES: &str = house_legs!("order", kinds: "'order_payment'", told:
    "SELECT holder, CAST(prepay_id AS TEXT), 'fees', currency, 0, fee FROM pay_order WHERE status = 'PAID'");

/// Orders with columns that contradict each other: an unpaid order has no columns of a payment.
const COLUMNS: &str = "SELECT 'order ' || CAST(prepay_id AS TEXT) || ' of ' || holder || ': columns of its payment', \
    'not those of ' || status, 'as its status says' FROM pay_order WHERE NOT ( \
    (status = 'PAID' AND payer IS NOT NULL AND transaction_id IS NOT NULL AND open_user_id IS NOT NULL \
    AND paid_at IS NOT NULL AND amount > 0 AND fee >= 0 AND split_limit >= 0 \
    AND (only_payer IS NULL OR only_payer = payer) AND (profit_sharing OR split_limit = 0) \
    AND (NOT reserve_released OR (split_limit > 0 AND reserve_left = 0))) \
    OR (status IN ('INITIAL', 'CANCELED', 'EXPIRED') AND payer IS NULL AND transaction_id IS NULL \
    AND open_user_id IS NULL AND paid_at IS NULL AND amount > 0 AND fee = 0 AND split_limit = 0 AND reserve_left = 0 \
    AND NOT reserve_released AND open_split IS NULL)) LIMIT 20";

/// The rest of an order's reserve: the original reserve, less the amounts of splits and plus their failed
/// parts, plus returns, less the release. The moved amount of a return or a release is in its postings, and
/// the order is in its reference.
const RESERVES: &str = "SELECT 'order ' || CAST(f.prepay_id AS TEXT) || ' of ' || f.holder || ': what is left of its \
    reserve', CAST(SUM(f.kept) AS TEXT) || ' in smallest units', CAST(SUM(f.moved) AS TEXT) FROM ( \
    SELECT holder, prepay_id, reserve_left AS kept, split_limit AS moved FROM pay_order \
    UNION ALL SELECT s.holder, s.prepay_id, 0, -d.amount FROM split_detail d CROSS JOIN split s \
    WHERE s.holder = d.holder AND s.split_no = d.split_no AND d.status <> 3 \
    UNION ALL SELECT g.holder, g.prepay_id, 0, g.amount FROM ( \
    SELECT r.holder, r.kind, r.reference, MAX(r.prepay_id) AS prepay_id, SUM(r.amount) AS amount FROM ( \
    SELECT holder, kind, reference, NULL AS prepay_id, amount FROM posting \
    WHERE kind IN ('split_return', 'reserve_release') AND bucket = 'frozen' \
    UNION ALL SELECT holder, 'split_return', CAST(return_no AS TEXT), prepay_id, 0 FROM split_return WHERE status = 2 \
    UNION ALL SELECT holder, 'reserve_release', CAST(prepay_id AS TEXT), prepay_id, 0 FROM pay_order \
    WHERE reserve_released \
    UNION ALL SELECT s.holder, 'reserve_release', CAST(s.prepay_id AS TEXT) || '/' || CAST(s.split_no AS TEXT), \
    s.prepay_id, 0 FROM split s CROSS JOIN pay_order o WHERE o.holder = s.holder AND o.prepay_id = s.prepay_id \
    AND o.reserve_released) r \
    GROUP BY r.reference, r.kind, r.holder) g WHERE g.prepay_id IS NOT NULL) f \
    GROUP BY f.prepay_id, f.holder HAVING SUM(f.kept) <> SUM(f.moved) LIMIT 20";

/// Releases of reserves that were not released, and those with an event at another time. A release of zero
/// has no journal; one that gives back the failed part of a split names both, and has no event of its own.
const RELEASES: &str = "SELECT 'order ' || f.reference || ' of ' || f.holder || ': journals reserve_release', \
    CAST(SUM(f.made) AS TEXT) || COALESCE(' at ' || CAST(MAX(f.at) AS TEXT), ''), \
    CAST(SUM(f.due) AS TEXT) || COALESCE(' at ' || CAST(MAX(f.told_at) AS TEXT), '') FROM ( \
    SELECT holder, reference, 1 AS made, 0 AS due, at, CAST(NULL AS BIGINT) AS told_at \
    FROM journal WHERE kind = 'reserve_release' \
    UNION ALL SELECT holder, CAST(prepay_id AS TEXT), 0, 1, NULL, NULL FROM pay_order WHERE reserve_released \
    UNION ALL SELECT s.holder, CAST(s.prepay_id AS TEXT) || '/' || CAST(s.split_no AS TEXT), 0, 1, NULL, NULL \
    FROM split s CROSS JOIN pay_order o WHERE o.holder = s.holder AND o.prepay_id = s.prepay_id \
    AND o.reserve_released AND s.status = 2 \
    UNION ALL SELECT holder, subject, 0, 0, NULL, at FROM event WHERE kind = 'order.reserve_released') f \
    GROUP BY f.reference, f.holder HAVING SUM(f.made) > SUM(f.due) OR MAX(f.at) <> MAX(f.told_at) LIMIT 20";

const OPEN_SPLITS: &str = "SELECT 'order ' || CAST(f.prepay_id AS TEXT) || ' of ' || f.holder || ': open split ' \
    || CAST(f.split_no AS TEXT), CAST(SUM(f.made) AS TEXT), CAST(SUM(f.due) AS TEXT) FROM ( \
    SELECT holder, prepay_id, open_split AS split_no, 1 AS made, 0 AS due FROM pay_order \
    WHERE open_split IS NOT NULL \
    UNION ALL SELECT holder, prepay_id, split_no, 0, 1 FROM split WHERE status <> 2) f \
    GROUP BY f.split_no, f.prepay_id, f.holder HAVING SUM(f.made) <> SUM(f.due) LIMIT 20";

/// No row has the time when an order was closed, expired or had its reserve released.
const EVENTS: &str = events!("order",
    kinds: "'order.created', 'order.paid', 'order.closed', 'order.expired', 'order.reserve_released'",
    at: "CASE WHEN kind IN ('order.created', 'order.paid') THEN at ELSE 0 END", told:
    "SELECT holder, 'order.created', CAST(prepay_id AS TEXT), created_at, 0, 1 FROM pay_order \
     UNION ALL SELECT holder, 'order.paid', CAST(prepay_id AS TEXT), COALESCE(paid_at, 0), 0, 1 FROM pay_order \
     WHERE status = 'PAID' \
     UNION ALL SELECT holder, 'order.closed', CAST(prepay_id AS TEXT), 0, 0, 1 FROM pay_order \
     WHERE status = 'CANCELED' \
     UNION ALL SELECT holder, 'order.expired', CAST(prepay_id AS TEXT), 0, 0, 1 FROM pay_order \
     WHERE status = 'EXPIRED' \
     UNION ALL SELECT holder, 'order.reserve_released', CAST(prepay_id AS TEXT), 0, 0, 1 FROM pay_order \
     WHERE reserve_released");

const JOBS: &str = jobs!("order", kinds: "'expire_order', 'release_reserve'", told:
    "SELECT holder, 'expire_order', CAST(prepay_id AS TEXT), 0, 1 FROM pay_order WHERE status = 'INITIAL' \
     UNION ALL SELECT holder, 'release_reserve', CAST(prepay_id AS TEXT), 0, 1 FROM pay_order \
     WHERE status = 'PAID' AND split_limit > 0 AND NOT reserve_released");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "orders against their journals", sql: JOURNALS },
    Check { what: "orders against their postings", sql: POSTINGS },
    Check { what: "orders against their fees", sql: FEES },
    Check { what: "orders against their statuses", sql: COLUMNS },
    Check { what: "reserves of orders", sql: RESERVES },
    Check { what: "releases of reserves", sql: RELEASES },
    Check { what: "open splits of orders", sql: OPEN_SPLITS },
    Check { what: "orders against their events", sql: EVENTS },
    Check { what: "orders against their jobs", sql: JOBS },
];
