//! Splits and their details.

use super::Check;

/// Paid details, each with a journal of its own: its time, and the split's submitter as actor.
const JOURNALS: &str = "SELECT 'detail ' || f.reference || ' of ' || f.holder || ': journals split_detail' \
    || COALESCE(', split ' || CAST(MAX(f.split_no) AS TEXT), ''), \
    CAST(SUM(f.made) AS TEXT) || COALESCE(' at ' || CAST(MAX(f.at) AS TEXT) || ' by ' || MAX(f.actor), ''), \
    CAST(SUM(f.due) AS TEXT) || COALESCE(' at ' || CAST(MAX(f.finished_at) AS TEXT) || ' by ' || MAX(f.told_actor), '') \
    FROM (SELECT holder, reference, 1 AS made, 0 AS due, at, actor, NULL AS finished_at, NULL AS split_at, \
    NULL AS told_actor, NULL AS split_no FROM journal WHERE kind = 'split_detail' \
    UNION ALL SELECT d.holder, CAST(d.detail_no AS TEXT), 0, 1, NULL, NULL, d.finished_at, s.finished_at, \
    COALESCE(s.submitted_by, 'job:settle_split'), d.split_no FROM split_detail d CROSS JOIN split s \
    WHERE s.holder = d.holder AND s.split_no = d.split_no AND d.status = 2) f \
    GROUP BY f.reference, f.holder HAVING SUM(f.made) <> SUM(f.due) OR MAX(f.actor) <> MAX(f.told_actor) \
    OR (MAX(f.at) <> MAX(f.finished_at) AND MAX(f.split_at) <> MAX(f.finished_at)) LIMIT 20";

const POSTINGS: &str = postings!("detail", kinds: "'split_detail'", bucket: "bucket", told:
    "SELECT CAST(d.detail_no AS TEXT), 'split_detail', s.holder, 'FUNDING_WALLET', s.asset, 'frozen', 0, -d.amount \
     FROM split_detail d CROSS JOIN split s WHERE s.holder = d.holder AND s.split_no = d.split_no AND d.status = 2 \
     UNION ALL SELECT CAST(d.detail_no AS TEXT), 'split_detail', COALESCE(b.holder, 'nobody'), 'FUNDING_WALLET', s.asset, 'available', \
     0, d.amount FROM split_detail d JOIN split s ON s.holder = d.holder AND s.split_no = d.split_no \
     LEFT JOIN binance_account b ON b.binance_id = d.account WHERE d.status = 2");

const OF_ORDERS: &str = "SELECT 'split ' || CAST(s.split_no AS TEXT) || ' of ' || s.holder || ': its columns, with \
    order ' || CAST(s.prepay_id AS TEXT), CASE WHEN o.prepay_id IS NULL THEN 'no such order' ELSE \
    'status ' || CAST(s.status AS TEXT) || ' in ' || s.asset END, 'of a paid order to be split, in its currency' \
    FROM split s LEFT JOIN pay_order o ON o.holder = s.holder AND o.prepay_id = s.prepay_id \
    WHERE o.prepay_id IS NULL OR o.status <> 'PAID' OR o.currency <> s.asset OR NOT o.profit_sharing \
    OR s.status NOT IN (0, 1, 2) OR (s.status = 2) <> (s.finished_at IS NOT NULL) LIMIT 20";

/// Details are numbered from 0 in each split.
const NUMBERS: &str = "SELECT 'split ' || CAST(f.split_no AS TEXT) || ' of ' || f.holder || ': its details', \
    CAST(SUM(f.details) AS TEXT) || COALESCE(', from ' || CAST(MIN(f.seq) AS TEXT) || ' to ' \
    || CAST(MAX(f.seq) AS TEXT), ''), 'one or more, from 0 on' FROM ( \
    SELECT holder, split_no, 1 AS splits, 0 AS details, NULL AS seq FROM split \
    UNION ALL SELECT holder, split_no, 0, 1, seq FROM split_detail) f GROUP BY f.split_no, f.holder \
    HAVING SUM(f.splits) <> 1 OR SUM(f.details) = 0 OR MIN(f.seq) <> 0 OR MAX(f.seq) <> SUM(f.details) - 1 LIMIT 20";

/// Details with columns that contradict each other or their split: final ones belong to a finished split.
const DETAILS: &str = "SELECT 'detail ' || CAST(d.detail_no AS TEXT) || ' of ' || d.holder || ': its columns, with \
    split ' || CAST(d.split_no AS TEXT), 'status ' || CAST(d.status AS TEXT) || ', ' || CAST(d.returned AS TEXT) \
    || ' of ' || CAST(d.amount AS TEXT) || ' returned', 'as its status and the split say' \
    FROM split_detail d LEFT JOIN split s ON s.holder = d.holder AND s.split_no = d.split_no \
    WHERE s.split_no IS NULL OR d.status NOT IN (1, 2, 3) OR (d.status = 1) <> (s.status <> 2) \
    OR (d.status = 3) <> (d.fail_reason IS NOT NULL) OR (d.status = 1) <> (d.finished_at IS NULL) \
    OR (d.status = 3 AND d.finished_at <> s.finished_at) OR d.amount <= 0 OR d.returned < 0 OR d.returned > d.amount \
    OR (d.returned > 0 AND d.status <> 2) LIMIT 20";

const EVENTS: &str = events!("split", kinds: "'split.submitted', 'split.finished'", at: "at", told:
    "SELECT holder, 'split.submitted', CAST(split_no AS TEXT), created_at, 0, 1 FROM split \
     UNION ALL SELECT holder, 'split.finished', CAST(split_no AS TEXT), COALESCE(finished_at, 0), 0, 1 FROM split \
     WHERE status = 2");

/// A waiting split has no such event, a processing one has one; a finished one may have finished in one step.
const BEGUN: &str = "SELECT 'split ' || f.subject || ' of ' || f.holder || ': events split.processing', \
    CAST(SUM(f.made) AS TEXT), CAST(SUM(f.least) AS TEXT) || ' to ' || CAST(SUM(f.most) AS TEXT) FROM ( \
    SELECT holder, subject, 1 AS made, 0 AS least, 0 AS most FROM event WHERE kind = 'split.processing' \
    UNION ALL SELECT holder, CAST(split_no AS TEXT), 0, CASE WHEN status = 1 THEN 1 ELSE 0 END, \
    CASE WHEN status = 0 THEN 0 ELSE 1 END FROM split) f GROUP BY f.subject, f.holder \
    HAVING SUM(f.made) < SUM(f.least) OR SUM(f.made) > SUM(f.most) LIMIT 20";

const JOBS: &str = jobs!("split", kinds: "'settle_split'", told:
    "SELECT holder, 'settle_split', CAST(split_no AS TEXT), 0, 1 FROM split WHERE status <> 2");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "details of splits against their journals", sql: JOURNALS },
    Check { what: "details of splits against their postings", sql: POSTINGS },
    Check { what: "splits against their orders", sql: OF_ORDERS },
    Check { what: "numbers of details", sql: NUMBERS },
    Check { what: "details against their splits", sql: DETAILS },
    Check { what: "splits against their events", sql: EVENTS },
    Check { what: "splits under way", sql: BEGUN },
    Check { what: "splits against their jobs", sql: JOBS },
];
