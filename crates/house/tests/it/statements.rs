//! Statements: whatever happened, opening and changes make the closing, and both are what the ledger says.

use crate::{A, MERCHANT, PAYER, shop};
use countinghouse_house::{
    Abort, Caller, Failure, balance,
    balance::PostingCursor,
    deposit::{self, NewDeposit, Payer},
    order,
    statement::{self, Format},
};
use ledger::{AccountKey, Bucket, HolderId, HouseAccount, Journal, JournalKind, Millis, PayId, Wallet};
use money::{Amount, AssetCode};
use std::{collections::BTreeMap, convert::Infallible, fmt::Write as _};
use store::{
    Command, Tx, account,
    event::{self, EventKind},
};
use testkit::house::{START, TestHouse, decimal, for_each_house, holder_id};

/// A statement, in memory.
pub(crate) async fn written(
    house: &TestHouse,
    holder: &HolderId,
    wallet: Option<Wallet>,
    (from, to): (Millis, Millis),
    format: Format,
) -> String {
    let mut text = Vec::new();
    let rows = statement::write(house, holder, wallet, from, to, format, &mut text).await.expect("written");
    let text = String::from_utf8(text).expect("text");
    let edges = text.lines().filter(|line| line.contains("opening") || line.contains("closing")).count();
    let header = usize::from(format == Format::Csv);
    assert_eq!(usize::try_from(rows).expect("a count"), text.lines().count() - edges - header, "{text}");
    text
}

/// An account's name and balances, as a statement has them.
type Accounts = BTreeMap<String, Vec<(i64, i64, Amount, String)>>;

/// Every posting of a holder by account, and the accounts' scales, page by page from the books.
async fn postings(house: &TestHouse, holder: &HolderId) -> (Accounts, BTreeMap<String, u8>) {
    let (mut accounts, mut scales) = (Accounts::new(), BTreeMap::new());
    let mut after = PostingCursor::default();
    loop {
        let page = balance::statement(house, holder, &after, 100).await.expect("reads");
        let Some(last) = page.last() else { return (accounts, scales) };
        let posting = &last.posting;
        after = PostingCursor {
            wallet: posting.wallet.as_str().to_owned(),
            asset: posting.asset.as_str().to_owned(),
            bucket: posting.bucket.as_str().to_owned(),
            version: posting.version,
        };
        for line in page {
            let row = line.posting;
            let what = format!("{},{}", row.kind, row.reference);
            // The order of names is that of the statement: wallet, asset, bucket.
            let name = format!("{}/{}/{}", row.wallet.as_str(), row.asset, row.bucket.as_str());
            scales.insert(name.clone(), line.scale);
            accounts.entry(name).or_default().push((row.version, row.at.get(), row.amount, what));
        }
    }
}

/// The statement as it must be, reckoned from all postings.
async fn expected(
    house: &TestHouse,
    holder: &HolderId,
    wallet: Option<Wallet>,
    (from, to): (Millis, Millis),
) -> String {
    let (accounts, scales) = postings(house, holder).await;
    let time = |at: i64| format!("{:.3}", jiff::Timestamp::from_millisecond(at).expect("a time"));
    let (mut lines, mut edges) = (String::new(), String::new());
    for (name, postings) in &accounts {
        let [of, asset, bucket] = name.split('/').collect::<Vec<_>>()[..] else { panic!("{name}") };
        if wallet.is_some_and(|wallet| wallet.as_str() != of) || postings[0].1 >= to.get() {
            continue;
        }
        let shown = |units: i64| Amount::units(units).to_decimal(scales[name]);
        let (mut opening, mut closing) = (0, 0);
        for (_, at, amount, what) in postings {
            if *at < to.get() {
                closing += amount.as_units();
            }
            if *at < from.get() {
                opening += amount.as_units();
            } else if *at < to.get() {
                let (at, change, after) = (time(*at), shown(amount.as_units()), shown(closing));
                write!(lines, "{at},{of},{bucket},{asset},{what},{change},{after}\r\n").expect("text");
            }
        }
        for (word, at, units) in [("opening", from, opening), ("closing", to, closing)] {
            let (at, after) = (time(at.get()), shown(units));
            write!(edges, "{at},{of},{bucket},{asset},{word},{word},,{after}\r\n").expect("text");
        }
    }
    format!("time,wallet,bucket,asset,type,reference,change,balance\r\n{lines}{edges}")
}

/// Asserts that the ledger knows the opening and closing balances of a statement.
async fn assert_ledger_agrees(
    house: &TestHouse,
    holder: &HolderId,
    (from, to): (Millis, Millis),
    text: &str,
) {
    for (word, at) in [("opening", from), ("closing", to)] {
        let balances = balance::at(house, holder, at.plus(-1)).await.expect("reads");
        for line in text.lines().filter(|line| line.split(',').nth(4) == Some(word)) {
            let cells: Vec<&str> = line.split(',').collect();
            let of = balances
                .iter()
                .find(|balance| balance.wallet.as_str() == cells[1] && balance.asset.as_str() == cells[3]);
            let of = of.unwrap_or_else(|| panic!("the ledger has no {line}"));
            let units = if cells[2] == "frozen" { of.frozen } else { of.available };
            assert_eq!(units.to_decimal(of.scale).to_string(), cells[7], "{line}");
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Something that happens to the merchant of a shop.
async fn happen(house: &TestHouse, merchant: &Caller, payer: &HolderId, dice: &mut Dice, step: usize) {
    let reference = format!("step {step}");
    match dice.roll(5) {
        0 => {
            let order = house.paid(merchant, &format!("T{step}"), "3", payer).await;
            if dice.roll(2) == 0 {
                house.settled(merchant, &format!("R{step}"), &order, &[(A, "1")]).await;
            } else {
                let id = order.row.prepay_id.to_string();
                order::release_reserve(house, "admin", &id).await.expect("released");
            }
        }
        kind => {
            let wallet = if kind == 1 { Wallet::Spot } else { Wallet::Funding };
            let asset = ["USDT", "BTC", "EUR"][usize::try_from(dice.roll(3)).expect("small")].to_owned();
            let amount = decimal(&format!("{}.{}", dice.roll(1_000), dice.roll(99) + 1));
            let new = NewDeposit { wallet, asset, amount, reference, payer: Payer::default() };
            deposit::post(house, merchant, &new).await.expect("credited");
        }
    }
}

#[test]
fn every_statement_ties_to_the_ledger() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        for seed in 0..3 {
            let mut dice = Dice(seed);
            // Often no time goes by, so that much happens in the milliseconds of the edges.
            let mut times = vec![house.server_now()];
            for step in 0..25 {
                let step = usize::try_from(seed).expect("small") * 100 + step;
                happen(house, &shop.merchant, &shop.payer, &mut dice, step).await;
                house.advance([0, 0, 1, 2, 90_000_000][step % 5]).await;
                times.push(house.server_now());
            }
            for _ in 0..25 {
                let mut pick = || times[usize::try_from(dice.roll(times.len() as u64)).expect("small")];
                let (a, b) = (pick(), pick());
                let period = (a.min(b).plus(i64::try_from(dice.roll(2)).expect("0 or 1")), a.max(b).plus(1));
                let wallet = [None, None, Some(Wallet::Funding), Some(Wallet::Spot)]
                    [usize::try_from(dice.roll(4)).expect("small")];
                let holder = &shop.merchant.holder;
                let text = written(house, holder, wallet, period, Format::Csv).await;
                assert_eq!(text, expected(house, holder, wallet, period).await, "{period:?} {wallet:?}");
                assert_ledger_agrees(house, holder, period, &text).await;
            }
        }
    });
}

/// So many deposits in one commit, each a millisecond after the one before.
struct Many {
    holder: HolderId,
    count: i64,
}

impl Command for Many {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let usdt = AssetCode::new("USDT").map_err(Failure::invariant)?;
        let to = AccountKey::new(&self.holder, Wallet::Funding, usdt, Bucket::Available);
        let mut book = account::lock(tx, [&to]).await?;
        for number in 0..self.count {
            let journal =
                Journal::draft(&self.holder, JournalKind::Deposit, PayId::new(number), START.plus(number))
                    .about(number)
                    .by("test")
                    .with(to.clone(), Amount::units(number + 1))
                    .with_house(HouseAccount::External, usdt, Amount::units(-number - 1));
            book.post(journal).map_err(Failure::invariant)?;
            let (reference, at) = (number.to_string(), START.plus(number));
            event::record(tx, &self.holder, EventKind::DepositPosted, &reference, at).await?;
        }
        Ok(account::save(tx, &book).await?)
    }
}

#[test]
fn what_is_longer_than_a_slice_comes_whole_and_in_order() {
    for_each_house(async |house| {
        let payer = house.payer(PAYER).await;
        // A slice holds one or two thousand.
        let count = 5_000;
        house.store().commit(Many { holder: payer.clone(), count }).await.expect("posted");
        // From one edge of a slice to the next, and everything.
        for (from, to) in [(0, count), (1, 2_049), (0, 768), (767, 4_096), (7, 776)] {
            let period = (START.plus(from), START.plus(to));
            let text = written(house, &payer, None, period, Format::Csv).await;
            let references =
                text.lines().skip(1).filter_map(|line| line.split(',').nth(5)?.parse::<i64>().ok());
            assert!(references.eq(from..to), "{from} to {to}");
            let balance = |number: i64| Amount::units(number * (number + 1) / 2).to_decimal(8).to_string();
            let edges: Vec<&str> = text.lines().rev().take(2).collect();
            assert!(edges[1].ends_with(&format!(",opening,opening,,{}", balance(from))), "{}", edges[1]);
            assert!(edges[0].ends_with(&format!(",closing,closing,,{}", balance(to))), "{}", edges[0]);
        }
    });
}

#[test]
fn a_holder_without_movements_has_a_header_and_balances_only() {
    for_each_house(async |house| {
        let header = "time,wallet,bucket,asset,type,reference,change,balance\r\n";
        let payer = house.payer(PAYER).await;
        let period = (START, START.plus(1_000));
        assert_eq!(written(house, &payer, None, period, Format::Csv).await, header);
        assert_eq!(written(house, &payer, None, period, Format::JsonLines).await, "");
        house.clock().set(START.plus(-1));
        house.deposit(&payer, "2.5").await;
        house.clock().set(START);
        let line = "FUNDING_WALLET,available,USDT";
        assert_eq!(
            written(house, &payer, None, period, Format::Csv).await,
            format!(
                "{header}2026-01-05T08:00:00.000Z,{line},opening,opening,,2.5\r\n\
                 2026-01-05T08:00:01.000Z,{line},closing,closing,,2.5\r\n"
            )
        );
        assert_eq!(written(house, &payer, Some(Wallet::Spot), period, Format::Csv).await, header);
        assert_eq!(written(house, &holder_id("nobody"), None, period, Format::Csv).await, header);
        // What comes later was not there then, and a period may be empty.
        let before = (START.plus(-10), START.plus(-1));
        assert_eq!(written(house, &payer, None, before, Format::Csv).await, header);
        let empty = written(house, &payer, None, (START, START.plus(-5)), Format::Csv).await;
        assert_eq!(empty.matches("08:00:00.000Z").count(), 2, "{empty}");
    });
}

#[test]
fn references_are_quoted_and_no_formulas() {
    for_each_house(async |house| {
        let merchant = house.merchant(MERCHANT).await;
        for reference in ["=1+1", "a,b", "say \"hi\"", "@x,\"y\"", "back\\slash"] {
            let new = NewDeposit {
                wallet: Wallet::Spot,
                asset: "EUR".to_owned(),
                amount: decimal("1.50"),
                reference: reference.to_owned(),
                payer: Payer::default(),
            };
            deposit::post(house, &merchant, &new).await.expect("credited");
        }
        let period = (START, START.plus(1));
        let cell = |text: &str, number: usize| {
            let start = "2026-01-05T08:00:00.000Z,SPOT_WALLET,available,EUR,deposit,";
            let line = text.lines().nth(number).expect("a line").to_owned();
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let text = written(house, &merchant.holder, None, period, Format::Csv).await;
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
        let cells =
            ["'=1+1,1.5,1.5", "\"a,b\",1.5,3", "\"say \"\"hi\"\"\",1.5,4.5", "\"'@x,\"\"y\"\"\",1.5,6"];
        for (number, expected) in cells.into_iter().enumerate() {
            assert_eq!(cell(&text, number + 1), expected);
        }
        let text = written(house, &merchant.holder, None, period, Format::JsonLines).await;
        let start = r#"{"time":"2026-01-05T08:00:00.000Z","wallet":"SPOT_WALLET","bucket":"available","asset":"EUR","#;
        let lines: Vec<&str> = text.split_terminator('\n').collect();
        let rest = |number: usize| lines[number].strip_prefix(start).expect("a line of the account");
        assert_eq!(rest(0), r#""type":"deposit","reference":"=1+1","change":"1.5","balance":"1.5"}"#);
        assert_eq!(rest(2), r#""type":"deposit","reference":"say \"hi\"","change":"1.5","balance":"4.5"}"#);
        assert_eq!(rest(4), r#""type":"deposit","reference":"back\\slash","change":"1.5","balance":"7.5"}"#);
        assert_eq!(rest(5), r#""type":"opening","reference":"opening","change":"","balance":"0"}"#);
        assert_eq!(lines.len(), 7);
    });
}

#[test]
fn a_sink_that_takes_no_more_ends_the_statement() {
    for_each_house(async |house| {
        let payer = house.funded(PAYER, "1").await;
        let (mut sink, body) = tokio::sync::mpsc::channel(1);
        drop(body);
        let period = (START, START.plus(1));
        let ended = statement::write(house, &payer, None, period.0, period.1, Format::Csv, &mut sink).await;
        assert!(ended.expect_err("nobody reads").to_string().contains("nobody reads"));
    });
}
