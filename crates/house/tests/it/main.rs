//! The house's rules, case by case on both engines; the books are proven after every one.

mod authorizations;
mod balances;
mod clocks;
mod convert;
mod crash;
mod deposits;
mod events;
mod fixtures;
mod fixtures_again;
mod holders;
mod jobs;
mod keys;
mod late;
mod model;
mod nonces;
mod opening;
mod order_rules;
mod orders;
mod overflow;
mod pay_rules;
mod races;
mod rates;
mod receivers;
mod release;
mod report_builds;
mod reports;
mod returns;
mod server_keys;
mod servers;
mod service_providers;
mod settle;
mod split_rules;
mod splits;
mod statements;
mod tampering;
mod world_first;

use countinghouse_house::Caller;
use ledger::HolderId;
use testkit::house::TestHouse;

const MERCHANT: &str = "1000135331248";
const PAYER: &str = "350000101";
const A: &str = "350000201";
const B: &str = "350000202";
const C: &str = "350000203";
const RECEIVERS: [&str; 3] = [A, B, C];

/// What most cases begin with.
struct Shop {
    /// A merchant that has bound every receiver.
    merchant: Caller,
    /// Holds 500 USDT.
    payer: HolderId,
}

async fn shop(house: &TestHouse) -> Shop {
    let merchant = house.merchant(MERCHANT).await;
    let payer = house.funded(PAYER, "500").await;
    for receiver in RECEIVERS {
        house.payer(receiver).await;
    }
    house.bind(&merchant, &RECEIVERS).await;
    Shop { merchant, payer }
}
