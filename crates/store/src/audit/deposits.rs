//! Money from outside, money frozen outright, and the numbers of customers' accounts.

use super::Check;

/// A deposit has no row but its journal, so its event is compared with the journal.
const EVENTS: &str = events!("deposit", kinds: "'deposit.posted', 'freeze.posted'", at: "at", told:
    "SELECT holder, CASE WHEN kind = 'deposit' THEN 'deposit.posted' ELSE 'freeze.posted' END, reference, at, 0, 1 \
     FROM journal WHERE kind IN ('deposit', 'freeze')");

/// The whole amount of a deposit comes from outside.
const OUTSIDE: &str = house_legs!("deposit", kinds: "'deposit'", told:
    "SELECT holder, reference, 'external', asset, 0, -amount FROM posting WHERE kind = 'deposit'");

/// A deposit becomes available; a freeze moves money from there to the frozen bucket.
const BUCKETS: &str = "SELECT 'deposit ' || reference || ' of ' || holder || ': posting of ' || kind || ' to ' || wallet \
    || '/' || asset || '/' || bucket, CAST(amount AS TEXT) || ' in smallest units', \
    'more than zero, or out of what is available' FROM posting \
    WHERE (kind = 'deposit' AND (bucket <> 'available' OR amount <= 0)) \
    OR (kind = 'freeze' AND (bucket = 'frozen') <> (amount > 0)) LIMIT 20";

/// Payers of deposits that do not exist.
const PAYERS: &str = "SELECT 'deposit ' || f.reference || ' of ' || f.holder || ': journals of what a payer is noted for', \
    CAST(SUM(f.made) AS TEXT), CAST(SUM(f.due) AS TEXT) FROM ( \
    SELECT holder, reference, 1 AS made, 0 AS due FROM journal WHERE kind = 'deposit' \
    UNION ALL SELECT holder, reference, 0, 1 FROM world_first_deposit) f \
    GROUP BY f.holder, f.reference HAVING SUM(f.made) < SUM(f.due) LIMIT 20";

const OPENED: &str = events!("account", kinds: "'account.opened'", at: "at", told:
    "SELECT holder, 'account.opened', account_no, opened_at, 0, 1 FROM world_first_account");

/// Money of a customer in an account without a number.
const NUMBERS: &str = "SELECT 'account number of ' || a.holder || '/' || a.wallet || '/' || a.asset, 'none', 'one' \
    FROM account a JOIN world_first_customer c ON c.holder = a.holder \
    LEFT JOIN world_first_account w ON w.holder = a.holder AND w.wallet = a.wallet AND w.asset = a.asset \
    WHERE a.version > 0 AND a.bucket = 'available' AND w.holder IS NULL LIMIT 20";

pub(super) const CHECKS: &[Check] = &[
    Check { what: "deposits against their events", sql: EVENTS },
    Check { what: "deposits against what came from outside", sql: OUTSIDE },
    Check { what: "deposits against their postings", sql: BUCKETS },
    Check { what: "payers of deposits", sql: PAYERS },
    Check { what: "customers' accounts against their events", sql: OPENED },
    Check { what: "customers' accounts against their numbers", sql: NUMBERS },
];
