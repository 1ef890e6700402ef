//! Holders: merchants, payers and customers.

pub use store::holder::{Holder, HolderKind, HolderStatus};

use crate::{Abort, Failure, House};
use ledger::{HolderId, Millis};
use money::{AssetCode, Decimal};
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// A holder to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHolder {
    /// Its id. A merchant's and a customer's is 1 to 19 digits, a payer's its Binance ID.
    pub id: String,
    /// Its kind.
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

/// Most fiat currencies that a merchant's orders may be priced in.
pub const FIAT_MAX: usize = 32;

/// Why a holder is not created or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderRefusal {
    /// A field breaks its rule.
    #[error("{field} {rule}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// A holder with the same id or the same Binance ID exists.
    #[error("a holder of this id or this binance_id exists already")]
    Exists,
    /// No holder has this id.
    #[error("there is no such holder")]
    NotFound,
}

impl NewHolder {
    /// The row to store.
    pub(crate) fn row(&self, at: Millis) -> Result<Holder, HolderRefusal> {
        let invalid = |field, rule| HolderRefusal::Invalid { field, rule };
        let id = HolderId::new(&self.id)
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
        Ok(Holder {
            id,
            kind: self.kind,
            name: self.name.clone(),
            binance_id: self.binance_id.clone(),
            status: self.status,
            fee_bps: self.fee_bps,
            split_max_rate: self.split_max_rate,
            order_fiat_currencies: fiat(&self.order_fiat_currencies)?,
            created_at: at,
        })
    }
}

/// The codes of fiat currencies, sorted and without duplicates.
fn fiat(codes: &[String]) -> Result<Vec<AssetCode>, HolderRefusal> {
    let invalid = |rule| HolderRefusal::Invalid { field: "order_fiat_currencies", rule };
    let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() > FIAT_MAX {
        return Err(invalid("must have at most 32 entries"));
    }
    let codes = codes.into_iter().map(AssetCode::new).collect::<Result<_, _>>();
    codes.map_err(|_| invalid("must be asset codes: 1 to 16 upper-case letters and digits each"))
}

/// Creates a holder.
pub async fn create(house: &House, new: &NewHolder) -> Result<Holder, Abort<HolderRefusal>> {
    let row = new.row(house.server_now()).map_err(Abort::Refused)?;
    house.commit(Create { row: row.clone() }).await?;
    Ok(row)
}

/// The holder with an id.
pub async fn find(house: &House, id: &str) -> Result<Option<Holder>, Failure> {
    store::holder::find(house.store(), id).await
}

/// Holders of a kind, by id, after a given id.
pub async fn list(
    house: &House,
    kind: HolderKind,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Holder>, Failure> {
    store::holder::list(house.store(), kind, after.unwrap_or_default(), limit.into()).await
}

/// Sets a holder's status; setting the current status changes nothing.
pub async fn set_status(
    house: &House,
    id: &HolderId,
    status: HolderStatus,
) -> Result<(), Abort<HolderRefusal>> {
    house.commit(SetStatus { id: id.clone(), status, at: house.now(id) }).await
}

struct Create {
    row: Holder,
}

impl Command for Create {
    type Output = ();
    type Refusal = HolderRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<HolderRefusal>> {
        insert(tx, &self.row).await
    }
}

/// Adds a holder, with its event.
pub(crate) async fn insert(tx: &mut Tx<'_>, row: &Holder) -> Result<(), Abort<HolderRefusal>> {
    if !store::holder::insert(tx, row).await? {
        return Err(Abort::Refused(HolderRefusal::Exists));
    }
    event::record(tx, &row.id, change(row.kind, None), &row.id, row.created_at).await?;
    Ok(())
}

/// The event for a new holder of a kind, or for its new status.
fn change(kind: HolderKind, status: Option<HolderStatus>) -> EventKind {
    use HolderKind::{Customer, Merchant, Payer};
    use HolderStatus::{Active, Closed, Suspended};
    match (kind, status) {
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
    }
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
        if store::holder::set_status(tx, &self.id, self.status).await? {
            let kind = change(row.kind, Some(self.status));
            event::record(tx, &self.id, kind, &self.id, self.at).await?;
        }
        Ok(())
    }
}
