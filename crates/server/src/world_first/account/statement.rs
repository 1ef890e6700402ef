//! Statement lines in the replies of both statement pages.

use crate::world_first::outcome::failed;
use house::{
    Failure,
    deposit::Payer,
    world_first::{
        statement::{About, Line, Party},
        transfer::{Transfer, TransferStatus},
    },
};
use ledger::JournalKind;
use wire::{
    text::Text,
    world_first::{
        Amount, Fault,
        account::{
            BalanceType,
            inquiry_balance::type_fields,
            inquiry_statement_list::StatementLine,
            statement::{
                ForeignExchangeQuote, FundMoveDetail, TransactionStatus, TransactionType, WORLDFIRST,
                masked_name, masked_number,
            },
        },
        codes, time,
    },
};

/// Maximum number of characters of a remark.
const REMARKS_MAX: usize = 512;

/// The provider's types of transaction for the journals that change a customer's balance.
const TYPES: [(JournalKind, TransactionType); 6] = [
    (JournalKind::Deposit, TransactionType::Collection),
    (JournalKind::Freeze, TransactionType::Deduction),
    (JournalKind::TransferFreeze, TransactionType::Transfer),
    (JournalKind::TransferSettle, TransactionType::Transfer),
    (JournalKind::TransferRelease, TransactionType::TransferRefund),
    (JournalKind::Exchange, TransactionType::Conversion),
];

/// The kinds of journals for some types of transaction; `None`, for all kinds, without a type.
pub(super) fn kinds(types: &[TransactionType]) -> Option<Vec<JournalKind>> {
    let of = |(kind, name): &(JournalKind, TransactionType)| types.contains(name).then_some(*kind);
    (!types.is_empty()).then(|| TYPES.iter().filter_map(of).collect())
}

/// The type of transaction of a journal.
pub(super) fn transaction_type(kind: JournalKind) -> Result<TransactionType, Fault> {
    let known = TYPES.iter().find(|(known, _)| *known == kind);
    let unknown = || failed(&Failure::invariant(format!("a {} in a customer's account", kind.as_str())));
    known.map(|(_, name)| *name).ok_or_else(unknown)
}

/// Converts a fault to the codes of the statement pages, whose table has none for a service that is not allowed.
pub(super) fn on_these_pages(fault: Fault) -> Fault {
    match fault.is(&codes::SERVICE_NOT_ALLOWED) {
        true => Fault::new(&codes::PROCESS_FAIL).because(fault.message()),
        false => fault,
    }
}

/// A line with amounts in minor units, which are the ledger's own.
pub(super) fn shown(line: &Line, as_array: bool) -> Result<StatementLine, Fault> {
    let known = BalanceType::parse(line.wallet.as_str());
    let known = known.ok_or_else(|| failed(&Failure::invariant("a line of a wallet of another dialect")))?;
    let (balance_type, balance_types) = type_fields(known, as_array);
    let amount = |amount: money::Amount| Amount::new(line.asset.as_str(), amount.as_units());
    Ok(StatementLine {
        transaction_id: line.transaction_id.as_str().into(),
        ext_transaction_id: line.external_id.as_deref().map(Text::from),
        accounting_biz_no: line.number.as_str().into(),
        transaction_time: time::text(line.at.get()).into(),
        transaction_type: transaction_type(line.kind)?.as_str().into(),
        transaction_status: status(line).as_str().into(),
        balance_type,
        balance_types,
        transaction_amount: amount(line.amount),
        account_balance: amount(line.balance),
        foreign_exchange_quote: foreign_exchange(&line.about),
        fund_move_detail: fund_move(&line.about),
    })
}

/// The status of a line: the transfer's for an amount that it froze, otherwise success.
fn status(line: &Line) -> TransactionStatus {
    match (&line.about, line.kind) {
        (About::Transfer { transfer, .. }, JournalKind::TransferFreeze) => match transfer.status {
            TransferStatus::Processing => TransactionStatus::Processing,
            TransferStatus::Success => TransactionStatus::Success,
            TransferStatus::Failed(_) => TransactionStatus::Fail,
        },
        _ => TransactionStatus::Success,
    }
}

fn foreign_exchange(about: &About) -> Option<ForeignExchangeQuote> {
    match about {
        About::Exchange(exchange) => Some(ForeignExchangeQuote {
            transfer_from_currency: exchange.terms.from.as_str().into(),
            transfer_to_currency: exchange.terms.to.as_str().into(),
            // The object has no pair that says what is priced, so the price goes the way of the exchange.
            quote_price: exchange.terms.ratio.to_string().into(),
        }),
        About::Deposit(_) | About::Freeze | About::Transfer { .. } => None,
    }
}

fn fund_move(about: &About) -> Option<FundMoveDetail> {
    match about {
        About::Deposit(payer) => (*payer != Payer::default()).then(|| deposited(payer)),
        About::Transfer { transfer, payer, payee } => Some(transferred(transfer, payer, payee)),
        About::Freeze | About::Exchange(_) => None,
    }
}

fn deposited(payer: &Payer) -> FundMoveDetail {
    FundMoveDetail {
        payer_name: payer.name.as_deref().map(masked_name),
        payer_account_no: payer.account.as_deref().map(masked_number),
        payer_bank_name: payer.bank.as_deref().map(Text::from),
        remarks: payer.remark.as_deref().map(remarks),
        ..FundMoveDetail::default()
    }
}

fn transferred(transfer: &Transfer, payer: &Party, payee: &Party) -> FundMoveDetail {
    FundMoveDetail {
        payer_name: Some(masked_name(&payer.name)),
        payer_account_no: payer.account_no.as_deref().map(masked_number),
        payer_account_type: Some(WORLDFIRST.into()),
        payer_bank_name: None,
        beneficiary_name: Some(masked_name(&payee.name)),
        beneficiary_account_no: payee.account_no.as_deref().map(masked_number),
        beneficiary_account_type: Some(WORLDFIRST.into()),
        remarks: transfer.remark.as_deref().map(remarks),
    }
}

/// A remark, cut to the page's maximum.
fn remarks(text: &str) -> Text {
    text.chars().take(REMARKS_MAX).collect::<String>().into()
}
