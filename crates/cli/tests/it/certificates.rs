//! `admin certificates`: the keys that webhooks are signed with.

use crate::{
    admin::{done, refused, table},
    process::Server,
};
use std::fs;
use tempfile::TempDir;
use wire::{native::ServerKeys, world_first::SigningKey};

#[test]
fn the_key_of_webhooks_is_made_once_imported_and_rotated() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(&data, &[]);
    let first = done(&server, &["certificates", "show"]);
    assert!(first.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{first}");
    assert_ne!(first, done(&server, &["world-first", "public-key"]), "each API has a key of its own");
    server.stop();
    let server = Server::start(&data, &[]);
    let run = |words: &[&str]| done(&server, &[&["certificates"], words].concat());
    assert_eq!(run(&["show"]), first);

    assert_eq!(run(&["rotate"]), "version 2 is the next key\n");
    assert_ne!(run(&["show"]), first, "the next key signs at once");
    let keys: ServerKeys = serde_json::from_str(&run(&["list", "--json"])).unwrap();
    assert_eq!(keys.keys.iter().map(|key| key.version).collect::<Vec<_>>(), [2, 1]);
    assert!(keys.keys[0].retire_at.is_none() && keys.keys[1].retire_at.is_some());
    let text = run(&["list"]);
    let rows = table(&text);
    assert_eq!(rows[0], ["VERSION", "SERIAL", "SINCE", "RETIRES"]);
    assert_eq!(rows[1][..2], ["2", keys.keys[0].serial.as_deref().unwrap()]);

    let file = folder.path().join("imported.pem");
    fs::write(&file, "no key").unwrap();
    let import = ["certificates", "rotate", "--overlap", "0", "--import", file.to_str().unwrap()];
    assert!(refused(&server, &import).contains("pem: the key"), "it is not taken");
    let imported = SigningKey::generate().unwrap();
    fs::write(&file, pem(&imported)).unwrap();
    assert_eq!(done(&server, &import), "version 3 is the next key\n");
    assert_eq!(run(&["show"]), imported.public().to_pem());
    server.stop();
}

fn pem(key: &SigningKey) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(key.to_pkcs8_der().unwrap());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}
