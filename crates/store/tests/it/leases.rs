//! Node numbers: leased to one server at a time.

use countinghouse_store::{Abort, Command, Store, Tx, meta};
use ledger::Millis;
use std::{collections::BTreeSet, convert::Infallible};
use testkit::for_each_engine;
use tokio::task::JoinSet;

/// Leases a number, as a server does when it starts.
pub(crate) struct Lease {
    pub(crate) owner: String,
    pub(crate) now: Millis,
    pub(crate) nodes: i64,
}

impl Command for Lease {
    type Output = Option<i64>;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<i64>, Abort<Infallible>> {
        // Another server may take the same number at the same moment; then the next one is tried.
        for _ in 0..16 {
            let node = meta::lease_node(tx, &self.owner, self.now, self.now.plus(100), self.nodes).await?;
            if node.is_some() {
                return Ok(node);
            }
        }
        Ok(None)
    }
}

struct Renew(i64, &'static str, i64);

impl Command for Renew {
    type Output = bool;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<Infallible>> {
        Ok(meta::renew_node(tx, self.0, self.1, Millis::new(self.2)).await?)
    }
}

async fn lease(store: &Store, owner: &str, now: i64) -> Option<i64> {
    store.commit(Lease { owner: owner.to_owned(), now: Millis::new(now), nodes: 3 }).await.expect("commits")
}

#[test]
fn numbers_run_out_and_the_one_unused_for_longest_comes_back() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for (now, node) in [(0, 0), (10, 1), (20, 2)] {
            assert_eq!(lease(&store, "first", now).await, Some(node));
        }
        assert_eq!(lease(&store, "next", 100).await, None, "all are held");
        assert!(store.commit(Renew(0, "first", 500)).await.expect("commits"));
        assert_eq!(lease(&store, "next", 115).await, Some(1), "number 0 was renewed");
        assert!(!store.commit(Renew(1, "first", 900)).await.expect("commits"), "it is another's");
        assert!(store.commit(Renew(1, "next", 900)).await.expect("commits"));
    });
}

#[test]
fn servers_that_start_at_once_get_numbers_of_their_own() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let mut tasks = JoinSet::new();
        for server in 0..12 {
            let store = store.clone();
            let lease = Lease { owner: server.to_string(), now: Millis::new(0), nodes: 1_024 };
            tasks.spawn(async move { store.commit(lease).await.expect("commits").expect("one is free") });
        }
        let nodes: BTreeSet<i64> = tasks.join_all().await.into_iter().collect();
        assert_eq!(nodes, (0..12).collect());
    });
}

#[test]
fn one_expired_number_goes_to_one_server() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for node in 0..3 {
            assert_eq!(lease(&store, "gone", 0).await, Some(node));
        }
        assert!(store.commit(Renew(0, "gone", 9_000)).await.expect("commits"));
        assert!(store.commit(Renew(1, "gone", 9_000)).await.expect("commits"));
        let mut tasks = JoinSet::new();
        for server in 0..6 {
            let store = store.clone();
            tasks.spawn(async move { lease(&store, &format!("new {server}"), 5_000).await });
        }
        let leased: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(leased, [2]);
    });
}
