//! `POST /binancepay/openapi/profitsharing/v1/query-receiver`

use crate::binance_pay::{Call, outcome::failed};
use wire::{
    binance_pay::{
        Fault, codes,
        profit_sharing::query_receiver::{QueryReceiver, ReceiverPage},
    },
    text::Whole,
};

/// Answers one page of the bound receivers; an empty one beyond the last.
///
/// # Errors
/// None of its own.
pub async fn query_receiver(call: Call<QueryReceiver>) -> Result<ReceiverPage, Fault> {
    let (page, size) = (call.request.page_num, call.request.page_size);
    // A page number beyond the countable range is beyond the last page too.
    let number = u32::try_from(page.0).unwrap_or(u32::MAX);
    let per_page = u32::try_from(size.0).map_err(|_| Fault::new(&codes::INVALID_PARAM_WRONG_VALUE))?;
    let found = house::profit_sharing::receivers(call.house(), &call.caller().holder, number, per_page);
    let found = found.await.map_err(|failure| failed(&failure))?;
    Ok(ReceiverPage {
        account_list: found.accounts.into_iter().map(Into::into).collect(),
        total_page_num: Whole(pages(found.total, size.0)),
        total_record_num: Whole(found.total),
        current_page_num: page,
        current_page_size: size,
    })
}

/// Number of pages of a size, above zero, for so many entries.
fn pages(total: i64, size: i64) -> i64 {
    total / size + i64::from(total % size > 0)
}

#[cfg(test)]
mod tests {
    use super::pages;

    #[test]
    fn the_last_page_may_be_part_full() {
        assert_eq!([pages(0, 20), pages(1, 20), pages(20, 20), pages(21, 20)], [0, 1, 1, 2]);
    }
}
