//! Authorizations: a customer grants one; a client exchanges the code for tokens, refreshes and revokes them.
//!
//! Codes and tokens are shown once. The database has only their digests, under a key that is not in it.

use super::customer::{self, Customer};
use crate::{Abort, Failure, House};
use ledger::{HolderId, Millis};
use store::{
    Command, Tx,
    event::{self, EventKind},
    world_first::{
        authorization::{self, AuthorizationRow, CodeRow, TokenRow},
        client,
    },
};
use zeroize::Zeroizing;

/// Validity of a code: 10 minutes.
pub const CODE_MILLIS: i64 = 600_000;
/// Validity of an access token: 30 days.
pub const ACCESS_MILLIS: i64 = 30 * 86_400_000;
/// Validity of a refresh token: 180 days.
pub const REFRESH_MILLIS: i64 = 180 * 86_400_000;

/// A code to exchange for tokens, once.
#[derive(Debug, Clone)]
pub struct Code {
    /// The code: 32 hexadecimal digits.
    pub code: Zeroizing<String>,
    /// When it expires.
    pub expire_at: Millis,
}

/// Tokens of an authorization.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The customer that granted it.
    pub customer: HolderId,
    /// The token for calls: 32 hexadecimal digits.
    pub access: Zeroizing<String>,
    /// When it expires.
    pub access_expire_at: Millis,
    /// The token for getting the next access token: 32 hexadecimal digits.
    pub refresh: Zeroizing<String>,
    /// When it expires.
    pub refresh_expire_at: Millis,
}

/// Why an authorization is not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefusal {
    /// No client has this id.
    #[error("there is no such client")]
    NoClient,
    /// No customer has this id.
    #[error("there is no such customer")]
    NoCustomer,
}

/// Why a code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// The code does not exist, or belongs to another client.
    #[error("there is no such code")]
    Unknown,
    /// It has expired.
    #[error("the code has expired")]
    Expired,
    /// It was already used.
    #[error("the code was used before")]
    Used,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The token does not exist, or belongs to another client.
    #[error("there is no such token")]
    Unknown,
    /// It has expired.
    #[error("the token has expired")]
    Expired,
    /// It was revoked.
    #[error("the token was revoked")]
    Revoked,
}

/// Grants a client the right to act for a customer: returns the code that the client exchanges for tokens.
/// The actor, as in journals, is the one who grants on the customer's behalf.
pub async fn grant(
    house: &House,
    actor: &str,
    client_id: &str,
    customer: &str,
) -> Result<Code, Abort<GrantRefusal>> {
    let holder = HolderId::new(customer).map_err(|_| Abort::Refused(GrantRefusal::NoCustomer))?;
    let code = Zeroizing::new(house.token());
    let now = house.now(&holder);
    let expire_at = now.plus(CODE_MILLIS);
    let row = CodeRow {
        code_digest: house.vault().digest(&code)?,
        client_id: client_id.to_owned(),
        customer: holder,
        granted_by: actor.to_owned(),
        created_at: now,
        expire_at,
        used_at: None,
    };
    house.commit(Grant { row }).await?;
    Ok(Code { code, expire_at })
}

/// Exchanges a code for tokens. Of any number of concurrent attempts, one succeeds.
pub async fn apply(house: &House, client_id: &str, code: &str) -> Result<Tokens, Abort<CodeRefusal>> {
    let mut found = None;
    for digest in house.vault().digests(code)? {
        found = found.or(authorization::code(house.store(), &digest).await?);
    }
    let found = found.filter(|row| row.client_id == client_id);
    let found = found.ok_or(Abort::Refused(CodeRefusal::Unknown))?;
    let now = house.now(&found.customer);
    let tokens = Tokens {
        customer: found.customer.clone(),
        access: Zeroizing::new(house.token()),
        access_expire_at: now.plus(ACCESS_MILLIS),
        refresh: Zeroizing::new(house.token()),
        refresh_expire_at: now.plus(REFRESH_MILLIS),
    };
    let authorization = AuthorizationRow {
        refresh_digest: house.vault().digest(&tokens.refresh)?,
        client_id: found.client_id,
        customer: found.customer,
        granted_by: found.granted_by,
        created_at: now,
        expire_at: tokens.refresh_expire_at,
        revoked_at: None,
    };
    let access = NewAccess::new(house, &tokens, now)?;
    house.commit(Apply { code_digest: found.code_digest, authorization, access }).await?;
    Ok(tokens)
}

/// A new access token for a refresh token, which does not change and can be used until it expires. Earlier
/// access tokens stay valid until they expire.
pub async fn refresh(
    house: &House,
    client_id: &str,
    refresh_token: &str,
) -> Result<Tokens, Abort<TokenRefusal>> {
    let mut found = None;
    for digest in house.vault().digests(refresh_token)? {
        found = found.or(authorization::find(house.store(), &digest).await?);
    }
    let found = found.filter(|row| row.client_id == client_id);
    let found = found.ok_or(Abort::Refused(TokenRefusal::Unknown))?;
    let now = house.now(&found.customer);
    let tokens = Tokens {
        customer: found.customer.clone(),
        access: Zeroizing::new(house.token()),
        access_expire_at: now.plus(ACCESS_MILLIS),
        refresh: Zeroizing::new(refresh_token.to_owned()),
        refresh_expire_at: found.expire_at,
    };
    let access = NewAccess::new(house, &tokens, now)?;
    house.commit(Refresh { refresh_digest: found.refresh_digest, access }).await?;
    Ok(tokens)
}

/// Ends the authorization of an access token: all its access tokens and its refresh token. Returns the time
/// of the revocation. An expired access token is accepted; a revoked one is refused.
pub async fn revoke(
    house: &House,
    client_id: &str,
    access_token: &str,
) -> Result<Millis, Abort<TokenRefusal>> {
    let found = find_token(house, client_id, access_token).await?;
    let at = house.now(&found.authorization.customer);
    house.commit(Revoke { refresh_digest: found.authorization.refresh_digest, at }).await?;
    Ok(at)
}

/// The customer that a client may act for with an access token.
pub async fn who(
    house: &House,
    client_id: &str,
    access_token: &str,
) -> Result<Customer, Abort<TokenRefusal>> {
    let found = find_token(house, client_id, access_token).await?;
    let id = &found.authorization.customer;
    if found.authorization.revoked_at.is_some() {
        return Err(Abort::Refused(TokenRefusal::Revoked));
    }
    if found.expire_at <= house.now(id) {
        return Err(Abort::Refused(TokenRefusal::Expired));
    }
    let customer = customer::find(house, id).await?;
    customer.ok_or_else(|| Failure::invariant(format!("customer {id} granted, and is not there")).into())
}

/// An access token of a client, in any state.
async fn find_token(
    house: &House,
    client_id: &str,
    access_token: &str,
) -> Result<TokenRow, Abort<TokenRefusal>> {
    let mut found = None;
    for digest in house.vault().digests(access_token)? {
        found = found.or(authorization::token(house.store(), &digest).await?);
    }
    let found = found.filter(|row| row.authorization.client_id == client_id);
    found.ok_or(Abort::Refused(TokenRefusal::Unknown))
}

struct Grant {
    row: CodeRow,
}

impl Command for Grant {
    type Output = ();
    type Refusal = GrantRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<GrantRefusal>> {
        let CodeRow { client_id, customer, created_at, .. } = &self.row;
        if client::find_in(tx, client_id).await?.is_none() {
            return Err(Abort::Refused(GrantRefusal::NoClient));
        }
        if store::world_first::customer::find_in(tx, customer).await?.is_none() {
            return Err(Abort::Refused(GrantRefusal::NoCustomer));
        }
        authorization::insert_code(tx, &self.row).await?;
        event::record(tx, customer, EventKind::CustomerGranted, client_id, *created_at).await?;
        Ok(())
    }
}

/// An access token to add.
struct NewAccess {
    digest: String,
    at: Millis,
    expire_at: Millis,
}

impl NewAccess {
    fn new(house: &House, tokens: &Tokens, at: Millis) -> Result<Self, Failure> {
        let digest = house.vault().digest(&tokens.access)?;
        Ok(Self { digest, at, expire_at: tokens.access_expire_at })
    }

    async fn insert(&self, tx: &mut Tx<'_>, refresh_digest: &str) -> Result<(), Failure> {
        authorization::insert_token(tx, &self.digest, refresh_digest, self.at, self.expire_at).await
    }
}

struct Apply {
    code_digest: String,
    authorization: AuthorizationRow,
    access: NewAccess,
}

impl Command for Apply {
    type Output = ();
    type Refusal = CodeRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<CodeRefusal>> {
        let AuthorizationRow { client_id, customer, created_at, refresh_digest, .. } = &self.authorization;
        let code = authorization::lock_code(tx, &self.code_digest).await?;
        let code = code.ok_or(Abort::Refused(CodeRefusal::Unknown))?;
        if code.used_at.is_some() {
            return Err(Abort::Refused(CodeRefusal::Used));
        }
        if code.expire_at <= *created_at {
            return Err(Abort::Refused(CodeRefusal::Expired));
        }
        authorization::use_code(tx, &code, *created_at).await?;
        authorization::insert(tx, &self.authorization).await?;
        self.access.insert(tx, refresh_digest).await?;
        event::record(tx, customer, EventKind::CustomerAuthorized, client_id, *created_at).await?;
        Ok(())
    }
}

struct Refresh {
    refresh_digest: String,
    access: NewAccess,
}

impl Command for Refresh {
    type Output = ();
    type Refusal = TokenRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<TokenRefusal>> {
        // Locked, so that no token is added to an authorization that is being revoked.
        let found = authorization::lock(tx, &self.refresh_digest).await?;
        let found = found.ok_or(Abort::Refused(TokenRefusal::Unknown))?;
        if found.revoked_at.is_some() {
            return Err(Abort::Refused(TokenRefusal::Revoked));
        }
        if found.expire_at <= self.access.at {
            return Err(Abort::Refused(TokenRefusal::Expired));
        }
        Ok(self.access.insert(tx, &self.refresh_digest).await?)
    }
}

struct Revoke {
    refresh_digest: String,
    at: Millis,
}

impl Command for Revoke {
    type Output = ();
    type Refusal = TokenRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<TokenRefusal>> {
        let found = authorization::lock(tx, &self.refresh_digest).await?;
        let found = found.ok_or(Abort::Refused(TokenRefusal::Unknown))?;
        if found.revoked_at.is_some() {
            return Err(Abort::Refused(TokenRefusal::Revoked));
        }
        authorization::revoke(tx, &found, self.at).await?;
        event::record(tx, &found.customer, EventKind::CustomerRevoked, &found.client_id, self.at).await?;
        Ok(())
    }
}
