-- What a pair may be traded in, per conversion and in units of each side, as exact decimal text. None: only
-- what the assets' smallest units and the range of an amount allow.
ALTER TABLE rate ADD COLUMN base_min TEXT;
ALTER TABLE rate ADD COLUMN base_max TEXT;
ALTER TABLE rate ADD COLUMN quote_min TEXT;
ALTER TABLE rate ADD COLUMN quote_max TEXT;

-- Offers to convert, binding until expire_at. An executed one names its order.
CREATE TABLE convert_quote (
    holder TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    wallet TEXT NOT NULL,
    from_asset TEXT NOT NULL,
    from_amount INTEGER NOT NULL,
    to_asset TEXT NOT NULL,
    to_amount INTEGER NOT NULL,
    -- What the house keeps, in units of the asset that is bought.
    spread INTEGER NOT NULL,
    ratio TEXT NOT NULL,
    inverse_ratio TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    order_id INTEGER,
    PRIMARY KEY (holder, quote_id)
) STRICT, WITHOUT ROWID;
-- Offers that nobody took are swept away; the others are in no sweep's way.
CREATE INDEX convert_quote_expired ON convert_quote (expire_at) WHERE order_id IS NULL;

CREATE TABLE convert_order (
    holder TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    quote_id TEXT NOT NULL,
    status TEXT NOT NULL,
    wallet TEXT NOT NULL,
    from_asset TEXT NOT NULL,
    from_amount INTEGER NOT NULL,
    to_asset TEXT NOT NULL,
    to_amount INTEGER NOT NULL,
    spread INTEGER NOT NULL,
    ratio TEXT NOT NULL,
    inverse_ratio TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    fail_reason TEXT,
    PRIMARY KEY (holder, order_id)
) STRICT, WITHOUT ROWID;

-- Merchants that may act for others.
CREATE TABLE service_provider (
    holder TEXT NOT NULL PRIMARY KEY,
    allow_scopes TEXT NOT NULL,
    fee_share INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many authorization records a provider has, in all (merchant '') and per merchant. Records are numbered
-- from these without gaps and never removed, so that any page of them is one range of numbers.
CREATE TABLE authorization_count (
    holder TEXT NOT NULL,
    merchant TEXT NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (holder, merchant)
) STRICT, WITHOUT ROWID;

-- What a merchant was asked for by a provider, and what it answered. The token is sealed, and found by its
-- digest under a key that is not in the database.
CREATE TABLE authorization_record (
    holder TEXT NOT NULL,
    seq INTEGER NOT NULL,
    authorization_id INTEGER NOT NULL,
    merchant TEXT NOT NULL,
    merchant_seq INTEGER NOT NULL,
    token BLOB NOT NULL,
    sealed_by TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    status TEXT NOT NULL,
    scopes TEXT NOT NULL,
    ip_whitelist TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- Who caused the last change, as journals note it.
    changed_by TEXT NOT NULL,
    PRIMARY KEY (holder, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX authorization_record_merchant ON authorization_record (holder, merchant, merchant_seq);
CREATE UNIQUE INDEX authorization_record_token ON authorization_record (token_digest);
-- The merchant's own pages know a record by its id; lists go by it, of a merchant, a provider or all.
CREATE UNIQUE INDEX authorization_record_id ON authorization_record (authorization_id);
CREATE INDEX authorization_record_of ON authorization_record (merchant, authorization_id);
CREATE INDEX authorization_record_by ON authorization_record (holder, authorization_id);

-- Who submitted a split: what a provider did for a merchant names both. None in splits from before.
ALTER TABLE split ADD COLUMN submitted_by TEXT;
