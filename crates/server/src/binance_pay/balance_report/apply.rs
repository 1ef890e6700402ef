//! `POST /binancepay/openapi/balance-report`

use crate::binance_pay::{Call, outcome::aborted};
use house::report::{Date, Format, NewReport, ReportRefusal};
use ledger::Wallet;
use wire::binance_pay::{
    Fault,
    balance_report::apply::{ApplyBalanceReport, TaskSentence, date},
    codes,
};

/// Requests a report; the answer comes before it is built.
///
/// # Errors
/// 400102 when the period cannot be reported; 400001 when the merchant's monthly quota is used up.
pub async fn apply(call: Call<ApplyBalanceReport>) -> Result<TaskSentence, Fault> {
    let new = read(&call.request)?;
    let applied = house::report::request(call.house(), call.caller(), new).await;
    applied.map(|id| TaskSentence::new(id.get())).map_err(|abort| aborted(abort, not_built))
}

fn read(asked: &ApplyBalanceReport) -> Result<NewReport, Fault> {
    let day =
        |field, text| -> Result<Date, Fault> { date(text).ok_or_else(|| wrong(field, "must be a date")) };
    let wallet = |name: &str| Wallet::parse(name).ok_or_else(|| wrong("walletType", "is not known"));
    Ok(NewReport {
        wallet: asked.wallet_type.as_deref().map(wallet).transpose()?,
        from: day("startDate", &asked.start_date)?,
        to: day("endDate", &asked.end_date)?,
        format: Format::Csv,
        quota: true,
    })
}

fn wrong(field: &str, rule: &str) -> Fault {
    Fault::new(&codes::INVALID_PARAM_WRONG_VALUE).because(format_args!("{field} {rule}"))
}

fn not_built(refusal: ReportRefusal) -> Fault {
    match refusal {
        ReportRefusal::IncludesToday => wrong("endDate", "must be before today (UTC)"),
        ReportRefusal::TooShort => wrong("endDate", "must be after startDate"),
        ReportRefusal::TooLong => wrong("endDate", "must be at most 3 months after startDate"),
        ReportRefusal::BeforeEpoch => wrong("startDate", "must not be before 1970-01-01"),
        // The pages have no code for it; this one's table says that the rules are not followed.
        ReportRefusal::QuotaUsed => {
            Fault::new(&codes::INVALID_REQUEST).because("the monthly report quota is used up")
        }
        ReportRefusal::NoHolder => Fault::new(&codes::INVALID_ACCOUNT_STATUS).because(refusal),
    }
}
