//! The certificate for TLS: read at start, and reloaded on the operator's request.

use crate::{linger::say_last, settings::Settings};
use hyper_util::rt::TokioIo;
use parking_lot::RwLock;
use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject as _},
        },
    },
    server::TlsStream,
};

/// Time limit of a TLS handshake, which takes two round trips, unless that of a request's head is shorter.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// The answer to HTTP without TLS.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\
    Content-Length: 56\r\n\r\nThis port speaks TLS: use a URL that begins with https.\n";

/// The reason why TLS cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// An address without certificate or key.
    #[error("listen_tls needs tls_certificate and tls_key")]
    Incomplete,
    /// A certificate or key without an address.
    #[error("tls_certificate and tls_key need listen_tls")]
    Unused,
    /// A file cannot be read.
    #[error("cannot read the {what} for TLS {path}: {source}", path = path.display())]
    Unreadable {
        /// `certificate` or `key`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The content of a file is invalid.
    #[error("the {what} for TLS {path} is not usable: {message}", path = path.display())]
    Unusable {
        /// `certificate` or `key`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The mistake.
        message: String,
    },
}

/// Certificate and key in use, and their paths.
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
    time: Duration,
}

impl Tls {
    /// TLS by the settings; `None` if they do not configure it.
    pub(crate) fn open(settings: &Settings) -> Result<Option<Self>, TlsError> {
        match (&settings.listen_tls, &settings.tls_certificate, &settings.tls_key) {
            (None, None, None) => Ok(None),
            (None, _, _) => Err(TlsError::Unused),
            (Some(_), Some(certificate), Some(key)) => {
                let config = RwLock::new(Arc::new(read(certificate, key)?));
                let time = HANDSHAKE_TIME.min(settings.limits.header_timeout);
                Ok(Some(Self { certificate: certificate.clone(), key: key.clone(), config, time }))
            }
            (Some(_), _, _) => Err(TlsError::Incomplete),
        }
    }

    /// Reads both files again. Open connections keep their certificate; new ones get the new one. If the files are not
    /// usable, the previous ones stay in use.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let config = Arc::new(read(&self.certificate, &self.key)?);
        *self.config.write() = config;
        Ok(())
    }

    /// Does the handshake within the time limit. A caller that speaks HTTP without TLS gets an answer that says so.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
        patience: Duration,
    ) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.config.read()));
        let accepted = async {
            let mut first = [0];
            let came = stream.peek(&mut first).await?;
            // A TLS record begins with a small number, and a plain request with its method.
            if came > 0 && first[0].is_ascii_alphabetic() {
                say_last(TokioIo::new(stream), PLAIN).await?;
                return Err(io::Error::other("it speaks HTTP without TLS"));
            }
            acceptor.accept(stream).await
        };
        timeout(self.time.min(patience), accepted).await.map_err(io::Error::from)?
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let of_certificate = |error| unread("certificate", certificate, error);
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .map_err(of_certificate)?
        .collect::<Result<_, _>>()
        .map_err(of_certificate)?;
    if chain.is_empty() {
        return Err(unusable("certificate", certificate, "it holds no PEM block CERTIFICATE"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unread("key", key, error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("certificate", certificate, error))?
        .with_no_client_auth();
    let mut config = config.with_single_cert(chain, secret).map_err(|error| match error {
        rustls::Error::InvalidCertificate(_) => unusable("certificate", certificate, error),
        rustls::Error::InconsistentKeys(_) => unusable("key", key, "it is not the key of the certificate"),
        _ => unusable("key", key, error),
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn unread(what: &'static str, path: &Path, error: pem::Error) -> TlsError {
    match error {
        pem::Error::Io(source) => TlsError::Unreadable { what, path: path.to_owned(), source },
        pem::Error::NoItemsFound => unusable(what, path, format_args!("it holds no PEM block of a {what}")),
        _ => unusable(what, path, error),
    }
}

fn unusable(what: &'static str, path: &Path, message: impl fmt::Display) -> TlsError {
    TlsError::Unusable { what, path: path.to_owned(), message: message.to_string() }
}
