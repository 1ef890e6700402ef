//! `business/account/inquiryAccount`: a customer's accounts.

use super::no_account;
use crate::world_first::{outcome::failed, response_id, serve::Call};
use house::world_first::{
    Product,
    account::{self, Account},
    customer::Customer,
};
use wire::world_first::{
    Fault,
    account::inquiry_account::{
        AccountInfo, AccountStatus, AccountType, Accounts, BankAccount, InquiryAccount,
    },
    time,
};

/// Answers the customer's accounts. All of them are virtual accounts, which others pay into; no account of another
/// requested type exists here.
pub async fn inquiry_account(call: Call<InquiryAccount>) -> Result<Accounts, Fault> {
    let (request, mut claims) = (&call.request, call.claims()?);
    claims.token(request.access_token.as_ref().map(AsRef::as_ref));
    claims.customer("customerId", request.customer_id.as_deref());
    claims.customer("accountId", request.account_id.as_deref());
    let customer = call.customer_of(&claims, Product::Balance).await?;
    let accounts = account::list(call.house(), &customer.id).await.map_err(|failure| failed(&failure))?;
    if accounts.is_empty() {
        return Err(no_account());
    }
    let asked = AccountType::parse(&request.account_type) == Some(AccountType::VirtualAccount);
    let accounts = accounts.iter().filter(|_| asked);
    Ok(Accounts {
        response_id: response_id::next(&call.app).into(),
        customer_id: customer.id.as_str().into(),
        account_infos: accounts.map(|account| shown(account, &customer)).collect(),
    })
}

fn shown(account: &Account, customer: &Customer) -> AccountInfo {
    let currencies = vec![account.asset.as_str().into()];
    AccountInfo {
        account_no: account.account_no.as_str().into(),
        currency_list: currencies.clone(),
        account_type: AccountType::VirtualAccount,
        account_status: AccountStatus::Active,
        bank_account_list: vec![BankAccount {
            bank_account_no: account.account_no.as_str().into(),
            holder_name: Some(customer.name.as_str().into()),
            currency_list: currencies,
            account_creation_date: Some(time::text(account.opened_at.get()).into()),
        }],
    }
}
