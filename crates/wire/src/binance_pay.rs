//! The Binance Pay merchant API: JSON over POST, HMAC-SHA512 signed requests, one reply envelope.
//!
//! One file per endpoint under the name of its page's group; `codes` is the one table of result codes.

pub mod balance_report;
pub mod codes;
pub mod convert;
mod envelope;
pub mod fault;
pub mod headers;
pub mod order;
pub mod profit_sharing;
pub mod service_provider;
pub mod sign;
pub mod webhook;

pub use codes::Code;
pub use fault::{Fault, FaultCode};
pub use sign::Secret;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    decode::AN_ARRAY,
    endpoint::{DecodeError, Dialect},
    validate::{Invalid, Why},
};

/// The dialect of the Binance Pay merchant API.
pub enum BinancePay {}

impl Dialect for BinancePay {
    const NAME: &'static str = "binance_pay";
    const SUCCESS: &'static str = codes::SUCCESS;
    type Fault = Fault;

    fn invalid(invalid: &Invalid) -> Fault {
        let code = match invalid.why {
            // The page's own words are the message, unless more can be said.
            Why::NotAnObject if invalid.rule == AN_ARRAY => &codes::INVALID_REQUEST_BODY,
            Why::NotAnObject => return Fault::new(&codes::INVALID_REQUEST_BODY),
            Why::Missing => &codes::MANDATORY_PARAM_EMPTY_OR_MALFORMED,
            Why::Length => &codes::INVALID_PARAM_WRONG_LENGTH,
            Why::Value => &codes::INVALID_PARAM_WRONG_VALUE,
            Why::Chars => &codes::INVALID_PARAM_ILLEGAL_CHAR,
        };
        Fault::new(code).because(invalid)
    }

    fn encode<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
        envelope::encode(answer)
    }

    fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
        envelope::decode(body)
    }

    fn encode_bare<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
        envelope::encode_bare(answer)
    }

    fn decode_bare<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
        envelope::decode_bare(body)
    }
}
