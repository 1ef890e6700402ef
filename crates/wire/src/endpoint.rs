//! The interface between a provider's pages and the programs on both ends: what an endpoint is, and how a dialect
//! wraps its answers.

use std::fmt::{Debug, Display};

use serde::{Serialize, de::DeserializeOwned};

use crate::validate::{Invalid, Validate};

/// One operation of one provider: everything that both ends must agree on.
///
/// The implementing type is the request; a server reads it with [`crate::decode::request`], a client sends its
/// `Serialize` form to [`Spec::path`] and reads the reply with [`crate::decode::reply`].
pub trait Endpoint: Serialize + DeserializeOwned + Validate + Send + Sync + 'static {
    /// The provider whose signatures, envelope and codes apply.
    type Dialect: Dialect;
    /// The `data` of a success.
    type Response: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Name, path and codes of the operation.
    const SPEC: &'static Spec;
    /// Whether the page shows a success without the dialect's envelope, so that it is written with
    /// [`Dialect::encode_bare`]. Refusals have the envelope everywhere.
    const BARE: bool = false;
    /// Whether a success means only that the call was accepted, so that it is written with
    /// [`Dialect::encode_accepted`]; the final result comes from another call.
    const ACCEPTED: bool = false;
    /// Whether sending the request twice has the same effect as sending it once, so that a client may repeat it when
    /// the result is unknown: a query, or a request with an idempotency key of its own.
    const REPEATABLE: bool = false;
    /// Whether a merchant that is suspended or closed is answered too.
    const WHILE_SUSPENDED: bool = false;
    /// For a query of an operation that takes time: its non-final states.
    const UNDER_WAY: Option<&'static UnderWay> = None;
}

/// The non-final states of a query's subject.
#[derive(Debug)]
pub struct UnderWay {
    /// The field of the answer that holds the state, as the wire spells it; dots lead into objects.
    pub field: &'static str,
    /// The non-final values, as text: a number's digits, a string without quotes. Any other value is final, so that
    /// nobody waits for a state that the provider may have added.
    pub values: &'static [&'static str],
}

/// An endpoint's page, without its fields.
#[derive(Debug)]
pub struct Spec {
    /// The relative path that names the endpoint in every tree, as `binance_pay/profit_sharing/query_split`.
    pub name: &'static str,
    /// Absolute request path; every endpoint is `POST`.
    pub path: &'static str,
    /// The operation's effect, in one line without a full stop.
    pub summary: &'static str,
    /// Every code that the endpoint may refuse with, as the wire spells it: its page's closed table, or all of
    /// the dialect's codes where the end of that table is not known.
    pub codes: &'static [&'static str],
    /// Whether an absent body counts as an empty object, since the endpoint has no parameters.
    pub body_optional: bool,
    /// The scope that lets a service provider call this for a merchant, if any does.
    pub scope: Option<Scope>,
}

/// A permission that a merchant gives to a technical service provider (page
/// `api-technical-service-provider-query-config`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Convert endpoints.
    Convert,
    /// Order endpoints except the refund.
    Checkout,
    /// The refund.
    Refund,
    /// Payout endpoints.
    Payout,
    /// Report endpoints.
    Report,
    /// Transfers between a merchant's own wallets.
    InternalTransfer,
    /// Wallet balances.
    Balance,
    /// Direct debit contracts and debits.
    DirectDebit,
    /// Profit sharing: receivers, splits and returns.
    ProfitSharing,
    /// Sub-merchants.
    SubMerchant,
}

impl Scope {
    /// Every scope, in the order of the page.
    pub const ALL: [Scope; 10] = [
        Scope::Convert,
        Scope::Checkout,
        Scope::Refund,
        Scope::Payout,
        Scope::Report,
        Scope::InternalTransfer,
        Scope::Balance,
        Scope::DirectDebit,
        Scope::ProfitSharing,
        Scope::SubMerchant,
    ];

    /// The scope's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Convert => "CONVERT",
            Scope::Checkout => "CHECKOUT",
            Scope::Refund => "REFUND",
            Scope::Payout => "PAYOUT",
            Scope::Report => "REPORT",
            Scope::InternalTransfer => "INTERNAL_TRANSFER",
            Scope::Balance => "BALANCE",
            Scope::DirectDebit => "DIRECT_DEBIT",
            Scope::ProfitSharing => "PROFIT_SHARING",
            Scope::SubMerchant => "SUB_MERCHANT",
        }
    }
}

/// How a provider wraps and numbers its answers.
pub trait Dialect: 'static {
    /// The dialect's folder in every tree, which the names of its endpoints start with: `binance_pay`.
    const NAME: &'static str;
    /// The code of a successful call.
    const SUCCESS: &'static str;
    /// The code of a call that was accepted and has not ended. Most dialects have none of their own.
    const ACCEPTED: &'static str = Self::SUCCESS;
    /// A refusal in the provider's words.
    type Fault: Clone + Debug + Display + Send + Sync + 'static;

    /// The refusal for a body that breaks a rule of its page.
    fn invalid(invalid: &Invalid) -> Self::Fault;

    /// The body of a reply.
    fn encode<T: Serialize>(answer: Result<&T, &Self::Fault>) -> Vec<u8>;

    /// Reads a reply's body: the answer or the provider's refusal.
    ///
    /// # Errors
    /// The body is not a reply of this dialect, or its data is not a `T`.
    fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Self::Fault>, DecodeError>;

    /// The body of a reply whose success means that the call was accepted.
    fn encode_accepted<T: Serialize>(answer: Result<&T, &Self::Fault>) -> Vec<u8> {
        Self::encode(answer)
    }

    /// The body of a reply whose success has no envelope; a refusal keeps it. Most dialects have no such reply.
    fn encode_bare<T: Serialize>(answer: Result<&T, &Self::Fault>) -> Vec<u8> {
        Self::encode(answer)
    }

    /// Reads a reply's body whose success may come with or without the envelope.
    ///
    /// # Errors
    /// As [`Dialect::decode`].
    fn decode_bare<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Self::Fault>, DecodeError> {
        Self::decode(body)
    }
}

/// A reply that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not an object of the dialect's envelope: a proxy's page, or a reply cut short.
    #[error("the reply is not an envelope of this API")]
    Envelope,
    /// A success whose data does not have the endpoint's shape.
    #[error("the reply's data was not understood at {field}: {rule}")]
    Data {
        /// Path of the field within `data`.
        field: String,
        /// The expected value.
        rule: String,
    },
}
