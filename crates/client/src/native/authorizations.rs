//! Technical service providers and their authorizations.

use super::{Native, segment};
use crate::Error;
use serde::Serialize;
use wire::native::{AgreeAuthorization, Authorization, ChangeAuthorization, Page, ServiceProvider};

/// A filter of authorizations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizationFilter {
    /// Of this provider only.
    pub provider: Option<String>,
    /// Of this merchant only.
    pub merchant: Option<String>,
}

impl Native {
    /// Lists authorizations, the oldest first; `after` is `next` of the previous page.
    pub async fn authorizations(
        &self,
        filter: &AuthorizationFilter,
        after: Option<&str>,
    ) -> Result<Page<Authorization>, Error> {
        let parts = [("provider", filter.provider.as_deref()), ("merchant", filter.merchant.as_deref())];
        let parts = parts.into_iter().chain([("after", after)]);
        let query: Vec<String> = parts
            .filter_map(|(name, value)| value.map(|value| format!("{name}={}", segment(value))))
            .collect();
        self.get(&format!("/v1/authorizations?{}", query.join("&"))).await
    }

    /// Reads an authorization.
    pub async fn authorization(&self, id: &str) -> Result<Authorization, Error> {
        self.get(&format!("/v1/authorizations/{}", segment(id))).await
    }

    /// Agrees for the merchant.
    ///
    /// # Errors
    /// See [`Error`]; it is refused unless the authorization is pending.
    pub async fn agree(&self, id: &str, to: &AgreeAuthorization) -> Result<Authorization, Error> {
        self.answer(id, "agree", to).await
    }

    /// Refuses for the merchant.
    ///
    /// # Errors
    /// See [`Error`]; it is refused unless the authorization is pending.
    pub async fn reject(&self, id: &str) -> Result<Authorization, Error> {
        self.answer(id, "reject", &()).await
    }

    /// Changes the provider's permissions.
    ///
    /// # Errors
    /// See [`Error`]; it is refused unless the merchant has agreed.
    pub async fn change(&self, id: &str, to: &ChangeAuthorization) -> Result<Authorization, Error> {
        self.answer(id, "change", to).await
    }

    /// Revokes the merchant's consent.
    ///
    /// # Errors
    /// See [`Error`]; it is refused unless the merchant has agreed.
    pub async fn disable(&self, id: &str) -> Result<Authorization, Error> {
        self.answer(id, "disable", &()).await
    }

    /// Makes a merchant a technical service provider, or changes the scopes that it may request.
    pub async fn set_service_provider(
        &self,
        merchant: &str,
        provider: &ServiceProvider,
    ) -> Result<ServiceProvider, Error> {
        self.put(&format!("/v1/merchants/{}/service-provider", segment(merchant)), provider).await
    }

    async fn answer<B: Serialize>(&self, id: &str, what: &str, body: &B) -> Result<Authorization, Error> {
        self.post(&format!("/v1/authorizations/{}/{what}", segment(id)), body).await
    }
}
