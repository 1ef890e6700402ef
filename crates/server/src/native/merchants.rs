//! `/v1/merchants`

use super::{holders::status_shown, parties::Party, refused::Refused};
use house::holder::{Holder, HolderKind, HolderStatus, NewHolder};
use wire::native::{CreateMerchant, Merchant, Time};

/// Maximum length of the provider's merchant ids.
const ID_MAX: usize = 19;

impl Party for Merchant {
    const KIND: HolderKind = HolderKind::Merchant;
    const NAME: &'static str = "merchant";
    type Create = CreateMerchant;

    fn to_create(body: CreateMerchant) -> Result<NewHolder, Refused> {
        check_id(&body.id).map_err(Refused::invalid)?;
        Ok(NewHolder {
            id: body.id,
            kind: Self::KIND,
            name: body.name,
            binance_id: body.binance_id,
            status: HolderStatus::Active,
            fee_bps: body.fee_bps.into(),
            split_max_rate: body.split_max_rate.map_or(money::Decimal::ONE, money::Decimal::from),
            order_fiat_currencies: body.order_fiat_currencies,
        })
    }

    fn of(holder: Holder) -> Self {
        Self {
            id: holder.id.to_string(),
            name: holder.name,
            binance_id: holder.binance_id,
            status: status_shown(holder.status),
            fee_bps: holder.fee_bps,
            split_max_rate: holder.split_max_rate.into(),
            order_fiat_currencies: holder.order_fiat_currencies.iter().map(ToString::to_string).collect(),
            created_at: Time::from_millis(holder.created_at.get()),
        }
    }
}

/// Checks a merchant id, which must be a number, as it is in some replies of the dialect.
pub(crate) fn check_id(id: &str) -> Result<(), &'static str> {
    let digits = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits && !id.starts_with('0') && id.parse::<i64>().is_ok();
    if fits { Ok(()) } else { Err("id must be 1 to 19 digits that do not begin with 0, at most 2^63 - 1") }
}

#[cfg(test)]
mod tests {
    use super::check_id;

    #[test]
    fn merchant_ids_are_numbers() {
        for good in ["1", "1000135331248", "9223372036854775807"] {
            assert!(check_id(good).is_ok(), "{good}");
        }
        for bad in ["", "0", "01", "shop", "9223372036854775808", "12345678901234567890"] {
            assert!(check_id(bad).is_err(), "{bad}");
        }
    }
}
