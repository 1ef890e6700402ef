//! `countinghouse admin world-first` against a running server.

use crate::{
    admin::{done, refused, table},
    process::Server,
};
use std::{fs, path::PathBuf};
use tempfile::TempDir;
use wire::{
    native::{
        ServerKeys,
        world_first::{Accounts, Client},
    },
    world_first::SigningKey,
};

const HARBOUR: &str = "2188120000000001";
const OTHER: &str = "2188120000000002";
const CLIENT: &str = "5J5Y307NSG0001";

/// Runs a command on WorldFirst that must go well; what it says.
fn world_first(server: &Server, words: &[&str]) -> String {
    done(server, &[&["world-first"], words].concat())
}

/// A file with a new client's public key.
fn public_key(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, SigningKey::generate().unwrap().public().to_pem()).unwrap();
    path
}

#[test]
fn customers_get_contracts_accounts_and_money() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let run = |words: &[&str]| world_first(&server, words);
    assert_eq!(run(&["customer", "create", HARBOUR, "Harbour Trading"]), format!("made {HARBOUR}\n"));
    run(&["customer", "create", OTHER, "Other", "--contract", "none"]);
    assert_eq!(run(&["customer", "contract", HARBOUR, "expired"]), format!("{HARBOUR}: contract expired\n"));
    let listed = run(&["customer", "list"]);
    let rows = table(&listed);
    assert_eq!(rows[1][..4], [HARBOUR, "Harbour", "Trading", "expired"]);
    assert_eq!(rows[2][..3], [OTHER, "Other", "none"]);

    let opened = run(&["customer", "open-account", HARBOUR, "EUR", "--type", "SAME_NAME_TOP_UP_BALANCE"]);
    assert!(opened.ends_with(": EUR SAME_NAME_TOP_UP_BALANCE\n"), "{opened}");
    let deposit = [
        "deposit",
        HARBOUR,
        "1200.05",
        "USD",
        "--reference",
        "wire-1",
        "--payer-name",
        "Sunrise Imports",
        "--payer-account",
        "DE89",
        "--payer-bank",
        "Commerzbank",
        "--remark",
        "invoice 17",
    ];
    assert_eq!(run(&deposit), "credited: 1200.05 USD\n");
    assert_eq!(run(&deposit), "credited before: 1200.05 USD\n");
    let accounts = run(&["customer", "accounts", HARBOUR]);
    let rows = table(&accounts);
    assert_eq!(rows[1][1..], ["EUR", "SAME_NAME_TOP_UP_BALANCE", "0", "0", "0"]);
    assert_eq!(rows[2][1..], ["USD", "NORMAL_BALANCE", "1200.05", "0", "1200.05"]);
    let accounts: Accounts =
        serde_json::from_str(&run(&["customer", "accounts", HARBOUR, "--json"])).unwrap();
    assert_eq!(accounts.accounts[0].account_no, opened[..16]);
    let error = refused(&server, &["deposits", "post", HARBOUR, "1", "USD", "--reference", "wire-2"]);
    assert!(error.contains("is a WorldFirst customer") && error.contains("world-first deposit"), "{error}");
    let elsewhere = ["deposits", "post", HARBOUR, "1", "USD", "--reference", "wire-2", "--wallet"];
    assert_eq!(done(&server, &[&elsewhere[..], &["NORMAL_BALANCE"]].concat()), "deposited: 1 USD\n");
    let error = refused(&server, &["world-first", "transfer", "409128346782105600"]);
    assert!(error.contains("no such transfer"), "{error}");
    let error = refused(&server, &["world-first", "customer", "open-account", HARBOUR, "BTC"]);
    assert!(error.contains("BTC is not offered"), "{error}");
    server.stop();
}

#[test]
fn clients_get_keys_customers_and_consent() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder.path().join("data"), &[]);
    let run = |words: &[&str]| world_first(&server, words);
    for id in [HARBOUR, OTHER] {
        run(&["customer", "create", id, "Trading"]);
    }
    let (first, second) = (public_key(&folder, "first.pem"), public_key(&folder, "second.pem"));
    let create = [
        "client",
        "create",
        CLIENT,
        "--customer",
        HARBOUR,
        "--products",
        "BALANCE,TRANSFER",
        "--key",
        first.to_str().unwrap(),
    ];
    assert_eq!(run(&create), format!("made {CLIENT}\n"));
    let added = run(&["key", "add", CLIENT, second.to_str().unwrap(), "--key-version", "4"]);
    assert_eq!(added, format!("{CLIENT} has key version 4\n"));
    assert_eq!(run(&["client", "connect", CLIENT, OTHER]), format!("{CLIENT} may act for {OTHER}\n"));
    assert_eq!(run(&["client", "products", CLIENT, "BALANCE"]), format!("{CLIENT}: BALANCE\n"));
    let shown: Client = serde_json::from_str(&run(&["client", "show", CLIENT, "--json"])).unwrap();
    assert_eq!((shown.customer.as_deref(), shown.connected), (Some(HARBOUR), vec![OTHER.to_owned()]));
    let keys: Vec<_> = shown.public_keys.iter().map(|key| (key.version, key.pem.clone())).collect();
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    assert_eq!(keys, [(1, read(&first)), (4, read(&second))]);
    let listed = run(&["client", "list"]);
    assert_eq!(table(&listed)[1][..6], [CLIENT, HARBOUR, OTHER, "BALANCE", "1,", "4"]);
    assert!(run(&["key", "list", CLIENT]).contains("-----BEGIN PUBLIC KEY-----"));
    run(&["client", "disconnect", CLIENT, OTHER]);
    let error = refused(&server, &["world-first", "client", "disconnect", CLIENT, OTHER]);
    assert!(error.contains("There is no such connection"), "{error}");
    let code = run(&["grant", CLIENT, OTHER]);
    assert!(code.len() == 33 && code.trim().bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
    let error = refused(&server, &["world-first", "key", "add", CLIENT, "/nowhere.pem"]);
    assert!(error.contains("cannot read the key /nowhere.pem"), "{error}");
    server.stop();
}

#[test]
fn the_server_key_outlives_a_restart_and_is_rotated() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    let first = world_first(&server, &["public-key"]);
    assert!(first.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{first}");
    server.stop();
    let server = Server::start(&data, &[]);
    let run = |words: &[&str]| world_first(&server, words);
    assert_eq!(run(&["public-key"]), first);

    assert_eq!(run(&["rotate-key"]), "version 2 is the next key\n");
    assert_eq!(run(&["public-key"]), first, "version 1 signs on for a while");
    let keys: ServerKeys = serde_json::from_str(&run(&["server-keys", "--json"])).unwrap();
    assert_eq!(keys.keys.len(), 2);
    assert!(keys.keys[0].retire_at.is_some() && keys.keys[1].retire_at.is_none());
    let text = run(&["server-keys"]);
    assert_eq!(table(&text).iter().map(|row| row[0]).collect::<Vec<_>>(), ["VERSION", "1", "2"]);

    let brought = folder.path().join("brought.pem");
    fs::write(&brought, "no key").unwrap();
    let import = ["world-first", "rotate-key", "--overlap", "0", "--import", brought.to_str().unwrap()];
    assert!(refused(&server, &import).contains("pem: the key"), "it is not taken");
    assert_eq!(run(&["rotate-key", "--overlap", "0"]), "version 3 is the next key\n");
    assert_ne!(run(&["public-key"]), first);
    server.stop();
}
