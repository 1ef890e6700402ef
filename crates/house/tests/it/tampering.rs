//! Every column of every table of money is tampered with, one at a time, and verification names the row. Which columns
//! there are is taken from the database's own catalogue: a new one needs a verdict.

mod raw;
mod story;
mod verdicts;

use crate::{A, B};
use countinghouse_house::verify::{self, Difference};
use raw::{Column, Kind, Raw, Row, literal};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use store::Snapshot;
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on, new_return},
};
use tokio::runtime::Handle;
use verdicts::{Specimen, VERDICTS, Verdict};

/// Makes a split of the story one that a worker has begun.
const BEGIN: &str = "INSERT INTO event (holder, tx, seq, kind, subject, at) \
    SELECT holder, 1, 1000, 'split.processing', CAST(split_no AS TEXT), created_at FROM split \
    WHERE merchant_request_id = 'R-UNDERWAY'; \
    UPDATE split SET status = 1 WHERE merchant_request_id = 'R-UNDERWAY'";

/// Plays the story and runs a case on what came of it. Nothing is left of what the case does, so that the jobs of
/// what is under way can be run.
async fn with_story(house: &TestHouse, case: impl AsyncFnOnce(&Raw)) {
    story::play(house).await;
    let raw = Raw::open(house.database()).await;
    assert!(raw.run(BEGIN).await);
    house.assert_books_balance().await;
    case(&raw).await;
    drop(raw);
    house.assert_books_balance().await;
    house.run_jobs().await;
}

fn columns_of<'c>(catalogue: &'c [Column], table: &str) -> Vec<&'c Column> {
    catalogue.iter().filter(|column| column.table == table).collect()
}

fn money() -> impl Iterator<Item = (&'static str, &'static Specimen)> {
    VERDICTS.iter().flat_map(|(table, verdict)| match verdict {
        Verdict::Money(specimens) => specimens.iter().map(|specimen| (*table, specimen)).collect(),
        Verdict::Other(_) => Vec::new(),
    })
}

#[test]
fn every_table_has_a_verdict_and_every_free_column_a_reason() {
    for_house_on(Engine::Sqlite, async |house| {
        let catalogue = Raw::open(house.database()).await.catalogue().await;
        let there: BTreeSet<_> = catalogue.iter().map(|column| column.table.as_str()).collect();
        let judged: BTreeSet<_> = VERDICTS.iter().map(|(table, _)| *table).collect();
        assert_eq!(there, judged, "tables of the catalogue, and tables with a verdict");
        assert_eq!(judged.len(), VERDICTS.len(), "a table has one verdict");
        for (table, verdict) in &VERDICTS {
            match verdict {
                Verdict::Money(specimens) => assert!(!specimens.is_empty(), "{table}"),
                Verdict::Other(reason) => assert!(reason.len() > 10, "{table}"),
            }
        }
        for (table, specimen) in money() {
            let columns = columns_of(&catalogue, table);
            for (name, reason) in specimen.free.iter().copied().flatten() {
                let name = name.trim_end_matches("=NULL");
                assert!(columns.iter().any(|column| column.name == name), "{table} has no {name}");
                assert!(!reason.is_empty(), "{table}.{name} is free for a reason");
            }
        }
    });
}

/// What is found: on SQLite beside the open house, as an operator looks; on PostgreSQL by the house itself, which has
/// its queries planned already.
async fn differences(house: &TestHouse) -> Vec<Difference> {
    let found = match house.database().engine() {
        Engine::Sqlite => {
            let snapshot = Snapshot::open(house.database().location()).await.expect("opens");
            verify::snapshot(&snapshot, |_| ()).await
        }
        Engine::Postgres => verify::differences(house).await,
    };
    found.expect("the books are read")
}

/// What a value is changed to. The first is what a free column is tried with.
fn changes(column: &Column, value: Option<&str>, specimen: &Specimen) -> Vec<Option<String>> {
    let words = specimen.words.iter().find(|(name, _)| *name == column.name);
    let mut changes: Vec<Option<String>> = match (value, column.kind, words) {
        (Some(value), _, Some((_, words))) => {
            words.iter().filter(|word| **word != value).map(|word| Some((*word).to_owned())).collect()
        }
        (Some(value), Kind::Integer, None) => {
            let number: i64 = value.parse().expect("a number");
            vec![Some((number + 1).to_string()), Some(i64::MAX.to_string())]
        }
        (Some(value), Kind::Boolean, None) => {
            vec![Some(if matches!(value, "1" | "t") { "0" } else { "1" }.to_owned())]
        }
        (Some(value), Kind::Text, None) => vec![Some(format!("{value}x"))],
        (None, Kind::Text, _) => vec![Some("x".to_owned())],
        (None, Kind::Integer | Kind::Boolean, _) => vec![Some("1".to_owned())],
        (_, Kind::Bytes, _) => panic!("{column:?}: no table of money has bytes"),
    };
    if column.nullable && value.is_some() {
        changes.push(None);
    }
    changes
}

/// A row that is there, and what it takes to change it.
struct Victim<'s> {
    table: &'s str,
    columns: Vec<&'s Column>,
    row: Row,
    specimen: &'s Specimen,
}

impl<'s> Victim<'s> {
    async fn find(raw: &Raw, catalogue: &'s [Column], table: &'s str, specimen: &'s Specimen) -> Self {
        let columns = columns_of(catalogue, table);
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let sql = format!("SELECT {} FROM {table} WHERE {} LIMIT 1", names.join(", "), specimen.row);
        let row = raw.rows(&sql).await.pop().unwrap_or_else(|| panic!("no {table} where {}", specimen.row));
        Self { table, columns, row, specimen }
    }

    /// The condition that holds for the row alone, with the value that one of its columns has now.
    fn place(&self, changed: usize, value: Option<&str>) -> String {
        let keys = self.columns.iter().zip(&self.row).enumerate().filter(|(_, (column, _))| column.in_key);
        let equal = keys.map(|(at, (column, was))| {
            let is = if at == changed { value } else { was.as_deref() };
            format!("{} = {}", column.name, literal(is))
        });
        equal.collect::<Vec<_>>().join(" AND ")
    }

    /// What a difference may call the row, as it is now.
    async fn names(&self, raw: &Raw, place: &str) -> Vec<String> {
        let sql = format!("SELECT {} FROM {} WHERE {place}", self.specimen.named.join(", "), self.table);
        let names = raw.rows(&sql).await.pop().expect("the row is there");
        names.into_iter().flatten().collect()
    }

    fn reason(&self, column: &str, change: Option<&str>) -> Option<&'static str> {
        let free = self.specimen.free.iter().copied().flatten();
        let mut free = free.filter(|(name, _)| {
            *name == column || (change.is_none() && name.strip_suffix("=NULL") == Some(column))
        });
        free.next().map(|(_, reason)| *reason)
    }

    /// Changes one column each way, and has it found out.
    async fn tamper(&self, house: &TestHouse, raw: &Raw, at: usize) -> usize {
        let (column, was) = (self.columns[at], self.row[at].as_deref());
        let mut tried = 0;
        for change in changes(column, was, self.specimen) {
            let change = change.as_deref();
            let reason = self.reason(&column.name, change);
            if reason.is_some() && tried > 0 {
                break;
            }
            let (before, after) = (self.place(at, was), self.place(at, change));
            let mut names = self.names(raw, &before).await;
            let set = |value, place: &str| {
                format!("UPDATE {} SET {} = {} WHERE {place}", self.table, column.name, literal(value))
            };
            if !raw.run(&set(change, &before)).await {
                // The database itself does not take it.
                continue;
            }
            tried += 1;
            names.extend(self.names(raw, &after).await);
            let found = differences(house).await;
            let what =
                format!("{}.{} of {} from {was:?} to {change:?}", self.table, column.name, self.specimen.row);
            match reason {
                None => assert_named(&what, &names, &found),
                Some(reason) => assert_eq!(found, [], "{what} is no longer free, though {reason}"),
            }
            assert!(raw.run(&set(was, &after)).await, "{what}");
        }
        assert!(tried > 0, "{}.{} cannot be changed at all", self.table, column.name);
        tried
    }

    /// Removes the row, has it found out, and brings it back.
    async fn remove(&self, house: &TestHouse, raw: &Raw) {
        let place = self.place(usize::MAX, None);
        let names = self.names(raw, &place).await;
        assert!(raw.run(&format!("DELETE FROM {} WHERE {place}", self.table)).await);
        let found = differences(house).await;
        let what = format!("removal of {} where {}", self.table, self.specimen.row);
        match self.specimen.removable {
            None => assert_named(&what, &names, &found),
            Some(reason) => assert_eq!(found, [], "{what} leaves a trace, though {reason}"),
        }
        let columns: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<_> = self.row.iter().map(|value| literal(value.as_deref())).collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", self.table, columns.join(", "), values.join(", "));
        assert!(raw.run(&sql).await, "{what}");
    }
}

fn assert_named(what: &str, names: &[String], found: &[Difference]) {
    let is_named = |difference: &Difference| names.iter().any(|name| difference.what.contains(name));
    assert!(found.iter().any(is_named), "{what}: nothing names one of {names:?} in {found:#?}");
}

#[test]
fn whatever_is_changed_or_removed_the_row_is_named() {
    for_each_house(async |house| {
        with_story(house, async |raw| {
            let catalogue = raw.catalogue().await;
            let mut tried = 0;
            for (table, specimen) in money() {
                let victim = Victim::find(raw, &catalogue, table, specimen).await;
                for at in 0..victim.columns.len() {
                    tried += victim.tamper(house, raw, at).await;
                }
                victim.remove(house, raw).await;
            }
            assert!(tried > 1_000, "only {tried} changes were tried");
        })
        .await;
    });
}

/// Whole tables, as they were once emptied without a word.
#[test]
fn an_emptied_table_is_named() {
    for_each_house(async |house| {
        with_story(house, async |raw| {
            let emptied: [(&str, &[&str], &str); 5] = [
                ("DELETE FROM split_detail; DELETE FROM split; DELETE FROM split_return", &["split", "split_detail", "split_return"], "detail "),
                ("DELETE FROM split", &["split"], "split "),
                ("DELETE FROM journal WHERE kind = 'order_payment'", &["journal"], "order "),
                ("DELETE FROM event", &["event"], "order "),
                ("DELETE FROM job", &["job"], "order "),
            ];
            for (sql, tables, named) in emptied {
                for table in tables {
                    assert!(raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await);
                }
                assert!(raw.run(sql).await, "{sql}");
                let found = differences(house).await;
                assert!(found.iter().any(|difference| difference.what.starts_with(named)), "{sql}: {found:#?}");
                for table in tables {
                    let back = format!(
                        "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"
                    );
                    assert!(raw.run(&back).await, "{back}");
                }
                house.assert_books_balance().await;
            }
        })
        .await;
    });
}

/// Verification looks at one moment, and every commit leaves the books whole.
#[test]
fn a_house_at_work_is_accused_of_nothing() {
    for_each_house(async |house| {
        let shop = crate::shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        let (location, at_work) = (house.database().location().clone(), Arc::new(AtomicBool::new(true)));
        let (still, runtime) = (Arc::clone(&at_work), Handle::current());
        let watch = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let mut looks = 0;
                while looks == 0 || still.load(Ordering::Relaxed) {
                    let snapshot = Snapshot::open(&location).await.expect("opens");
                    let found = verify::snapshot(&snapshot, |_| ()).await.expect("the books are read");
                    assert_eq!(found, []);
                    looks += 1;
                }
                looks
            })
        });
        for round in 0..40 {
            let request = format!("R{round}");
            house.split(&shop.merchant, &request, &order, &[(A, "1"), (B, "1")]).await.expect("taken");
            house.run_jobs().await;
            let back = new_return(&format!("B{round}"), &order, &request, A, "1");
            house.give_back(&shop.merchant, &back).await.expect("returned");
            house.order(&shop.merchant, &format!("U{round}"), "1").await;
        }
        at_work.store(false, Ordering::Relaxed);
        assert!(watch.await.expect("nothing was found") > 0);
    });
}
