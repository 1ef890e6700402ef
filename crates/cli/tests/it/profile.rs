//! The profiles file: who calls, and that nobody else may read it.

use crate::{
    admin::done,
    process::{Ran, Server, countinghouse, finish},
    shop,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};
use tempfile::TempDir;
use wire::world_first::SigningKey;

const CUSTOMER: &str = "2188120000000001";
const CLIENT: &str = "5J5Y307NSG0001";

/// Writes the profiles below a folder of configuration.
fn profiles(folder: &Path, text: &str, mode: u32) {
    let below = folder.join("countinghouse");
    fs::create_dir_all(&below).unwrap();
    let path = below.join("profiles.toml");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

fn call(folder: &Path, words: &[&str]) -> Ran {
    finish(countinghouse().arg("call").args(words).env("XDG_CONFIG_HOME", folder))
}

#[test]
fn both_dialects_are_called_by_profile() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let own = SigningKey::generate().unwrap();
    let below = folder.path().join("countinghouse");
    fs::create_dir_all(&below).unwrap();
    let public = folder.path().join("public.pem");
    fs::write(&public, own.public().to_pem()).unwrap();
    done(&server, &["world-first", "customer", "create", CUSTOMER, "Harbour Trading"]);
    done(&server, &["world-first", "deposit", CUSTOMER, "12.05", "USD", "--reference", "wire-1"]);
    let create = ["world-first", "client", "create", CLIENT, "--customer", CUSTOMER, "--products", "BALANCE"];
    done(&server, &[&create[..], &["--key", public.to_str().unwrap()]].concat());
    fs::write(below.join("provider.pem"), done(&server, &["world-first", "public-key"])).unwrap();
    fs::write(below.join("client.pem"), pem(&own)).unwrap();
    let url = &server.url;
    let text = format!(
        "default = \"twin\"\n[profiles.twin]\nserver = \"{url}\"\n\
         [profiles.twin.binance_pay]\nkey = \"{}\"\nsecret = \"{}\"\n\
         [profiles.twin.world_first]\nclient_id = \"{CLIENT}\"\nprivate_key = \"client.pem\"\n\
         provider_key = \"provider.pem\"\n\
         [profiles.stranger]\nserver = \"{url}\"\n\
         [profiles.stranger.world_first]\nclient_id = \"{CLIENT}\"\nprivate_key = \"client.pem\"\n\
         provider_key = \"../public.pem\"\n",
        shop::KEY,
        shop::SECRET
    );
    profiles(folder.path(), &text, 0o600);

    let ran = call(folder.path(), &["query_receiver", "--field", "pageNum=1", "--field", "pageSize=10"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains(shop::RECEIVERS[0]), "{}", ran.stdout);

    let ran = call(folder.path(), &["inquiry_balance"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.starts_with("S SUCCESS: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("1205"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("resultStatus"), "{}", ran.stdout);
    let ran = call(folder.path(), &["inquiry_balance", "--output", "json"]);
    assert!(ran.stdout.starts_with(r#"{"result":{"resultStatus":"S","#), "{}", ran.stdout);

    // A key that is not the server's: whatever it answered does not count.
    let other = SigningKey::generate().unwrap();
    fs::write(&public, other.public().to_pem()).unwrap();
    let ran = call(folder.path(), &["inquiry_balance", "--profile", "stranger"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(4), ""), "{}", ran.stderr);
    // The environment goes before the profile.
    let mut command = countinghouse();
    command.args(["call", "inquiry_balance"]).env("XDG_CONFIG_HOME", folder.path());
    let ran = finish(command.env("COUNTINGHOUSE_CLIENT_ID", "5J5Y307NSG0009"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("INVALID_CLIENT"), "{}", ran.stderr);
    server.stop();
}

/// The private key as PEM, as openssl would write it.
fn pem(key: &SigningKey) -> String {
    let text = STANDARD.encode(key.to_pkcs8_der().unwrap().as_slice());
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let folder = TempDir::new().unwrap();
    let text = "default = \"a\"\n[profiles.a.binance_pay]\nkey = \"k\"\nsecret = \"hush\"\n";
    for mode in [0o644, 0o640, 0o604, 0o620] {
        profiles(folder.path(), text, mode);
        let ran = call(folder.path(), &["query_receiver", "--field", "pageNum=1", "--field", "pageSize=10"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        assert!(ran.stderr.contains("chmod 600") && !ran.stderr.contains("hush"), "{}", ran.stderr);
    }
}

#[test]
fn what_is_wrong_in_the_file_is_named_without_its_secrets() {
    let folder = TempDir::new().unwrap();
    let fields = ["--field", "pageNum=1", "--field", "pageSize=10"];
    for (text, words, part) in [
        ("[profiles.a]\n", &[][..], "has no `default`; name one of a"),
        ("default = \"b\"\n[profiles.a]\n", &[], "no profile \"b\""),
        ("[profiles.a]\n", &["--profile", "b"], "no profile \"b\""),
        ("[profiles.a]\n", &["--profile", "a"], "binance_pay.key is missing"),
        ("[profiles.a.binance_pay]\nkee = \"hush\"\n", &["--profile", "a"], "line 2: unknown field `kee`"),
        ("[profiles.a.binance_pay]\nsecret = 5551234\n", &["--profile", "a"], "line 2: expected a string"),
        ("[profiles.a.world_first]\nkey_version = \"hush\"\n", &["--profile", "a"], "line 2: expected u32"),
        ("[profiles.a.binance_pay]\nsecret = hush\n", &["--profile", "a"], "line 2"),
    ] {
        profiles(folder.path(), text, 0o600);
        let ran = call(folder.path(), &[&["query_receiver"], &fields[..], words].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{text}");
        assert!(ran.stderr.contains(part), "{text}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hush") && !ran.stderr.contains("5551234"), "{}", ran.stderr);
    }
    let ran = call(folder.path(), &["query_receiver", "--profiles", "/nowhere.toml", "--json", "{}"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("/nowhere.toml"), "{}", ran.stderr);
}
