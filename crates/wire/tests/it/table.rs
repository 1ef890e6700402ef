//! Every endpoint's types behind one shape, so that a test can walk them all.

use std::fmt::Debug;

use wire::{
    DecodeError, Dialect, Endpoint, Invalid, Spec,
    binance_pay::{self, BinancePay, balance_report, convert, order, profit_sharing, service_provider},
    decode,
    world_first::{self, WorldFirst, account, fund, oauth},
};

/// What a reply holds, written again: the answer's bytes or the provider's refusal.
type Reply = Result<Result<Vec<u8>, Refusal>, DecodeError>;

/// A refusal of any dialect.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl From<binance_pay::Fault> for Refusal {
    fn from(fault: binance_pay::Fault) -> Refusal {
        Refusal { code: fault.code.as_str().to_owned(), message: fault.message().to_owned() }
    }
}

impl From<world_first::Fault> for Refusal {
    fn from(fault: world_first::Fault) -> Refusal {
        Refusal { code: fault.code.as_str().to_owned(), message: fault.message().to_owned() }
    }
}

/// An endpoint with its readers: each reads, writes what it read, reads that again and compares.
pub(crate) struct Entry {
    pub(crate) spec: &'static Spec,
    pub(crate) request: fn(&[u8]) -> Result<Vec<u8>, Invalid>,
    pub(crate) reply: fn(&[u8]) -> Reply,
    /// What is answered to a request that breaks a rule.
    pub(crate) invalid: fn(&Invalid) -> Refusal,
}

pub(crate) fn entries() -> Vec<Entry> {
    vec![
        entry::<order::create_v1::CreateOrderV1>(),
        entry::<order::create_v2::CreateOrderV2>(),
        entry::<order::create_v3::CreateOrderV3>(),
        entry::<order::query::QueryOrder>(),
        entry::<order::query_v2::QueryOrderV2>(),
        entry::<order::close::CloseOrder>(),
        entry::<profit_sharing::add_receiver::AddReceiver>(),
        entry::<profit_sharing::query_receiver::QueryReceiver>(),
        entry::<profit_sharing::del_receiver::DelReceiver>(),
        entry::<profit_sharing::submit_split::SubmitSplit>(),
        entry::<profit_sharing::query_split::QuerySplit>(),
        entry::<profit_sharing::return_split::ReturnSplit>(),
        entry::<convert::get_to_selector::GetToSelector>(),
        entry::<convert::get_quote::GetQuote>(),
        entry::<convert::execute_quote::ExecuteQuote>(),
        entry::<convert::query_trade_order::QueryTradeOrder>(),
        entry::<service_provider::query_config::QueryConfig>(),
        entry::<service_provider::create::CreateAuthorization>(),
        entry::<service_provider::get_record::GetRecord>(),
        entry::<service_provider::record::QueryRecord>(),
        entry::<balance_report::apply::ApplyBalanceReport>(),
        entry::<balance_report::query::QueryBalanceReport>(),
        world_first::<account::inquiry_balance::InquiryBalance>(),
        world_first::<account::inquiry_account::InquiryAccount>(),
        world_first::<account::inquiry_statement_list::InquiryStatementList>(),
        world_first::<account::inquiry_statement_detail::InquiryStatementDetail>(),
        world_first::<fund::consult_transfer::ConsultTransfer>(),
        world_first::<fund::create_transfer::CreateTransfer>(),
        world_first::<fund::inquiry_transfer::InquiryTransfer>(),
        world_first::<fund::create_quote::CreateQuote>(),
        world_first::<fund::create_exchange::CreateExchange>(),
        world_first::<fund::inquiry_exchange::InquiryExchange>(),
        world_first::<oauth::apply_token::ApplyToken>(),
        world_first::<oauth::revoke_token::RevokeToken>(),
    ]
}

fn entry<E>() -> Entry
where
    E: Endpoint<Dialect = BinancePay> + Debug + PartialEq,
    E::Response: Debug + PartialEq,
{
    let invalid = |invalid: &Invalid| BinancePay::invalid(invalid).into();
    Entry { spec: E::SPEC, request: request::<E>, reply: reply::<E>, invalid }
}

fn world_first<E>() -> Entry
where
    E: Endpoint<Dialect = WorldFirst> + Debug + PartialEq,
    E::Response: Debug + PartialEq,
{
    let invalid = |invalid: &Invalid| WorldFirst::invalid(invalid).into();
    Entry { spec: E::SPEC, request: request::<E>, reply: reply::<E>, invalid }
}

fn request<E: Endpoint + Debug + PartialEq>(body: &[u8]) -> Result<Vec<u8>, Invalid> {
    let read: E = decode::request(body)?;
    let written = serde_json::to_vec(&read).unwrap();
    assert_eq!(decode::request::<E>(&written).unwrap(), read);
    Ok(written)
}

fn reply<E>(body: &[u8]) -> Reply
where
    E: Endpoint,
    E::Response: Debug + PartialEq,
    Refusal: From<<E::Dialect as Dialect>::Fault>,
{
    let read = decode::reply::<E>(body)?;
    let written = match (E::BARE, E::ACCEPTED) {
        (true, _) => E::Dialect::encode_bare(read.as_ref()),
        (_, true) => E::Dialect::encode_accepted(read.as_ref()),
        _ => E::Dialect::encode(read.as_ref()),
    };
    let again = decode::reply::<E>(&written)?.map_err(Refusal::from);
    let read = read.map_err(Refusal::from);
    if let Err(refusal) = &read {
        // What is not of our table is cut to letters and digits when written, which no reply of ours needs.
        assert_eq!(again.unwrap_err().message, refusal.message);
    } else {
        assert_eq!(again, read);
    }
    Ok(read.map(|_| written))
}
