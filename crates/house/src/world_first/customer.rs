//! Customers: holders with WorldFirst accounts and a contract.

mod refusal;

pub use refusal::CustomerRefusal;
pub use store::world_first::customer::Customer;

use super::{
    Contract,
    account::{Account, Opening},
};
use crate::{
    Abort, Failure, House,
    holder::{HolderKind, HolderRefusal, HolderStatus, NewHolder},
};
use ledger::{HolderId, Millis, Wallet};
use money::Decimal;
use store::{
    Command, Tx,
    event::{self, EventKind},
    holder::Holder,
    world_first::customer,
};

/// A customer to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomer {
    /// Its id: 1 to 19 digits, the first not 0. No other holder may have it.
    pub id: String,
    /// Its name: 1 to 128 characters.
    pub name: String,
    /// The status of its contract.
    pub contract: Contract,
}

impl NewCustomer {
    /// The holder's row to store.
    pub(crate) fn row(&self, at: Millis) -> Result<Holder, HolderRefusal> {
        let holder = NewHolder {
            id: self.id.clone(),
            kind: HolderKind::Customer,
            name: self.name.clone(),
            binance_id: None,
            status: HolderStatus::Active,
            fee_bps: 0,
            split_max_rate: Decimal::ONE,
            order_fiat_currencies: Vec::new(),
        };
        holder.row(at)
    }
}

/// Creates a customer, without accounts.
pub async fn create(house: &House, new: &NewCustomer) -> Result<Customer, Abort<CustomerRefusal>> {
    let row = new.row(house.server_now()).map_err(|refusal| Abort::Refused(refusal.into()))?;
    let Holder { id, name, created_at, .. } = row.clone();
    house.commit(Create { row, contract: new.contract }).await?;
    Ok(Customer { id, name, contract: new.contract, created_at })
}

/// Sets the status of a customer's contract; setting the current status changes nothing.
pub async fn set_contract(
    house: &House,
    id: &HolderId,
    contract: Contract,
) -> Result<(), Abort<CustomerRefusal>> {
    house.commit(SetContract { id: id.clone(), contract, at: house.now(id) }).await
}

/// Opens an account, or returns the existing one: a customer has at most one per wallet and currency.
pub async fn open_account(
    house: &House,
    customer: &HolderId,
    wallet: Wallet,
    currency: &str,
) -> Result<Account, Abort<CustomerRefusal>> {
    let opening = Opening::new(house, customer, wallet, currency).map_err(Abort::Refused)?;
    house.commit(OpenAccount { opening }).await
}

/// The customer with an id.
pub async fn find(house: &House, id: &str) -> Result<Option<Customer>, Failure> {
    customer::find(house.store(), id).await
}

/// Customers by id, after a given one.
pub async fn list(house: &House, after: Option<&str>, limit: u32) -> Result<Vec<Customer>, Failure> {
    customer::list(house.store(), after.unwrap_or_default(), limit.into()).await
}

struct Create {
    row: Holder,
    contract: Contract,
}

impl Command for Create {
    type Output = ();
    type Refusal = CustomerRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CustomerRefusal>> {
        insert(tx, &self.row, self.contract).await.map_err(|abort| abort.map(CustomerRefusal::from))
    }
}

/// Adds a customer with its event.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    row: &Holder,
    contract: Contract,
) -> Result<(), Abort<HolderRefusal>> {
    crate::holder::insert(tx, row).await?;
    match customer::insert(tx, &row.id, contract).await? {
        true => Ok(()),
        false => Err(Failure::invariant(format!("a contract of {}, who was nobody", row.id)).into()),
    }
}

struct SetContract {
    id: HolderId,
    contract: Contract,
    at: Millis,
}

impl Command for SetContract {
    type Output = ();
    type Refusal = CustomerRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CustomerRefusal>> {
        if customer::find_in(tx, &self.id).await?.is_none() {
            return Err(Abort::Refused(CustomerRefusal::NotFound));
        }
        if customer::set_contract(tx, &self.id, self.contract).await? {
            event::record(tx, &self.id, EventKind::CustomerContractChanged, &self.id, self.at).await?;
        }
        Ok(())
    }
}

struct OpenAccount {
    opening: Opening,
}

impl Command for OpenAccount {
    type Output = Account;
    type Refusal = CustomerRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Account, Abort<CustomerRefusal>> {
        if customer::find_in(tx, self.opening.customer()).await?.is_none() {
            return Err(Abort::Refused(CustomerRefusal::NotFound));
        }
        Ok(self.opening.run(tx).await?.0)
    }
}
