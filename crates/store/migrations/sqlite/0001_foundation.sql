-- Facts about the database itself: its mode (twin or live) and when it was made.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which server holds which node number of the id scheme, and until when.
CREATE TABLE node_lease (
    node INTEGER NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;

CREATE TABLE asset (
    code TEXT NOT NULL PRIMARY KEY,
    scale INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Prices of one unit of base in quote, as exact decimal text.
CREATE TABLE rate (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    bid TEXT NOT NULL,
    ask TEXT NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (base, quote)
) STRICT, WITHOUT ROWID;

CREATE TABLE holder (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    binance_id TEXT,
    status TEXT NOT NULL,
    fee_bps INTEGER NOT NULL,
    split_max_rate TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whom a Binance ID names.
CREATE TABLE binance_account (
    binance_id TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    api_key TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    secret BLOB NOT NULL,
    sealed_by TEXT NOT NULL,
    allow_ips TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_holder ON api_key (holder, created_at);

-- Nonces seen, when servers share the replay guard.
CREATE TABLE nonce (
    api_key TEXT NOT NULL,
    nonce TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (api_key, nonce)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    holder TEXT NOT NULL,
    wallet TEXT NOT NULL,
    asset TEXT NOT NULL,
    bucket TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (holder, wallet, asset, bucket)
) STRICT, WITHOUT ROWID;

-- The primary key is what makes a fact unique: the same one is never posted twice.
CREATE TABLE journal (
    holder TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    id INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (holder, kind, reference)
) STRICT, WITHOUT ROWID;

-- An account's postings lie together and in order. Kind and reference repeat the journal's, so that a
-- statement is one range scan.
CREATE TABLE posting (
    holder TEXT NOT NULL,
    wallet TEXT NOT NULL,
    asset TEXT NOT NULL,
    bucket TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    journal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (holder, wallet, asset, bucket, version)
) STRICT, WITHOUT ROWID;

-- The house's legs lie with the holder whose journal they belong to, so that they are never a hot row.
CREATE TABLE house_posting (
    holder TEXT NOT NULL,
    journal INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    account TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (holder, journal, leg)
) STRICT, WITHOUT ROWID;

CREATE TABLE pay_order (
    holder TEXT NOT NULL,
    prepay_id INTEGER NOT NULL,
    merchant_trade_no TEXT NOT NULL,
    status TEXT NOT NULL,
    trade_type TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    fiat_currency TEXT,
    fiat_amount TEXT,
    product_type TEXT NOT NULL,
    product_name TEXT NOT NULL,
    product_detail TEXT,
    pass_through_info TEXT,
    webhook_url TEXT,
    return_url TEXT,
    cancel_url TEXT,
    only_payer TEXT,
    link_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    profit_sharing INTEGER NOT NULL,
    payer TEXT,
    transaction_id TEXT,
    open_user_id TEXT,
    paid_at INTEGER,
    fee INTEGER NOT NULL,
    split_limit INTEGER NOT NULL,
    reserve_left INTEGER NOT NULL CHECK (reserve_left >= 0),
    reserve_released INTEGER NOT NULL,
    open_split INTEGER,
    PRIMARY KEY (holder, prepay_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pay_order_trade_no ON pay_order (holder, merchant_trade_no);
-- The checkout and the twin's pay call know an order by its id alone.
CREATE INDEX pay_order_prepay_id ON pay_order (prepay_id);

CREATE TABLE split_receiver (
    holder TEXT NOT NULL,
    account TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    PRIMARY KEY (holder, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE split (
    holder TEXT NOT NULL,
    merchant_request_id TEXT NOT NULL,
    split_no INTEGER NOT NULL,
    prepay_id INTEGER NOT NULL,
    asset TEXT NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (holder, merchant_request_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX split_split_no ON split (holder, split_no);

CREATE TABLE split_detail (
    holder TEXT NOT NULL,
    split_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    detail_no INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL,
    description TEXT NOT NULL,
    webhook_url TEXT,
    status INTEGER NOT NULL,
    fail_reason TEXT,
    finished_at INTEGER,
    returned INTEGER NOT NULL,
    PRIMARY KEY (holder, split_no, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE split_return (
    holder TEXT NOT NULL,
    merchant_return_no TEXT NOT NULL,
    return_no INTEGER NOT NULL,
    prepay_id INTEGER NOT NULL,
    split_no INTEGER NOT NULL,
    merchant_request_id TEXT NOT NULL,
    account TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    fail_reason TEXT,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (holder, merchant_return_no)
) STRICT, WITHOUT ROWID;

-- Work to do after a commit. A job is ready when due_at has come; leasing it moves due_at to the end of the
-- lease and says to which server. A dead job waits for an operator.
CREATE TABLE job (
    holder TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    last_error TEXT,
    leased_by TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (holder, kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_ready ON job (dead, due_at);

-- One row per state change of a business object. tx orders commits, seq orders events within one.
CREATE TABLE event (
    holder TEXT NOT NULL,
    tx INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (holder, tx, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_tx ON event (tx, seq);
