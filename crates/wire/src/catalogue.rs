//! The one list of endpoints: the built ones, from which routes, tests and tables are generated, and the known but
//! unbuilt ones.

mod entry;
mod unbuilt;

pub use entry::Entry;
pub use unbuilt::Unbuilt;

use crate::endpoint::{Dialect, Endpoint, Spec};

/// Passes every endpoint to a macro, so that code that needs an item per endpoint does not compile while one is
/// missing: `binance_pay { order::close::CloseOrder, ... } world_first { ... }`, in the order of the documentation.
/// `family::endpoint` is the path below the dialect in every tree, the last word the request's type.
#[macro_export]
macro_rules! endpoints {
    ($then:ident) => {
        $then! {
            binance_pay {
                order::create_v1::CreateOrderV1,
                order::create_v2::CreateOrderV2,
                order::create_v3::CreateOrderV3,
                order::query::QueryOrder,
                order::query_v2::QueryOrderV2,
                order::close::CloseOrder,
                profit_sharing::add_receiver::AddReceiver,
                profit_sharing::query_receiver::QueryReceiver,
                profit_sharing::del_receiver::DelReceiver,
                profit_sharing::submit_split::SubmitSplit,
                profit_sharing::query_split::QuerySplit,
                profit_sharing::return_split::ReturnSplit,
                convert::get_to_selector::GetToSelector,
                convert::get_quote::GetQuote,
                convert::execute_quote::ExecuteQuote,
                convert::query_trade_order::QueryTradeOrder,
                service_provider::query_config::QueryConfig,
                service_provider::create::CreateAuthorization,
                service_provider::get_record::GetRecord,
                service_provider::record::QueryRecord,
                balance_report::apply::ApplyBalanceReport,
                balance_report::query::QueryBalanceReport,
                webhook::certificates::QueryCertificates,
            }
            world_first {
                account::inquiry_balance::InquiryBalance,
                account::inquiry_account::InquiryAccount,
                account::inquiry_statement_list::InquiryStatementList,
                account::inquiry_statement_detail::InquiryStatementDetail,
                fund::consult_transfer::ConsultTransfer,
                fund::create_transfer::CreateTransfer,
                fund::inquiry_transfer::InquiryTransfer,
                fund::create_quote::CreateQuote,
                fund::create_exchange::CreateExchange,
                fund::inquiry_exchange::InquiryExchange,
                oauth::apply_token::ApplyToken,
                oauth::revoke_token::RevokeToken,
            }
        }
    };
}

macro_rules! statics {
    ($($dialect:ident { $($family:ident::$endpoint:ident::$Request:ident,)* })*) => {
        /// The spec of every endpoint, in the order of [`endpoints!`](crate::endpoints!).
        pub static ENDPOINTS: &[&Spec] =
            &[$($(<crate::$dialect::$family::$endpoint::$Request as Endpoint>::SPEC,)*)*];

        /// Every endpoint without its types, in the same order.
        pub static CATALOGUE: &[Entry] =
            &[$($(Entry::of::<crate::$dialect::$family::$endpoint::$Request>(),)*)*];

        /// The names that endpoints must have by their position in the list.
        #[cfg(test)]
        const NAMES: &[&str] = &[$($(
            concat!(stringify!($dialect), "/", stringify!($family), "/", stringify!($endpoint)),
        )*)*];
    };
}

crate::endpoints!(statics);

/// The endpoints of one dialect, in the order of [`ENDPOINTS`].
pub fn endpoints<D: Dialect>() -> impl Iterator<Item = &'static Spec> {
    let of_dialect = |name: &str| name.split('/').next() == Some(D::NAME);
    ENDPOINTS.iter().copied().filter(move |spec| of_dialect(spec.name))
}

/// Every endpoint that is known and not built: Binance Pay in the order of its list of pages, WorldFirst by folder.
#[rustfmt::skip]
pub static UNBUILT: &[Unbuilt] = &[
    Unbuilt::of("binance_pay/order/refund", "/binancepay/openapi/order/refund", "Refund an order, wholly or in part"),
    Unbuilt::of("binance_pay/order/refund_query", "/binancepay/openapi/order/refund/query", "Query a refund"),
    Unbuilt::of("binance_pay/order/payer_verification", "/binancepay/openapi/order/payer/verification", "Match a payer's identity before the order"),
    Unbuilt::of("binance_pay/wallet/balance", "/binancepay/openapi/balance", "Query a balance (v1: one currency)"),
    Unbuilt::of("binance_pay/wallet/balance_v2", "/binancepay/openapi/v2/balance", "Query balances (v2: one currency or all)"),
    Unbuilt::of("binance_pay/wallet/transfer", "/binancepay/openapi/wallet/transfer", "Move funds between the spot and the funding wallet"),
    Unbuilt::of("binance_pay/wallet/transfer_query", "/binancepay/openapi/wallet/transfer/query", "Query such a move"),
    Unbuilt::of("binance_pay/payout/transfer", "/binancepay/openapi/payout/transfer", "Pay out to a batch of receivers"),
    Unbuilt::of("binance_pay/payout/query", "/binancepay/openapi/payout/query", "Query a batch of payouts"),
    Unbuilt::of("binance_pay/payout/receiver_check", "/binancepay/openapi/payout/receiver/check", "Match a receiver before the payout"),
    Unbuilt::of("binance_pay/sub_merchant/add", "/binancepay/openapi/submerchant/add", "Create a sub-merchant"),
    Unbuilt::of("binance_pay/sub_merchant/modify", "/binancepay/openapi/submerchant/modify", "Modify a sub-merchant"),
    Unbuilt::of("binance_pay/sub_merchant/query", "/binancepay/openapi/submerchant/query", "Query a sub-merchant"),
    Unbuilt::of("binance_pay/report/get_file", "/binancepay/openapi/report/get-file", "Download a day's transactions or settlements"),
    Unbuilt::of("binance_pay/direct_debit/contract", "/binancepay/openapi/direct-debit/contract", "Create a direct debit contract"),
    Unbuilt::of("binance_pay/direct_debit/contract_query", "/binancepay/openapi/direct-debit/contract/query", "Query a direct debit contract"),
    Unbuilt::of("binance_pay/direct_debit/contract_termination", "/binancepay/openapi/direct-debit/contract/termination", "End a direct debit contract"),
    Unbuilt::of("binance_pay/direct_debit/pay_notify", "/binancepay/openapi/pay/notify", "Announce a direct debit"),
    Unbuilt::of("binance_pay/direct_debit/pay_apply", "/binancepay/openapi/pay/apply", "Execute a direct debit"),
    Unbuilt::of("binance_pay/share_info/account_id", "/binancepay/openapi/shareinfo/accountId", "Ask a user to share their Binance ID"),
    Unbuilt::of("world_first/fund/consult_payout", "/amsin/api/v1/business/fund/consultPayout", "Ask what a payout would cost"),
    Unbuilt::of("world_first/fund/create_payout", "/amsin/api/v1/business/fund/createPayout", "Create a payout to a beneficiary"),
    Unbuilt::of("world_first/fund/inquiry_payout", "/amsin/api/v1/business/fund/inquiryPayout", "Query a payout"),
    Unbuilt::of("world_first/fund/inquiry_rate", "/amsin/api/v1/business/fund/inquiryRate", "Query an indicative rate"),
    Unbuilt::of("world_first/fund/inquiry_available_calendar", "/amsin/api/v1/business/fund/inquiryAvailableCalendar", "List the days on which an exchange can settle"),
    Unbuilt::of("world_first/fund/create_deal", "/amsin/api/v1/business/fund/createDeal", "Create an exchange that settles on a later day"),
    Unbuilt::of("world_first/fund/inquiry_deal", "/amsin/api/v1/business/fund/inquiryDeal", "Query such an exchange"),
    Unbuilt::of("world_first/fund/unwind_deal", "/amsin/api/v1/business/fund/unwindDeal", "Undo such an exchange"),
    Unbuilt::of("world_first/fund/create_invoice", "/amsin/api/v1/business/fund/createInvoice", "Create an invoice"),
    Unbuilt::of("world_first/fund/query_invoice", "/amsin/api/v1/business/fund/queryInvoice", "Query an invoice"),
    Unbuilt::of("world_first/account/bind_beneficiary", "/amsin/api/v1/business/account/bindBeneficiary", "Register a beneficiary of payouts"),
    Unbuilt::of("world_first/account/edit_beneficiary", "/amsin/api/v1/business/account/editBeneficiary", "Change a beneficiary"),
    Unbuilt::of("world_first/account/remove_beneficiary", "/amsin/api/v1/business/account/removeBeneficiary", "Remove a beneficiary"),
    Unbuilt::of("world_first/account/inquiry_beneficiary_list", "/amsin/api/v1/business/account/inquiryBeneficiaryList", "List beneficiaries"),
    Unbuilt::of("world_first/account/inquiry_beneficiary_template", "/amsin/api/v1/business/account/inquiryBeneficiaryTemplate", "Show what a beneficiary must have"),
    Unbuilt::of("world_first/account/inquiry_available_quota", "/amsin/api/v1/business/account/inquiryAvailableQuota", "Query what may still be paid out for trade orders"),
    Unbuilt::of("world_first/account/submit_trade_order", "/amsin/api/v1/business/account/submitTradeOrder", "Submit a trade order"),
    Unbuilt::of("world_first/account/inquiry_trade_order", "/amsin/api/v1/business/account/inquiryTradeOrder", "Query a trade order"),
    Unbuilt::of("world_first/account/submit_attachment", "/amsin/api/v1/business/account/submitAttachment", "Submit a file that belongs to a trade order"),
    Unbuilt::of("world_first/user/inquiry_subuser", "/amsin/api/v1/business/user/inquirySubuser", "List a customer's users"),
    Unbuilt::of("world_first/store/inquiry_store", "/amsin/api/v1/business/store/inquiryStore", "List a customer's shops"),
    Unbuilt::of("world_first/file/prepare_download", "/amsin/api/v1/business/file/prepareDownload", "Have a statement file made"),
    Unbuilt::of("world_first/file/query_download", "/amsin/api/v1/business/file/queryDownload", "Query a statement file"),
    Unbuilt::of("world_first/world_card/create_budget_account", "/amsin/api/v1/business/worldcard/createBudgetAccount", "Create a card's budget account"),
    Unbuilt::of("world_first/world_card/query_budget_account_info", "/amsin/api/v1/business/worldcard/queryBudgetAccountInfo", "Query a budget account"),
    Unbuilt::of("world_first/world_card/transfer_to_budget_account", "/amsin/api/v1/business/worldcard/transferToBudgetAccount", "Move funds to a budget account"),
    Unbuilt::of("world_first/world_card/transfer_from_budget_account", "/amsin/api/v1/business/worldcard/transferFromBudgetAccount", "Move funds from a budget account"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_endpoint_is_named_by_its_place_in_the_list() {
        assert_eq!(ENDPOINTS.iter().map(|spec| spec.name).collect::<Vec<_>>(), NAMES);
    }

    #[test]
    fn nothing_that_is_built_is_listed_as_not_built_and_nothing_is_listed_twice() {
        let built = ENDPOINTS.iter().flat_map(|spec| [spec.name, spec.path]);
        let listed = UNBUILT.iter().flat_map(|unbuilt| [unbuilt.name, unbuilt.path]);
        let all: Vec<&str> = built.chain(listed).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
