//! Whose balance is answered: token, named customers, the client's own; and who must agree to it.

use house::world_first::{Contract, Product, client, customer, oauth};
use ledger::Wallet;
use testkit::{
    house::holder_id,
    http::{
        CLIENT, CONNECTED, CUSTOMER, FOREIGN, Request, STRANGER, TestApp, with_world,
        with_world_on_each_engine, world_endpoint,
    },
};

const NAME: &str = "account/inquiry_balance";
const DAY: i64 = 86_400_000;

/// Each customer has an account of a currency of its own, by which it is told.
async fn accounts(app: &TestApp) {
    for (customer, currency) in [(CUSTOMER, "USD"), (CONNECTED, "EUR"), (FOREIGN, "JPY")] {
        app.world_account(customer, Wallet::NormalBalance, currency).await;
    }
}

/// The currency that is answered, or the code.
async fn answered(request: Request) -> String {
    let reply = request.await;
    match reply.json()["accountBalances"][0]["currency"].as_str() {
        Some(currency) => currency.to_owned(),
        None => reply.world_refusal(),
    }
}

#[test]
fn the_customer_is_the_tokens_the_named_or_the_clients_own() {
    with_world_on_each_engine(async |app| {
        accounts(app).await;
        let tokens = app.world_tokens(FOREIGN).await;
        let call = || app.world(NAME, "{}");
        let token = || call().header("Access-Token", tokens.access.as_str());
        assert_eq!(answered(call()).await, "USD");
        for name in ["Connected-CustomerId", "Connected-AccountId"] {
            assert_eq!(answered(call().header(name, CONNECTED)).await, "EUR", "{name}");
            assert_eq!(answered(call().header(name, CUSTOMER)).await, "USD", "{name}");
            assert_eq!(answered(token().header(name, FOREIGN)).await, "JPY", "{name} beside the token");
            assert_eq!(answered(call().header(name, "")).await, "USD", "an empty {name} is none");
        }
        assert_eq!(answered(token()).await, "JPY", "who grants need not be connected");
        assert_eq!(answered(call().header("Access-Token", "")).await, "USD");
        let both = call().header("Connected-CustomerId", CONNECTED).header("Connected-AccountId", CONNECTED);
        assert_eq!(answered(both).await, "EUR");
    });
}

#[test]
fn what_disagrees_is_no_authorization() {
    with_world(async |app| {
        accounts(app).await;
        let tokens = app.world_tokens(FOREIGN).await;
        let call = || app.world(NAME, "{}");
        let refusal = answered(
            call().header("Access-Token", tokens.access.as_str()).header("Connected-CustomerId", CONNECTED),
        );
        let other = "is for another customer than the rest of the call";
        assert_eq!(refusal.await, format!("AUTHORIZATION_NOT_EXIST Connected-CustomerId {other}"));
        let both = call().header("Connected-CustomerId", CONNECTED).header("Connected-AccountId", CUSTOMER);
        assert_eq!(answered(both).await, format!("AUTHORIZATION_NOT_EXIST Connected-AccountId {other}"));
        let twice = call().header("Connected-CustomerId", CONNECTED).also("Connected-CustomerId", CONNECTED);
        let twice = answered(twice).await;
        assert_eq!(twice, "AUTHORIZATION_NOT_EXIST Connected-CustomerId was sent more than once");
        let token = call().header("Access-Token", "a").also("Access-Token", "a");
        assert_eq!(answered(token).await, "OAUTH_FAIL Access-Token was sent more than once");
    });
}

#[test]
fn a_client_acts_for_those_it_is_connected_to() {
    with_world(async |app| {
        accounts(app).await;
        let call = |customer: &str| app.world(NAME, "{}").header("Connected-CustomerId", customer);
        let refusal = answered(call(FOREIGN)).await;
        assert_eq!(
            refusal,
            "AUTHORIZATION_NOT_EXIST Connected-CustomerId names a customer that this client is not connected to"
        );
        client::connect(app.house(), CLIENT, FOREIGN).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        assert_eq!(answered(call(FOREIGN)).await, "JPY");
        client::disconnect(app.house(), CLIENT, FOREIGN).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        assert!(answered(call(FOREIGN)).await.starts_with("AUTHORIZATION_NOT_EXIST "));
        for unknown in ["2188120000000009", "0", "a customer", "' OR 1=1"] {
            let refusal = answered(call(unknown)).await;
            assert_eq!(refusal, "USER_NOT_EXIST Connected-CustomerId names no customer", "{unknown}");
        }
        let bytes = app.world(NAME, "{}").header("Connected-CustomerId", [0xe9]);
        assert!(answered(bytes).await.starts_with("USER_NOT_EXIST "));
        let nobody = app.world_as(STRANGER, world_endpoint(NAME).path, "{}");
        assert_eq!(
            answered(nobody).await,
            "USER_NOT_EXIST the client has no customer of its own, and the call names none"
        );
    });
}

#[test]
fn a_token_is_good_until_it_expires_or_is_revoked() {
    with_world_on_each_engine(async |app| {
        accounts(app).await;
        let tokens = app.world_tokens(FOREIGN).await;
        // Signed anew each time, since the clock moves.
        let call = async |token: &str| answered(app.world(NAME, "{}").header("Access-Token", token)).await;
        for unknown in ["x", &"f".repeat(32), &"f".repeat(4_000), tokens.refresh.as_str()] {
            assert_eq!(call(unknown).await, "OAUTH_FAIL Access-Token is not a token of this client");
        }
        let bytes = app.world(NAME, "{}").header("Access-Token", [0xe9]);
        assert!(answered(bytes).await.starts_with("OAUTH_FAIL "));
        // Another client's token is nobody's.
        let stranger = app.world_as(STRANGER, world_endpoint(NAME).path, "{}");
        let stolen = answered(stranger.header("Access-Token", tokens.access.as_str())).await;
        assert_eq!(stolen, "OAUTH_FAIL Access-Token is not a token of this client");
        app.advance(30 * DAY - 1).await;
        assert_eq!(call(&tokens.access).await, "JPY");
        app.advance(1).await;
        assert_eq!(call(&tokens.access).await, "ACCESS_TOKEN_EXPIRED Access-Token has expired");
        let fresh = oauth::refresh(app.house(), CLIENT, &tokens.refresh).await.unwrap();
        assert_eq!(call(&fresh.access).await, "JPY");
        oauth::revoke(app.house(), CLIENT, &fresh.access).await.unwrap();
        assert_eq!(call(&fresh.access).await, "AUTHORIZATION_NOT_EXIST Access-Token was revoked");
    });
}

#[test]
fn the_contract_is_in_force_and_the_product_the_clients() {
    with_world(async |app| {
        accounts(app).await;
        let call = async || answered(app.world(NAME, "{}")).await;
        let set = async |contract| {
            customer::set_contract(app.house(), &holder_id(CUSTOMER), contract).await.unwrap();
        };
        set(Contract::Expired).await;
        assert_eq!(call().await, "CONTRACT_CHECK_FAIL the customer's contract has expired");
        set(Contract::None).await;
        assert_eq!(call().await, "CONTRACT_CHECK_FAIL the customer has no contract");
        let other = app.world(NAME, "{}").header("Connected-CustomerId", CONNECTED);
        assert_eq!(answered(other).await, "EUR", "it is the customer's contract that counts");
        set(Contract::InForce).await;
        let products = [Product::Statement, Product::Transfer, Product::Exchange];
        client::set_products(app.house(), CLIENT, &products).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        assert_eq!(call().await, "SERVICE_NOT_ALLOWED the client does not have the product BALANCE");
        client::set_products(app.house(), CLIENT, &[Product::Balance]).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        assert_eq!(call().await, "USD");
    });
}
