//! The accounts that a unit of work has locked, and what posting journals to them changes.

use crate::{AccountKey, AccountState, HouseAccount, Journal, JournalError, Millis, Target};
use money::{Amount, AssetCode};
use std::collections::BTreeMap;

/// Why a journal was not posted. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// A holder's account would go below zero.
    #[error("{account:?} has {balance:?}, which is less than needed")]
    Insufficient {
        /// The account that is short.
        account: AccountKey,
        /// What it holds.
        balance: Amount,
    },
    /// A balance would leave the range of an amount.
    #[error("the balance of {0:?} would overflow")]
    Overflow(AccountKey),
    /// The journal changes an account that was not locked: a fault in the program.
    #[error("{0:?} was not locked")]
    NotLocked(AccountKey),
    /// The postings are no journal: a fault in the program.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// An account was changed at a time that is too far ahead of the clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the latest time of {account:?}, {until} ms since 1970, is ahead of the clock")]
pub struct AheadOfClock {
    /// The account.
    pub account: AccountKey,
    /// When its latest posting took effect.
    pub until: Millis,
}

/// One posting to a holder's account, as it is written.
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

/// One posting to an account of the house, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseEntry {
    /// Its place in the journal, from 0.
    pub leg: i64,
    /// The account.
    pub account: HouseAccount,
    /// The asset moved.
    pub asset: AssetCode,
    /// The change.
    pub amount: Amount,
}

/// A journal that was posted, with what it changes. Every posting takes effect at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The journal; its time is the one that counts.
    pub journal: Journal,
    /// What it changed in holders' accounts.
    pub entries: Vec<Entry>,
    /// What it changed in the house's.
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
    /// A book of accounts as they were locked; an account that does not exist yet has no state.
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

    /// Whether an account is among those that were locked.
    pub fn holds(&self, account: &AccountKey) -> bool {
        self.slots.contains_key(account)
    }

    /// When whatever is posted to the locked accounts takes effect: at the clock's time or, if one of them was changed
    /// later than that (two servers' clocks differ a little), at that account's time.
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

    /// What `amount` would make of an account.
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

    /// The latest time at which a journal took effect, if any was posted.
    pub fn latest(&self) -> Option<Millis> {
        self.posted.iter().map(|posted| posted.journal.at).max()
    }
}
