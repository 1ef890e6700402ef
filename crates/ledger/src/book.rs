//! A unit of work's locked accounts, and the changes by journals posted to them.

use crate::{AccountKey, AccountState, HouseAccount, Journal, JournalError, Millis, Target};
use money::{Amount, AssetCode};
use std::collections::BTreeMap;

/// Why a journal was not posted. An error changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// A holder's account would go below zero.
    #[error("{account:?} has {balance:?}, which is less than needed")]
    Insufficient {
        /// The account with too little money.
        account: AccountKey,
        /// Its balance.
        balance: Amount,
    },
    /// A balance would leave the range of an amount.
    #[error("the balance of {0:?} would overflow")]
    Overflow(AccountKey),
    /// The journal changes an account that was not locked: a fault in the program.
    #[error("{0:?} was not locked")]
    NotLocked(AccountKey),
    /// The postings do not form a journal: a fault in the program.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// An account's latest change is too far ahead of the clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the latest time of {account:?}, {until} ms since 1970, is ahead of the clock")]
pub struct AheadOfClock {
    /// The account.
    pub account: AccountKey,
    /// The time of its latest posting.
    pub until: Millis,
}

/// One posting to a holder's account, in its stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: AccountKey,
    /// Its sequence number in the account, from 1.
    pub version: i64,
    /// The change.
    pub amount: Amount,
    /// The account's balance after it.
    pub balance: Amount,
}

/// One posting to an account of the house, in its stored form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseEntry {
    /// Its position in the journal, from 0.
    pub leg: i64,
    /// The account.
    pub account: HouseAccount,
    /// The asset.
    pub asset: AssetCode,
    /// The change.
    pub amount: Amount,
}

/// A posted journal with its changes. Every posting takes effect at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The journal, with its effective time.
    pub journal: Journal,
    /// The changes of holders' accounts.
    pub entries: Vec<Entry>,
    /// The changes of the house's accounts.
    pub house: Vec<HouseEntry>,
}

/// An account whose state must be written back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange<'a> {
    /// The account.
    pub account: &'a AccountKey,
    /// The version it was locked at; `None` when it did not exist.
    pub from: Option<i64>,
    /// Its new state.
    pub to: AccountState,
}

#[derive(Debug)]
struct Slot {
    locked: Option<AccountState>,
    now: AccountState,
}

/// Locked accounts with the journals posted to them.
#[derive(Debug, Default)]
pub struct Book {
    slots: BTreeMap<AccountKey, Slot>,
    posted: Vec<Posted>,
}

impl Book {
    /// A book of accounts in their locked state; an account that does not exist yet has no state.
    pub fn new(locked: impl IntoIterator<Item = (AccountKey, Option<AccountState>)>) -> Self {
        let slots = locked
            .into_iter()
            .map(|(key, locked)| (key, Slot { locked, now: locked.unwrap_or_default() }))
            .collect();
        Self { slots, posted: Vec::new() }
    }

    /// The balance of a locked account; zero for one that does not exist.
    pub fn balance(&self, account: &AccountKey) -> Amount {
        self.slots.get(account).map(|slot| slot.now.balance).unwrap_or_default()
    }

    /// Whether an account is locked.
    pub fn holds(&self, account: &AccountKey) -> bool {
        self.slots.contains_key(account)
    }

    /// The effective time of a posting to the locked accounts: the clock's time or, if one of them was changed later
    /// than that (two servers' clocks differ a little), that account's time.
    ///
    /// # Errors
    /// When an account's time is ahead of the clock by more than `lead` milliseconds.
    pub fn time(&self, clock: Millis, lead: i64) -> Result<Millis, AheadOfClock> {
        let latest = self.slots.iter().max_by_key(|(_, slot)| slot.now.changed_at);
        match latest {
            Some((account, slot)) if slot.now.changed_at > clock.plus(lead) => {
                Err(AheadOfClock { account: account.clone(), until: slot.now.changed_at })
            }
            Some((_, slot)) => Ok(clock.max(slot.now.changed_at)),
            None => Ok(clock),
        }
    }

    /// Posts a journal: all of it or nothing.
    ///
    /// The journal takes effect at its own time or, if an account of it was changed later than that (two
    /// servers' clocks differ), at that account's time: in every account, times never run backwards, and
    /// all postings of a journal share one time, so that balances at any time sum to zero.
    pub fn post(&mut self, mut journal: Journal) -> Result<(), PostError> {
        journal.check()?;
        let mut changes = Vec::with_capacity(journal.postings().len());
        let mut house = Vec::new();
        let mut at = journal.at;
        for (posting, leg) in journal.postings().iter().zip(0_i64..) {
            match &posting.target {
                Target::House(account, asset) => {
                    house.push(HouseEntry { leg, account: *account, asset: *asset, amount: posting.amount });
                }
                Target::Account(key) => {
                    changes.push(self.change(key, posting.amount)?);
                    at = at.max(self.slots[key].now.changed_at);
                }
            }
        }
        journal.at = at;
        for entry in &changes {
            let slot = self.slots.get_mut(&entry.account).expect("every changed account was found above");
            slot.now = AccountState { balance: entry.balance, version: entry.version, changed_at: at };
        }
        self.posted.push(Posted { journal, entries: changes, house });
        Ok(())
    }

    /// The entry for a change of an account by `amount`.
    fn change(&self, account: &AccountKey, amount: Amount) -> Result<Entry, PostError> {
        let slot = self.slots.get(account).ok_or_else(|| PostError::NotLocked(account.clone()))?;
        let balance =
            slot.now.balance.checked_add(amount).ok_or_else(|| PostError::Overflow(account.clone()))?;
        if balance.is_negative() {
            return Err(PostError::Insufficient { account: account.clone(), balance: slot.now.balance });
        }
        Ok(Entry { account: account.clone(), version: slot.now.version + 1, amount, balance })
    }

    /// The journals posted so far, in order.
    pub fn posted(&self) -> &[Posted] {
        &self.posted
    }

    /// The accounts whose state changed, in key order.
    pub fn changes(&self) -> impl Iterator<Item = AccountChange<'_>> {
        self.slots
            .iter()
            .filter(|(_, slot)| slot.locked.map_or(0, |state| state.version) != slot.now.version)
            .map(|(account, slot)| AccountChange {
                account,
                from: slot.locked.map(|state| state.version),
                to: slot.now,
            })
    }

    /// The latest effective time of the posted journals, if any.
    pub fn latest(&self) -> Option<Millis> {
        self.posted.iter().map(|posted| posted.journal.at).max()
    }
}
