//! Which tables hold money, and which of their columns may say something else without anything to tell it by.

mod families;
mod ledger;

/// What verification is to make of a table.
pub(super) enum Verdict {
    /// Each of these rows is tampered with, column by column.
    Money(&'static [Specimen]),
    /// Verification does not look at it, for a reason.
    Other(&'static str),
}

/// A row in one of the states that rows of its table can be in.
pub(super) struct Specimen {
    /// Which row: a condition that holds for one or more, of which one is taken.
    pub(super) row: &'static str,
    /// What a difference calls it by, as expressions over the row; one of them is enough.
    pub(super) named: &'static [&'static str],
    /// Columns that may change freely, each with the reason. With `=NULL` behind its name, only to nothing.
    pub(super) free: &'static [&'static [Free]],
    /// The words of columns that have a closed set of them.
    pub(super) words: &'static [(&'static str, &'static [&'static str])],
    /// Why the row may be removed without a trace, if it may.
    pub(super) removable: Option<&'static str>,
}

pub(super) type Free = (&'static str, &'static str);

const PLAIN: Specimen = Specimen { row: "", named: &[], free: &[], words: &[], removable: None };

const SECRETS: Verdict = Verdict::Other("keys and tokens: they open calls, and hold no money");
const PARTIES: Verdict =
    Verdict::Other("who there is and on which terms: changed by operators, without money");

/// The verdict on each table.
pub(super) static VERDICTS: [(&str, Verdict); 38] = [
    ("account", Verdict::Money(ledger::ACCOUNTS)),
    ("api_key", SECRETS),
    (
        "asset",
        Verdict::Other("declared once; amounts are stored in smallest units, and no row repeats the scale"),
    ),
    ("authorization_count", PARTIES),
    ("authorization_record", SECRETS),
    (
        "binance_account",
        Verdict::Other("whom a number names: where money went by it, orders and details are held to it"),
    ),
    ("convert_order", Verdict::Money(families::CONVERSIONS)),
    ("convert_quote", Verdict::Money(families::OFFERS)),
    ("event", Verdict::Money(ledger::EVENTS)),
    ("holder", PARTIES),
    ("house_posting", Verdict::Money(ledger::HOUSE)),
    ("job", Verdict::Money(ledger::JOBS)),
    ("journal", Verdict::Money(ledger::JOURNALS)),
    ("meta", Verdict::Other("about the database itself")),
    ("node_lease", Verdict::Other("which server has which number at present")),
    ("nonce", Verdict::Other("what was seen in the last seconds")),
    ("pay_order", Verdict::Money(families::ORDERS)),
    ("posting", Verdict::Money(ledger::POSTINGS)),
    ("rate", Verdict::Other("prices of the moment; what was sold at one is in its offer")),
    ("report", Verdict::Other("copies of the ledger, which live for a day")),
    ("report_quota", Verdict::Other("a count of reports")),
    ("server_key", SECRETS),
    ("service_provider", PARTIES),
    ("split", Verdict::Money(families::SPLITS)),
    ("split_detail", Verdict::Money(families::DETAILS)),
    ("split_receiver", Verdict::Other("whom a merchant may name next; where money went is in the details")),
    ("split_return", Verdict::Money(families::RETURNS)),
    ("world_first_account", Verdict::Money(families::NUMBERS)),
    ("world_first_auth_code", SECRETS),
    ("world_first_authorization", SECRETS),
    ("world_first_client", PARTIES),
    ("world_first_client_key", SECRETS),
    ("world_first_connection", PARTIES),
    ("world_first_customer", PARTIES),
    ("world_first_deposit", Verdict::Money(families::DEPOSITS)),
    ("world_first_exchange", Verdict::Money(families::EXCHANGES)),
    ("world_first_token", SECRETS),
    ("world_first_transfer", Verdict::Money(families::TRANSFERS)),
];
