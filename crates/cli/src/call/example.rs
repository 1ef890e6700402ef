//! A body for every endpoint: the samples that also test the project's own types.

use wire::catalogue::Entry;

/// The samples of these endpoints.
macro_rules! samples {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../../samples/", $name, "/request.json")))),*]
    };
}

static SAMPLES: &[(&str, &str)] = samples![
    "binance_pay/balance_report/apply"
    "binance_pay/balance_report/query"
    "binance_pay/convert/execute_quote"
    "binance_pay/convert/get_quote"
    "binance_pay/convert/get_to_selector"
    "binance_pay/convert/query_trade_order"
    "binance_pay/order/close"
    "binance_pay/order/create_v1"
    "binance_pay/order/create_v2"
    "binance_pay/order/create_v3"
    "binance_pay/order/query"
    "binance_pay/order/query_v2"
    "binance_pay/profit_sharing/add_receiver"
    "binance_pay/profit_sharing/del_receiver"
    "binance_pay/profit_sharing/query_receiver"
    "binance_pay/profit_sharing/query_split"
    "binance_pay/profit_sharing/return_split"
    "binance_pay/profit_sharing/submit_split"
    "binance_pay/service_provider/create"
    "binance_pay/service_provider/get_record"
    "binance_pay/service_provider/query_config"
    "binance_pay/service_provider/record"
    "binance_pay/webhook/certificates"
    "world_first/account/inquiry_account"
    "world_first/account/inquiry_balance"
    "world_first/account/inquiry_statement_detail"
    "world_first/account/inquiry_statement_list"
    "world_first/fund/consult_transfer"
    "world_first/fund/create_exchange"
    "world_first/fund/create_quote"
    "world_first/fund/create_transfer"
    "world_first/fund/inquiry_exchange"
    "world_first/fund/inquiry_transfer"
    "world_first/oauth/apply_token"
    "world_first/oauth/revoke_token"
];

/// A valid body of an endpoint.
pub(super) fn of(endpoint: &Entry) -> &'static str {
    SAMPLES.iter().find(|(name, _)| *name == endpoint.spec.name).map_or("{}", |(_, text)| text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::CATALOGUE;

    #[test]
    fn every_endpoint_has_a_body_that_it_takes() {
        for entry in CATALOGUE {
            let name = entry.spec.name;
            assert!(SAMPLES.iter().any(|(own, _)| *own == name), "{name} has no sample");
            assert!(entry.request(of(entry).as_bytes()).is_ok(), "{name}");
        }
    }
}
