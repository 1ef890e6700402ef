//! Technical service providers: their configuration, and their requests for authorization. Calls in a merchant's name
//! go through [`super::delegation`].

mod create;
mod get_record;
mod query_config;
mod record;

pub use create::create;
pub use get_record::get_record;
pub use query_config::query_config;
pub use record::record;

use house::service_provider::{AuthorizationStatus, ProviderRefusal, Record};
use wire::{
    binance_pay::{
        Fault, codes,
        service_provider::{AuthorizationRecord, RecordStatus},
    },
    text::Text,
};

/// The fault of a caller that is not a provider.
fn not_a_provider(refusal: ProviderRefusal) -> Fault {
    match refusal {
        ProviderRefusal::NotAProvider => Fault::new(&codes::INVALID_REQUEST).because(refusal),
    }
}

/// A record in the form of the pages.
fn shown(Record { row: record, token }: Record) -> AuthorizationRecord {
    AuthorizationRecord {
        authorization_id: record.id.to_string().into(),
        merchant_name: record.merchant_name.into(),
        authorization_token: token.as_str().into(),
        merchant_id: record.merchant.as_str().into(),
        status: status(record.status),
        scopes: texts(record.scopes),
        ip_whitelist: texts(record.ip_whitelist),
    }
}

fn status(status: AuthorizationStatus) -> RecordStatus {
    match status {
        AuthorizationStatus::Pending => RecordStatus::Pending,
        AuthorizationStatus::Authorized => RecordStatus::Authorized,
        AuthorizationStatus::Rejected => RecordStatus::Rejected,
        AuthorizationStatus::Disabled => RecordStatus::Disabled,
    }
}

fn texts(list: Vec<String>) -> Vec<Text> {
    list.into_iter().map(Text::from).collect()
}
