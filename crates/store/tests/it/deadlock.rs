//! PostgreSQL undoes one of two transactions that stand in each other's way; the store runs it again.

use crate::{
    commands::{account_of, assert_books_balance, balance, deposit, transfer},
    raw,
};
use countinghouse_store::{Abort, Command, Store, Tx, account, asset};
use ledger::{AccountKey, PostError};
use money::AssetCode;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use testkit::{Engine, for_engine};
use tokio::sync::Barrier;

/// Moves money, and first makes sure that another such command is in its way.
struct Collides {
    from: AccountKey,
    to: AccountKey,
    how: How,
    meeting: Arc<Barrier>,
    attempts: Arc<AtomicUsize>,
}

#[derive(Clone, Copy)]
enum How {
    /// Locks one account, meets the other, then wants the one the other holds.
    LocksInTheWrongOrder,
    /// Looks, meets the other, then changes what the other changes.
    LooksBeforeItLocks,
}

impl Command for Collides {
    type Output = ();
    type Refusal = PostError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<PostError>> {
        match self.how {
            How::LocksInTheWrongOrder => drop(account::lock(tx, [&self.from]).await?),
            How::LooksBeforeItLocks => {
                asset::find(tx, AssetCode::new("USDT").expect("a code")).await?;
            }
        }
        // Both meet in their first attempt; whoever is run again goes straight on.
        if self.attempts.fetch_add(1, Ordering::SeqCst) < 2 {
            self.meeting.wait().await;
        }
        transfer(&self.from, &self.to, 7).run(tx).await
    }
}

/// Two commands in each other's way both succeed, in three attempts.
async fn collide(store: &Store, how: How) {
    let (a, b) = (account_of("a"), account_of("b"));
    for account in [&a, &b] {
        store.commit(deposit(account, 100, "start", 1)).await.expect("deposits");
    }
    let (meeting, attempts) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let command = |from: &AccountKey, to: &AccountKey| Collides {
        from: from.clone(),
        to: to.clone(),
        how,
        meeting: Arc::clone(&meeting),
        attempts: Arc::clone(&attempts),
    };
    let (there, back) = tokio::join!(store.commit(command(&a, &b)), store.commit(command(&b, &a)));
    there.expect("succeeds after all");
    back.expect("succeeds after all");
    assert!(attempts.load(Ordering::SeqCst) > 2, "nobody was in anybody's way");
    assert_eq!((balance(store, &a).await, balance(store, &b).await), (100, 100));
    assert_books_balance(store).await;
}

#[test]
fn a_deadlock_does_not_surface() {
    for_engine(Engine::Postgres, async |database| {
        collide(&database.store().await, How::LocksInTheWrongOrder).await;
    });
}

#[test]
fn a_serialization_failure_does_not_surface() {
    for_engine(Engine::Postgres, async |database| {
        let name = "SELECT current_database()::text";
        let name: String = raw::postgres(&database).await.query_one(name, &[]).await.expect("a name").get(0);
        // Only a stricter isolation than the store asks for makes PostgreSQL answer 40001.
        let sql = format!("ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'");
        raw::execute(&database, &sql).await;
        collide(&database.store().await, How::LooksBeforeItLocks).await;
    });
}
