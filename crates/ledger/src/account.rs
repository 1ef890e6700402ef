//! A holder's accounts, by wallet, asset and bucket.

use crate::{HolderId, Millis};
use money::{Amount, AssetCode};
use std::fmt;

/// A wallet of a holder, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wallet {
    /// The wallet for incoming payments and the shares of splits.
    Funding,
    /// The trading wallet.
    Spot,
    /// A WorldFirst account's ordinary balance.
    NormalBalance,
    /// A WorldFirst account's balance topped up from an account of the same name.
    SameNameTopUpBalance,
}

impl Wallet {
    /// Every kind of wallet.
    pub const ALL: [Wallet; 4] =
        [Wallet::Funding, Wallet::Spot, Wallet::NormalBalance, Wallet::SameNameTopUpBalance];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Wallet::Funding => "FUNDING_WALLET",
            Wallet::Spot => "SPOT_WALLET",
            Wallet::NormalBalance => "NORMAL_BALANCE",
            Wallet::SameNameTopUpBalance => "SAME_NAME_TOP_UP_BALANCE",
        }
    }

    /// The wallet with a name, exactly as [`Wallet::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wallet| wallet.as_str() == name)
    }
}

/// The availability of the money in a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Available to the holder.
    Available,
    /// Held for a purpose, such as an order's split reserve.
    Frozen,
}

impl Bucket {
    /// Every bucket.
    pub const ALL: [Bucket; 2] = [Bucket::Available, Bucket::Frozen];

    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Bucket::Available => "available",
            Bucket::Frozen => "frozen",
        }
    }

    /// The bucket with a name, exactly as [`Bucket::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == name)
    }
}

/// Identifies one account. Accounts are locked in the order of their keys, so that two units of work that need the
/// same accounts never wait for each other in a circle.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// The owner of the account.
    pub holder: HolderId,
    /// Its wallet.
    pub wallet: Wallet,
    /// Its asset.
    pub asset: AssetCode,
    /// Its bucket.
    pub bucket: Bucket,
}

impl AccountKey {
    /// The account of `holder`'s `wallet` for `asset` and `bucket`.
    pub fn new(holder: &HolderId, wallet: Wallet, asset: AssetCode, bucket: Bucket) -> Self {
        Self { holder: holder.clone(), wallet, asset, bucket }
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.holder, self.wallet.as_str(), self.asset, self.bucket.as_str())
    }
}

/// The state of an account after its latest posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountState {
    /// The sum of all its postings, in smallest units; never below zero.
    pub balance: Amount,
    /// Number of its postings; the sequence number of the latest.
    pub version: i64,
    /// When the latest posting took effect.
    pub changed_at: Millis,
}
