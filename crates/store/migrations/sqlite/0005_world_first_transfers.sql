-- Transfers from a customer's account to another's, stored with who pays.
CREATE TABLE world_first_transfer (
    holder TEXT NOT NULL,
    transfer_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- What the client asked for, as the dialect writes it again.
    request TEXT NOT NULL,
    payee TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL,
    remark TEXT,
    status TEXT NOT NULL,
    fail_reason TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (holder, transfer_id)
) STRICT, WITHOUT ROWID;
-- A client gives each id to one transfer, whoever pays.
CREATE UNIQUE INDEX world_first_transfer_request ON world_first_transfer (client_id, request_id);
-- Whoever is paid finds it by its number.
CREATE UNIQUE INDEX world_first_transfer_id ON world_first_transfer (transfer_id);
