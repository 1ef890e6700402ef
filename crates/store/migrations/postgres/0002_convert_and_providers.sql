-- What a pair may be traded in, per conversion and in units of each side, as exact decimal text. None: only
-- what the assets' smallest units and the range of an amount allow.
ALTER TABLE rate ADD COLUMN base_min TEXT COLLATE "C";
ALTER TABLE rate ADD COLUMN base_max TEXT COLLATE "C";
ALTER TABLE rate ADD COLUMN quote_min TEXT COLLATE "C";
ALTER TABLE rate ADD COLUMN quote_max TEXT COLLATE "C";

-- Offers to convert, binding until expire_at. An executed one names its order.
CREATE TABLE convert_quote (
    holder TEXT COLLATE "C" NOT NULL,
    quote_id TEXT COLLATE "C" NOT NULL,
    wallet TEXT COLLATE "C" NOT NULL,
    from_asset TEXT COLLATE "C" NOT NULL,
    from_amount BIGINT NOT NULL,
    to_asset TEXT COLLATE "C" NOT NULL,
    to_amount BIGINT NOT NULL,
    -- What the house keeps, in units of the asset that is bought.
    spread BIGINT NOT NULL,
    ratio TEXT COLLATE "C" NOT NULL,
    inverse_ratio TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    order_id BIGINT,
    PRIMARY KEY (holder, quote_id)
);
-- Offers that nobody took are swept away; the others are in no sweep's way.
CREATE INDEX convert_quote_expired ON convert_quote (expire_at) WHERE order_id IS NULL;

CREATE TABLE convert_order (
    holder TEXT COLLATE "C" NOT NULL,
    order_id BIGINT NOT NULL,
    quote_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    wallet TEXT COLLATE "C" NOT NULL,
    from_asset TEXT COLLATE "C" NOT NULL,
    from_amount BIGINT NOT NULL,
    to_asset TEXT COLLATE "C" NOT NULL,
    to_amount BIGINT NOT NULL,
    spread BIGINT NOT NULL,
    ratio TEXT COLLATE "C" NOT NULL,
    inverse_ratio TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    fail_reason TEXT COLLATE "C",
    PRIMARY KEY (holder, order_id)
);

-- Merchants that may act for others.
CREATE TABLE service_provider (
    holder TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    allow_scopes TEXT COLLATE "C" NOT NULL,
    fee_share BOOLEAN NOT NULL
);

-- How many authorization records a provider has, in all (merchant '') and per merchant. Records are numbered
-- from these without gaps and never removed, so that any page of them is one range of numbers.
CREATE TABLE authorization_count (
    holder TEXT COLLATE "C" NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (holder, merchant)
);

-- What a merchant was asked for by a provider, and what it answered. The token is sealed, and found by its
-- digest under a key that is not in the database.
CREATE TABLE authorization_record (
    holder TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    authorization_id BIGINT NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL,
    merchant_seq BIGINT NOT NULL,
    token BYTEA NOT NULL,
    sealed_by TEXT COLLATE "C" NOT NULL,
    token_digest TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    ip_whitelist TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- Who caused the last change, as journals note it.
    changed_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (holder, seq)
);
CREATE UNIQUE INDEX authorization_record_merchant ON authorization_record (holder, merchant, merchant_seq);
CREATE UNIQUE INDEX authorization_record_token ON authorization_record (token_digest);
-- The merchant's own pages know a record by its id; lists go by it, of a merchant, a provider or all.
CREATE UNIQUE INDEX authorization_record_id ON authorization_record (authorization_id);
CREATE INDEX authorization_record_of ON authorization_record (merchant, authorization_id);
CREATE INDEX authorization_record_by ON authorization_record (holder, authorization_id);

-- Who submitted a split: what a provider did for a merchant names both. None in splits from before.
ALTER TABLE split ADD COLUMN submitted_by TEXT COLLATE "C";
