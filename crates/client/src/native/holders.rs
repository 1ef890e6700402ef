//! Merchants, payers, API keys, balances, and deposits.

use super::{Native, paged, segment};
use crate::Error;
use reqwest::Method;
use wire::native::{
    ApiKey, Balances, CreateMerchant, CreatePayer, Deposit, IssueApiKey, IssuedApiKey, Merchant, Page, Payer,
    PostDeposit, SetStatus, Time,
};

impl Native {
    /// Lists merchants by id; `after` is `next` of the previous page.
    pub async fn merchants(&self, after: Option<&str>) -> Result<Page<Merchant>, Error> {
        self.get(&paged("/v1/merchants", after)).await
    }

    /// Reads a merchant.
    pub async fn merchant(&self, id: &str) -> Result<Merchant, Error> {
        self.get(&format!("/v1/merchants/{}", segment(id))).await
    }

    /// Creates a merchant.
    pub async fn create_merchant(&self, new: &CreateMerchant) -> Result<Merchant, Error> {
        self.post("/v1/merchants", new).await
    }

    /// Suspends, closes or reactivates a merchant.
    pub async fn set_merchant_status(&self, id: &str, to: &SetStatus) -> Result<Merchant, Error> {
        self.send(Method::PATCH, &format!("/v1/merchants/{}", segment(id)), to).await
    }

    /// Lists a merchant's API keys, without their secrets.
    pub async fn api_keys(&self, merchant: &str) -> Result<Page<ApiKey>, Error> {
        self.get(&format!("/v1/merchants/{}/api-keys", segment(merchant))).await
    }

    /// Issues an API key; its secret is shown only in this reply.
    pub async fn issue_api_key(&self, merchant: &str, new: &IssueApiKey) -> Result<IssuedApiKey, Error> {
        self.post(&format!("/v1/merchants/{}/api-keys", segment(merchant)), new).await
    }

    /// Revokes an API key.
    pub async fn revoke_api_key(&self, merchant: &str, key: &str) -> Result<(), Error> {
        self.delete(&format!("/v1/merchants/{}/api-keys/{}", segment(merchant), segment(key))).await
    }

    /// Lists payers by Binance ID; `after` is `next` of the previous page.
    pub async fn payers(&self, after: Option<&str>) -> Result<Page<Payer>, Error> {
        self.get(&paged("/v1/payers", after)).await
    }

    /// Reads a payer.
    pub async fn payer(&self, binance_id: &str) -> Result<Payer, Error> {
        self.get(&format!("/v1/payers/{}", segment(binance_id))).await
    }

    /// Creates a payer.
    pub async fn create_payer(&self, new: &CreatePayer) -> Result<Payer, Error> {
        self.post("/v1/payers", new).await
    }

    /// Suspends, closes or reactivates a payer.
    pub async fn set_payer_status(&self, binance_id: &str, to: &SetStatus) -> Result<Payer, Error> {
        self.send(Method::PATCH, &format!("/v1/payers/{}", segment(binance_id)), to).await
    }

    /// Reads a holder's balances at a time; everything that took effect then is included.
    pub async fn balances_at(&self, holder: &str, at: Time) -> Result<Balances, Error> {
        self.get(&format!("/v1/holders/{}/balances?at={}", segment(holder), segment(&at.to_string()))).await
    }

    /// Credits a holder's wallet with test money, once for each reference; in a twin only.
    pub async fn deposit(&self, new: &PostDeposit) -> Result<Deposit, Error> {
        self.post("/v1/deposits", new).await
    }
}
