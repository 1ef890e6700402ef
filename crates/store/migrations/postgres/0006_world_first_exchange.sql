-- The base of the rate that an offer was priced at. None in offers from before.
ALTER TABLE convert_quote ADD COLUMN base TEXT COLLATE "C";

-- Exchanges of a customer's money, each done in the commit that made it.
CREATE TABLE world_first_exchange (
    holder TEXT COLLATE "C" NOT NULL,
    exchange_id BIGINT NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    -- Which of the amounts the client gave; the other one followed from the price.
    asked_from BIGINT,
    asked_to BIGINT,
    wallet TEXT COLLATE "C" NOT NULL,
    from_asset TEXT COLLATE "C" NOT NULL,
    from_amount BIGINT NOT NULL,
    to_asset TEXT COLLATE "C" NOT NULL,
    to_amount BIGINT NOT NULL,
    -- What the house keeps, in units of the currency that is bought.
    spread BIGINT NOT NULL,
    ratio TEXT COLLATE "C" NOT NULL,
    inverse_ratio TEXT COLLATE "C" NOT NULL,
    -- The base of the rate.
    base TEXT COLLATE "C" NOT NULL,
    -- The offer that was taken, and its life; none where the price was that of the moment.
    quote_id TEXT COLLATE "C",
    quoted_at BIGINT,
    quote_expire_at BIGINT,
    done_at BIGINT NOT NULL,
    PRIMARY KEY (holder, exchange_id)
);
-- A client gives each id to one exchange, for whichever customer.
CREATE UNIQUE INDEX world_first_exchange_request ON world_first_exchange (client_id, request_id);
