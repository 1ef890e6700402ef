//! WorldFirst: customers, the clients that act for them, and keys.

use super::{Native, paged, segment};
use crate::Error;
use reqwest::Method;
use wire::native::{
    Page,
    world_first::{
        Account, Accounts, AddPublicKey, Client, CreateClient, CreateCustomer, Customer, GrantAccess,
        GrantedCode, OpenAccount, PublicKey, SetContract, SetProducts, Transfer,
    },
};

impl Native {
    /// Lists WorldFirst customers by id; `after` is `next` of the previous page.
    pub async fn customers(&self, after: Option<&str>) -> Result<Page<Customer>, Error> {
        self.get(&paged("/v1/world-first/customers", after)).await
    }

    /// Creates a customer.
    pub async fn create_customer(&self, new: &CreateCustomer) -> Result<Customer, Error> {
        self.post("/v1/world-first/customers", new).await
    }

    /// Sets the state of a customer's contract.
    pub async fn set_contract(&self, customer: &str, to: &SetContract) -> Result<Customer, Error> {
        let path = format!("/v1/world-first/customers/{}", segment(customer));
        self.send(Method::PATCH, &path, to).await
    }

    /// Reads a customer's accounts.
    pub async fn accounts(&self, customer: &str) -> Result<Accounts, Error> {
        self.get(&format!("/v1/world-first/customers/{}/accounts", segment(customer))).await
    }

    /// Opens an account, or finds the open one.
    pub async fn open_account(&self, customer: &str, new: &OpenAccount) -> Result<Account, Error> {
        self.post(&format!("/v1/world-first/customers/{}/accounts", segment(customer)), new).await
    }

    /// Reads a transfer.
    pub async fn transfer(&self, id: &str) -> Result<Transfer, Error> {
        self.get(&format!("/v1/world-first/transfers/{}", segment(id))).await
    }

    /// Lists clients by id; `after` is `next` of the previous page.
    pub async fn clients(&self, after: Option<&str>) -> Result<Page<Client>, Error> {
        self.get(&paged("/v1/world-first/clients", after)).await
    }

    /// Reads a client.
    pub async fn client(&self, id: &str) -> Result<Client, Error> {
        self.get(&client_path(id, "")).await
    }

    /// Creates a client, without keys.
    pub async fn create_client(&self, new: &CreateClient) -> Result<Client, Error> {
        self.post("/v1/world-first/clients", new).await
    }

    /// Adds a public key to a client.
    pub async fn add_client_key(&self, client: &str, new: &AddPublicKey) -> Result<PublicKey, Error> {
        self.post(&client_path(client, "/keys"), new).await
    }

    /// Sets a client's products.
    pub async fn set_products(&self, client: &str, to: &SetProducts) -> Result<Client, Error> {
        self.put(&client_path(client, "/products"), to).await
    }

    /// Connects a client to a customer, so that it may act for it by naming it.
    pub async fn connect(&self, client: &str, customer: &str) -> Result<(), Error> {
        let path = client_path(client, &format!("/connected/{}", segment(customer)));
        self.answered(self.transport.request(Method::PUT, &path)).await.map(drop)
    }

    /// Disconnects a client from a customer.
    pub async fn disconnect(&self, client: &str, customer: &str) -> Result<(), Error> {
        self.delete(&client_path(client, &format!("/connected/{}", segment(customer)))).await
    }

    /// Grants a client access for a customer; the code is shown only in this reply.
    pub async fn grant(&self, access: &GrantAccess) -> Result<GrantedCode, Error> {
        self.post("/v1/world-first/grants", access).await
    }
}

fn client_path(id: &str, rest: &str) -> String {
    format!("/v1/world-first/clients/{}{rest}", segment(id))
}
