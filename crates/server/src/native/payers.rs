//! `/v1/payers`

use super::{holders::status_shown, parties::Party, refused::Refused};
use house::holder::{Holder, HolderKind, HolderStatus, NewHolder};
use wire::native::{CreatePayer, Payer, Time};

impl Party for Payer {
    const KIND: HolderKind = HolderKind::Payer;
    const NAME: &'static str = "payer";
    type Create = CreatePayer;

    fn to_create(body: CreatePayer) -> Result<NewHolder, Refused> {
        Ok(NewHolder {
            id: body.binance_id.clone(),
            kind: Self::KIND,
            name: body.name,
            binance_id: Some(body.binance_id),
            status: HolderStatus::Active,
            fee_bps: 0,
            split_max_rate: money::Decimal::ONE,
            order_fiat_currencies: Vec::new(),
        })
    }

    fn of(holder: Holder) -> Self {
        Self {
            binance_id: holder.id.to_string(),
            name: holder.name,
            status: status_shown(holder.status),
            created_at: Time::from_millis(holder.created_at.get()),
        }
    }
}
