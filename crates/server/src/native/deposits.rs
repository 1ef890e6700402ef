//! `/v1/deposits`: test money, in a twin only.

use super::{
    extract::JsonBody,
    holders,
    refused::{Refused, aborted},
};
use crate::app::App;
use axum::{Json, extract::State};
use house::{
    Caller,
    deposit::{self, DepositRefusal, NewDeposit, Payer},
};
use ledger::Wallet;
use std::sync::Arc;
use wire::native::{Deposit, PostDeposit};

/// The actor of the native API in journals.
pub(super) const ADMIN: &str = "admin";

pub(super) async fn post(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<PostDeposit>,
) -> Result<Json<Deposit>, Refused> {
    let holder = holders::find(&app, &asked.holder).await?;
    let wallet = Wallet::parse(&asked.wallet).ok_or_else(|| {
        Refused::invalid(format!("wallet must be one of {}", Wallet::ALL.map(Wallet::as_str).join(", ")))
    })?;
    let caller = Caller { holder: holder.id, actor: ADMIN.to_owned() };
    let new = NewDeposit {
        wallet,
        asset: asked.asset,
        amount: asked.amount.into(),
        reference: asked.reference,
        payer: Payer {
            name: asked.payer_name,
            account: asked.payer_account,
            bank: asked.payer_bank,
            remark: asked.remark,
        },
    };
    let deposited =
        deposit::post(&app.house, &caller, &new).await.map_err(|abort| aborted(abort, refused))?;
    Ok(Json(Deposit {
        holder: caller.holder.to_string(),
        wallet: wallet.as_str().to_owned(),
        asset: deposited.asset.to_string(),
        amount: deposited.amount.to_decimal(deposited.scale).into(),
        reference: new.reference,
        new: deposited.new,
    }))
}

fn refused(refusal: DepositRefusal) -> Refused {
    match refusal {
        DepositRefusal::NoHolder => Refused::unknown("holder"),
        DepositRefusal::ReferenceUsed => Refused::conflict("reference-used", refusal),
        DepositRefusal::UnknownAsset(_)
        | DepositRefusal::Amount(_)
        | DepositRefusal::NotPositive
        | DepositRefusal::TooLarge
        | DepositRefusal::ReferenceShape
        | DepositRefusal::Account(_)
        | DepositRefusal::PayerField { .. }
        | DepositRefusal::PayerNotKept => Refused::invalid(refusal),
    }
}
