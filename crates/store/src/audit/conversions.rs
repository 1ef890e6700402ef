//! Conversions and their quotes.

use super::Check;

/// One freeze, and one settlement or release after it.
const JOURNALS: &str = journals!("conversion", kinds: "'convert_freeze', 'convert_settle', 'convert_release'",
    actor: "''", told:
    "SELECT holder, 'convert_freeze', CAST(order_id AS TEXT), created_at, '', 0, 1 FROM convert_order \
     UNION ALL SELECT holder, CASE WHEN status = 'SUCCESS' THEN 'convert_settle' ELSE 'convert_release' END, \
     CAST(order_id AS TEXT), COALESCE(finished_at, 0), '', 0, 1 FROM convert_order WHERE status <> 'PROCESS'");

/// The sold amount is frozen, then moved to the house or back.
const POSTINGS: &str = postings!("conversion", kinds: "'convert_freeze', 'convert_settle', 'convert_release'",
    bucket: "bucket", told:
    "SELECT CAST(order_id AS TEXT), 'convert_freeze', holder, wallet, from_asset, 'available', 0, -from_amount \
     FROM convert_order \
     UNION ALL SELECT CAST(order_id AS TEXT), 'convert_freeze', holder, wallet, from_asset, 'frozen', 0, from_amount \
     FROM convert_order \
     UNION ALL SELECT CAST(order_id AS TEXT), \
     CASE WHEN status = 'SUCCESS' THEN 'convert_settle' ELSE 'convert_release' END, \
     holder, wallet, from_asset, 'frozen', 0, -from_amount FROM convert_order WHERE status <> 'PROCESS' \
     UNION ALL SELECT CAST(order_id AS TEXT), 'convert_settle', holder, wallet, to_asset, 'available', 0, to_amount \
     FROM convert_order WHERE status = 'SUCCESS' \
     UNION ALL SELECT CAST(order_id AS TEXT), 'convert_release', holder, wallet, from_asset, 'available', 0, \
     from_amount FROM convert_order WHERE status = 'FAIL'");

const HOUSE: &str = house_legs!("conversion", kinds: "'convert_settle'", told:
    "SELECT holder, CAST(order_id AS TEXT), 'position', from_asset, 0, from_amount FROM convert_order \
     WHERE status = 'SUCCESS' \
     UNION ALL SELECT holder, CAST(order_id AS TEXT), 'position', to_asset, 0, -CAST(to_amount AS NUMERIC) - spread \
     FROM convert_order WHERE status = 'SUCCESS' \
     UNION ALL SELECT holder, CAST(order_id AS TEXT), 'spread', to_asset, 0, spread FROM convert_order \
     WHERE status = 'SUCCESS'");

/// Conversions with columns that contradict each other or their quote.
const COLUMNS: &str = "SELECT 'conversion ' || CAST(c.order_id AS TEXT) || ' of ' || c.holder || ': its columns, with \
    offer ' || c.quote_id, c.status || CASE WHEN q.quote_id IS NULL THEN ', and no such offer' ELSE '' END, \
    'as its status and the offer say' \
    FROM convert_order c LEFT JOIN convert_quote q ON q.holder = c.holder AND q.quote_id = c.quote_id \
    WHERE q.quote_id IS NULL OR q.order_id IS NULL OR q.order_id <> c.order_id OR q.wallet <> c.wallet \
    OR q.from_asset <> c.from_asset OR q.from_amount <> c.from_amount OR q.to_asset <> c.to_asset \
    OR q.to_amount <> c.to_amount OR q.spread <> c.spread OR q.ratio <> c.ratio \
    OR q.inverse_ratio <> c.inverse_ratio OR c.status NOT IN ('PROCESS', 'SUCCESS', 'FAIL') \
    OR (c.status = 'FAIL') <> (c.fail_reason IS NOT NULL) \
    OR (c.status = 'PROCESS') <> (c.finished_at IS NULL) LIMIT 20";

/// Quotes executed by a conversion or an exchange that does not exist or has another quote.
const OFFERS: &str = "SELECT 'offer ' || q.quote_id || ' of ' || q.holder || ': taken by ' \
    || CAST(q.order_id AS TEXT) || COALESCE(', at the base ' || q.base, ''), \
    COALESCE('offer ' || COALESCE(c.quote_id, e.quote_id), 'no offer'), 'the same offer, at a base that is one of its \
    assets' FROM convert_quote q LEFT JOIN convert_order c ON c.holder = q.holder AND c.order_id = q.order_id \
    LEFT JOIN world_first_exchange e ON e.holder = q.holder AND e.exchange_id = q.order_id \
    WHERE q.order_id IS NOT NULL AND (COALESCE(c.quote_id, e.quote_id) IS NULL \
    OR COALESCE(c.quote_id, e.quote_id) <> q.quote_id OR q.base NOT IN (q.from_asset, q.to_asset)) LIMIT 20";

const EVENTS: &str = events!("conversion", kinds: "'convert.created', 'convert.finished'", at: "at", told:
    "SELECT holder, 'convert.created', CAST(order_id AS TEXT), created_at, 0, 1 FROM convert_order \
     UNION ALL SELECT holder, 'convert.finished', CAST(order_id AS TEXT), COALESCE(finished_at, 0), 0, 1 \
     FROM convert_order WHERE status <> 'PROCESS'");

const JOBS: &str = jobs!("conversion", kinds: "'settle_convert'", told:
    "SELECT holder, 'settle_convert', CAST(order_id AS TEXT), 0, 1 FROM convert_order WHERE status = 'PROCESS'");

pub(super) const CHECKS: &[Check] = &[
    Check { what: "conversions against their journals", sql: JOURNALS },
    Check { what: "conversions against their postings", sql: POSTINGS },
    Check { what: "conversions against the house's accounts", sql: HOUSE },
    Check { what: "conversions against their offers", sql: COLUMNS },
    Check { what: "offers against what took them", sql: OFFERS },
    Check { what: "conversions against their events", sql: EVENTS },
    Check { what: "conversions against their jobs", sql: JOBS },
];
