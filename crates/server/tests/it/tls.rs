//! TLS: the same server behind a second socket, its certificate, and callers who do not agree on keys.

use countinghouse_server::{Settings, StartError, TlsError, Tools, settings::ListenAddress, start};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use serde_json::json;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use testkit::http::{Connection, Served};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName},
    },
};

const QUERY: &str = "order/query";
const SHORT: Duration = Duration::from_millis(300);

/// A certificate for `localhost` and its key, as files.
struct Files {
    folder: TempDir,
    certificate: CertificateDer<'static>,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let made = certificate();
        write(folder.path(), &made);
        Self { folder, certificate: made.cert.der().clone() }
    }

    /// Writes other files in place of these.
    fn renew(&mut self) {
        let made = certificate();
        write(self.folder.path(), &made);
        self.certificate = made.cert.der().clone();
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn set(&self, settings: &mut Settings) {
        settings.listen_tls = Some(any_port());
        settings.tls_certificate = Some(self.certificate());
        settings.tls_key = Some(self.key());
    }
}

fn certificate() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn write(folder: &Path, made: &CertifiedKey<KeyPair>) {
    fs::write(folder.join("certificate.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
}

fn any_port() -> ListenAddress {
    "127.0.0.1:0".parse().unwrap()
}

fn address(served: &Served) -> SocketAddr {
    served.running().tls_url().unwrap().strip_prefix("https://").unwrap().parse().unwrap()
}

/// Connects over TLS, trusting one certificate and no other.
async fn connect(served: &Served, trusted: &CertificateDer<'static>) -> std::io::Result<Connection> {
    Ok(Connection::over(agree(served, trusted, &[]).await?))
}

/// Agrees on keys and, of these, on a version of HTTP.
async fn agree(
    served: &Served,
    trusted: &CertificateDer<'static>,
    versions: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::aws_lc_rs::default_provider(),
    ));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = versions.iter().map(|version| version.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address(served)).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// What the server answers to a call of the shop whose order is unknown.
async fn code(served: &Served, connection: &mut Connection) -> String {
    connection.send(served.call(QUERY, json!({ "prepayId": "1" })).on_the_wire()).await;
    connection.reply().await.expect("an answer").code()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_served_with_tls_and_without_at_once() {
    let files = Files::new();
    let served = Served::start(|settings| files.set(settings)).await;
    assert_ne!(address(&served), served.address());
    let mut over_tls = connect(&served, &files.certificate).await.unwrap();
    let mut plain = served.connect().await;
    for _ in 0..2 {
        assert_eq!(code(&served, &mut over_tls).await, "400202");
        assert_eq!(code(&served, &mut plain).await, "400202");
    }
    over_tls.send(served.native("GET", "/v1/assets").on_the_wire()).await;
    let assets = over_tls.reply().await.unwrap();
    assert_eq!(assets.status, 200);
    assert!(assets.header("x-request-id").is_some());
    // Larger than a record of TLS.
    over_tls.send(served.native("GET", "/v1/openapi.json").on_the_wire()).await;
    assert!(over_tls.reply().await.unwrap().text.len() > 16_384);
    served.tell_to_stop();
    assert!(over_tls.is_closed().await);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_of_http_are_offered() {
    let files = Files::new();
    let served = Served::start(|settings| files.set(settings)).await;
    for (offered, agreed) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&["h2"], Some("h2")),
        (&[], None),
    ] {
        let stream = agree(&served, &files.certificate, offered).await.unwrap();
        let chosen =
            stream.get_ref().1.alpn_protocol().map(|chosen| std::str::from_utf8(chosen).unwrap().to_owned());
        assert_eq!(chosen.as_deref(), agreed);
        if agreed != Some("h2") {
            assert_eq!(code(&served, &mut Connection::over(stream)).await, "400202");
            continue;
        }
        let client = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (mut sender, connection) = client.await.unwrap();
        let connection = tokio::spawn(connection);
        let path = testkit::http::endpoint(QUERY).path;
        let call = served.call(QUERY, json!({ "prepayId": "1" })).target(&format!("https://localhost{path}"));
        let reply = sender.send_request(call.into_http()).await.unwrap();
        assert_eq!((reply.status().as_u16(), reply.version()), (200, http::Version::HTTP_2));
        drop((reply, sender));
        connection.await.unwrap().unwrap();
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_read_again_when_told() {
    let mut files = Files::new();
    let served = Served::start(|settings| files.set(settings)).await;
    let first = files.certificate.clone();
    let mut before = connect(&served, &first).await.unwrap();
    files.renew();
    // Nothing is read before somebody says so.
    assert!(connect(&served, &files.certificate).await.is_err());
    served.running().reload().certificate().unwrap();
    let mut after = connect(&served, &files.certificate).await.unwrap();
    assert!(connect(&served, &first).await.is_err());
    assert_eq!(code(&served, &mut before).await, "400202", "what stands goes on");
    assert_eq!(code(&served, &mut after).await, "400202");

    // Half of a renewal changes nothing.
    fs::write(files.key(), certificate().signing_key.serialize_pem()).unwrap();
    let error = served.running().reload().certificate().unwrap_err().to_string();
    assert!(error.contains("key.pem") && error.contains("not the key of the certificate"), "{error}");
    fs::remove_file(files.certificate()).unwrap();
    let error = served.running().reload().certificate().unwrap_err();
    assert!(matches!(error, TlsError::Unreadable { what: "certificate", .. }), "{error}");
    assert_eq!(code(&served, &mut connect(&served, &files.certificate).await.unwrap()).await, "400202");
    drop((before, after));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_on_keys_is_not_waited_for() {
    let files = Files::new();
    let served = Served::start(|settings| {
        files.set(settings);
        settings.limits.header_timeout = SHORT;
        settings.limits.max_connections = 1;
    })
    .await;
    for begun in [&b""[..], b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
        let start = Instant::now();
        let mut silent = Connection::over(TcpStream::connect(address(&served)).await.unwrap());
        silent.send(begun).await;
        assert!(silent.is_closed().await);
        assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
    }
    // HTTP without TLS is answered in kind; whoever speaks something else is told so by TLS, and gets no answer of ours.
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    for (sent, is_http) in [
        (&b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"[..], true),
        (b"PO", true),
        (b"\0\x01\x02\x03\x04\x05", false),
    ] {
        let mut plain = TcpStream::connect(address(&served)).await.unwrap();
        plain.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        let _ = plain.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), is_http, "{answer}");
        for part in ["\r\nConnection: close\r\n", "This port speaks TLS"] {
            assert_eq!(answer.contains(part), is_http, "{answer}");
        }
    }
    // The only place is free again.
    assert_eq!(code(&served, &mut connect(&served, &files.certificate).await.unwrap()).await, "400202");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_agreed_on_keys_does_not_keep_the_server() {
    let files = Files::new();
    let served = Served::start(|settings| files.set(settings)).await;
    let silent = TcpStream::connect(address(&served)).await.unwrap();
    tokio::time::sleep(SHORT).await;
    let begun = Instant::now();
    served.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_usable_are_named_at_start() {
    let files = Files::new();
    let other = Files::new();
    let nothing = files.folder.path().join("nothing.pem");
    fs::write(&nothing, "no PEM at all\n").unwrap();
    let broken = files.folder.path().join("broken.pem");
    fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let (certificate, key) = (Some(files.certificate()), Some(files.key()));
    let missing = Some(files.folder.path().join("missing.pem"));
    let listen = Some(any_port());
    for (listen, certificate, key, words) in [
        (&listen, &certificate, &None, "listen_tls needs tls_certificate and tls_key"),
        (&listen, &None, &key, "listen_tls needs tls_certificate and tls_key"),
        (&None, &certificate, &key, "need listen_tls"),
        (&listen, &missing, &key, "cannot read the certificate for TLS"),
        (&listen, &certificate, &missing, "cannot read the key for TLS"),
        (&listen, &Some(nothing.clone()), &key, "it holds no PEM block CERTIFICATE"),
        (&listen, &key, &key, "it holds no PEM block CERTIFICATE"),
        (&listen, &certificate, &Some(nothing.clone()), "it holds no PEM block of a key"),
        (&listen, &certificate, &certificate, "it holds no PEM block of a key"),
        (&listen, &Some(broken), &key, "broken.pem is not usable"),
        (&listen, &certificate, &Some(other.key()), "it is not the key of the certificate"),
    ] {
        let settings = Settings {
            data: files.folder.path().join("data"),
            listen: any_port(),
            listen_tls: listen.clone(),
            tls_certificate: certificate.clone(),
            tls_key: key.clone(),
            ..Settings::default()
        };
        let error = match start(settings, Tools::default()).await {
            Ok(_) => panic!("it started: {words}"),
            Err(error) => error,
        };
        assert!(matches!(error, StartError::Tls(_)), "{error}");
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
}
