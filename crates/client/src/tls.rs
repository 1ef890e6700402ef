//! Why a TLS handshake failed, in words that help to fix it.

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use std::io;

/// The TLS error among an error's causes, if any. An I/O error does not return its inner error as its source.
pub(crate) fn cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Error> {
    let mut next = Some(error);
    while let Some(cause) = next {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let found = cause.downcast_ref().or_else(|| inner.and_then(|inner| self::cause(inner)));
        if found.is_some() {
            return found;
        }
        next = cause.source();
    }
    None
}

/// The error in words, and whether it is about the server's certificate.
pub(crate) fn in_words(error: &Error) -> (String, bool) {
    let why = match error {
        Error::InvalidCertificate(fault) => return (certificate(fault), true),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what answers there does not speak TLS; its URL may begin with http://"
        }
        Error::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::BadCertificate) => {
            "the server wants a certificate of the caller"
        }
        Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "the server and this client have no version of TLS or no cipher in common"
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            "the server has no certificate for this name"
        }
        other => return (format!("TLS failed: {other}"), false),
    };
    (why.to_owned(), false)
}

fn certificate(fault: &CertificateError) -> String {
    let why = match fault {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by no authority that this machine trusts"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or this machine's clock is behind"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        CertificateError::Revoked => "its certificate is revoked",
        // rustls has no name of its own for it.
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is marked as an authority's (CA:TRUE, the default of `openssl req -x509`) and cannot be a \
             server's; make it with `-addext basicConstraints=critical,CA:FALSE`"
        }
        other => return format!("its certificate is not valid: {other}"),
    };
    why.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_inside_of_other_errors() {
        let fault = || Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let io = io::Error::other(fault());
        let outer = io::Error::other(io::Error::other(fault()));
        for error in [&io as &(dyn std::error::Error + 'static), &outer, &fault()] {
            let (why, certificate) = in_words(cause(error).unwrap());
            assert!(why.contains("no authority") && certificate, "{why}");
        }
        assert!(cause(&io::Error::other("something else")).is_none());
    }
}
