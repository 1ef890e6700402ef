-- Facts about the database itself: its mode (twin or live) and when it was made.
CREATE TABLE meta (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Which server holds which node number of the id scheme, and until when.
CREATE TABLE node_lease (
    node BIGINT NOT NULL PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE asset (
    code TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    scale BIGINT NOT NULL
);

-- Prices of one unit of base in quote, as exact decimal text.
CREATE TABLE rate (
    base TEXT COLLATE "C" NOT NULL,
    quote TEXT COLLATE "C" NOT NULL,
    bid TEXT COLLATE "C" NOT NULL,
    ask TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (base, quote)
);

CREATE TABLE holder (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    binance_id TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    fee_bps BIGINT NOT NULL,
    split_max_rate TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- Whom a Binance ID names.
CREATE TABLE binance_account (
    binance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL
);

CREATE TABLE api_key (
    api_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    sealed_by TEXT COLLATE "C" NOT NULL,
    allow_ips TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_key_holder ON api_key (holder, created_at);

-- Nonces seen, when servers share the replay guard.
CREATE TABLE nonce (
    api_key TEXT COLLATE "C" NOT NULL,
    nonce TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (api_key, nonce)
);

CREATE TABLE account (
    holder TEXT COLLATE "C" NOT NULL,
    wallet TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    bucket TEXT COLLATE "C" NOT NULL,
    balance BIGINT NOT NULL CHECK (balance >= 0),
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (holder, wallet, asset, bucket)
);

-- The primary key is what makes a fact unique: the same one is never posted twice.
CREATE TABLE journal (
    holder TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (holder, kind, reference)
);

-- An account's postings lie together and in order. Kind and reference repeat the journal's, so that a
-- statement is one range scan.
CREATE TABLE posting (
    holder TEXT COLLATE "C" NOT NULL,
    wallet TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    bucket TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    journal BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (holder, wallet, asset, bucket, version)
);

-- The house's legs lie with the holder whose journal they belong to, so that they are never a hot row.
CREATE TABLE house_posting (
    holder TEXT COLLATE "C" NOT NULL,
    journal BIGINT NOT NULL,
    leg BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (holder, journal, leg)
);

CREATE TABLE pay_order (
    holder TEXT COLLATE "C" NOT NULL,
    prepay_id BIGINT NOT NULL,
    merchant_trade_no TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    trade_type TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    fiat_currency TEXT COLLATE "C",
    fiat_amount TEXT COLLATE "C",
    product_type TEXT COLLATE "C" NOT NULL,
    product_name TEXT COLLATE "C" NOT NULL,
    product_detail TEXT COLLATE "C",
    pass_through_info TEXT COLLATE "C",
    webhook_url TEXT COLLATE "C",
    return_url TEXT COLLATE "C",
    cancel_url TEXT COLLATE "C",
    only_payer TEXT COLLATE "C",
    link_token TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    profit_sharing BOOLEAN NOT NULL,
    payer TEXT COLLATE "C",
    transaction_id TEXT COLLATE "C",
    open_user_id TEXT COLLATE "C",
    paid_at BIGINT,
    fee BIGINT NOT NULL,
    split_limit BIGINT NOT NULL,
    reserve_left BIGINT NOT NULL CHECK (reserve_left >= 0),
    reserve_released BOOLEAN NOT NULL,
    open_split BIGINT,
    PRIMARY KEY (holder, prepay_id)
);
CREATE UNIQUE INDEX pay_order_trade_no ON pay_order (holder, merchant_trade_no);
-- The checkout and the twin's pay call know an order by its id alone.
CREATE INDEX pay_order_prepay_id ON pay_order (prepay_id);

CREATE TABLE split_receiver (
    holder TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (holder, account)
);

CREATE TABLE split (
    holder TEXT COLLATE "C" NOT NULL,
    merchant_request_id TEXT COLLATE "C" NOT NULL,
    split_no BIGINT NOT NULL,
    prepay_id BIGINT NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (holder, merchant_request_id)
);
CREATE UNIQUE INDEX split_split_no ON split (holder, split_no);

CREATE TABLE split_detail (
    holder TEXT COLLATE "C" NOT NULL,
    split_no BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    detail_no BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    webhook_url TEXT COLLATE "C",
    status BIGINT NOT NULL,
    fail_reason TEXT COLLATE "C",
    finished_at BIGINT,
    returned BIGINT NOT NULL,
    PRIMARY KEY (holder, split_no, seq)
);

CREATE TABLE split_return (
    holder TEXT COLLATE "C" NOT NULL,
    merchant_return_no TEXT COLLATE "C" NOT NULL,
    return_no BIGINT NOT NULL,
    prepay_id BIGINT NOT NULL,
    split_no BIGINT NOT NULL,
    merchant_request_id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL,
    fail_reason TEXT COLLATE "C",
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (holder, merchant_return_no)
);

-- Work to do after a commit. A job is ready when due_at has come; leasing it moves due_at to the end of the
-- lease and says to which server. A dead job waits for an operator.
CREATE TABLE job (
    holder TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    dead BOOLEAN NOT NULL,
    last_error TEXT COLLATE "C",
    leased_by TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (holder, kind, subject)
);
CREATE INDEX job_ready ON job (dead, due_at);

-- One row per state change of a business object. tx orders commits, seq orders events within one.
CREATE TABLE event (
    holder TEXT COLLATE "C" NOT NULL,
    tx BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (holder, tx, seq)
);
CREATE INDEX event_tx ON event (tx, seq);

-- The number of the running transaction; grows from commit to commit only where safe_tx() says so.
CREATE FUNCTION current_tx() RETURNS BIGINT LANGUAGE SQL VOLATILE
    AS 'SELECT pg_current_xact_id()::text::bigint';
-- Every transaction below this number has ended: a reader that stops there misses nothing later.
CREATE FUNCTION safe_tx() RETURNS BIGINT LANGUAGE SQL STABLE
    AS 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint';
