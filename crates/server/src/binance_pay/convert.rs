//! Convert: what can be exchanged, offers, and conversions. What the pages share is here.

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

/// The fault for a field whose value the house does not take. No page of this family has a code for what is
/// not found, so that an unknown id is a wrong value too.
fn wrong(field: &str, rule: impl std::fmt::Display) -> Fault {
    Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because(format_args!("{field} {rule}"))
}

/// Why nothing is offered from an asset. The refusal of an unknown asset is told without its code, which is
/// the caller's own input.
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
