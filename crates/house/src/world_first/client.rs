//! Clients: API callers that act for customers, with their public keys.

use super::Product;
use crate::{Abort, Failure, House};
use ledger::{HolderId, Millis};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Command, Tx,
    event::{self, EventKind},
    world_first::{
        client::{self, ClientRow, KeyRow},
        customer,
    },
};

/// The highest version of a key.
const MAX_VERSION: i64 = 999_999_999;

/// A client with everything needed to authorize its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id, as in requests.
    pub client_id: String,
    /// Its own customer: the default subject of its calls.
    pub customer: Option<HolderId>,
    /// Other customers that its calls may name as their subject.
    pub connected: BTreeSet<HolderId>,
    /// Its permissions.
    pub products: BTreeSet<Product>,
    /// Its public keys by version, each as DER (SubjectPublicKeyInfo).
    pub keys: BTreeMap<i64, Vec<u8>>,
    /// When it was created.
    pub created_at: Millis,
}

/// A client to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    /// Its id: 1 to 64 characters of `A-Z a-z 0-9 - _`.
    pub client_id: String,
    /// Its own customer.
    pub customer: Option<String>,
    /// Other customers that its calls may name as their subject.
    pub connected: Vec<String>,
    /// Its permissions.
    pub products: Vec<Product>,
}

/// Why a client is not created or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientRefusal {
    /// The id has the wrong form.
    #[error("a client id must be 1 to 64 characters of A-Z a-z 0-9 - _")]
    IdShape,
    /// The id belongs to another client.
    #[error("a client of this id exists already")]
    Exists,
    /// No client has this id.
    #[error("there is no such client")]
    NotFound,
    /// No customer has this id.
    #[error("there is no customer {0}")]
    NoCustomer(String),
    /// The client may not act for that customer.
    #[error("the client is not connected to this customer")]
    NotConnected,
    /// The version is out of its range.
    #[error("a key's version must be 0 to 999999999")]
    KeyVersion,
    /// The client has another key with this version.
    #[error("the client has another key of version {0}")]
    KeyExists(i64),
}

/// Creates a client, without keys.
pub async fn create(house: &House, new: &NewClient) -> Result<Client, Abort<ClientRefusal>> {
    let row = new.row(house.server_now()).map_err(Abort::Refused)?;
    house.commit(Create { row, connected: new.connected.clone() }).await?;
    let made = find(house, &new.client_id).await?;
    made.ok_or_else(|| Failure::invariant("a client vanished as it was made").into())
}

/// Adds a public key, given as DER (SubjectPublicKeyInfo) and checked by the server; returns its version. The
/// default version is the newest plus one, 1 at first. The same key with the same version again changes
/// nothing.
pub async fn add_key(
    house: &House,
    client_id: &str,
    version: Option<i64>,
    der: &[u8],
) -> Result<i64, Abort<ClientRefusal>> {
    let (client_id, public_key) = (client_id.to_owned(), der.to_vec());
    house.commit(AddKey { client_id, version, public_key, at: house.server_now() }).await
}

/// Lets a client act for a customer by naming it; a repeat changes nothing.
pub async fn connect(house: &House, client_id: &str, customer: &str) -> Result<(), Abort<ClientRefusal>> {
    change(house, client_id, Change::Connect(customer.to_owned())).await
}

/// Ends a client's connection to a customer.
pub async fn disconnect(house: &House, client_id: &str, customer: &str) -> Result<(), Abort<ClientRefusal>> {
    change(house, client_id, Change::Disconnect(customer.to_owned())).await
}

/// Sets a client's permissions.
pub async fn set_products(
    house: &House,
    client_id: &str,
    products: &[Product],
) -> Result<(), Abort<ClientRefusal>> {
    change(house, client_id, Change::Products(join(products))).await
}

async fn change(house: &House, client_id: &str, change: Change) -> Result<(), Abort<ClientRefusal>> {
    let at = house.server_now();
    house.commit(ChangeClient { client_id: client_id.to_owned(), change, at }).await
}

/// The client with an id, with its keys, connections and products.
pub async fn find(house: &House, client_id: &str) -> Result<Option<Client>, Failure> {
    match client::find(house.store(), client_id).await? {
        Some(row) => complete(house, row).await.map(Some),
        None => Ok(None),
    }
}

/// Clients by id, after a given one.
pub async fn list(house: &House, after: Option<&str>, limit: u32) -> Result<Vec<Client>, Failure> {
    let mut clients = Vec::new();
    for row in client::list(house.store(), after.unwrap_or_default(), limit.into()).await? {
        clients.push(complete(house, row).await?);
    }
    Ok(clients)
}

async fn complete(house: &House, row: ClientRow) -> Result<Client, Failure> {
    let keys = client::keys(house.store(), &row.client_id).await?;
    let connected = client::connected(house.store(), &row.client_id).await?;
    Ok(Client {
        customer: row.customer,
        connected: connected.into_iter().collect(),
        products: split(&row.products)?,
        keys: keys.into_iter().map(|key| (key.version, key.public_key)).collect(),
        created_at: row.created_at,
        client_id: row.client_id,
    })
}

/// Products in their stored form: in a fixed order, without duplicates.
fn join(products: &[Product]) -> String {
    let products: BTreeSet<_> = products.iter().collect();
    products.into_iter().map(|product| product.as_str()).collect::<Vec<_>>().join(",")
}

fn split(products: &str) -> Result<BTreeSet<Product>, Failure> {
    let words = products.split(',').filter(|word| !word.is_empty());
    words
        .map(|word| Product::parse(word).ok_or_else(|| Failure::invariant(format!("stored product {word}"))))
        .collect()
}

impl NewClient {
    /// The row to store.
    pub(crate) fn row(&self, at: Millis) -> Result<ClientRow, ClientRefusal> {
        // A client's id has the same form as a holder's: events of clients are recorded under it.
        HolderId::new(&self.client_id).map_err(|_| ClientRefusal::IdShape)?;
        let no_customer = |id: &str| ClientRefusal::NoCustomer(id.to_owned());
        let customer = self.customer.as_deref().map(|id| HolderId::new(id).map_err(|_| no_customer(id)));
        Ok(ClientRow {
            client_id: self.client_id.clone(),
            customer: customer.transpose()?,
            products: join(&self.products),
            created_at: at,
        })
    }
}

async fn check_customer(tx: &mut Tx<'_>, id: &str) -> Result<(), Abort<ClientRefusal>> {
    match customer::find_in(tx, id).await? {
        Some(_) => Ok(()),
        None => Err(Abort::Refused(ClientRefusal::NoCustomer(id.to_owned()))),
    }
}

struct Create {
    row: ClientRow,
    connected: Vec<String>,
}

impl Command for Create {
    type Output = ();
    type Refusal = ClientRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<ClientRefusal>> {
        insert(tx, &self.row).await?;
        for customer in &self.connected {
            connect_in(tx, &self.row.client_id, customer, self.row.created_at).await?;
        }
        Ok(())
    }
}

/// Adds a client with its event.
pub(crate) async fn insert(tx: &mut Tx<'_>, row: &ClientRow) -> Result<(), Abort<ClientRefusal>> {
    if let Some(customer) = &row.customer {
        check_customer(tx, customer).await?;
    }
    if !client::insert(tx, row).await? {
        return Err(Abort::Refused(ClientRefusal::Exists));
    }
    event::record(tx, &row.client_id, EventKind::ClientCreated, &row.client_id, row.created_at).await?;
    Ok(())
}

/// Connects a client, with an event; returns whether it was not connected before.
pub(crate) async fn connect_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    customer: &str,
    at: Millis,
) -> Result<bool, Abort<ClientRefusal>> {
    check_customer(tx, customer).await?;
    let new = client::connect(tx, client_id, customer).await?;
    if new {
        event::record(tx, client_id, EventKind::ClientConnected, customer, at).await?;
    }
    Ok(new)
}

/// Adds a key to a locked client, with an event; returns its version, and whether it is new.
pub(crate) async fn add_key_in(
    tx: &mut Tx<'_>,
    client_id: &str,
    version: Option<i64>,
    public_key: &[u8],
    at: Millis,
) -> Result<(i64, bool), Abort<ClientRefusal>> {
    let keys = client::keys_in(tx, client_id).await?;
    let version = version.unwrap_or_else(|| keys.last().map_or(1, |newest| newest.version + 1));
    if !(0..=MAX_VERSION).contains(&version) {
        return Err(Abort::Refused(ClientRefusal::KeyVersion));
    }
    if let Some(before) = keys.iter().find(|key| key.version == version) {
        let is_same = before.public_key == public_key;
        return if is_same {
            Ok((version, false))
        } else {
            Err(Abort::Refused(ClientRefusal::KeyExists(version)))
        };
    }
    let key = KeyRow { version, public_key: public_key.to_vec() };
    if !client::insert_key(tx, client_id, &key, at).await? {
        return Err(Failure::invariant("a locked client got a key from elsewhere").into());
    }
    event::record(tx, client_id, EventKind::ClientKeyAdded, &version.to_string(), at).await?;
    Ok((version, true))
}

struct AddKey {
    client_id: String,
    version: Option<i64>,
    public_key: Vec<u8>,
    at: Millis,
}

impl Command for AddKey {
    type Output = i64;
    type Refusal = ClientRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<ClientRefusal>> {
        if client::lock(tx, &self.client_id).await?.is_none() {
            return Err(Abort::Refused(ClientRefusal::NotFound));
        }
        Ok(add_key_in(tx, &self.client_id, self.version, &self.public_key, self.at).await?.0)
    }
}

enum Change {
    Connect(String),
    Disconnect(String),
    Products(String),
}

struct ChangeClient {
    client_id: String,
    change: Change,
    at: Millis,
}

impl Command for ChangeClient {
    type Output = ();
    type Refusal = ClientRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<ClientRefusal>> {
        let id = &self.client_id;
        if client::lock(tx, id).await?.is_none() {
            return Err(Abort::Refused(ClientRefusal::NotFound));
        }
        match &self.change {
            Change::Connect(customer) => {
                connect_in(tx, id, customer, self.at).await?;
            }
            Change::Disconnect(customer) => {
                if !client::disconnect(tx, id, customer).await? {
                    return Err(Abort::Refused(ClientRefusal::NotConnected));
                }
                event::record(tx, id, EventKind::ClientDisconnected, customer, self.at).await?;
            }
            Change::Products(products) => {
                if client::set_products(tx, id, products).await? {
                    event::record(tx, id, EventKind::ClientProductsChanged, id, self.at).await?;
                }
            }
        }
        Ok(())
    }
}
