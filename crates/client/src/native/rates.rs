//! Rates, and the house's positions.

use super::{Native, segment};
use crate::Error;
use wire::native::{Positions, Rate, Rates, RatesSet, SetRate, SetRates};

impl Native {
    /// Reads every rate.
    pub async fn rates(&self) -> Result<Rates, Error> {
        self.get("/v1/rates").await
    }

    /// Sets the rate of a pair.
    ///
    /// # Errors
    /// See [`Error`]; a rate that breaks a rule is a refusal.
    pub async fn set_rate(&self, base: &str, quote: &str, rate: &SetRate) -> Result<Rate, Error> {
        self.put(&rate_path(base, quote), rate).await
    }

    /// Sets rates: all of them, or none and an error whose [`field`](Error::field) names the bad one.
    ///
    /// # Errors
    /// See [`Error`]; a rate that breaks a rule is a refusal.
    pub async fn set_rates(&self, rates: &SetRates) -> Result<RatesSet, Error> {
        self.post("/v1/rates", rates).await
    }

    /// Removes the rate of a pair.
    pub async fn remove_rate(&self, base: &str, quote: &str) -> Result<(), Error> {
        self.delete(&rate_path(base, quote)).await
    }

    /// Removes the limits of a pair's rate.
    pub async fn clear_rate_limits(&self, base: &str, quote: &str) -> Result<(), Error> {
        self.delete(&format!("{}/limits", rate_path(base, quote))).await
    }

    /// Reads the house's positions.
    pub async fn positions(&self) -> Result<Positions, Error> {
        self.get("/v1/house/position").await
    }
}

fn rate_path(base: &str, quote: &str) -> String {
    format!("/v1/rates/{}/{}", segment(base), segment(quote))
}
