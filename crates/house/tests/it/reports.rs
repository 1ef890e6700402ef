//! Asking for reports, and what comes of them.

use crate::{MERCHANT, PAYER, races::at_once, statements::written};
use countinghouse_house::{
    Caller, House, event,
    event::EventCursor,
    report::{
        self, CancelRefusal, Date, Format, LinkRefusal, NewReport, Report, ReportRefusal, ReportStatus,
        cancel, link, open_link, path, request,
    },
};
use ledger::{PayId, Wallet};
use object_store::ObjectStoreExt as _;
use std::sync::atomic::{AtomicU32, Ordering};
use testkit::house::{START, TestHouse, for_each_house, holder_id, refusal};

/// A day: 2026-01-04 is the last that is over when tests begin.
pub(crate) fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("a day")
}

/// A report of all wallets that counts, not asked for yet.
pub(crate) fn new_report(from: Date, to: Date) -> NewReport {
    NewReport { wallet: None, from, to, format: Format::Csv, quota: true }
}

/// A report of the first days of the year.
pub(crate) fn january() -> NewReport {
    new_report(day(2026, 1, 1), day(2026, 1, 4))
}

pub(crate) async fn found(house: &House, merchant: &Caller, id: PayId) -> Report {
    report::find(house, &merchant.holder, id).await.expect("reads").expect("it is there")
}

/// The kinds of all events about a report, in order. On PostgreSQL a commit is shown when every transaction
/// before it has ended, also those of other databases: so these are all once a later one is shown.
pub(crate) async fn events(house: &TestHouse, id: PayId) -> Vec<String> {
    static LATER: AtomicU32 = AtomicU32::new(100_000_000);
    let later = house.payer(&LATER.fetch_add(1, Ordering::Relaxed).to_string()).await;
    crate::events::events_of(house, &later, 1).await;
    let events = event::list(house, None, EventCursor::START, 1_000).await.expect("reads");
    assert!(events.iter().any(|event| event.holder == later.as_str()), "no later event is shown");
    let id = id.to_string();
    events.into_iter().filter(|event| event.subject == id).map(|event| event.kind).collect()
}

/// Has a deposit made in the days before tests begin.
async fn deposit_in_time(house: &TestHouse, merchant: &Caller) {
    house.clock().advance(-86_400_000);
    house.deposit(&merchant.holder, "12.5").await;
    house.clock().set(START);
}

#[test]
fn a_report_is_built_fetched_and_expires() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        deposit_in_time(house, &merchant).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        let waiting = found(house, &merchant, id).await;
        assert_eq!((waiting.status, waiting.requested_by.as_str()), (ReportStatus::Processing, "key:test"));
        assert_eq!((waiting.rows_expected, waiting.bytes, waiting.expire_at), (None, None, None));
        assert_eq!(link(house, &waiting, "https://x").expect("asked"), None);
        house.run_jobs().await;

        let built = found(house, &merchant, id).await;
        assert_eq!((built.status, built.attempts), (ReportStatus::Success, 1));
        assert_eq!((built.rows_expected, built.rows_done), (Some(1), 1));
        assert_eq!(built.expire_at, Some(START.plus(86_400_000)));
        let text = house.files().text(&path(&built)).await.expect("a file");
        assert_eq!(path(&built).as_ref(), format!("reports/{MERCHANT}/{id}.csv"));
        let period = (built.from, built.to);
        assert_eq!(text, written(house, &merchant.holder, None, period, Format::Csv).await);
        assert!(text.contains("deposit") && text.contains("2026-01-05T00:00:00.000Z"), "{text}");
        assert_eq!(built.bytes, Some(i64::try_from(text.len()).expect("small")));
        use sha2::Digest as _;
        assert_eq!(built.digest.as_deref(), Some(&*hex::encode(sha2::Sha256::digest(&text))));

        house.advance(86_400_000 - 1).await;
        assert_eq!(house.run_jobs().await, 0, "not before its time");
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Success);
        house.advance(1).await;
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Expired, "also before the job");
        house.run_jobs().await;
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Expired);
        assert!(house.files().paths().await.is_empty());
        assert_eq!(events(house, id).await, ["report.requested", "report.finished", "report.expired"]);
    });
}

#[test]
fn a_file_that_is_gone_already_expires_all_the_same() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        house.run_jobs().await;
        let path = path(&found(house, &merchant, id).await);
        House::files(house).delete(&path).await.expect("deleted");
        house.advance(86_400_000).await;
        house.run_jobs().await;
        assert_eq!(events(house, id).await.last().map(String::as_str), Some("report.expired"));
    });
}

#[test]
fn a_wallet_and_a_format_can_be_chosen() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        deposit_in_time(house, &merchant).await;
        for (wallet, format, lines) in [
            (Some(Wallet::Spot), Format::Csv, 1),
            (Some(Wallet::Funding), Format::Csv, 4),
            (Some(Wallet::Funding), Format::JsonLines, 3),
        ] {
            let new = NewReport { wallet, format, ..january() };
            let id = request(house, &merchant, new).await.expect("taken");
            house.run_jobs().await;
            let report = found(house, &merchant, id).await;
            assert_eq!((report.wallet, report.format), (wallet, format));
            let text = house.files().text(&path(&report)).await.expect("a file");
            assert_eq!(text.lines().count(), lines, "{text}");
        }
    });
}

#[test]
fn periods_keep_to_the_rules() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let yesterday = day(2026, 1, 4);
        for (from, to, expected) in [
            (day(2026, 1, 3), day(2026, 1, 5), ReportRefusal::IncludesToday),
            (day(2026, 1, 3), day(2027, 1, 1), ReportRefusal::IncludesToday),
            (day(2026, 1, 3), day(2026, 1, 3), ReportRefusal::TooShort),
            (day(2026, 1, 4), day(2026, 1, 3), ReportRefusal::TooShort),
            (day(2025, 10, 3), yesterday, ReportRefusal::TooLong),
            (day(2025, 11, 30), day(2026, 3, 1), ReportRefusal::IncludesToday),
            (day(1969, 12, 31), day(1970, 1, 2), ReportRefusal::BeforeEpoch),
        ] {
            let asked = request(house, &merchant, new_report(from, to)).await;
            assert_eq!(refusal(asked), expected, "{from} to {to}");
        }
        for (from, to) in [
            (day(2026, 1, 3), yesterday),
            (day(2025, 10, 4), yesterday),
            // Three months from the last of November end with the last of February.
            (day(2024, 11, 30), day(2025, 2, 28)),
            (day(1970, 1, 1), day(1970, 1, 2)),
        ] {
            let id = request(house, &merchant, new_report(from, to)).await.expect("taken");
            house.run_jobs().await;
            assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Success, "{from} to {to}");
        }
        let nobody = Caller { holder: holder_id("nobody"), actor: "admin".to_owned() };
        assert_eq!(refusal(request(house, &nobody, january()).await), ReportRefusal::NoHolder);
    });
}

#[test]
fn a_period_that_has_just_ended_is_built_a_minute_later() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        // Ten seconds into the sixth.
        house.advance(16 * 3_600_000 + 10_000).await;
        let id =
            request(house, &merchant, new_report(day(2026, 1, 1), day(2026, 1, 5))).await.expect("taken");
        assert_eq!(house.run_jobs().await, 0);
        house.advance(49_999).await;
        assert_eq!(house.run_jobs().await, 0);
        house.advance(1).await;
        assert_eq!(house.run_jobs().await, 1);
        assert_eq!(found(house, &merchant, id).await.status, ReportStatus::Success);
    });
}

#[test]
fn a_month_has_fifty_and_the_fiftieth_is_given_once() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        for _ in 0..49 {
            request(house, &merchant, january()).await.expect("taken");
        }
        let (taken, refused) = at_once(house, |house, _| {
            let merchant = merchant.clone();
            async move { request(&house, &merchant, january()).await }
        })
        .await;
        assert_eq!((taken.len(), refused.len()), (1, 29));
        assert!(refused.iter().all(|refusal| *refusal == ReportRefusal::QuotaUsed), "{refused:?}");
        // What an operator asks for does not count, what is refused does not either, and others have their own.
        let free = NewReport { quota: false, ..january() };
        request(house, &merchant, free).await.expect("taken");
        let other = house.merchant("1000135331249").await;
        refusal(request(house, &other, new_report(day(2026, 1, 1), day(2026, 1, 1))).await);
        for _ in 0..50 {
            request(house, &other, january()).await.expect("taken");
        }
        // The last millisecond of the month, and the first of the next.
        house.advance(26 * 86_400_000 + 16 * 3_600_000 - 1).await;
        assert_eq!(refusal(request(house, &merchant, january()).await), ReportRefusal::QuotaUsed);
        house.advance(1).await;
        request(house, &merchant, january()).await.expect("taken");
        house.run_jobs().await;
        house.advance(86_400_000).await;
        house.run_jobs().await;
    });
}

#[test]
fn other_holders_reports_are_not_found() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let payer = house.payer(PAYER).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        assert_eq!(report::find(house, &payer, id).await.expect("reads"), None);
        assert_eq!(
            report::find(house, &merchant.holder, PayId::new(id.get() + 1)).await.expect("reads"),
            None
        );
        assert_eq!(report::find_any(house, id).await.expect("reads").expect("there").holder, merchant.holder);
        let second = request(house, &merchant, january()).await.expect("taken");
        let ids = async |holder, after, limit| {
            let reports = report::list(house, holder, after, limit).await.expect("reads");
            reports.into_iter().map(|report| report.download_id).collect::<Vec<_>>()
        };
        assert_eq!(ids(Some(&merchant.holder), PayId::MIN, 10).await, [id, second]);
        assert_eq!(ids(Some(&merchant.holder), id, 10).await, [second]);
        assert_eq!(ids(None, PayId::MIN, 1).await, [id]);
        assert!(ids(Some(&payer), PayId::MIN, 10).await.is_empty());
        house.run_jobs().await;
    });
}

#[test]
fn a_report_that_waits_can_be_called_off_once() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let id = request(house, &merchant, january()).await.expect("taken");
        assert_eq!(refusal(cancel(house, "admin", PayId::new(id.get() + 1)).await), CancelRefusal::NoReport);
        let cancelled = cancel(house, "admin", id).await.expect("called off");
        assert_eq!(cancelled, found(house, &merchant, id).await);
        assert_eq!((cancelled.status, cancelled.finished_at), (ReportStatus::Cancelled, Some(START)));
        assert_eq!(refusal(cancel(house, "admin", id).await), CancelRefusal::Finished);
        assert_eq!(house.run_jobs().await, 0);
        house.advance(120_000).await;
        house.run_jobs().await;
        assert_eq!(events(house, id).await, ["report.requested", "report.cancelled"]);
        let done = request(house, &merchant, january()).await.expect("taken");
        house.run_jobs().await;
        assert_eq!(refusal(cancel(house, "admin", done).await), CancelRefusal::Finished);
    });
}

#[test]
fn a_link_opens_its_own_report_until_it_expires() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        let mut parts = Vec::new();
        for _ in 0..2 {
            let id = request(house, &merchant, january()).await.expect("taken");
            house.run_jobs().await;
            let report = found(house, &merchant, id).await;
            let url = link(house, &report, "https://pay.example/").expect("signed").expect("a file is there");
            let rest = url.strip_prefix("https://pay.example/download/balance-report/").expect("the path");
            let (id_text, query) = rest.split_once("?expires=").expect("a query");
            let (expires, signature) = query.split_once("&signature=").expect("a signature");
            assert_eq!((id_text, signature.len()), (&*id.to_string(), 64));
            assert_eq!(expires, START.plus(86_400_000).seconds().to_string());
            parts.push((id, expires.parse::<i64>().expect("a number"), signature.to_owned()));
        }
        let [(id, expires, signature), (other, _, of_other)] = &parts[..] else { panic!("two") };
        let opened = open_link(house, *id, *expires, signature).await.expect("opens");
        assert_eq!(opened.download_id, *id);
        let mut altered = signature.clone();
        altered.replace_range(0..1, if altered.starts_with('0') { "1" } else { "0" });
        for (id, expires, signature) in [
            (*other, *expires, signature.as_str()),
            (*id, expires + 1, signature),
            (*id, *expires, of_other),
            (*id, *expires, &altered),
            (*id, *expires, &signature[..63]),
            (*id, *expires, ""),
            (*id, *expires, &signature.to_uppercase()),
        ] {
            assert_eq!(refusal(open_link(house, id, expires, signature).await), LinkRefusal::Forged);
        }
        house.advance(86_400_000 - 1).await;
        open_link(house, *id, *expires, signature).await.expect("still opens");
        house.advance(1).await;
        assert_eq!(refusal(open_link(house, *id, *expires, signature).await), LinkRefusal::Expired);
        assert_eq!(refusal(open_link(house, *id, *expires, &altered).await), LinkRefusal::Forged);
        house.run_jobs().await;
        assert_eq!(refusal(open_link(house, *id, *expires, signature).await), LinkRefusal::Expired);
    });
}
