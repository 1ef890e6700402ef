//! `business/account/inquiryStatementDetail`: one change of a customer's balances.

use super::statement::{on_these_pages, shown, transaction_type};
use crate::world_first::{fund::transfer::code, outcome::failed, response_id, serve::Call};
use house::world_first::{
    Product,
    statement::{self, About},
    transfer::TransferStatus,
};
use wire::world_first::{
    Fault, Outcome,
    account::inquiry_statement_detail::{CombinedTransaction, InquiryStatementDetail, StatementDetail},
    codes,
};

/// Answers the line if it is this customer's.
pub async fn inquiry_statement_detail(call: Call<InquiryStatementDetail>) -> Result<StatementDetail, Fault> {
    let customer = call.customer(Product::Statement).await.map_err(on_these_pages)?;
    let found = statement::find(call.house(), &customer.id, &call.request.accounting_biz_no).await;
    let found = found.map_err(|failure| failed(&failure))?.ok_or_else(|| {
        Fault::new(&codes::PROCESS_FAIL)
            .because("accountingBizNo names no line of this customer's statements")
    })?;
    let line = shown(&found.line, call.app.settings.world_first.balance_types_array)?;
    let combined = found.combined.into_iter().map(|(number, kind)| {
        Ok(CombinedTransaction {
            transaction_id: line.transaction_id.clone(),
            accounting_biz_no: number.into(),
            transaction_type: transaction_type(kind)?.as_str().into(),
        })
    });
    Ok(StatementDetail {
        combined_transaction_list: combined.collect::<Result<_, Fault>>()?,
        fail_reason: fail_reason(&found.line.about),
        response_id: response_id::next(&call.app).into(),
        transaction_id: line.transaction_id,
        ext_transaction_id: line.ext_transaction_id,
        accounting_biz_no: line.accounting_biz_no,
        transaction_time: line.transaction_time,
        transaction_type: line.transaction_type,
        transaction_status: line.transaction_status,
        balance_type: line.balance_type,
        balance_types: line.balance_types,
        transaction_amount: line.transaction_amount,
        account_balance: line.account_balance,
        foreign_exchange_quote: line.foreign_exchange_quote,
        fund_move_detail: line.fund_move_detail,
    })
}

/// The reason of a failed transfer, on all of its lines.
fn fail_reason(about: &About) -> Option<Outcome> {
    match about {
        About::Transfer { transfer, .. } if matches!(transfer.status, TransferStatus::Failed(_)) => {
            Some(Outcome::from(code(transfer.status)))
        }
        _ => None,
    }
}
