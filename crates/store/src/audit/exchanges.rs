//! Exchanges of customers, each one journal.

use super::Check;

const JOURNALS: &str = journals!("exchange", kinds: "'exchange'", actor: "actor", told:
    "SELECT holder, 'exchange', CAST(exchange_id AS TEXT), done_at, 'client:' || client_id, 0, 1 \
     FROM world_first_exchange");

const POSTINGS: &str = postings!("exchange", kinds: "'exchange'", bucket: "bucket", told:
    "SELECT CAST(exchange_id AS TEXT), 'exchange', holder, wallet, from_asset, 'available', 0, -from_amount \
     FROM world_first_exchange \
     UNION ALL SELECT CAST(exchange_id AS TEXT), 'exchange', holder, wallet, to_asset, 'available', 0, to_amount \
     FROM world_first_exchange");

const HOUSE: &str = house_legs!("exchange", kinds: "'exchange'", told:
    "SELECT holder, CAST(exchange_id AS TEXT), 'position', from_asset, 0, from_amount FROM world_first_exchange \
     UNION ALL SELECT holder, CAST(exchange_id AS TEXT), 'position', to_asset, 0, -CAST(to_amount AS NUMERIC) - spread \
     FROM world_first_exchange \
     UNION ALL SELECT holder, CAST(exchange_id AS TEXT), 'spread', to_asset, 0, spread FROM world_first_exchange");

/// Exchanges with columns that contradict each other or their quote, if any.
const COLUMNS: &str = "SELECT 'exchange ' || CAST(e.exchange_id AS TEXT) || ' of ' || e.holder || ': its columns, with \
    offer ' || COALESCE(e.quote_id, '(none)'), 'other amounts, times or prices', 'what was asked and offered' \
    FROM world_first_exchange e LEFT JOIN convert_quote q ON q.holder = e.holder AND q.quote_id = e.quote_id \
    WHERE e.asked_from <> e.from_amount OR e.asked_to <> e.to_amount OR e.base NOT IN (e.from_asset, e.to_asset) \
    OR (e.quote_id IS NULL) <> (e.quoted_at IS NULL) OR (e.quote_id IS NULL) <> (e.quote_expire_at IS NULL) \
    OR (e.quote_id IS NULL AND e.asked_from IS NULL AND e.asked_to IS NULL) \
    OR (e.quote_id IS NOT NULL AND (q.quote_id IS NULL OR q.order_id IS NULL OR q.order_id <> e.exchange_id \
    OR q.wallet <> e.wallet OR q.from_asset <> e.from_asset OR q.from_amount <> e.from_amount \
    OR q.to_asset <> e.to_asset OR q.to_amount <> e.to_amount OR q.spread <> e.spread OR q.ratio <> e.ratio \
    OR q.inverse_ratio <> e.inverse_ratio OR q.base IS NULL OR q.base <> e.base OR q.created_at <> e.quoted_at \
    OR q.expire_at <> e.quote_expire_at)) LIMIT 20";

const EVENTS: &str = events!("exchange", kinds: "'exchange.finished'", at: "at", told:
    "SELECT holder, 'exchange.finished', CAST(exchange_id AS TEXT), done_at, 0, 1 FROM world_first_exchange");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "exchanges against their journals", sql: JOURNALS },
    Check { what: "exchanges against their postings", sql: POSTINGS },
    Check { what: "exchanges against the house's accounts", sql: HOUSE },
    Check { what: "exchanges against their offers", sql: COLUMNS },
    Check { what: "exchanges against their events", sql: EVENTS },
];
