//! Nonces are good once inside the window.

use countinghouse_store::{Abort, Command, Store, Tx, nonce};
use ledger::Millis;
use std::convert::Infallible;
use testkit::for_each_engine;
use tokio::task::JoinSet;

const KEEP: i64 = 1_000;

#[derive(Clone)]
struct Claim {
    key: &'static str,
    nonce: String,
    now: i64,
}

impl Command for Claim {
    type Output = bool;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<Infallible>> {
        Ok(nonce::claim(tx, self.key, &self.nonce, Millis::new(self.now), Millis::new(self.now - KEEP))
            .await?)
    }
}

struct Forget(i64);

impl Command for Forget {
    type Output = u64;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Abort<Infallible>> {
        Ok(nonce::forget(tx, Millis::new(self.0)).await?)
    }
}

async fn claim(store: &Store, key: &'static str, nonce: &str, now: i64) -> bool {
    store.commit(Claim { key, nonce: nonce.to_owned(), now }).await.expect("commits")
}

#[test]
fn a_nonce_is_fresh_once_per_key_and_window() {
    for_each_engine(async |database| {
        let store = database.store().await;
        assert!(claim(&store, "key-a", "n", 5_000).await);
        assert!(!claim(&store, "key-a", "n", 5_000).await);
        assert!(claim(&store, "key-b", "n", 5_000).await, "another key's");
        assert!(claim(&store, "key-a", "N", 5_000).await, "another nonce");
        assert!(!claim(&store, "key-a", "n", 6_000).await, "seen at the window's edge");
        assert!(claim(&store, "key-a", "n", 6_001).await, "the window is over");
        assert!(!claim(&store, "key-a", "n", 6_002).await);
    });
}

#[test]
fn of_many_at_once_one_is_fresh() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for round in 0..5 {
            let mut tasks = JoinSet::new();
            for _ in 0..20 {
                let (store, nonce) = (store.clone(), format!("n{round}"));
                tasks.spawn(async move { claim(&store, "key", &nonce, 5_000).await });
            }
            let fresh = tasks.join_all().await.into_iter().filter(|fresh| *fresh).count();
            assert_eq!(fresh, 1, "round {round}");
        }
    });
}

#[test]
fn old_nonces_are_forgotten() {
    for_each_engine(async |database| {
        let store = database.store().await;
        for (nonce, now) in [("a", 1_000), ("b", 1_001), ("c", 9_000)] {
            assert!(claim(&store, "key", nonce, now).await);
        }
        assert_eq!(store.commit(Forget(1_001)).await.expect("commits"), 1);
        assert!(!claim(&store, "key", "b", 1_500).await, "not old enough to be forgotten");
        assert_eq!(store.commit(Forget(i64::MAX)).await.expect("commits"), 2);
    });
}
