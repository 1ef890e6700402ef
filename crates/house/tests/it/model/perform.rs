//! The steps on the house itself.

use super::{
    step::{HOLDERS, MERCHANTS, Step},
    town::{FEE_BPS, RATE_TENTHS, Town},
};
use countinghouse_house::{
    Abort, Caller, balance,
    deposit::{self, NewDeposit},
    fixture,
    holder::{self, NewHolder},
    order::{self, NewOrder, Order, OrderRef, Price},
    profit_sharing::{self, NewReturn, NewShare, NewSplit, SplitRef},
};
use ledger::Wallet;
use money::{Amount, Decimal};
use std::fmt::Debug;
use testkit::house::{TestHouse, USDT, holder_id, new_order};

/// Makes the model's holders.
pub(super) async fn move_in(house: &TestHouse, town: &Town) {
    for number in 0..HOLDERS {
        let (id, account) = (town.id(number), town.account(number));
        let new = if number < MERCHANTS {
            fixture::merchant(&id, "Shop", Some(&account))
        } else {
            fixture::payer(&account, "Somebody")
        };
        let rate = Decimal::new(i128::from(RATE_TENTHS), 1).expect("a rate");
        let new = if number == 1 { NewHolder { fee_bps: FEE_BPS, split_max_rate: rate, ..new } } else { new };
        house.holder(&new).await;
    }
}

/// Available and frozen units.
pub(super) async fn balance(house: &TestHouse, id: &str) -> (i64, i64) {
    let balances = balance::of(house, &holder_id(id)).await.expect("reads");
    balances.first().map_or((0, 0), |usdt| (usdt.available.as_units(), usdt.frozen.as_units()))
}

fn decimal(units: i64) -> Decimal {
    Amount::units(units).to_decimal(8)
}

fn caller(town: &Town, merchant: usize) -> Caller {
    Caller { holder: holder_id(&town.id(merchant)), actor: "key:model".to_owned() }
}

/// The answer in the model's words: `Ok`, or the refusal's name.
fn word<T, R: Debug>(result: Result<T, Abort<R>>) -> String {
    match result {
        Ok(_) => "Ok".to_owned(),
        Err(Abort::Refused(refusal)) => {
            let text = format!("{refusal:?}");
            text.split(['(', ' ']).next().unwrap_or_default().to_owned()
        }
        Err(Abort::Failed(failure)) => format!("failed: {failure}"),
    }
}

/// An order of the model as the house has it.
async fn find(house: &TestHouse, town: &Town, order: usize) -> Order {
    let order = &town.orders[order];
    let (holder, trade_no) = (holder_id(&town.id(order.merchant)), trade_no(order.trade_no));
    let found = order::find(house, &holder, OrderRef::TradeNo(&trade_no)).await.expect("reads");
    found.expect("the model and the house have the same orders")
}

fn trade_no(number: usize) -> String {
    format!("T{number}")
}

/// Does a step and says how the house answered.
pub(super) async fn perform(house: &mut TestHouse, town: &Town, step: &Step) -> String {
    match step {
        Step::Deposit { holder, units, reference } => {
            let new = NewDeposit {
                wallet: Wallet::Funding,
                asset: USDT.to_owned(),
                amount: decimal(*units),
                reference: format!("d{reference}"),
                payer: deposit::Payer::default(),
            };
            word(deposit::post(house, &caller(town, *holder), &new).await)
        }
        Step::Create { merchant, trade_no: number, units, tagged } => {
            let price = Price::Asset { currency: USDT.to_owned(), amount: decimal(*units) };
            let new = NewOrder { price, profit_sharing: *tagged, ..new_order(&trade_no(*number), "1") };
            word(order::create(house, &caller(town, *merchant), new).await)
        }
        Step::Pay { order, payer } => {
            let id = find(house, town, *order).await.row.prepay_id.to_string();
            word(order::pay(house, "model", &id, &town.account(*payer)).await)
        }
        Step::Close { order } => {
            let order = &town.orders[*order];
            let number = trade_no(order.trade_no);
            word(order::close(house, &caller(town, order.merchant), OrderRef::TradeNo(&number)).await)
        }
        Step::AddReceiver { merchant, account } => {
            let (caller, account) = (caller(town, *merchant), town.account(*account));
            word(profit_sharing::add_receiver(house, &caller, &account).await)
        }
        Step::RemoveReceiver { merchant, account } => {
            let (caller, account) = (caller(town, *merchant), town.account(*account));
            word(profit_sharing::remove_receiver(house, &caller, &account).await)
        }
        Step::Submit { order, request, shares } => submit(house, town, *order, *request, shares).await,
        Step::Return { .. } => give_back(house, town, step).await,
        Step::Release { order } => {
            let id = find(house, town, *order).await.row.prepay_id.to_string();
            match order::release_reserve(house, "model", &id).await {
                Ok(released) => format!("Ok {}", released.amount.as_units()),
                refused => word(refused),
            }
        }
        Step::SetStatus { holder, status } => {
            word(holder::set_status(house, &holder_id(&town.id(*holder)), *status).await)
        }
        Step::Advance { millis } => {
            house.advance(*millis).await;
            "Ok".to_owned()
        }
        Step::RunJobs => {
            house.run_jobs().await;
            "Ok".to_owned()
        }
        Step::Restart => {
            house.restart().await;
            "Ok".to_owned()
        }
    }
}

async fn submit(
    house: &TestHouse,
    town: &Town,
    order: usize,
    request: usize,
    shares: &[(usize, i64)],
) -> String {
    let share = |(account, units): &(usize, i64)| NewShare {
        account: town.account(*account),
        amount: decimal(*units),
        description: "share".to_owned(),
        webhook_url: None,
    };
    let new = NewSplit {
        merchant_request_id: format!("R{request}"),
        prepay_id: find(house, town, order).await.row.prepay_id.to_string(),
        shares: shares.iter().map(share).collect(),
    };
    let caller = caller(town, town.orders[order].merchant);
    word(profit_sharing::submit_split(house, &caller, new).await)
}

async fn give_back(house: &TestHouse, town: &Town, step: &Step) -> String {
    let Step::Return { order, number, request, account, units } = step else {
        panic!("{step:?} is no return")
    };
    let new = NewReturn {
        merchant_return_no: format!("B{number}"),
        prepay_id: find(house, town, *order).await.row.prepay_id.to_string(),
        split: SplitRef::Request(format!("R{request}")),
        account: town.account(*account),
        amount: decimal(*units),
        description: None,
        webhook_url: None,
    };
    match profit_sharing::return_split(house, &caller(town, town.orders[*order].merchant), new).await {
        Ok(done) => format!("Ok {}", done.row.status as i64),
        refused => word(refused),
    }
}
