-- The base of the rate that an offer was priced at. None in offers from before.
ALTER TABLE convert_quote ADD COLUMN base TEXT;

-- Exchanges of a customer's money, each done in the commit that made it.
CREATE TABLE world_first_exchange (
    holder TEXT NOT NULL,
    exchange_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- Which of the amounts the client gave; the other one followed from the price.
    asked_from INTEGER,
    asked_to INTEGER,
    wallet TEXT NOT NULL,
    from_asset TEXT NOT NULL,
    from_amount INTEGER NOT NULL,
    to_asset TEXT NOT NULL,
    to_amount INTEGER NOT NULL,
    -- What the house keeps, in units of the currency that is bought.
    spread INTEGER NOT NULL,
    ratio TEXT NOT NULL,
    inverse_ratio TEXT NOT NULL,
    -- The base of the rate.
    base TEXT NOT NULL,
    -- The offer that was taken, and its life; none where the price was that of the moment.
    quote_id TEXT,
    quoted_at INTEGER,
    quote_expire_at INTEGER,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (holder, exchange_id)
) STRICT, WITHOUT ROWID;
-- A client gives each id to one exchange, for whichever customer.
CREATE UNIQUE INDEX world_first_exchange_request ON world_first_exchange (client_id, request_id);
