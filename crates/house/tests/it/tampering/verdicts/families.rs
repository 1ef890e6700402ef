//! Orders, splits, returns, conversions, exchanges, transfers and deposits.

use super::{Free, PLAIN, Specimen};

/// The words of a column that has a closed set of them.
type Words = &'static [(&'static str, &'static [&'static str])];

const TO_BUY: &[Free] = &[
    ("merchant_trade_no", "the merchant's own number; whoever looks for another does not find it"),
    ("trade_type", "described to the payer"),
    ("product_type", "described to the payer"),
    ("product_name", "described to the payer"),
    ("product_detail", "described to the payer"),
    ("fiat_currency", "what the price was derived from"),
    ("fiat_amount", "what the price was derived from"),
    ("pass_through_info", "the merchant's own words"),
    ("webhook_url", "whom to tell"),
    ("return_url", "where the payer goes"),
    ("cancel_url", "where the payer goes"),
    ("link_token", "a secret of the payer's link"),
    ("expire_at", "until when it could be paid; nothing is posted by it"),
];
const PAYMENT: &[Free] = &[
    (
        "transaction_id",
        "told to the merchant and written nowhere else; that there is one goes with the status",
    ),
    ("open_user_id", "the payer as the merchant knows it; made with a key that is not in the database"),
];
const NOT_PAID: &[Free] = &[
    ("amount", "nothing is posted for it; who pays it is shown it"),
    ("currency", "nothing is posted for it; who pays it is shown it"),
    ("only_payer", "nobody has paid it"),
    ("profit_sharing", "nothing is reserved"),
];
const STATUSES: Words = &[("status", &["INITIAL", "PAID", "CANCELED", "EXPIRED"])];

const fn order(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'order ' || CAST(prepay_id AS TEXT)"], free, words: STATUSES, ..PLAIN }
}

pub(in super::super) const ORDERS: &[Specimen] = &[
    order("merchant_trade_no = 'PAID'", &[TO_BUY, PAYMENT]),
    order(
        "merchant_trade_no = 'PLAIN'",
        &[TO_BUY, PAYMENT, &[("profit_sharing", "of an order without a reserve nothing can be split")]],
    ),
    order("merchant_trade_no = 'RELEASED'", &[TO_BUY, PAYMENT]),
    order("merchant_trade_no = 'UNDERWAY'", &[TO_BUY, PAYMENT]),
    order("merchant_trade_no = 'UNPAID'", &[TO_BUY, NOT_PAID]),
    order("merchant_trade_no = 'CLOSED'", &[TO_BUY, NOT_PAID]),
    order("merchant_trade_no = 'EXPIRED'", &[TO_BUY, NOT_PAID]),
];

const SPLIT_WORDS: Words = &[("status", &["0", "1", "2"])];

const fn split(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'split ' || CAST(split_no AS TEXT)"], free, words: SPLIT_WORDS, ..PLAIN }
}

const NOT_SETTLED: &[Free] = &[
    ("merchant_request_id", "the merchant's own id; a return repeats it"),
    ("submitted_by", "who asked for it; the journals of what it pays repeat it"),
];

pub(in super::super) const SPLITS: &[Specimen] = &[
    split("merchant_request_id = 'R-PAID'", &[]),
    split("merchant_request_id = 'R-UNDERWAY'", &[NOT_SETTLED]),
    split("merchant_request_id = 'R-WAITING'", &[NOT_SETTLED]),
];

const DETAIL_WORDS: Words = &[("status", &["1", "2", "3"])];
const WORDS_OF_MERCHANT: &[Free] =
    &[("description", "the merchant's own words"), ("webhook_url", "whom to tell")];
const NOT_POSTED: &[Free] = &[
    ("detail_no", "no journal has it yet, or ever"),
    ("account", "no journal pays it yet, or ever; what is frozen tells how much, not for whom"),
];

const fn detail(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    let named: &[&str] = &["'detail ' || CAST(detail_no AS TEXT)", "'split ' || CAST(split_no AS TEXT)"];
    Specimen { row, named, free, words: DETAIL_WORDS, ..PLAIN }
}

const REASON: Free = ("fail_reason", "its words; that there is one goes with the status");

pub(in super::super) const DETAILS: &[Specimen] = &[
    detail("status = 2 AND returned > 0", &[WORDS_OF_MERCHANT]),
    detail("status = 2 AND returned = 0", &[WORDS_OF_MERCHANT]),
    detail("status = 3", &[WORDS_OF_MERCHANT, NOT_POSTED, &[("amount", "what was not paid"), REASON]]),
    Specimen {
        // What is frozen tells that one of the order's amounts is another.
        named: &[
            "'detail ' || CAST(detail_no AS TEXT)",
            "'split ' || CAST(split_no AS TEXT)",
            "(SELECT 'order ' || CAST(s.prepay_id AS TEXT) FROM split s WHERE s.holder = split_detail.holder \
             AND s.split_no = split_detail.split_no)",
        ],
        ..detail("status = 1", &[WORDS_OF_MERCHANT, NOT_POSTED])
    },
];

const RETURN_WORDS: Words = &[("status", &["2", "3"])];
const ASKED_TO_RETURN: &[Free] = &[
    ("merchant_return_no", "the merchant's own number"),
    ("fingerprint", "what was asked, to tell a repeated request by"),
];

const fn give_back(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'return ' || CAST(return_no AS TEXT)"], free, words: RETURN_WORDS, ..PLAIN }
}

pub(in super::super) const RETURNS: &[Specimen] = &[
    give_back("status = 2", &[ASKED_TO_RETURN]),
    give_back("status = 3", &[ASKED_TO_RETURN, &[("amount", "what was not returned"), REASON]]),
];

const CONVERT_WORDS: Words = &[("status", &["PROCESS", "SUCCESS", "FAIL"])];

const fn conversion(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'conversion ' || CAST(order_id AS TEXT)"], free, words: CONVERT_WORDS, ..PLAIN }
}

pub(in super::super) const CONVERSIONS: &[Specimen] = &[
    conversion("status = 'SUCCESS'", &[]),
    conversion("status = 'PROCESS'", &[]),
    conversion("status = 'FAIL'", &[&[REASON]]),
];

const NOT_TAKEN: &str = "an offer that nobody took moves nothing, and goes away";

const fn offer(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'offer ' || quote_id"], free, ..PLAIN }
}

pub(in super::super) const OFFERS: &[Specimen] = &[
    offer(
        "order_id IN (SELECT order_id FROM convert_order)",
        &[&[
            ("created_at", "when it was made; the order has a time of its own"),
            ("expire_at", "until when it could be taken"),
            ("base=NULL", "offers from before it was kept have none"),
        ]],
    ),
    offer("order_id IN (SELECT exchange_id FROM world_first_exchange)", &[]),
    Specimen {
        removable: Some(NOT_TAKEN),
        ..offer(
            "order_id IS NULL",
            &[&[
                ("holder", NOT_TAKEN),
                ("quote_id", NOT_TAKEN),
                ("wallet", NOT_TAKEN),
                ("from_asset", NOT_TAKEN),
                ("from_amount", NOT_TAKEN),
                ("to_asset", NOT_TAKEN),
                ("to_amount", NOT_TAKEN),
                ("spread", NOT_TAKEN),
                ("ratio", NOT_TAKEN),
                ("inverse_ratio", NOT_TAKEN),
                ("created_at", NOT_TAKEN),
                ("expire_at", NOT_TAKEN),
                ("base", NOT_TAKEN),
            ]],
        )
    },
];

const CLIENTS_ID: &[Free] = &[("request_id", "the client's own id")];
const PRICE: &str = "the price of the moment, which no other row keeps; what it came to is in the ledger";

const fn exchange(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen { row, named: &["'exchange ' || CAST(exchange_id AS TEXT)"], free, ..PLAIN }
}

pub(in super::super) const EXCHANGES: &[Specimen] = &[
    exchange(
        "quote_id IS NOT NULL",
        &[CLIENTS_ID, &[("asked_from=NULL", "whoever takes an offer need not repeat its amounts")]],
    ),
    exchange("quote_id IS NULL", &[CLIENTS_ID, &[("ratio", PRICE), ("inverse_ratio", PRICE)]]),
];

const TRANSFER_WORDS: Words = &[("status", &["PROCESSING", "SUCCESS", "FAIL"])];
const ASKED_TO_TRANSFER: &[Free] = &[
    ("request_id", "the client's own id"),
    ("request", "what was asked, to tell a repeated request by"),
    ("remark", "the payer's own words"),
];
const NOT_SENT: Free = ("payee", "no journal pays it yet, or ever");

const fn transfer(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen {
        row,
        named: &["'transfer ' || CAST(transfer_id AS TEXT)"],
        free,
        words: TRANSFER_WORDS,
        ..PLAIN
    }
}

pub(in super::super) const TRANSFERS: &[Specimen] = &[
    transfer("status = 'SUCCESS'", &[ASKED_TO_TRANSFER]),
    transfer("status = 'PROCESSING'", &[ASKED_TO_TRANSFER, &[NOT_SENT]]),
    transfer("status = 'FAIL'", &[ASKED_TO_TRANSFER, &[NOT_SENT, REASON]]),
];

pub(in super::super) const NUMBERS: &[Specimen] = &[Specimen {
    row: "holder IN (SELECT holder FROM world_first_deposit)",
    named: &["account_no", "holder || '/' || wallet || '/' || asset"],
    ..PLAIN
}];

const TOLD_BY_BANK: &str = "what the bank told of the payer; the journal has the money";

pub(in super::super) const DEPOSITS: &[Specimen] = &[Specimen {
    row: "payer_name IS NOT NULL",
    named: &["'deposit ' || reference || ' of ' || holder"],
    free: &[&[
        ("payer_name", TOLD_BY_BANK),
        ("payer_account", TOLD_BY_BANK),
        ("payer_bank", TOLD_BY_BANK),
        ("remark", TOLD_BY_BANK),
    ]],
    removable: Some("a deposit need not say who paid"),
    ..PLAIN
}];
