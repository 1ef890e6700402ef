//! A line: a posting with the known facts of its transaction.

use crate::{
    Failure, House,
    deposit::Payer,
    world_first::{
        account, customer,
        exchange::{self, Exchange},
        transfer::{self, Transfer},
    },
};
use ledger::{HolderId, JournalKind, Millis, Wallet};
use money::{Amount, AssetCode};
use store::{account::PostingRow, world_first::deposit};

/// Digits of an account's number.
const ACCOUNT_DIGITS: usize = 16;
/// Digits of a posting's number in its account, with leading zeros.
const VERSION_DIGITS: usize = 10;

/// One change of an account's available balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, 26 digits: the account's number and the posting's number in it. It is unique.
    pub number: String,
    /// The kind of the transaction.
    pub kind: JournalKind,
    /// The transaction: the number of a transfer or an exchange, otherwise the journal's id. A transaction
    /// may have several lines.
    pub transaction_id: String,
    /// The requester's own id for the transaction, if the request was for this customer.
    pub external_id: Option<String>,
    /// Its effective time.
    pub at: Millis,
    /// The wallet.
    pub wallet: Wallet,
    /// The currency.
    pub asset: AssetCode,
    /// The change, in smallest units.
    pub amount: Amount,
    /// The available balance after it, in smallest units.
    pub balance: Amount,
    /// Further facts about the transaction.
    pub about: About,
}

/// The known facts of a line's transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Money came in from outside.
    Deposit(Payer),
    /// Money was frozen by an operator.
    Freeze,
    /// Money moved between customers.
    Transfer {
        /// The transfer in its current state.
        transfer: Box<Transfer>,
        /// The payer.
        payer: Party,
        /// The payee.
        payee: Party,
    },
    /// An exchange of currencies.
    Exchange(Box<Exchange>),
}

/// A customer on one side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name; empty if the customer no longer exists.
    pub name: String,
    /// Its account's number; a payee may have none before it is paid.
    pub account_no: Option<String>,
}

/// The number of a posting's line.
pub(super) fn number_of(account_no: &str, version: i64) -> String {
    format!("{account_no}{version:0VERSION_DIGITS$}")
}

/// The account's number and the posting's number in a line's number.
pub(super) fn parse_number(number: &str) -> Option<(&str, i64)> {
    let is_number =
        number.len() == ACCOUNT_DIGITS + VERSION_DIGITS && number.bytes().all(|byte| byte.is_ascii_digit());
    let (account_no, version) = is_number.then(|| number.split_at(ACCOUNT_DIGITS))?;
    Some((account_no, version.parse().ok().filter(|version| *version > 0)?))
}

/// The line of a posting in a customer's account.
pub(super) async fn read(
    house: &House,
    customer: &HolderId,
    account_no: String,
    row: PostingRow,
) -> Result<Line, Failure> {
    let unexpected = || Failure::invariant(format!("{} {} in account {account_no}", row.kind, row.reference));
    let kind = JournalKind::parse(&row.kind).ok_or_else(unexpected)?;
    let (transaction_id, external_id, about) = match kind {
        JournalKind::Deposit => {
            let payer = deposit::find_payer(house.store(), customer, &row.reference).await?;
            (row.journal.to_string(), Some(row.reference), About::Deposit(payer.unwrap_or_default()))
        }
        JournalKind::Freeze => (row.journal.to_string(), None, About::Freeze),
        JournalKind::TransferFreeze | JournalKind::TransferSettle | JournalKind::TransferRelease => {
            let transfer = transfer::by_id(house, &row.reference).await?.ok_or_else(unexpected)?;
            let asked_by = (transfer.payer == *customer).then(|| transfer.request_id.clone());
            let payer = party(house, &transfer.payer, row.wallet, row.asset).await?;
            let payee = party(house, &transfer.payee, row.wallet, row.asset).await?;
            let about = About::Transfer { transfer: Box::new(transfer), payer, payee };
            (row.reference, asked_by, about)
        }
        JournalKind::Exchange => {
            let exchange = exchange::by_id(house, customer, &row.reference).await?.ok_or_else(unexpected)?;
            (row.reference, Some(exchange.request_id.clone()), About::Exchange(Box::new(exchange)))
        }
        _ => return Err(unexpected()),
    };
    Ok(Line {
        number: number_of(&account_no, row.version),
        kind,
        transaction_id,
        external_id,
        at: row.at,
        wallet: row.wallet,
        asset: row.asset,
        amount: row.amount,
        balance: row.balance,
        about,
    })
}

async fn party(house: &House, id: &HolderId, wallet: Wallet, asset: AssetCode) -> Result<Party, Failure> {
    let (found, accounts) = (customer::find(house, id).await?, account::list(house, id).await?);
    let own = accounts.into_iter().find(|account| account.wallet == wallet && account.asset == asset);
    // This program never removes customers. If one is missing nevertheless, the others' statements can still
    // be read.
    let name = found.map(|customer| customer.name).unwrap_or_default();
    Ok(Party { name, account_no: own.map(|account| account.account_no) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_account_and_posting() {
        let number = number_of("2188120000000001", 7);
        assert_eq!(number, "21881200000000010000000007");
        assert_eq!(parse_number(&number), Some(("2188120000000001", 7)));
        for other in [
            "",
            "21881200000000010000000000",
            "2188120000000001000000000７",
            "218812000000000100000000007",
            "2188120000000001-000000007",
            "2188120000000001+000000007",
        ] {
            assert_eq!(parse_number(other), None, "{other}");
        }
    }
}
