//! Request of a report.

use super::{Date, Format, Report, ReportStatus, build::BuildReport};
use crate::{Abort, Caller, Failure, House, job::Job};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use ledger::{Millis, PayId, Wallet};
use store::{
    Command, Tx,
    event::{self, EventKind},
};

/// Most months in a period.
const MOST_MONTHS: i64 = 3;
/// Milliseconds between a period's end and the start of a build. By then, every posting of the period is
/// committed: a slow command from just before the end was answered long before.
const SETTLED_MILLIS: i64 = 60_000;

/// A report to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// The only wallet in the report; `None` for every wallet.
    pub wallet: Option<Wallet>,
    /// The first day, UTC.
    pub from: Date,
    /// The last day, UTC, inclusive.
    pub to: Date,
    /// The format of the file.
    pub format: Format,
    /// Whether it counts towards the holder's quota of the calendar month.
    pub quota: bool,
}

/// Why a report is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// The holder does not exist.
    #[error("there is no such holder")]
    NoHolder,
    /// The period is not over: it includes today or future days, by the holder's clock.
    #[error("the period must end before today (UTC)")]
    IncludesToday,
    /// The last day is not after the first.
    #[error("the end date must be after the start date")]
    TooShort,
    /// The last day is more than three months after the first.
    #[error("the period must not be longer than 3 months")]
    TooLong,
    /// The first day is before 1970.
    #[error("the period must not begin before 1970-01-01")]
    BeforeEpoch,
    /// The holder's quota of this month is used up.
    #[error("the monthly report quota is used up")]
    QuotaUsed,
}

/// Requests a report; returns its id.
pub async fn request(house: &House, caller: &Caller, new: NewReport) -> Result<PayId, Abort<ReportRefusal>> {
    let now = house.now(&caller.holder);
    let today = day_of(now)?;
    let (from, to) = period(&new, today)?;
    let download_id = house.pay_id().await?;
    // By the server's clock, which may differ from the holder's.
    let wait = to.plus(SETTLED_MILLIS).since(now).max(0);
    let report = Report {
        holder: caller.holder.clone(),
        download_id,
        requested_by: caller.actor.clone(),
        wallet: new.wallet,
        from,
        to,
        format: new.format,
        status: ReportStatus::Processing,
        attempts: 0,
        rows_expected: None,
        rows_done: 0,
        bytes: None,
        digest: None,
        fail_reason: None,
        created_at: now,
        finished_at: None,
        expire_at: None,
    };
    let quota = new.quota.then(|| (today.strftime("%Y-%m").to_string(), house.rules().reports_per_month));
    let due_at = house.server_now().plus(wait);
    house.commit(Request { report, quota, due_at }).await?;
    house.wake_worker(BuildReport::CLASS);
    Ok(download_id)
}

/// The day of a time.
fn day_of(at: Millis) -> Result<Date, Failure> {
    let at = Timestamp::from_millisecond(at.get()).map_err(Failure::invariant)?;
    Ok(TimeZone::UTC.to_datetime(at).date())
}

/// The first millisecond of a period, and the first one after it.
fn period(new: &NewReport, today: Date) -> Result<(Millis, Millis), Abort<ReportRefusal>> {
    let refuse = |refusal| Err(Abort::Refused(refusal));
    if new.to <= new.from {
        return refuse(ReportRefusal::TooShort);
    }
    if new.to >= today {
        return refuse(ReportRefusal::IncludesToday);
    }
    if new.from < Date::constant(1970, 1, 1) {
        return refuse(ReportRefusal::BeforeEpoch);
    }
    let latest = new.from.checked_add(MOST_MONTHS.months()).map_err(Failure::invariant)?;
    if new.to > latest {
        return refuse(ReportRefusal::TooLong);
    }
    let after = new.to.tomorrow().map_err(Failure::invariant)?;
    Ok((midnight(new.from)?, midnight(after)?))
}

/// The first millisecond of a day.
fn midnight(day: Date) -> Result<Millis, Failure> {
    let begins = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_err(Failure::invariant)?;
    Ok(Millis::new(begins.as_millisecond()))
}

struct Request {
    report: Report,
    /// The month that it counts towards, and the quota of that month.
    quota: Option<(String, u32)>,
    due_at: Millis,
}

impl Command for Request {
    type Output = ();
    type Refusal = ReportRefusal;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<ReportRefusal>> {
        let (holder, now) = (&self.report.holder, self.report.created_at);
        if store::holder::find_in(tx, holder).await?.is_none() {
            return Err(Abort::Refused(ReportRefusal::NoHolder));
        }
        if let Some((month, most)) = &self.quota
            && !store::report::count(tx, holder, month, i64::from(*most)).await?
        {
            return Err(Abort::Refused(ReportRefusal::QuotaUsed));
        }
        store::report::insert(tx, &self.report).await?;
        let subject = self.report.download_id.to_string();
        BuildReport::enqueue(tx, holder, &self.report.download_id, self.due_at, now).await?;
        event::record(tx, holder, EventKind::ReportRequested, &subject, now).await?;
        Ok(())
    }
}
