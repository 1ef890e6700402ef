-- Transfers from a customer's account to another's, stored with who pays.
CREATE TABLE world_first_transfer (
    holder TEXT COLLATE "C" NOT NULL,
    transfer_id BIGINT NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    -- What the client asked for, as the dialect writes it again.
    request TEXT COLLATE "C" NOT NULL,
    payee TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    remark TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL,
    fail_reason TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (holder, transfer_id)
);
-- A client gives each id to one transfer, whoever pays.
CREATE UNIQUE INDEX world_first_transfer_request ON world_first_transfer (client_id, request_id);
-- Whoever is paid finds it by its number.
CREATE UNIQUE INDEX world_first_transfer_id ON world_first_transfer (transfer_id);
