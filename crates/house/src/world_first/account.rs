//! A customer's accounts: one per wallet and currency, each with a number of its own.

pub use store::world_first::account::Account;

use super::{WALLETS, customer::CustomerRefusal, offered};
use crate::{Failure, House};
use ledger::{HolderId, Millis, Wallet};
use money::{Amount, AssetCode};
use store::{
    Tx,
    event::{self, EventKind},
    world_first::account,
};

/// Candidate numbers per opening: there are 9 × 10^15 numbers, so the first is hardly ever taken.
const NUMBERS: usize = 8;

/// The balance of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountBalance {
    /// The account's number: 16 digits.
    pub account_no: String,
    /// The wallet.
    pub wallet: Wallet,
    /// The currency.
    pub asset: AssetCode,
    /// Decimals of the currency's smallest unit.
    pub scale: u8,
    /// Available to the customer, in smallest units.
    pub available: Amount,
    /// Held for a purpose, in smallest units.
    pub frozen: Amount,
    /// The sum of both.
    pub total: Amount,
}

/// A customer's accounts, by currency, then wallet.
pub async fn list(house: &House, customer: &HolderId) -> Result<Vec<Account>, Failure> {
    account::list(house.store(), customer).await
}

/// The balances of a customer's accounts at one moment, by currency, then wallet, including zero balances.
/// Only accounts in one of the currencies and wallets; an empty list matches all of them. `None` for a
/// customer without any account, whatever the lists are.
pub async fn balances(
    house: &House,
    customer: &HolderId,
    currencies: &[AssetCode],
    wallets: &[Wallet],
) -> Result<Option<Vec<AccountBalance>>, Failure> {
    let holdings = account::holdings(house.store(), customer).await?;
    if holdings.is_empty() {
        return Ok(None);
    }
    let mut balances = Vec::with_capacity(holdings.len());
    for row in holdings {
        let is_asked_for = (currencies.is_empty() || currencies.contains(&row.asset))
            && (wallets.is_empty() || wallets.contains(&row.wallet));
        if !is_asked_for {
            continue;
        }
        let total = row.available.checked_add(row.frozen);
        balances.push(AccountBalance {
            wallet: row.wallet,
            asset: row.asset,
            scale: house.scale(row.asset).await?,
            available: row.available,
            frozen: row.frozen,
            total: total
                .ok_or_else(|| Failure::invariant(format!("account {} holds too much", row.account_no)))?,
            account_no: row.account_no,
        });
    }
    Ok(Some(balances))
}

/// An account to open unless it exists, with its candidate numbers.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    customer: HolderId,
    wallet: Wallet,
    asset: AssetCode,
    numbers: Vec<String>,
    at: Millis,
}

impl Opening {
    pub(crate) fn new(
        house: &House,
        customer: &HolderId,
        wallet: Wallet,
        currency: &str,
    ) -> Result<Self, CustomerRefusal> {
        let asset = AssetCode::new(currency).ok().filter(|code| offered(*code));
        let asset = asset.ok_or_else(|| CustomerRefusal::NotOffered(currency.to_owned()))?;
        if !WALLETS.contains(&wallet) {
            return Err(CustomerRefusal::Wallet);
        }
        let numbers = (0..NUMBERS).map(|_| number(house)).collect();
        Ok(Self { customer: customer.clone(), wallet, asset, numbers, at: house.now(customer) })
    }

    pub(crate) fn customer(&self) -> &HolderId {
        &self.customer
    }

    /// The account, and whether this call opened it. The customer must exist.
    pub(crate) async fn run(&self, tx: &mut Tx<'_>) -> Result<(Account, bool), Failure> {
        let (customer, wallet, asset) = (&self.customer, self.wallet, self.asset);
        for account_no in &self.numbers {
            if let Some(open) = account::find_in(tx, customer, wallet, asset).await? {
                return Ok((open, false));
            }
            let row = Account { account_no: account_no.clone(), wallet, asset, opened_at: self.at };
            // Not added: the number is taken, or another transaction opens the same account at the same
            // moment.
            if account::insert(tx, customer, &row).await? {
                event::record(tx, customer, EventKind::AccountOpened, account_no, self.at).await?;
                return Ok((row, true));
            }
        }
        Err(Failure::invariant(format!("{NUMBERS} account numbers in a row were taken")))
    }
}

/// 16 digits, the first not 0.
fn number(house: &House) -> String {
    const FIRST: u64 = 1_000_000_000_000_000;
    let mut bytes = [0_u8; 8];
    house.entropy().fill(&mut bytes);
    // The remainder favours small numbers by a 2,000th, which does no harm: a number is not a secret.
    (FIRST + u64::from_le_bytes(bytes) % (9 * FIRST)).to_string()
}
