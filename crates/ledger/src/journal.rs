//! Journals: immutable business facts whose postings sum to zero per asset.

use crate::{AccountKey, HolderId, Millis, PayId};
use money::{Amount, AssetCode};
use std::collections::BTreeMap;

/// The kind of business fact that a journal records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JournalKind {
    /// Money from outside, credited by an operator, a fixture or a bank.
    Deposit,
    /// A payer pays an order.
    OrderPayment,
    /// One receiver's share of a split.
    SplitDetail,
    /// A receiver returns money of a split.
    SplitReturn,
    /// The rest of an order's split reserve becomes available.
    ReserveRelease,
    /// A quote is executed: the sold amount is frozen.
    ConvertFreeze,
    /// A conversion is settled: the sold amount goes to the house, the bought amount comes from it.
    ConvertSettle,
    /// A conversion failed: the frozen amount becomes available again.
    ConvertRelease,
    /// Money of an account is frozen, as a fixture declares it.
    Freeze,
    /// A customer exchanges one currency for another.
    Exchange,
    /// A transfer to another customer is accepted: its amount is frozen.
    TransferFreeze,
    /// A transfer is settled: the frozen amount goes to the payee.
    TransferSettle,
    /// A transfer failed: the frozen amount becomes available again.
    TransferRelease,
}

impl JournalKind {
    /// Every kind.
    pub const ALL: [JournalKind; 13] = [
        JournalKind::Deposit,
        JournalKind::OrderPayment,
        JournalKind::SplitDetail,
        JournalKind::SplitReturn,
        JournalKind::ReserveRelease,
        JournalKind::ConvertFreeze,
        JournalKind::ConvertSettle,
        JournalKind::ConvertRelease,
        JournalKind::Freeze,
        JournalKind::Exchange,
        JournalKind::TransferFreeze,
        JournalKind::TransferSettle,
        JournalKind::TransferRelease,
    ];

    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            JournalKind::Deposit => "deposit",
            JournalKind::OrderPayment => "order_payment",
            JournalKind::SplitDetail => "split_detail",
            JournalKind::SplitReturn => "split_return",
            JournalKind::ReserveRelease => "reserve_release",
            JournalKind::ConvertFreeze => "convert_freeze",
            JournalKind::ConvertSettle => "convert_settle",
            JournalKind::ConvertRelease => "convert_release",
            JournalKind::Freeze => "freeze",
            JournalKind::Exchange => "exchange",
            JournalKind::TransferFreeze => "transfer_freeze",
            JournalKind::TransferSettle => "transfer_settle",
            JournalKind::TransferRelease => "transfer_release",
        }
    }

    /// The kind with a name, exactly as [`JournalKind::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// An account of the house. It may go below zero and has no running balance, so it is never a row that every payment
/// waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HouseAccount {
    /// The counterpart of money from outside: minus the money of all holders, plus the house's earnings.
    External,
    /// Fees earned on orders.
    Fees,
    /// The house's position from conversions for others: bought assets less sold ones.
    Position,
    /// The house's earnings from the spread of its prices.
    Spread,
}

impl HouseAccount {
    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            HouseAccount::External => "external",
            HouseAccount::Fees => "fees",
            HouseAccount::Position => "position",
            HouseAccount::Spread => "spread",
        }
    }

    /// The account with a name, exactly as [`HouseAccount::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [HouseAccount::External, HouseAccount::Fees, HouseAccount::Position, HouseAccount::Spread];
        all.into_iter().find(|account| account.as_str() == name)
    }
}

/// The account of a posting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A holder's account.
    Account(AccountKey),
    /// An account of the house, for one asset.
    House(HouseAccount, AssetCode),
}

impl Target {
    /// The asset of the account.
    pub const fn asset(&self) -> AssetCode {
        match self {
            Target::Account(key) => key.asset,
            Target::House(_, asset) => *asset,
        }
    }
}

/// One leg of a journal: a credit when positive, a debit when negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its account.
    pub target: Target,
    /// The change, in smallest units of the target's asset; never zero.
    pub amount: Amount,
}

/// One business fact. Its owner, kind and reference together are unique: the same fact is never posted twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// The journal's own id.
    pub id: PayId,
    /// The holder of this business; the journal is stored with the holder's rows.
    pub owner: HolderId,
    /// Its kind.
    pub kind: JournalKind,
    /// Its business object, such as an order's or a split detail's id.
    pub reference: String,
    /// Its cause: an API key, an operator, or a job.
    pub actor: String,
    /// Its effective time.
    pub at: Millis,
    postings: Vec<Posting>,
}

/// The postings do not form a journal: always a fault in the program, never in a caller's request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// An asset's postings do not sum to zero.
    #[error("postings of {0} do not sum to zero")]
    Unbalanced(AssetCode),
    /// A posting moves nothing.
    #[error("a posting of zero")]
    ZeroPosting,
    /// The same account twice; both changes belong in one posting.
    #[error("the same account twice in one journal")]
    SameAccountTwice,
    /// A journal without postings.
    #[error("no postings")]
    Empty,
}

impl Journal {
    /// A journal without postings yet; add them with [`Journal::with`].
    pub fn draft(owner: &HolderId, kind: JournalKind, id: PayId, at: Millis) -> Self {
        Self {
            id,
            owner: owner.clone(),
            kind,
            reference: String::new(),
            actor: String::new(),
            at,
            postings: Vec::with_capacity(3),
        }
    }

    /// Sets the business object of the journal.
    #[must_use]
    pub fn about(mut self, reference: impl ToString) -> Self {
        self.reference = reference.to_string();
        self
    }

    /// Sets the actor who caused it.
    #[must_use]
    pub fn by(mut self, actor: &str) -> Self {
        self.actor = actor.to_owned();
        self
    }

    /// Adds a change of a holder's account; a change of zero is left out.
    #[must_use]
    pub fn with(mut self, account: AccountKey, amount: Amount) -> Self {
        if !amount.is_zero() {
            self.postings.push(Posting { target: Target::Account(account), amount });
        }
        self
    }

    /// Adds a change of a house account; a change of zero is left out.
    #[must_use]
    pub fn with_house(mut self, account: HouseAccount, asset: AssetCode, amount: Amount) -> Self {
        if !amount.is_zero() {
            self.postings.push(Posting { target: Target::House(account, asset), amount });
        }
        self
    }

    /// The legs, in the order in which they were added.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The holders' accounts that the journal changes.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountKey> {
        self.postings.iter().filter_map(|posting| match &posting.target {
            Target::Account(key) => Some(key),
            Target::House(..) => None,
        })
    }

    /// Checks the rules of a journal.
    ///
    /// # Errors
    /// When there is no posting, a posting is zero, an account appears twice, or an asset does not sum to zero.
    pub fn check(&self) -> Result<(), JournalError> {
        if self.postings.is_empty() {
            return Err(JournalError::Empty);
        }
        let mut sums: BTreeMap<AssetCode, i128> = BTreeMap::new();
        for (index, posting) in self.postings.iter().enumerate() {
            if posting.amount.is_zero() {
                return Err(JournalError::ZeroPosting);
            }
            if self.postings[..index].iter().any(|earlier| earlier.target == posting.target) {
                return Err(JournalError::SameAccountTwice);
            }
            *sums.entry(posting.target.asset()).or_default() += i128::from(posting.amount.as_units());
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((asset, _)) => Err(JournalError::Unbalanced(asset)),
            None => Ok(()),
        }
    }
}
