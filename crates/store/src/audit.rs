//! The ledger's proof: sums recomputed from the postings.

use crate::{
    Failure, Snapshot, Store,
    row::{FromRow, Row},
    tx::Read as _,
};

/// One thing that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was compared: an account, a journal or an asset.
    pub what: String,
    /// What stands in the books.
    pub found: i64,
    /// What the postings say.
    pub expected: i64,
}

impl FromRow for Difference {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Self { what: row.get(0)?, found: row.get(1)?, expected: row.get(2)? })
    }
}

/// Balances that are not the sum of their postings.
const BALANCES: &str = "SELECT 'balance of ' || a.holder || '/' || a.wallet || '/' || a.asset || '/' || a.bucket, \
    a.balance, CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM account a \
    LEFT JOIN posting p ON p.holder = a.holder AND p.wallet = a.wallet AND p.asset = a.asset AND p.bucket = a.bucket \
    GROUP BY a.holder, a.wallet, a.asset, a.bucket, a.balance \
    HAVING a.balance <> CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) LIMIT 20";

/// Accounts whose number of postings is not their version: a posting is missing.
const VERSIONS: &str = "SELECT 'postings of ' || a.holder || '/' || a.wallet || '/' || a.asset || '/' || a.bucket, \
    COUNT(p.version), a.version FROM account a \
    LEFT JOIN posting p ON p.holder = a.holder AND p.wallet = a.wallet AND p.asset = a.asset AND p.bucket = a.bucket \
    GROUP BY a.holder, a.wallet, a.asset, a.bucket, a.version HAVING COUNT(p.version) <> a.version LIMIT 20";

/// Postings to an account that is not there.
const ORPHANS: &str = "SELECT 'account ' || p.holder || '/' || p.wallet || '/' || p.asset || '/' || p.bucket || ', which is missing', \
    CAST(0 AS BIGINT), CAST(SUM(p.amount) AS BIGINT) FROM posting p WHERE NOT EXISTS (SELECT 1 FROM account a \
    WHERE a.holder = p.holder AND a.wallet = p.wallet AND a.asset = p.asset AND a.bucket = p.bucket) \
    GROUP BY p.holder, p.wallet, p.asset, p.bucket LIMIT 20";

/// Journals whose postings of an asset do not sum to zero.
const JOURNALS: &str = "SELECT 'journal ' || l.journal || ' in ' || l.asset, CAST(SUM(l.amount) AS BIGINT), \
    CAST(0 AS BIGINT) FROM (SELECT journal, asset, amount FROM posting \
    UNION ALL SELECT journal, asset, amount FROM house_posting) l \
    GROUP BY l.journal, l.asset HAVING SUM(l.amount) <> 0 LIMIT 20";

/// Postings whose running balance is not the one before plus the change. One pass, in the order of the key: a join with
/// the posting before is quadratic where PostgreSQL has no statistics, as after a restore.
const RUNNING: &str = "SELECT 'running balance of ' || f.holder || '/' || f.wallet || '/' || f.asset || '/' || f.bucket || ' at ' || f.version, \
    f.balance, f.amount + f.before FROM (SELECT holder, wallet, asset, bucket, version, amount, balance, \
    COALESCE(LAG(balance) OVER (PARTITION BY holder, wallet, asset, bucket ORDER BY version), 0) AS before \
    FROM posting) f WHERE f.balance <> f.amount + f.before LIMIT 20";

/// What frozen money is not explained by the reserves of orders, their open splits, open conversions,
/// transfers under way and what was held outright.
const FROZEN: &str = "SELECT 'frozen ' || f.asset || ' of ' || f.holder || ' in ' || f.wallet, \
    CAST(SUM(f.frozen) AS BIGINT), CAST(SUM(f.held) AS BIGINT) FROM ( \
    SELECT holder, wallet, asset, balance AS frozen, 0 AS held FROM account WHERE bucket = 'frozen' \
    UNION ALL SELECT holder, 'FUNDING_WALLET', currency, 0, reserve_left FROM pay_order WHERE reserve_left > 0 \
    UNION ALL SELECT s.holder, 'FUNDING_WALLET', s.asset, 0, d.amount FROM pay_order o \
    JOIN split s ON s.holder = o.holder AND s.prepay_id = o.prepay_id AND s.split_no = o.open_split \
    JOIN split_detail d ON d.holder = s.holder AND d.split_no = s.split_no AND d.status = 1 \
    UNION ALL SELECT holder, wallet, from_asset, 0, from_amount FROM convert_order WHERE status = 'PROCESS' \
    UNION ALL SELECT holder, 'NORMAL_BALANCE', asset, 0, amount FROM world_first_transfer WHERE status = 'PROCESSING' \
    UNION ALL SELECT holder, wallet, asset, 0, amount FROM posting WHERE bucket = 'frozen' AND kind = 'freeze') f \
    GROUP BY f.holder, f.wallet, f.asset HAVING SUM(f.frozen) <> SUM(f.held) LIMIT 20";

/// Conversions whose journals are not those that their status calls for: one freeze, and one settlement or
/// release once they are over. As with exchanges and transfers, journals of what is not there are found, too, and
/// both sides are read once: a join would look for each one's journals among all of its holder's.
const CONVERSIONS: &str = "SELECT 'journals of conversion ' || f.reference || ' of ' || f.holder || ', ' || \
    COALESCE(MAX(f.status), 'which is missing'), CAST(SUM(f.made) AS BIGINT), CAST(SUM(f.due) AS BIGINT) FROM ( \
    SELECT holder, reference, CASE kind WHEN 'convert_freeze' THEN 100 WHEN 'convert_settle' THEN 10 ELSE 1 END \
    AS made, 0 AS due, CAST(NULL AS TEXT) AS status FROM journal \
    WHERE kind IN ('convert_freeze', 'convert_settle', 'convert_release') \
    UNION ALL SELECT holder, CAST(order_id AS TEXT), 0, \
    CASE status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END, status FROM convert_order) f \
    GROUP BY f.holder, f.reference HAVING SUM(f.made) <> SUM(f.due) LIMIT 20";

/// Conversions whose postings do not move what they say: what is sold is frozen, then gone or back.
const CONVERTED: &str = "SELECT 'postings of conversion ' || f.reference || ' to ' || f.holder || '/' || f.wallet \
    || '/' || f.asset || '/' || f.bucket, CAST(SUM(f.posted) AS BIGINT), CAST(SUM(f.told) AS BIGINT) FROM ( \
    SELECT holder, wallet, asset, bucket, reference, amount AS posted, 0 AS told FROM posting \
    WHERE kind IN ('convert_freeze', 'convert_settle', 'convert_release') \
    UNION ALL SELECT holder, wallet, from_asset, 'available', CAST(order_id AS TEXT), 0, -from_amount \
    FROM convert_order WHERE status <> 'FAIL' \
    UNION ALL SELECT holder, wallet, from_asset, 'frozen', CAST(order_id AS TEXT), 0, from_amount \
    FROM convert_order WHERE status = 'PROCESS' \
    UNION ALL SELECT holder, wallet, to_asset, 'available', CAST(order_id AS TEXT), 0, to_amount \
    FROM convert_order WHERE status = 'SUCCESS') f \
    GROUP BY f.holder, f.wallet, f.asset, f.bucket, f.reference HAVING SUM(f.posted) <> SUM(f.told) LIMIT 20";

/// Exchanges without a journal, and journals of exchanges that are not there.
const EXCHANGES: &str = "SELECT 'journals of exchange ' || f.reference || ' of ' || f.holder || \
    CASE WHEN SUM(f.due) = 0 THEN ', which is missing' ELSE '' END, \
    CAST(SUM(f.made) AS BIGINT), CAST(SUM(f.due) AS BIGINT) FROM ( \
    SELECT holder, reference, 1 AS made, 0 AS due FROM journal WHERE kind = 'exchange' \
    UNION ALL SELECT holder, CAST(exchange_id AS TEXT), 0, 1 FROM world_first_exchange) f \
    GROUP BY f.holder, f.reference HAVING SUM(f.made) <> SUM(f.due) LIMIT 20";

/// Exchanges whose postings do not move what they say.
const EXCHANGED: &str = "SELECT 'postings of exchange ' || f.reference || ' to ' || f.holder || '/' || f.wallet \
    || '/' || f.asset || '/' || f.bucket, CAST(SUM(f.posted) AS BIGINT), CAST(SUM(f.told) AS BIGINT) FROM ( \
    SELECT holder, wallet, asset, bucket, reference, amount AS posted, 0 AS told FROM posting \
    WHERE kind = 'exchange' \
    UNION ALL SELECT holder, wallet, from_asset, 'available', CAST(exchange_id AS TEXT), 0, -from_amount \
    FROM world_first_exchange \
    UNION ALL SELECT holder, wallet, to_asset, 'available', CAST(exchange_id AS TEXT), 0, to_amount \
    FROM world_first_exchange) f \
    GROUP BY f.holder, f.wallet, f.asset, f.bucket, f.reference HAVING SUM(f.posted) <> SUM(f.told) LIMIT 20";

/// Transfers whose journals are not those that their status calls for: one freeze, and one settlement or release
/// once they are over.
const TRANSFERS: &str = "SELECT 'journals of transfer ' || f.reference || ' of ' || f.holder || ', ' || \
    COALESCE(MAX(f.status), 'which is missing'), CAST(SUM(f.made) AS BIGINT), CAST(SUM(f.due) AS BIGINT) FROM ( \
    SELECT holder, reference, CASE kind WHEN 'transfer_freeze' THEN 100 WHEN 'transfer_settle' THEN 10 ELSE 1 END \
    AS made, 0 AS due, CAST(NULL AS TEXT) AS status FROM journal \
    WHERE kind IN ('transfer_freeze', 'transfer_settle', 'transfer_release') \
    UNION ALL SELECT holder, CAST(transfer_id AS TEXT), 0, \
    CASE status WHEN 'SUCCESS' THEN 110 WHEN 'FAIL' THEN 101 ELSE 100 END, status FROM world_first_transfer) f \
    GROUP BY f.holder, f.reference HAVING SUM(f.made) <> SUM(f.due) LIMIT 20";

/// Transfers whose postings do not move what they say from whom to whom: the payer's amount is frozen, then the
/// payee's or back.
const TRANSFERRED: &str = "SELECT 'postings of transfer ' || f.reference || ' to ' || f.holder || '/' || f.wallet \
    || '/' || f.asset || '/' || f.bucket, CAST(SUM(f.posted) AS BIGINT), CAST(SUM(f.told) AS BIGINT) FROM ( \
    SELECT holder, wallet, asset, bucket, reference, amount AS posted, 0 AS told FROM posting \
    WHERE kind IN ('transfer_freeze', 'transfer_settle', 'transfer_release') \
    UNION ALL SELECT holder, 'NORMAL_BALANCE', asset, 'available', CAST(transfer_id AS TEXT), 0, -amount \
    FROM world_first_transfer WHERE status <> 'FAIL' \
    UNION ALL SELECT holder, 'NORMAL_BALANCE', asset, 'frozen', CAST(transfer_id AS TEXT), 0, amount \
    FROM world_first_transfer WHERE status = 'PROCESSING' \
    UNION ALL SELECT payee, 'NORMAL_BALANCE', asset, 'available', CAST(transfer_id AS TEXT), 0, amount \
    FROM world_first_transfer WHERE status = 'SUCCESS') f \
    GROUP BY f.holder, f.wallet, f.asset, f.bucket, f.reference HAVING SUM(f.posted) <> SUM(f.told) LIMIT 20";

/// One of the ways in which the books must add up.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What is compared with what, in a few words.
    pub what: &'static str,
    sql: &'static str,
}

/// All of them. Each reads much or all of the ledger.
pub const CHECKS: [Check; 12] = [
    Check { what: "balances against postings", sql: BALANCES },
    Check { what: "accounts against the number of their postings", sql: VERSIONS },
    Check { what: "postings against accounts", sql: ORPHANS },
    Check { what: "journals against zero", sql: JOURNALS },
    Check { what: "running balances", sql: RUNNING },
    Check { what: "frozen money against what froze it", sql: FROZEN },
    Check { what: "conversions against their journals", sql: CONVERSIONS },
    Check { what: "conversions against their postings", sql: CONVERTED },
    Check { what: "exchanges against their journals", sql: EXCHANGES },
    Check { what: "exchanges against their postings", sql: EXCHANGED },
    Check { what: "transfers against their journals", sql: TRANSFERS },
    Check { what: "transfers against their postings", sql: TRANSFERRED },
];

/// What one check finds in a snapshot, at most 20 differences.
///
/// # Errors
/// When the database fails, or its schema is not up to date.
pub async fn check(snapshot: &Snapshot, check: &Check) -> Result<Vec<Difference>, Failure> {
    snapshot.query(check.sql, &[]).await
}

/// Recomputes the books and names what does not add up: at most 20 differences of each kind. Reads
/// everything, on connections of its own, so that it sees the file as it is even when something other than
/// this program has changed it; on a database that is being written to, a difference may be a change between
/// two reads.
///
/// # Errors
/// When the database fails.
pub async fn differences(store: &Store) -> Result<Vec<Difference>, Failure> {
    let mut found = Vec::new();
    for check in CHECKS {
        found.extend(store.query_at_length::<Difference>(check.sql, &[]).await?);
    }
    Ok(found)
}

/// Who caused a holder's journals, each once and in order: the holder's keys, service providers that acted for
/// it, operators and jobs. Reads all of the holder's journals.
///
/// # Errors
/// When the database fails.
pub async fn actors(store: &Store, holder: &str) -> Result<Vec<String>, Failure> {
    let sql = "SELECT DISTINCT actor FROM journal WHERE holder = $1 ORDER BY actor";
    store.query_at_length(sql, &[&holder]).await
}
