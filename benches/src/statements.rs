//! Reports of one merchant with many postings: how fast one is built, and in how much memory.

use crate::{Failed, seed};
use house::{
    Abort, Caller, Failure, House, fixture, holder,
    report::{self, Date, Format, NewReport, ReportStatus},
    worker,
};
use ledger::{AccountKey, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, PayId, Wallet};
use money::{Amount, AssetCode};
use object_store::ObjectStoreExt as _;
use std::{
    path::Path,
    process::Command as Process,
    time::{Duration, Instant},
};
use store::{Command, Tx, account};

const MERCHANT: &str = "1000135331248";
/// Journals in one commit while seeding.
const TOGETHER: i64 = 5_000;
/// The first day of the period, and its first millisecond.
const FIRST_DAY: Date = Date::constant(2026, 1, 1);
const BEGINS: i64 = 1_767_225_600_000;
/// The last day, and how many there are.
const LAST_DAY: Date = Date::constant(2026, 3, 31);
const DAYS: i64 = 90;
/// What is in the account before anything moves, in smallest units.
const OPENING: i64 = 1_000_000_000_000_000_000;
/// Idle for so long before memory is looked at.
const SETTLE: Duration = Duration::from_secs(3);

/// Seeds a data folder unless it is there, then measures in a process of its own: what seeding took from the
/// system would hide what a build takes.
pub(crate) async fn run(keep: &Path, postgres: Option<&str>, rows: i64) -> Result<(), Failed> {
    let data = keep.join(format!("report-{rows}{}", if postgres.is_some() { "-postgres" } else { "" }));
    let done = data.join("seeded");
    if !done.exists() {
        eprintln!("seeding {rows} postings");
        fill(&data, postgres, rows).await?;
        std::fs::write(done, "")?;
    }
    let mut measure = Process::new(std::env::current_exe()?);
    measure.arg("measure-report").arg(data);
    if let Some(url) = postgres {
        measure.args(["--postgres", url]);
    }
    if measure.status()?.success() { Ok(()) } else { Err("the measurement failed".into()) }
}

/// Builds a report of each format and prints what that took.
pub(crate) async fn measure(data: &Path, postgres: Option<&str>) -> Result<(), Failed> {
    let house = seed::open(data, postgres).await?;
    println!("| format | postings | file MB | s | postings/s | MB above idle |");
    println!("|---|---|---|---|---|---|");
    for format in [Format::Csv, Format::JsonLines, Format::Csv] {
        let caller = Caller { holder: HolderId::new(MERCHANT)?, actor: "bench".to_owned() };
        let new = NewReport { wallet: None, from: FIRST_DAY, to: LAST_DAY, format, quota: false };
        let id = report::request(&house, &caller, new).await.map_err(|abort| format!("{abort:?}"))?;
        tokio::time::sleep(SETTLE).await;
        // The system forgets the peak so far.
        std::fs::write("/proc/self/clear_refs", "5")?;
        let idle = memory("VmRSS")?;
        let started = Instant::now();
        worker::run_due(&house).await?;
        let took = started.elapsed().as_secs_f64();
        let above = memory("VmHWM")?.saturating_sub(idle);
        let built = report::find_any(&house, id).await?.ok_or("the report vanished")?;
        if built.status != ReportStatus::Success {
            return Err(format!("the report is {:?}", built.status).into());
        }
        let (rows, bytes) = (built.rows_done, built.bytes.unwrap_or_default());
        println!(
            "| {} | {rows} | {:.0} | {took:.2} | {:.0} | {:.1} |",
            format.as_str(),
            bytes as f64 / 1e6,
            rows as f64 / took,
            above as f64 / 1e3
        );
        house.files().delete(&report::path(&built)).await?;
    }
    house.store().close().await;
    Ok(())
}

/// A figure of this process in kB.
fn memory(name: &str) -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such figure")?;
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}

/// Makes a merchant whose money is frozen and released, over and over: two postings each.
async fn fill(data: &Path, postgres: Option<&str>, rows: i64) -> Result<(), Failed> {
    let house = seed::open(data, postgres).await?;
    let merchant = fixture::merchant(MERCHANT, "Bench", None);
    holder::create(&house, &merchant).await.map_err(|abort| format!("{abort:?}"))?;
    let of = rows / 2;
    let mut from = 0;
    while from < of {
        let to = of.min(from + TOGETHER);
        commit(&house, Move { from, to, of }).await?;
        from = to;
    }
    house.store().close().await;
    Ok(())
}

async fn commit(house: &House, moves: Move) -> Result<(), Failed> {
    house.store().commit(moves).await.map_err(|abort| format!("{abort:?}").into())
}

/// The movements from one number until before another, of so many in all.
struct Move {
    from: i64,
    to: i64,
    of: i64,
}

impl Command for Move {
    type Output = ();
    type Refusal = String;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<String>> {
        let holder = HolderId::new(MERCHANT).map_err(Failure::invariant)?;
        let usdt = AssetCode::new("USDT").map_err(Failure::invariant)?;
        let account = |bucket| AccountKey::new(&holder, Wallet::Funding, usdt, bucket);
        let (available, frozen) = (account(Bucket::Available), account(Bucket::Frozen));
        let mut book = account::lock(tx, [&available, &frozen]).await?;
        if self.from == 0 {
            let opening =
                Journal::draft(&holder, JournalKind::Deposit, PayId::new(1), Millis::new(BEGINS - 1))
                    .about("opening")
                    .by("bench")
                    .with(available.clone(), Amount::units(OPENING))
                    .with_house(HouseAccount::External, usdt, Amount::units(-OPENING));
            book.post(opening).map_err(Failure::invariant)?;
        }
        for number in self.from..self.to {
            let at = Millis::new(BEGINS + number * (DAYS * 86_400_000 - 1) / self.of);
            // Every second movement releases what the one before has frozen.
            let freezes = number % 2 == 0;
            let units = 100_000_000 + number / 2 * 2 * 7_919 % 99_900_000_000;
            let units = if freezes { units } else { -units };
            let kind = if freezes { JournalKind::ConvertFreeze } else { JournalKind::ConvertRelease };
            // As long as an order's number.
            let reference = format!("{}", 466_098_313_480_732_672 + number);
            let journal = Journal::draft(&holder, kind, PayId::new(2 + number), at)
                .about(reference)
                .by("bench")
                .with(available.clone(), Amount::units(-units))
                .with(frozen.clone(), Amount::units(units));
            book.post(journal).map_err(Failure::invariant)?;
        }
        account::save(tx, &book).await?;
        Ok(())
    }
}
