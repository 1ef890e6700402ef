//! `POST /binancepay/openapi/certificates`

use crate::binance_pay::Call;
use wire::binance_pay::{
    Fault,
    webhook::certificates::{Certificate, QueryCertificates},
};

/// Answers the public keys for verifying webhooks: the current one, then earlier ones that stay listed for a while
/// after a rotation.
///
/// # Errors
/// None of its own.
pub async fn certificates(call: Call<QueryCertificates>) -> Result<Vec<Certificate>, Fault> {
    let valid = call.app.certificates.valid(call.app.house.server_now());
    Ok(valid.iter().map(|key| Certificate::of(&key.key.public().to_pem())).collect())
}
