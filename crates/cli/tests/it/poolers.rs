//! The program behind PgBouncer: served with session pooling, refused in one sentence without, and never silent.

use crate::{
    maintenance::{place, run, start},
    process::{countinghouse, finish},
    shop,
};
use store::{Location, Snapshot};
use tempfile::TempDir;
use testkit::{PgBouncer, with_pgbouncer};

fn options(pooler: &PgBouncer, data: &std::path::Path) -> Vec<String> {
    let Location::Postgres(url) = pooler.location() else { unreachable!("it is a server") };
    ["--data", data.to_str().unwrap(), "--database", url].map(str::to_owned).to_vec()
}

#[test]
fn session_pooling_serves_and_transaction_pooling_is_refused() {
    with_pgbouncer(async |database| {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let pooler = PgBouncer::start(&database, "pool_mode = transaction");
        let mut serve = countinghouse();
        let refused = finish(serve.args(["serve", "--listen", "127.0.0.1:0"]).args(options(&pooler, &data)));
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
        assert!(refused.stderr.contains("set it to session pooling"), "{}", refused.stderr);
        assert!(!data.exists(), "a refused start leaves nothing");
        drop(pooler);

        let pooler = PgBouncer::start(&database, "pool_mode = session\ndefault_pool_size = 40");
        let here = options(&pooler, &data);
        let fixtures = shop::fixtures_file(folder.path());
        let server = start(&here, &data, &["--fixtures", fixtures.to_str().unwrap()]);
        let sold = shop::order(&shop::shop(&server), "one").await.unwrap().prepay_id.into_string();
        shop::operator(&server).pay_order(&sold, shop::CUSTOMER).await.unwrap();
        let verified = run(&["verify"], &here);
        assert_eq!(verified.code, Some(0), "{}", verified.stderr);
        server.stop();
    });
}

#[test]
fn verify_and_backup_say_that_they_wait_for_a_connection() {
    with_pgbouncer(async |database| {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        start(&place(&data, &database), &data, &[]).stop();
        let pooler = PgBouncer::start(&database, "pool_mode = session\ndefault_pool_size = 1");
        let _holder = Snapshot::open(pooler.location()).await.unwrap();
        let file = folder.path().join("a.backup");
        for command in [["verify"].as_slice(), &["backup", file.to_str().unwrap()]] {
            let ran = run(command, &options(&pooler, &data));
            assert_eq!(ran.code, Some(1));
            assert!(
                ran.stderr.contains("no connection to the database for 2 s; still waiting"),
                "{}",
                ran.stderr
            );
            assert!(
                ran.stderr.contains(".s.PGSQL.6432") && ran.stderr.contains("within 5 s"),
                "{}",
                ran.stderr
            );
        }
    });
}
