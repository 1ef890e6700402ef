//! `business/account/inquiryBalance`: the balances of a customer's accounts.

use super::{currency, no_account, wallet};
use crate::world_first::{outcome::failed, response_id, serve::Call};
use house::world_first::{
    Product,
    account::{self, AccountBalance},
};
use ledger::Wallet;
use money::AssetCode;
use wire::world_first::{
    Amount, Fault,
    account::{
        BalanceType,
        inquiry_balance::{self as page, Balances, InquiryBalance, type_fields},
    },
};

/// Answers one entry for each account of the requested currencies and types.
pub async fn inquiry_balance(call: Call<InquiryBalance>) -> Result<Balances, Fault> {
    let customer = call.customer(Product::Balance).await?;
    let currencies: Vec<AssetCode> =
        call.request.currency_list.iter().map(|code| currency(code)).collect::<Result<_, _>>()?;
    let wallets: Vec<Wallet> = call.request.types().into_iter().map(wallet).collect();
    let balances = account::balances(call.house(), &customer.id, &currencies, &wallets).await;
    let balances = balances.map_err(|failure| failed(&failure))?.ok_or_else(no_account)?;
    let as_array = call.app.settings.world_first.balance_types_array;
    Ok(Balances {
        response_id: response_id::next(&call.app).into(),
        account_balances: balances.iter().filter_map(|balance| shown(balance, as_array)).collect(),
    })
}

/// A balance in minor units, which are the ledger's own. A wallet of another dialect is not shown.
fn shown(balance: &AccountBalance, as_array: bool) -> Option<page::AccountBalance> {
    let (balance_type, balance_types) = type_fields(BalanceType::parse(balance.wallet.as_str())?, as_array);
    let currency = balance.asset.as_str();
    let amount = |amount: money::Amount| Amount::new(currency, amount.as_units());
    Some(page::AccountBalance {
        account_no: balance.account_no.as_str().into(),
        balance_type,
        balance_types,
        currency: currency.into(),
        available_balance: amount(balance.available),
        frozen_balance: amount(balance.frozen),
        total_balance: amount(balance.total),
    })
}
