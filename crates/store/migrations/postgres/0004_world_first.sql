-- Holders with WorldFirst accounts, and how their contracts stand.
CREATE TABLE world_first_customer (
    holder TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    contract TEXT COLLATE "C" NOT NULL
);

-- What a customer has of a currency in a wallet has a number, which nobody else's has.
CREATE TABLE world_first_account (
    holder TEXT COLLATE "C" NOT NULL,
    wallet TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    account_no TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (holder, wallet, asset)
);
CREATE UNIQUE INDEX world_first_account_no ON world_first_account (account_no);

-- From whom a deposit came, kept for statements. None: the deposit says nothing about it.
CREATE TABLE world_first_deposit (
    holder TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    payer_name TEXT COLLATE "C",
    payer_account TEXT COLLATE "C",
    payer_bank TEXT COLLATE "C",
    remark TEXT COLLATE "C",
    PRIMARY KEY (holder, reference)
);

-- API callers that act for customers.
CREATE TABLE world_first_client (
    client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    customer TEXT COLLATE "C",
    products TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE world_first_client_key (
    client_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, version)
);

-- Customers that a client may act for by naming them.
CREATE TABLE world_first_connection (
    client_id TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (client_id, customer)
);

-- What the server signs with.
CREATE TABLE world_first_server_key (
    version BIGINT NOT NULL PRIMARY KEY,
    private_key BYTEA NOT NULL,
    sealed_by TEXT COLLATE "C" NOT NULL,
    public_pem TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    retire_at BIGINT
);

-- Codes and tokens are found by their digests under a key that is not in the database.
CREATE TABLE world_first_auth_code (
    code_digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    -- Who granted, as journals note it.
    granted_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    used_at BIGINT
);

-- An authorization, with its refresh token; and the access tokens got with it.
CREATE TABLE world_first_authorization (
    refresh_digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    granted_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE world_first_token (
    access_digest TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    refresh_digest TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL
);
