//! Convert: pairs, offers, and conversions. Shared functions of the pages are here.

mod execute_quote;
mod get_quote;
mod get_to_selector;
mod query_trade_order;

pub use execute_quote::execute_quote;
pub use get_quote::get_quote;
pub use get_to_selector::get_to_selector;
pub use query_trade_order::query_trade_order;

use house::convert::{ConvertStatus, QuoteRefusal};
use wire::binance_pay::{Fault, codes, convert::OrderStatus};

fn order_status(status: ConvertStatus) -> OrderStatus {
    match status {
        ConvertStatus::Process => OrderStatus::Process,
        ConvertStatus::Success => OrderStatus::Success,
        ConvertStatus::Fail => OrderStatus::Fail,
    }
}

/// The fault of a field whose value the house refuses. No page of this family has a code for an unknown id, so it is a
/// wrong value too.
fn wrong(field: &str, rule: impl std::fmt::Display) -> Fault {
    Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because(format_args!("{field} {rule}"))
}

/// The fault of a refused offer. The message about an unknown asset does not repeat its code, which is the caller's own
/// input.
fn not_quoted(refusal: QuoteRefusal, from_asset: &str) -> Fault {
    match refusal {
        QuoteRefusal::UnknownAsset(code) => {
            wrong(if code == from_asset { "fromAsset" } else { "toAsset" }, "is not known")
        }
        QuoteRefusal::SameAsset => wrong("toAsset", "must be another asset than fromAsset"),
        QuoteRefusal::NoPair => wrong("toAsset", "has no rate with fromAsset"),
        QuoteRefusal::StaleRate => Fault::new(&codes::UNKNOWN_ERROR)
            .because("the rate between fromAsset and toAsset may not be quoted now; try again later"),
        QuoteRefusal::Amount { .. } | QuoteRefusal::OutsideLimits { .. } => {
            Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because(refusal)
        }
    }
}
