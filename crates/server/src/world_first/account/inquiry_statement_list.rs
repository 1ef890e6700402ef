//! `business/account/inquiryStatementList`: the changes of a customer's balances in a period.

use super::{
    currency,
    statement::{kinds, on_these_pages, shown},
    wallet,
};
use crate::world_first::{outcome::failed, response_id, serve::Call};
use house::world_first::{
    Product,
    statement::{self, Query},
};
use ledger::Millis;
use wire::{
    text::Whole,
    world_first::{
        Fault,
        account::inquiry_statement_list::{InquiryStatementList, StatementPage},
    },
};

/// Answers one page of lines; an empty one for a customer without accounts.
pub async fn inquiry_statement_list(call: Call<InquiryStatementList>) -> Result<StatementPage, Fault> {
    let customer = call.customer(Product::Statement).await.map_err(on_these_pages)?;
    let request = &call.request;
    let (from, to) = request.period();
    let (number, size) = (request.page_number.0, request.page_size.0);
    let query = Query {
        from: Millis::new(from),
        to: Millis::new(to),
        kinds: kinds(&request.transactions()),
        currencies: request.currency_list.iter().map(|code| currency(code)).collect::<Result<_, _>>()?,
        wallets: request.types().into_iter().map(wallet).collect(),
        // Both are validated, far below an overflow of the product.
        skip: (number - 1) * size,
        take: size,
    };
    let page = statement::list(call.house(), &customer.id, &query).await;
    let page = page.map_err(|failure| failed(&failure))?;
    let as_array = call.app.settings.world_first.balance_types_array;
    Ok(StatementPage {
        response_id: response_id::next(&call.app).into(),
        statement_list: page.lines.iter().map(|line| shown(line, as_array)).collect::<Result<_, _>>()?,
        total_count: Whole(page.total),
        total_page_number: Whole((page.total + size - 1) / size),
        current_page_number: Whole(number),
    })
}
