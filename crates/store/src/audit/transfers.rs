//! Transfers between customers.

use super::Check;

/// One freeze, and one settlement or release after it, with the requesting client as actor.
const JOURNALS: &str = journals!("transfer", kinds: "'transfer_freeze', 'transfer_settle', 'transfer_release'",
    actor: "actor", told:
    "SELECT holder, 'transfer_freeze', CAST(transfer_id AS TEXT), created_at, 'client:' || client_id, 0, 1 \
     FROM world_first_transfer \
     UNION ALL SELECT holder, CASE WHEN status = 'SUCCESS' THEN 'transfer_settle' ELSE 'transfer_release' END, \
     CAST(transfer_id AS TEXT), COALESCE(finished_at, 0), 'client:' || client_id, 0, 1 FROM world_first_transfer \
     WHERE status <> 'PROCESSING'");

/// The payer's amount is frozen, then moved to the payee or back.
const POSTINGS: &str = postings!("transfer", kinds: "'transfer_freeze', 'transfer_settle', 'transfer_release'",
    bucket: "bucket", told:
    "SELECT CAST(transfer_id AS TEXT), 'transfer_freeze', holder, 'NORMAL_BALANCE', asset, 'available', 0, -amount \
     FROM world_first_transfer \
     UNION ALL SELECT CAST(transfer_id AS TEXT), 'transfer_freeze', holder, 'NORMAL_BALANCE', asset, 'frozen', 0, \
     amount FROM world_first_transfer \
     UNION ALL SELECT CAST(transfer_id AS TEXT), \
     CASE WHEN status = 'SUCCESS' THEN 'transfer_settle' ELSE 'transfer_release' END, \
     holder, 'NORMAL_BALANCE', asset, 'frozen', 0, -amount FROM world_first_transfer WHERE status <> 'PROCESSING' \
     UNION ALL SELECT CAST(transfer_id AS TEXT), 'transfer_settle', payee, 'NORMAL_BALANCE', asset, 'available', 0, \
     amount FROM world_first_transfer WHERE status = 'SUCCESS' \
     UNION ALL SELECT CAST(transfer_id AS TEXT), 'transfer_release', holder, 'NORMAL_BALANCE', asset, 'available', 0, \
     amount FROM world_first_transfer WHERE status = 'FAIL'");

const COLUMNS: &str = "SELECT 'transfer ' || CAST(transfer_id AS TEXT) || ' of ' || holder || ': its columns', status, \
    'a status that its time and reason go with' FROM world_first_transfer \
    WHERE status NOT IN ('PROCESSING', 'SUCCESS', 'FAIL') OR (status = 'FAIL') <> (fail_reason IS NOT NULL) \
    OR (status = 'PROCESSING') <> (finished_at IS NULL) OR amount <= 0 OR payee = holder LIMIT 20";

/// The payee has an event, too.
const EVENTS: &str = events!("transfer", kinds: "'transfer.created', 'transfer.finished', 'transfer.received'",
    at: "at", told:
    "SELECT holder, 'transfer.created', CAST(transfer_id AS TEXT), created_at, 0, 1 FROM world_first_transfer \
     UNION ALL SELECT holder, 'transfer.finished', CAST(transfer_id AS TEXT), COALESCE(finished_at, 0), 0, 1 \
     FROM world_first_transfer WHERE status <> 'PROCESSING' \
     UNION ALL SELECT payee, 'transfer.received', CAST(transfer_id AS TEXT), COALESCE(finished_at, 0), 0, 1 \
     FROM world_first_transfer WHERE status = 'SUCCESS'");

const JOBS: &str = jobs!("transfer", kinds: "'settle_transfer'", told:
    "SELECT holder, 'settle_transfer', CAST(transfer_id AS TEXT), 0, 1 FROM world_first_transfer \
     WHERE status = 'PROCESSING'");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "transfers against their journals", sql: JOURNALS },
    Check { what: "transfers against their postings", sql: POSTINGS },
    Check { what: "transfers against their statuses", sql: COLUMNS },
    Check { what: "transfers against their events", sql: EVENTS },
    Check { what: "transfers against their jobs", sql: JOBS },
];
