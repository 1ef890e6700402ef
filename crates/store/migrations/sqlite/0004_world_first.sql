-- Holders with WorldFirst accounts, and how their contracts stand.
CREATE TABLE world_first_customer (
    holder TEXT NOT NULL PRIMARY KEY,
    contract TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a customer has of a currency in a wallet has a number, which nobody else's has.
CREATE TABLE world_first_account (
    holder TEXT NOT NULL,
    wallet TEXT NOT NULL,
    asset TEXT NOT NULL,
    account_no TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (holder, wallet, asset)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX world_first_account_no ON world_first_account (account_no);

-- From whom a deposit came, kept for statements. None: the deposit says nothing about it.
CREATE TABLE world_first_deposit (
    holder TEXT NOT NULL,
    reference TEXT NOT NULL,
    payer_name TEXT,
    payer_account TEXT,
    payer_bank TEXT,
    remark TEXT,
    PRIMARY KEY (holder, reference)
) STRICT, WITHOUT ROWID;

-- API callers that act for customers.
CREATE TABLE world_first_client (
    client_id TEXT NOT NULL PRIMARY KEY,
    customer TEXT,
    products TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE world_first_client_key (
    client_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, version)
) STRICT, WITHOUT ROWID;

-- Customers that a client may act for by naming them.
CREATE TABLE world_first_connection (
    client_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (client_id, customer)
) STRICT, WITHOUT ROWID;

-- What the server signs with.
CREATE TABLE world_first_server_key (
    version INTEGER NOT NULL PRIMARY KEY,
    private_key BLOB NOT NULL,
    sealed_by TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retire_at INTEGER
) STRICT, WITHOUT ROWID;

-- Codes and tokens are found by their digests under a key that is not in the database.
CREATE TABLE world_first_auth_code (
    code_digest TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    -- Who granted, as journals note it.
    granted_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- An authorization, with its refresh token; and the access tokens got with it.
CREATE TABLE world_first_authorization (
    refresh_digest TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE world_first_token (
    access_digest TEXT NOT NULL PRIMARY KEY,
    refresh_digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
