//! The customer of a call, and the client's right to act for it: token and authorization, then the customer, then
//! contract and product.

use super::{
    gate::Header,
    outcome::{aborted, failed},
    serve::Call,
};
use house::world_first::{
    Contract, Product,
    customer::{self, Customer},
    oauth::{self, TokenRefusal},
};
use http::HeaderName;
use wire::world_first::{
    Code, Fault, codes,
    headers::{self, display},
};

static ACCESS_TOKEN: Header =
    Header::new(HeaderName::from_static(headers::ACCESS_TOKEN), display::ACCESS_TOKEN, &codes::OAUTH_FAIL);
/// The two header names of the connected customer.
static CONNECTED: [Header; 2] = [
    Header::new(
        HeaderName::from_static(headers::CONNECTED_CUSTOMER_ID),
        display::CONNECTED_CUSTOMER_ID,
        &codes::AUTHORIZATION_NOT_EXIST,
    ),
    Header::new(
        HeaderName::from_static(headers::CONNECTED_ACCOUNT_ID),
        display::CONNECTED_ACCOUNT_ID,
        &codes::AUTHORIZATION_NOT_EXIST,
    ),
];

/// A call's claims about its customer, which must all agree.
pub struct Claims<'c> {
    tokens: Vec<(&'static str, &'c [u8])>,
    customers: Vec<(&'static str, &'c [u8])>,
}

impl<'c> Claims<'c> {
    /// Adds a token in the body.
    pub fn token(&mut self, token: Option<&'c str>) {
        self.tokens.extend(token.map(|token| ("accessToken", token.as_bytes())));
    }

    /// Adds a customer's id in a field of the body.
    pub fn customer(&mut self, field: &'static str, id: Option<&'c str>) {
        self.customers.extend(id.map(|id| (field, id.as_bytes())));
    }
}

impl<E> Call<E> {
    /// The claims of the headers.
    ///
    /// # Errors
    /// When one of them was sent more than once.
    pub fn claims(&self) -> Result<Claims<'_>, Fault> {
        let token = ACCESS_TOKEN.optional(&self.headers)?;
        let mut customers = Vec::new();
        for header in &CONNECTED {
            customers.extend(header.optional(&self.headers)?.map(|id| (header.display(), id)));
        }
        Ok(Claims {
            tokens: token.map(|token| (ACCESS_TOKEN.display(), token)).into_iter().collect(),
            customers,
        })
    }

    /// The customer by the claims of the headers. See [`Call::customer_of`].
    ///
    /// # Errors
    /// The first rule that is broken.
    pub async fn customer(&self, product: Product) -> Result<Customer, Fault> {
        self.customer_of(&self.claims()?, product).await
    }

    /// The customer of a call: the one that granted the token, the one that the client names and is connected to, or
    /// else the client's own. Its contract must be in force, and the client must have the product.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub async fn customer_of(&self, claims: &Claims<'_>, product: Product) -> Result<Customer, Fault> {
        let customer = self.claimed(claims).await?;
        // Nothing else in this call sets it.
        let _ = self.acted_for.set(customer.id.clone());
        match customer.contract {
            Contract::InForce => {}
            Contract::Expired => {
                return Err(refused(&codes::CONTRACT_CHECK_FAIL, "the customer's contract has expired"));
            }
            Contract::None => {
                return Err(refused(&codes::CONTRACT_CHECK_FAIL, "the customer has no contract"));
            }
        }
        if !self.client.client.products.contains(&product) {
            let reason = format!("the client does not have the product {}", product.as_str());
            return Err(Fault::new(&codes::SERVICE_NOT_ALLOWED).because(reason));
        }
        Ok(customer)
    }

    async fn claimed(&self, claims: &Claims<'_>) -> Result<Customer, Fault> {
        let mut claimed: Option<Customer> = None;
        for (name, token) in &claims.tokens {
            let granted = self.granted(name, token).await?;
            if claimed.is_some_and(|customer| customer.id != granted.id) {
                return Err(disagrees(name));
            }
            claimed = Some(granted);
        }
        for (name, id) in &claims.customers {
            claimed = Some(match claimed {
                Some(customer) if customer.id.as_str().as_bytes() == *id => customer,
                Some(_) => return Err(disagrees(name)),
                None => self.connected(name, id).await?,
            });
        }
        match claimed {
            Some(customer) => Ok(customer),
            None => self.own().await,
        }
    }

    /// The customer that granted an access token.
    async fn granted(&self, name: &str, token: &[u8]) -> Result<Customer, Fault> {
        let fault = |refusal| token_fault(name, refusal);
        let token = std::str::from_utf8(token).map_err(|_| fault(TokenRefusal::Unknown))?;
        let granted = oauth::who(self.house(), &self.client.client.client_id, token).await;
        granted.map_err(|abort| aborted(abort, fault))
    }

    /// The customer with an id, if the client may act for it. A customer that does not exist has its own code.
    async fn connected(&self, name: &str, id: &[u8]) -> Result<Customer, Fault> {
        let nobody = || refused(&codes::USER_NOT_EXIST, format_args!("{name} names no customer"));
        let id = std::str::from_utf8(id).map_err(|_| nobody())?;
        let customer = customer::find(self.house(), id).await.map_err(|failure| failed(&failure))?;
        let customer = customer.ok_or_else(nobody)?;
        let client = &self.client.client;
        if client.connected.contains(&customer.id) || client.customer.as_ref() == Some(&customer.id) {
            return Ok(customer);
        }
        let reason = format_args!("{name} names a customer that this client is not connected to");
        Err(refused(&codes::AUTHORIZATION_NOT_EXIST, reason))
    }

    /// The client's own customer.
    async fn own(&self) -> Result<Customer, Fault> {
        const NOBODY: &str = "the client has no customer of its own, and the call names none";
        let nobody = || refused(&codes::USER_NOT_EXIST, NOBODY);
        let own = self.client.client.customer.as_ref().ok_or_else(nobody)?;
        let customer =
            customer::find(self.house(), own.as_str()).await.map_err(|failure| failed(&failure))?;
        customer.ok_or_else(nobody)
    }
}

fn refused(code: &'static Code, reason: impl std::fmt::Display) -> Fault {
    Fault::new(code).because(reason)
}

fn disagrees(name: &str) -> Fault {
    refused(
        &codes::AUTHORIZATION_NOT_EXIST,
        format_args!("{name} is for another customer than the rest of the call"),
    )
}

/// The fault of an access token in a header or field of this name.
pub(super) fn token_fault(name: &str, refusal: TokenRefusal) -> Fault {
    let (code, reason) = match refusal {
        TokenRefusal::Unknown => (&codes::OAUTH_FAIL, "is not a token of this client"),
        TokenRefusal::Expired => (&codes::ACCESS_TOKEN_EXPIRED, "has expired"),
        TokenRefusal::Revoked => (&codes::AUTHORIZATION_NOT_EXIST, "was revoked"),
    };
    refused(code, format_args!("{name} {reason}"))
}
