//! The WorldFirst API (`/amsin/api/v1`): JSON over POST, signed both ways with RSA, the result beside the reply's own
//! fields.
//!
//! One file per endpoint under the name of its page's group; `codes` is the one table of result codes.

pub mod account;
pub mod amount;
pub mod codes;
mod envelope;
pub mod fault;
pub mod fund;
pub mod headers;
pub mod oauth;
pub mod outcome;
pub mod sign;
pub mod time;

pub use amount::{Amount, AskedAmount};
pub use codes::{Code, Status};
pub use fault::{Fault, FaultCode};
pub use outcome::Outcome;
pub use sign::{SignatureHeader, SigningKey, VerifyingKey};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    endpoint::{DecodeError, Dialect},
    validate::Invalid,
};

/// The prefix of every endpoint's path.
pub const ROOT: &str = "/amsin/api/v1/";

/// The dialect of the WorldFirst API.
pub enum WorldFirst {}

impl Dialect for WorldFirst {
    const NAME: &'static str = "world_first";
    const SUCCESS: &'static str = codes::SUCCESS.code;
    const ACCEPTED: &'static str = codes::PROCESSING.code;
    type Fault = Fault;

    fn invalid(invalid: &Invalid) -> Fault {
        Fault::new(&codes::PARAM_ILLEGAL).because(invalid)
    }

    fn encode<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
        envelope::encode(&codes::SUCCESS, answer)
    }

    fn encode_accepted<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
        envelope::encode(&codes::PROCESSING, answer)
    }

    fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
        envelope::decode(body)
    }
}
