//! Calls without types, for programs that learn the endpoint's name and the request's body at run time.

use serde_json::value::RawValue;
use std::fmt;
use wire::{Dialect, binance_pay, catalogue::Entry, world_first};

use crate::{BinancePay, Error, WorldFirst, redact};

/// A raw success: verified as the provider's where replies are signed, with or without the envelope as on the page;
/// its content is not checked.
#[derive(Clone)]
pub struct Answer {
    data: Box<RawValue>,
}

impl Answer {
    /// The JSON of the answer's own data, with every digit and the order of its fields kept. Binance Pay: the
    /// envelope's `data`. WorldFirst: the whole reply, with `result` beside the other fields.
    pub fn json(&self) -> &str {
        self.data.get()
    }
}

impl BinancePay {
    /// Calls an endpoint with raw bytes as the body, which are signed and sent unchecked.
    ///
    /// ```no_run
    /// # async fn example(pay: countinghouse_client::BinancePay) -> Result<(), Box<dyn std::error::Error>> {
    /// let name = "binance_pay/profit_sharing/query_split";
    /// let endpoint = wire::CATALOGUE.iter().find(|entry| entry.spec.name == name).ok_or("no such endpoint")?;
    /// let answer = pay.call(endpoint, br#"{"merchantRequestId":"split1","prepayOrderId":"1"}"#).await?;
    /// println!("{}", answer.json());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`BinancePay::send`]; or the endpoint is another dialect's.
    pub async fn call(&self, endpoint: &Entry, body: &[u8]) -> Result<Answer, Error> {
        of_dialect::<binance_pay::BinancePay>(endpoint)?;
        let (path, repeatable) = (endpoint.spec.path, endpoint.repeatable);
        let data = self
            .post(path, body, repeatable, |reply| match endpoint.bare {
                true => binance_pay::BinancePay::decode_bare(reply),
                false => binance_pay::BinancePay::decode(reply),
            })
            .await?;
        Ok(Answer { data })
    }
}

impl WorldFirst {
    /// Calls an endpoint with raw bytes as the body, which are signed and sent unchecked. The reply is verified.
    ///
    /// # Errors
    /// As [`WorldFirst::send`]; or the endpoint is another dialect's.
    pub async fn call(&self, endpoint: &Entry, body: &[u8]) -> Result<Answer, Error> {
        of_dialect::<world_first::WorldFirst>(endpoint)?;
        let (path, repeatable) = (endpoint.spec.path, endpoint.repeatable);
        let data = self.post(path, body, repeatable, world_first::WorldFirst::decode).await?;
        Ok(Answer { data })
    }
}

impl fmt::Debug for Answer {
    /// Masks secrets: an answer may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("json", &redact::body(self.json().as_bytes())).finish()
    }
}

/// A signature of one dialect must not be sent to an endpoint of the other.
fn of_dialect<D: Dialect>(endpoint: &Entry) -> Result<(), Error> {
    if endpoint.dialect == D::NAME {
        return Ok(());
    }
    Err(Error::encode(format!("{} is an endpoint of another API", endpoint.spec.name)))
}
