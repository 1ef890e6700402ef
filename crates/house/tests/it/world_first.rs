//! WorldFirst: customers, accounts, clients, keys and authorizations.

mod accounts;
mod clients;
mod customers;
mod deposits;
pub(crate) mod exchanges;
mod fixtures;
pub(crate) mod oauth;
mod statements;
pub(crate) mod transfers;

use countinghouse_house::world_first::{
    Contract, Product,
    client::{self, NewClient},
    customer::{self, NewCustomer},
};
use ledger::HolderId;
use money::AssetCode;
use testkit::house::TestHouse;

pub(crate) const CUSTOMER: &str = "2188120000000001";
pub(crate) const OTHER: &str = "2188120000000002";
const CLIENT: &str = "5J5Y307NSG0001";

pub(crate) fn new_customer(id: &str) -> NewCustomer {
    NewCustomer { id: id.to_owned(), name: "Harbour Trading".to_owned(), contract: Contract::InForce }
}

fn new_client(id: &str) -> NewClient {
    NewClient {
        client_id: id.to_owned(),
        customer: None,
        connected: Vec::new(),
        products: vec![Product::Balance],
    }
}

fn code(text: &str) -> AssetCode {
    AssetCode::new(text).expect("a code")
}

pub(crate) async fn customer(house: &TestHouse, id: &str) -> HolderId {
    customer::create(house, &new_customer(id)).await.expect("a customer is made").id
}

/// A client, and two customers that know nothing of it.
pub(crate) async fn town(house: &TestHouse) -> (HolderId, HolderId) {
    client::create(house, &new_client(CLIENT)).await.expect("a client is made");
    (customer(house, CUSTOMER).await, customer(house, OTHER).await)
}
