//! A certificate for this machine, signed by an authority of the test's own, as files for server and callers.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Writes `certificate.pem` and `key.pem`; yields the file by which callers check it.
pub(crate) fn write(folder: &Path) -> PathBuf {
    let mut params = CertificateParams::default();
    // A certificate whose issuer has its own name would pass for self-signed.
    params.distinguished_name.push(DnType::CommonName, "An authority of tests");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    let path = folder.join("authority.pem");
    fs::write(&path, authority.pem()).unwrap();
    path
}

/// Writes the same files with a certificate that signs itself as an authority, as `openssl req -x509` does.
pub(crate) fn write_authority(folder: &Path) -> PathBuf {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let path = folder.join("certificate.pem");
    fs::write(&path, params.self_signed(&key).unwrap().pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    path
}
