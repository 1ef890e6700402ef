//! Holders: merchants, payers and customers.

use crate::{Abort, Failure, House};
use ledger::{HolderId, Millis};
use money::{AssetCode, Decimal};
use store::{
    Command, Tx,
    event::{self, EventKind},
    holder::HolderRow,
};

/// What a holder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderKind {
    /// Takes payments; calls the API.
    Merchant,
    /// Has a Binance ID; pays orders and receives splits.
    Payer,
    /// Has WorldFirst accounts, on which clients act; made by [`crate::world_first::customer::create`].
    Customer,
}

impl HolderKind {
    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            HolderKind::Merchant => "merchant",
            HolderKind::Payer => "payer",
            HolderKind::Customer => "customer",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let all = [HolderKind::Merchant, HolderKind::Payer, HolderKind::Customer];
        all.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Whether a holder may do business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderStatus {
    /// It may.
    Active,
    /// Not now: its calls are refused until it is active again.
    Suspended,
    /// Never again: nobody can pay it.
    Closed,
}

impl HolderStatus {
    /// Every status.
    pub const ALL: [HolderStatus; 3] = [HolderStatus::Active, HolderStatus::Suspended, HolderStatus::Closed];

    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            HolderStatus::Active => "active",
            HolderStatus::Suspended => "suspended",
            HolderStatus::Closed => "closed",
        }
    }

    /// The status of a name, exactly as [`HolderStatus::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub id: HolderId,
    /// What it is.
    pub kind: HolderKind,
    /// Its name, for people.
    pub name: String,
    /// Its Binance ID: 9 to 13 digits.
    pub binance_id: Option<String>,
    /// Whether it may do business.
    pub status: HolderStatus,
    /// The fee on payments to it, in hundredths of a percent: 0 to 10,000.
    pub fee_bps: i64,
    /// The part of an order's amount that it may split: 0 to 1.
    pub split_max_rate: Decimal,
    /// The fiat currencies that its orders may be priced in as in a crypto asset.
    pub order_fiat_currencies: Vec<AssetCode>,
    /// When it was made.
    pub created_at: Millis,
}

/// A holder to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHolder {
    /// Its id. A merchant's and a customer's is 1 to 19 digits, a payer's its Binance ID.
    pub id: String,
    /// What it is.
    pub kind: HolderKind,
    /// Its name: 1 to 128 characters.
    pub name: String,
    /// Its Binance ID: 9 to 13 digits.
    pub binance_id: Option<String>,
    /// Whether it may do business.
    pub status: HolderStatus,
    /// The fee on payments to it, in hundredths of a percent: 0 to 10,000.
    pub fee_bps: i64,
    /// The part of an order's amount that it may split: 0 to 1.
    pub split_max_rate: Decimal,
    /// The fiat currencies that its orders may be priced in as in a crypto asset: at most [`FIAT_MAX`] codes.
    pub order_fiat_currencies: Vec<String>,
}

/// The most fiat currencies that a merchant's orders may be priced in.
pub const FIAT_MAX: usize = 32;

/// Why a holder is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderRefusal {
    /// A field breaks its rule.
    #[error("{field} {rule}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// Which rule.
        rule: &'static str,
    },
    /// There is one of that id, or of that Binance ID.
    #[error("a holder of this id or this binance_id exists already")]
    Exists,
    /// There is none of that id.
    #[error("there is no such holder")]
    NotFound,
}

impl NewHolder {
    /// The row to store.
    pub(crate) fn row(&self, at: Millis) -> Result<HolderRow, HolderRefusal> {
        let invalid = |field, rule| HolderRefusal::Invalid { field, rule };
        HolderId::new(&self.id)
            .map_err(|_| invalid("id", "must be 1 to 64 characters of A-Z a-z 0-9 - _"))?;
        let is_number = (1..=19).contains(&self.id.len())
            && !self.id.starts_with('0')
            && self.id.bytes().all(|byte| byte.is_ascii_digit());
        match self.kind {
            // Replies give a merchant's id as a JSON number.
            HolderKind::Merchant if !is_number => {
                return Err(invalid("id", "must be 1 to 19 digits for a merchant, the first not 0"));
            }
            HolderKind::Customer if !is_number => {
                return Err(invalid("id", "must be 1 to 19 digits for a customer, the first not 0"));
            }
            HolderKind::Merchant | HolderKind::Payer | HolderKind::Customer => {}
        }
        if !(1..=128).contains(&self.name.chars().count()) {
            return Err(invalid("name", "must be 1 to 128 characters"));
        }
        let is_binance_id =
            |id: &String| (9..=13).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        if !self.binance_id.as_ref().is_none_or(is_binance_id) {
            return Err(invalid("binance_id", "must be 9 to 13 digits"));
        }
        if self.kind == HolderKind::Payer && self.binance_id.as_ref() != Some(&self.id) {
            return Err(invalid("binance_id", "must be given for a payer, and is its id"));
        }
        if !(0..=10_000).contains(&self.fee_bps) {
            return Err(invalid("fee_bps", "must be 0 to 10000"));
        }
        if self.split_max_rate.is_negative() || self.split_max_rate > Decimal::ONE {
            return Err(invalid("split_max_rate", "must be 0 to 1"));
        }
        Ok(HolderRow {
            id: self.id.clone(),
            kind: self.kind.as_str().to_owned(),
            name: self.name.clone(),
            binance_id: self.binance_id.clone(),
            status: self.status.as_str().to_owned(),
            fee_bps: self.fee_bps,
            split_max_rate: self.split_max_rate.to_string(),
            created_at: at.get(),
            order_fiat_currencies: fiat(&self.order_fiat_currencies)?,
        })
    }
}

/// The codes of fiat currencies as they are stored: in order, each once, with commas between.
fn fiat(codes: &[String]) -> Result<String, HolderRefusal> {
    let invalid = |rule| HolderRefusal::Invalid { field: "order_fiat_currencies", rule };
    let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() > FIAT_MAX {
        return Err(invalid("must have at most 32 entries"));
    }
    if codes.iter().any(|code| AssetCode::new(code).is_err()) {
        return Err(invalid("must be asset codes: 1 to 16 upper-case letters and digits each"));
    }
    Ok(codes.join(","))
}

/// Reads a stored holder.
pub(crate) fn from_row(row: HolderRow) -> Result<Holder, Failure> {
    let stored = |what: &str| Failure::invariant(format!("stored {what} of holder {}", row.id));
    let fiat = row.order_fiat_currencies.split(',').filter(|code| !code.is_empty()).map(AssetCode::new);
    Ok(Holder {
        order_fiat_currencies: fiat.collect::<Result<_, _>>().map_err(|_| stored("order_fiat_currencies"))?,
        id: HolderId::new(&row.id).map_err(|_| stored("id"))?,
        kind: HolderKind::parse(&row.kind).ok_or_else(|| stored("kind"))?,
        status: HolderStatus::parse(&row.status).ok_or_else(|| stored("status"))?,
        split_max_rate: Decimal::parse(&row.split_max_rate).map_err(|_| stored("split_max_rate"))?,
        name: row.name,
        binance_id: row.binance_id,
        fee_bps: row.fee_bps,
        created_at: Millis::new(row.created_at),
    })
}

/// Makes a holder.
pub async fn create(house: &House, new: &NewHolder) -> Result<Holder, Abort<HolderRefusal>> {
    let row = new.row(house.server_now()).map_err(Abort::Refused)?;
    house.commit(Create { row: row.clone() }).await?;
    Ok(from_row(row)?)
}

/// The holder of an id.
pub async fn find(house: &House, id: &str) -> Result<Option<Holder>, Failure> {
    store::holder::find(house.store(), id).await?.map(from_row).transpose()
}

/// Holders of a kind, by id, after one.
pub async fn list(
    house: &House,
    kind: HolderKind,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Holder>, Failure> {
    let rows =
        store::holder::list(house.store(), kind.as_str(), after.unwrap_or_default(), limit.into()).await?;
    rows.into_iter().map(from_row).collect()
}

/// Sets a holder's status; setting the one it has changes nothing.
pub async fn set_status(
    house: &House,
    id: &HolderId,
    status: HolderStatus,
) -> Result<(), Abort<HolderRefusal>> {
    house.commit(SetStatus { id: id.clone(), status, at: house.now(id) }).await
}

struct Create {
    row: HolderRow,
}

impl Command for Create {
    type Output = ();
    type Refusal = HolderRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<HolderRefusal>> {
        insert(tx, &self.row).await
    }
}

/// Adds a holder, with its event.
pub(crate) async fn insert(tx: &mut Tx<'_>, row: &HolderRow) -> Result<(), Abort<HolderRefusal>> {
    if !store::holder::insert(tx, row).await? {
        return Err(Abort::Refused(HolderRefusal::Exists));
    }
    let kind = change(&row.kind, None)?;
    event::record(tx, &row.id, kind, &row.id, row.created_at).await?;
    Ok(())
}

/// The event of a stored kind of holder that was made, or that has a new status.
fn change(holder: &str, status: Option<HolderStatus>) -> Result<EventKind, Failure> {
    use HolderKind::{Customer, Merchant, Payer};
    use HolderStatus::{Active, Closed, Suspended};
    let kind = HolderKind::parse(holder)
        .ok_or_else(|| Failure::invariant(format!("stored kind of holder {holder:?}")))?;
    Ok(match (kind, status) {
        (Merchant, None) => EventKind::MerchantCreated,
        (Merchant, Some(Active)) => EventKind::MerchantActivated,
        (Merchant, Some(Suspended)) => EventKind::MerchantSuspended,
        (Merchant, Some(Closed)) => EventKind::MerchantClosed,
        (Payer, None) => EventKind::PayerCreated,
        (Payer, Some(Active)) => EventKind::PayerActivated,
        (Payer, Some(Suspended)) => EventKind::PayerSuspended,
        (Payer, Some(Closed)) => EventKind::PayerClosed,
        (Customer, None) => EventKind::CustomerCreated,
        (Customer, Some(Active)) => EventKind::CustomerActivated,
        (Customer, Some(Suspended)) => EventKind::CustomerSuspended,
        (Customer, Some(Closed)) => EventKind::CustomerClosed,
    })
}

struct SetStatus {
    id: HolderId,
    status: HolderStatus,
    at: Millis,
}

impl Command for SetStatus {
    type Output = ();
    type Refusal = HolderRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<HolderRefusal>> {
        let row = store::holder::find_in(tx, &self.id).await?;
        let row = row.ok_or(Abort::Refused(HolderRefusal::NotFound))?;
        if store::holder::set_status(tx, &self.id, self.status.as_str()).await? {
            let kind = change(&row.kind, Some(self.status))?;
            event::record(tx, &self.id, kind, &self.id, self.at.get()).await?;
        }
        Ok(())
    }
}
