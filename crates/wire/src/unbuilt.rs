//! Endpoints of the providers that are known and not built: who asks for one is told so, and does not look for a mistake
//! of their own.

/// An endpoint that the provider has and this program has not.
#[derive(Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// Its name, as [`crate::Spec::name`] would be.
    pub name: &'static str,
    /// Absolute request path.
    pub path: &'static str,
    /// What the operation does, in one line without a full stop.
    pub summary: &'static str,
}

/// The known endpoint that is not built at a path, if there is one.
pub fn at(path: &str) -> Option<&'static Unbuilt> {
    UNBUILT.iter().find(|unbuilt| unbuilt.path == path)
}

const fn of(name: &'static str, path: &'static str, summary: &'static str) -> Unbuilt {
    Unbuilt { name, path, summary }
}

/// All of them: Binance Pay in the order of its list of pages, WorldFirst by folder.
#[rustfmt::skip]
pub static UNBUILT: &[Unbuilt] = &[
    of("binance_pay/order/refund", "/binancepay/openapi/order/refund", "Refund an order, wholly or in part"),
    of("binance_pay/order/refund_query", "/binancepay/openapi/order/refund/query", "Query a refund"),
    of("binance_pay/order/payer_verification", "/binancepay/openapi/order/payer/verification", "Match a payer's identity before the order"),
    of("binance_pay/certificates", "/binancepay/openapi/certificates", "List the public keys that sign webhooks"),
    of("binance_pay/wallet/balance", "/binancepay/openapi/balance", "Query a balance (v1: one currency)"),
    of("binance_pay/wallet/balance_v2", "/binancepay/openapi/v2/balance", "Query balances (v2: one currency or all)"),
    of("binance_pay/wallet/transfer", "/binancepay/openapi/wallet/transfer", "Move funds between the spot and the funding wallet"),
    of("binance_pay/wallet/transfer_query", "/binancepay/openapi/wallet/transfer/query", "Query such a move"),
    of("binance_pay/payout/transfer", "/binancepay/openapi/payout/transfer", "Pay out to a batch of receivers"),
    of("binance_pay/payout/query", "/binancepay/openapi/payout/query", "Query a batch of payouts"),
    of("binance_pay/payout/receiver_check", "/binancepay/openapi/payout/receiver/check", "Match a receiver before the payout"),
    of("binance_pay/sub_merchant/add", "/binancepay/openapi/submerchant/add", "Create a sub-merchant"),
    of("binance_pay/sub_merchant/modify", "/binancepay/openapi/submerchant/modify", "Modify a sub-merchant"),
    of("binance_pay/sub_merchant/query", "/binancepay/openapi/submerchant/query", "Query a sub-merchant"),
    of("binance_pay/report/get_file", "/binancepay/openapi/report/get-file", "Download a day's transactions or settlements"),
    of("binance_pay/direct_debit/contract", "/binancepay/openapi/direct-debit/contract", "Create a direct debit contract"),
    of("binance_pay/direct_debit/contract_query", "/binancepay/openapi/direct-debit/contract/query", "Query a direct debit contract"),
    of("binance_pay/direct_debit/contract_termination", "/binancepay/openapi/direct-debit/contract/termination", "End a direct debit contract"),
    of("binance_pay/direct_debit/pay_notify", "/binancepay/openapi/pay/notify", "Announce a direct debit"),
    of("binance_pay/direct_debit/pay_apply", "/binancepay/openapi/pay/apply", "Execute a direct debit"),
    of("binance_pay/share_info/account_id", "/binancepay/openapi/shareinfo/accountId", "Ask a user to share their Binance ID"),
    of("world_first/fund/consult_payout", "/amsin/api/v1/business/fund/consultPayout", "Ask what a payout would cost"),
    of("world_first/fund/create_payout", "/amsin/api/v1/business/fund/createPayout", "Create a payout to a beneficiary"),
    of("world_first/fund/inquiry_payout", "/amsin/api/v1/business/fund/inquiryPayout", "Query a payout"),
    of("world_first/fund/inquiry_rate", "/amsin/api/v1/business/fund/inquiryRate", "Query an indicative rate"),
    of("world_first/fund/inquiry_available_calendar", "/amsin/api/v1/business/fund/inquiryAvailableCalendar", "List the days on which an exchange can settle"),
    of("world_first/fund/create_deal", "/amsin/api/v1/business/fund/createDeal", "Create an exchange that settles on a later day"),
    of("world_first/fund/inquiry_deal", "/amsin/api/v1/business/fund/inquiryDeal", "Query such an exchange"),
    of("world_first/fund/unwind_deal", "/amsin/api/v1/business/fund/unwindDeal", "Undo such an exchange"),
    of("world_first/fund/create_invoice", "/amsin/api/v1/business/fund/createInvoice", "Create an invoice"),
    of("world_first/fund/query_invoice", "/amsin/api/v1/business/fund/queryInvoice", "Query an invoice"),
    of("world_first/account/bind_beneficiary", "/amsin/api/v1/business/account/bindBeneficiary", "Register a beneficiary of payouts"),
    of("world_first/account/edit_beneficiary", "/amsin/api/v1/business/account/editBeneficiary", "Change a beneficiary"),
    of("world_first/account/remove_beneficiary", "/amsin/api/v1/business/account/removeBeneficiary", "Remove a beneficiary"),
    of("world_first/account/inquiry_beneficiary_list", "/amsin/api/v1/business/account/inquiryBeneficiaryList", "List beneficiaries"),
    of("world_first/account/inquiry_beneficiary_template", "/amsin/api/v1/business/account/inquiryBeneficiaryTemplate", "Show what a beneficiary must have"),
    of("world_first/account/inquiry_available_quota", "/amsin/api/v1/business/account/inquiryAvailableQuota", "Query what may still be paid out for trade orders"),
    of("world_first/account/submit_trade_order", "/amsin/api/v1/business/account/submitTradeOrder", "Submit a trade order"),
    of("world_first/account/inquiry_trade_order", "/amsin/api/v1/business/account/inquiryTradeOrder", "Query a trade order"),
    of("world_first/account/submit_attachment", "/amsin/api/v1/business/account/submitAttachment", "Submit a file that belongs to a trade order"),
    of("world_first/user/inquiry_subuser", "/amsin/api/v1/business/user/inquirySubuser", "List a customer's users"),
    of("world_first/store/inquiry_store", "/amsin/api/v1/business/store/inquiryStore", "List a customer's shops"),
    of("world_first/file/prepare_download", "/amsin/api/v1/business/file/prepareDownload", "Have a statement file made"),
    of("world_first/file/query_download", "/amsin/api/v1/business/file/queryDownload", "Query a statement file"),
    of("world_first/world_card/create_budget_account", "/amsin/api/v1/business/worldcard/createBudgetAccount", "Create a card's budget account"),
    of("world_first/world_card/query_budget_account_info", "/amsin/api/v1/business/worldcard/queryBudgetAccountInfo", "Query a budget account"),
    of("world_first/world_card/transfer_to_budget_account", "/amsin/api/v1/business/worldcard/transferToBudgetAccount", "Move funds to a budget account"),
    of("world_first/world_card/transfer_from_budget_account", "/amsin/api/v1/business/worldcard/transferFromBudgetAccount", "Move funds from a budget account"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ENDPOINTS;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_that_is_built_is_listed_and_nothing_is_listed_twice() {
        let built = ENDPOINTS.iter().flat_map(|spec| [spec.name, spec.path]);
        let listed = UNBUILT.iter().flat_map(|unbuilt| [unbuilt.name, unbuilt.path]);
        let all: Vec<&str> = built.chain(listed).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn one_is_found_by_its_path() {
        let refund = at("/binancepay/openapi/order/refund").map(|unbuilt| unbuilt.name);
        assert_eq!(refund, Some("binance_pay/order/refund"));
        assert_eq!(at("/binancepay/openapi/order"), None);
    }
}
