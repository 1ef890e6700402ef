//! What WorldFirst's tables keep apart: account numbers, clients, the server's keys, codes.

use countinghouse_store::{
    Abort, Command, Store, Tx,
    server_key::{self, ServerKeyRow, Signs},
    world_first::{
        account::{self, Account},
        authorization::{self, CodeRow},
        client::{self, ClientRow, KeyRow},
    },
};
use ledger::{HolderId, Millis, Wallet};
use money::AssetCode;
use testkit::for_each_engine;
use tokio::task::JoinSet;

/// Writes something whose key others may have taken; yields a number, or is refused.
enum Write {
    Account { holder: &'static str, account_no: String, currency: &'static str },
    Client(String),
    ClientKey(Vec<u8>),
    ServerKey(Signs),
    Code,
    UseCode(i64),
}

impl Command for Write {
    type Output = i64;
    type Refusal = &'static str;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Abort<&'static str>> {
        let added = match self {
            Write::Account { holder, account_no, currency } => {
                let row = Account {
                    account_no: account_no.clone(),
                    wallet: Wallet::NormalBalance,
                    asset: AssetCode::new(currency).expect("a code"),
                    opened_at: Millis::new(5),
                };
                account::insert(tx, holder, &row).await?
            }
            Write::Client(products) => {
                let (client_id, products) = ("client".to_owned(), products.clone());
                client::insert(
                    tx,
                    &ClientRow { client_id, customer: None, products, created_at: Millis::new(5) },
                )
                .await?
            }
            Write::ClientKey(key) => {
                let key = KeyRow { version: 1, public_key: key.clone() };
                client::insert_key(tx, "client", &key, Millis::new(5)).await?
            }
            Write::ServerKey(signs) => return Ok(server_key::insert_next(tx, &a_server_key(*signs)).await?),
            Write::Code => {
                authorization::insert_code(tx, &a_code()).await?;
                true
            }
            Write::UseCode(at) => {
                let code = authorization::lock_code(tx, "digest").await?.expect("the code is there");
                if code.used_at.is_none() {
                    authorization::use_code(tx, &code, Millis::new(*at)).await?;
                }
                code.used_at.is_none()
            }
        };
        if added { Ok(0) } else { Err(Abort::Refused("taken")) }
    }
}

fn a_server_key(signs: Signs) -> ServerKeyRow {
    let (private_key, sealed_by, public_pem) = (b"sealed".to_vec(), "key".to_owned(), "pem".to_owned());
    ServerKeyRow {
        signs,
        version: 0,
        private_key,
        sealed_by,
        public_pem,
        created_at: Millis::new(5),
        retire_at: None,
    }
}

fn a_code() -> CodeRow {
    CodeRow {
        code_digest: "digest".to_owned(),
        client_id: "client".to_owned(),
        customer: HolderId::new("1").expect("an id"),
        granted_by: "admin".to_owned(),
        created_at: Millis::new(5),
        expire_at: Millis::new(9),
        used_at: None,
    }
}

/// Runs thirty at once; says how many were not refused.
async fn winners(store: &Store, write: impl Fn(i64) -> Write) -> usize {
    let mut tasks = JoinSet::new();
    for number in 1..=30 {
        let (store, write) = (store.clone(), write(number));
        tasks.spawn(async move { store.commit(write).await });
    }
    let mut won = 0;
    for result in tasks.join_all().await {
        match result {
            Ok(_) => won += 1,
            Err(Abort::Refused("taken")) => {}
            Err(abort) => panic!("{abort:?}"),
        }
    }
    won
}

#[test]
fn what_is_named_once_is_made_once() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let same_account = |number: i64| Write::Account {
            holder: "1",
            account_no: format!("{number:016}"),
            currency: "USD",
        };
        assert_eq!(winners(&store, same_account).await, 1);
        let taken = account::list(&store, "1").await.expect("reads")[0].account_no.clone();
        let same_number = Write::Account { holder: "2", account_no: taken, currency: "EUR" };
        assert!(matches!(store.commit(same_number).await, Err(Abort::Refused("taken"))));
        assert_eq!(account::list(&store, "2").await.expect("reads"), []);
        assert_eq!(winners(&store, |number| Write::Client(number.to_string())).await, 1);
        assert_eq!(winners(&store, |number| Write::ClientKey(number.to_be_bytes().to_vec())).await, 1);
        assert_eq!(client::keys(&store, "client").await.expect("reads").len(), 1);
        store.close().await;
    });
}

#[test]
fn a_code_is_used_once() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(Write::Code).await.expect("added");
        assert_eq!(winners(&store, Write::UseCode).await, 1);
        let used = authorization::code(&store, "digest").await.expect("reads").expect("there").used_at;
        assert!(used.is_some_and(|at| (1..=30).contains(&at.get())), "{used:?}");
        store.close().await;
    });
}

#[test]
fn server_keys_added_at_once_are_numbered_without_gaps() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let mut tasks = JoinSet::new();
        for signs in Signs::ALL.repeat(4) {
            let store = store.clone();
            tasks.spawn(async move { store.commit(Write::ServerKey(signs)).await.expect("added") });
        }
        let mut versions = tasks.join_all().await;
        versions.sort_unstable();
        assert_eq!(versions, [1, 1, 2, 2, 3, 3, 4, 4], "each dialect counts its own");
        for signs in Signs::ALL {
            let valid = server_key::valid(&store, signs, Millis::new(0)).await.expect("reads");
            assert_eq!(valid.iter().map(|key| key.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
        }
        store.close().await;
    });
}
