//! `/v1/world-first/customers`

use crate::{
    app::App,
    native::{
        cursor,
        extract::{JsonBody, Params, limit},
        refused::{Refused, aborted},
    },
};
use axum::{
    Json,
    extract::{Path, State},
};
use house::world_first::{
    Contract, WALLETS,
    account::{self, AccountBalance},
    customer::{self, CustomerRefusal, NewCustomer},
};
use http::StatusCode;
use ledger::{HolderId, Wallet};
use std::sync::Arc;
use wire::native::{
    Page, Time,
    query::PageQuery,
    world_first::{Account, Accounts, ContractState, CreateCustomer, Customer, OpenAccount, SetContract},
};

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Customer>>, Refused> {
    let limit = limit(query.limit);
    let rows = customer::list(&app.house, query.after.as_deref(), limit + 1).await?;
    Ok(Json(cursor::page(rows, limit, |row| row.id.to_string(), shown)))
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<CreateCustomer>,
) -> Result<(StatusCode, Json<Customer>), Refused> {
    let new = NewCustomer { id: asked.id, name: asked.name, contract: contract_of(asked.contract) };
    let made = customer::create(&app.house, &new).await.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(shown(made))))
}

pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Customer>, Refused> {
    Ok(Json(shown(find(&app, &id).await?)))
}

pub(crate) async fn set_contract(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<SetContract>,
) -> Result<Json<Customer>, Refused> {
    let found = find(&app, &id).await?;
    let set = customer::set_contract(&app.house, &found.id, contract_of(asked.contract)).await;
    set.map_err(|abort| aborted(abort, refused))?;
    Ok(Json(shown(find(&app, &id).await?)))
}

pub(crate) async fn accounts(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Accounts>, Refused> {
    let found = find(&app, &id).await?;
    let accounts = balances(&app, &found.id).await?;
    let accounts = accounts.into_iter().map(account_shown).collect();
    Ok(Json(Accounts { customer: found.id.to_string(), accounts }))
}

pub(crate) async fn open_account(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<OpenAccount>,
) -> Result<Json<Account>, Refused> {
    let found = find(&app, &id).await?;
    let wallet = match &asked.balance_type {
        None => Wallet::NormalBalance,
        Some(word) => WALLETS
            .into_iter()
            .find(|wallet| wallet.as_str() == word)
            .ok_or_else(|| refused(CustomerRefusal::Wallet))?,
    };
    let opened = customer::open_account(&app.house, &found.id, wallet, &asked.currency).await;
    let opened = opened.map_err(|abort| aborted(abort, refused))?;
    let all = balances(&app, &found.id).await?;
    let account = all.into_iter().find(|account| account.account_no == opened.account_no);
    // An account is never closed.
    account.map(|account| Json(account_shown(account))).ok_or_else(Refused::internal)
}

async fn balances(app: &App, customer: &HolderId) -> Result<Vec<AccountBalance>, Refused> {
    Ok(account::balances(&app.house, customer, &[], &[]).await?.unwrap_or_default())
}

async fn find(app: &App, id: &str) -> Result<customer::Customer, Refused> {
    customer::find(&app.house, id).await?.ok_or_else(|| Refused::unknown("customer"))
}

fn refused(refusal: CustomerRefusal) -> Refused {
    match refusal {
        CustomerRefusal::NotFound => Refused::unknown("customer"),
        CustomerRefusal::Exists => Refused::conflict("exists", refusal),
        CustomerRefusal::Invalid { .. } | CustomerRefusal::NotOffered(_) | CustomerRefusal::Wallet => {
            Refused::invalid(refusal)
        }
    }
}

fn contract_of(state: ContractState) -> Contract {
    match state {
        ContractState::InForce => Contract::InForce,
        ContractState::Expired => Contract::Expired,
        ContractState::None => Contract::None,
    }
}

fn shown(customer: customer::Customer) -> Customer {
    Customer {
        id: customer.id.to_string(),
        name: customer.name,
        contract: match customer.contract {
            Contract::InForce => ContractState::InForce,
            Contract::Expired => ContractState::Expired,
            Contract::None => ContractState::None,
        },
        created_at: Time::from_millis(customer.created_at.get()),
    }
}

fn account_shown(account: AccountBalance) -> Account {
    let decimal = |amount: money::Amount| amount.to_decimal(account.scale).into();
    Account {
        available: decimal(account.available),
        frozen: decimal(account.frozen),
        total: decimal(account.total),
        currency: account.asset.to_string(),
        balance_type: account.wallet.as_str().to_owned(),
        account_no: account.account_no,
    }
}
