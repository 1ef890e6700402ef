//! The binary with TLS: two ready lines, a certificate that SIGHUP renews, files that are not usable.

use crate::{
    certificate,
    process::{Server, countinghouse, finish, run},
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;

fn options(folder: &Path) -> [String; 6] {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let words = ["--listen-tls", "127.0.0.1:0", "--tls-certificate"].map(str::to_owned);
    let [listen, address, certificate] = words;
    [listen, address, certificate, path("certificate.pem"), "--tls-key".to_owned(), path("key.pem")]
}

/// A server with TLS, and where it listens for it.
fn start(folder: &Path) -> (Server, String) {
    let options = options(folder);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let server = Server::start(&folder.join("data"), &options);
    let line = server.process.line();
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    assert!(url.starts_with("https://127.0.0.1:") && !url.ends_with(":0"), "{url}");
    (server, url)
}

/// Whether a caller that trusts this authority alone is answered.
async fn is_answered(url: &str, authority: &Path) -> bool {
    let authority = reqwest::Certificate::from_pem(&fs::read(authority).unwrap()).unwrap();
    let caller = reqwest::Client::builder().no_proxy().tls_certs_only([authority]).build().unwrap();
    match caller.get(format!("{url}/healthz")).send().await {
        Ok(reply) => reply.status() == 200,
        Err(error) => {
            let text = format!("{error:?}");
            assert!(text.contains("InvalidCertificate"), "{text}");
            false
        }
    }
}

/// Waits until the log has a message.
fn logged(server: &Server, message: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !server.process.log().contains(message) {
        assert!(Instant::now() < deadline, "no {message:?} in {}", server.process.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_renews_the_certificate() {
    let folder = TempDir::new().unwrap();
    let authority = |name: &str| -> PathBuf {
        let kept = folder.path().join(name);
        fs::rename(certificate::write(folder.path()), &kept).unwrap();
        kept
    };
    let first = authority("first.pem");
    let (server, url) = start(folder.path());
    assert!(is_answered(&url, &first).await);
    let second = authority("second.pem");
    assert!(!is_answered(&url, &second).await, "nothing is read before the signal");
    server.process.signal("HUP");
    logged(&server, "the certificate was read again");
    assert!(is_answered(&url, &second).await);
    assert!(!is_answered(&url, &first).await);

    fs::write(folder.path().join("key.pem"), "not a key\n").unwrap();
    server.process.signal("HUP");
    logged(&server, "the certificate stays as it was");
    assert!(server.process.log().contains("key.pem is not usable"), "{}", server.process.log());
    assert!(is_answered(&url, &second).await);
    server.stop();
}

#[test]
fn a_command_says_what_is_wrong_with_tls_and_trusts_whom_it_is_told_to() {
    let folder = TempDir::new().unwrap();
    let authority = certificate::write(folder.path());
    let (server, url) = start(folder.path());
    let list = |url: &str, more: &[&str]| {
        let words = ["admin", "merchants", "list", "--token", &server.token, "--server", url];
        run(&[&words[..], more].concat())
    };
    let refused = |url: &str, more: &[&str], parts: &[&str]| {
        let ran = list(url, more);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
    };
    refused(
        &url,
        &[],
        &[&format!("at {url}: "), "signed by no authority that this machine trusts", "--ca FILE"],
    );
    let trusting = ["--ca", authority.to_str().unwrap()];
    let ran = list(&url, &trusting);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "no merchants\n"), "{}", ran.stderr);
    refused(&url.replace("127.0.0.1", "127.0.0.2"), &trusting, &["cannot be reached"]);
    refused(&server.url.replace("http://", "https://"), &trusting, &["does not speak TLS", "http://"]);
    let ran = list(&url, &["--ca", "/nowhere.pem"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("/nowhere.pem"), "{}", ran.stderr);

    let call = |more: &[&str]| {
        let mut command = countinghouse();
        command.args(["call", "query_config", "--server", &url]).args(more);
        command.env("XDG_CONFIG_HOME", folder.path());
        finish(command.env("COUNTINGHOUSE_API_KEY", "k".repeat(16)).env("COUNTINGHOUSE_API_SECRET", "s"))
    };
    assert!(call(&[]).stderr.contains("signed by no authority"));
    assert!(call(&trusting).stderr.contains("400004"), "it is answered");
    server.stop();
}

#[test]
fn a_certificate_that_is_an_authoritys_is_refused_with_what_helps() {
    let folder = TempDir::new().unwrap();
    let certificate = certificate::write_authority(folder.path());
    let (server, url) = start(folder.path());
    let words = ["admin", "merchants", "list", "--token", &server.token, "--server", &url, "--ca"];
    let ran = run(&[&words[..], &[certificate.to_str().unwrap()]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("basicConstraints=critical,CA:FALSE"), "{}", ran.stderr);
    server.stop();
}

#[test]
fn files_that_are_not_usable_end_the_start() {
    let folder = TempDir::new().unwrap();
    certificate::write(folder.path());
    let data = folder.path().join("data").to_str().unwrap().to_owned();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data].map(str::to_owned);
    let refused = |options: &[String]| {
        let words: Vec<&str> = serve.iter().chain(options).map(String::as_str).collect();
        let ran = run(&words);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
        ran.stderr
    };
    let options = options(folder.path());
    assert!(refused(&options[..2]).contains("listen_tls needs tls_certificate and tls_key"));
    fs::remove_file(folder.path().join("key.pem")).unwrap();
    let error = refused(&options);
    assert!(error.contains("cannot read the key for TLS") && error.contains("key.pem"), "{error}");
}
