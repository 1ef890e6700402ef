//! A pooler between a server and PostgreSQL: one that keeps a connection per session is served, others are refused.

use crate::{
    commands::{Note, is_noted},
    gate::Gate,
    logged,
};
use countinghouse_store::{Abort, FailureKind, Location, OpenError, Options, Snapshot, Store};
use testkit::{Engine, PgBouncer, for_engine, with_pgbouncer};

async fn open(pooler: &PgBouncer) -> Result<Store, OpenError> {
    Store::open(pooler.location(), &Options::default()).await
}

#[test]
fn session_pooling_is_served() {
    with_pgbouncer(async |database| {
        let pooler = PgBouncer::start(&database, "pool_mode = session\ndefault_pool_size = 60");
        let (one, two) = (open(&pooler).await.expect("opens"), open(&pooler).await.expect("opens"));
        let notes = (0..40).map(|count| {
            let (store, key) = (if count % 2 == 0 { &one } else { &two }, format!("note {count}"));
            async move {
                store.commit(Note(key.clone())).await.expect("commits");
                assert!(is_noted(store, &key).await);
            }
        });
        futures_util::future::join_all(notes).await;
        Snapshot::open(pooler.location()).await.expect("looks");
        one.close().await;
        two.close().await;
    });
}

#[test]
fn poolers_that_share_connections_are_refused_by_name() {
    with_pgbouncer(async |database| {
        for settings in [
            "pool_mode = transaction",
            "pool_mode = transaction\ndefault_pool_size = 1",
            "pool_mode = transaction\ndefault_pool_size = 2\nserver_round_robin = 1",
            "pool_mode = statement",
        ] {
            let pooler = PgBouncer::start(&database, settings);
            for _ in 0..2 {
                let error = open(&pooler).await.err().unwrap_or_else(|| panic!("served: {settings}"));
                assert!(matches!(error, OpenError::Pooler), "{settings}: {error}");
                assert!(
                    error.to_string().contains("session pooling (PgBouncer: pool_mode = session)"),
                    "{error}"
                );
            }
        }
    });
}

/// A pooler lets a caller in before it has a connection for it.
#[test]
fn a_pooler_without_a_free_connection_is_named_in_time() {
    with_pgbouncer(async |database| {
        let pooler = PgBouncer::start(&database, "pool_mode = session\ndefault_pool_size = 1");
        let holder = Snapshot::open(pooler.location()).await.expect("looks");
        let error = open(&pooler).await.err().expect("there is no connection left");
        let named = format!("{}/.s.PGSQL.6432", pooler.folder().display());
        assert!(error.to_string().contains(&named) && error.to_string().ends_with("within 5 s"), "{error}");
        let said = logged::lines(&named);
        assert!(said.iter().any(|line| line.contains("no connection to the database for 2 s")), "{said:?}");
        drop(holder);
    });
}

#[test]
fn a_pool_that_gives_no_connection_says_so_and_is_busy() {
    logged::listen();
    for_engine(Engine::Postgres, async |database| {
        let Location::Postgres(url) = database.location() else { unreachable!("it is on a server") };
        let name = url.rsplit('/').next().and_then(|name| name.split('?').next()).expect("a name").to_owned();
        let store = database.store_with(&Options { write_connections: 1, ..Options::default() }).await;
        let gate = Gate::close(&store).await;
        let commits = (0..3).map(|count| store.commit(Note(format!("note {count}"))));
        for ended in futures_util::future::join_all(commits).await {
            let Err(Abort::Failed(failure)) = ended else { panic!("there was no connection") };
            assert_eq!(failure.kind(), FailureKind::Busy, "{failure}");
        }
        let said = logged::lines(&format!("database {name},"));
        let said: Vec<_> =
            said.iter().filter(|line| line.contains("no connection to the database for 2 s")).collect();
        assert_eq!(said.len(), 1, "once for all that wait: {said:?}");
        assert!(said[0].contains("in_use=1 most=1"), "{said:?}");
        gate.open().await;
    });
}
