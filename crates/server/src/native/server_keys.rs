//! The keys that the server signs with: `/v1/world-first/server-keys` and `/v1/world-first/public-key` for WorldFirst's
//! replies, `/v1/binance-pay/certificates` for Binance Pay's webhooks.

use super::{
    extract::{JsonBody, Params},
    refused::Refused,
};
use crate::{app::App, server_keys::kept};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use house::server_key::{self, Signs};
use http::{StatusCode, header};
use std::sync::Arc;
use wire::{
    binance_pay::webhook::certificates::Certificate,
    native::{RotateServerKey, ServerKey, ServerKeys, Time, query::KeyQuery},
    world_first::SigningKey,
};

/// Lists a dialect's keys.
pub(super) async fn list(State(app): State<Arc<App>>, signs: Signs) -> Result<Json<ServerKeys>, Refused> {
    let keys = server_key::valid(&app.house, signs).await?;
    Ok(Json(ServerKeys { keys: keys.into_iter().map(|key| shown(key, signs)).collect() }))
}

/// Rotates a dialect's key.
pub(super) async fn rotate(
    State(app): State<Arc<App>>,
    signs: Signs,
    JsonBody(asked): JsonBody<RotateServerKey>,
) -> Result<(StatusCode, Json<ServerKey>), Refused> {
    let (keys, configured) = match signs {
        Signs::WorldFirst => (&app.world_first, app.settings.world_first.key_overlap),
        Signs::BinancePay => (&app.certificates, app.settings.webhooks.key_overlap),
    };
    let overlap_ms = match asked.overlap_s {
        Some(seconds) => i64::from(seconds) * 1_000,
        None => i64::try_from(configured.as_millis()).unwrap_or(i64::MAX),
    };
    let next = match asked.pem {
        Some(pem) => SigningKey::from_pkcs8_pem(&pem)
            .map_err(|error| Refused::invalid(format_args!("pem: the key {error}")))?,
        // Generating primes takes a moment, in which this thread must answer other callers.
        None => made().await?,
    };
    let next = kept(&next).map_err(|error| broken(&error))?;
    let rotated = server_key::rotate(&app.house, signs, &next, overlap_ms).await;
    // In any case: the database decides which key signs from now on.
    keys.reload(&app.house).await?;
    Ok((StatusCode::CREATED, Json(shown(rotated?, signs))))
}

/// The public key, as plain PEM.
pub(super) async fn public(
    State(app): State<Arc<App>>,
    Params(which): Params<KeyQuery>,
) -> Result<Response, Refused> {
    let mut keys = server_key::valid(&app.house, Signs::WorldFirst).await?.into_iter();
    let found = match which.version {
        None => keys.next(),
        Some(version) => keys.find(|key| key.version == version),
    };
    let found = found.ok_or_else(|| Refused::unknown("server-key"))?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], found.public_pem).into_response())
}

async fn made() -> Result<SigningKey, Refused> {
    let made = tokio::task::spawn_blocking(SigningKey::generate).await;
    made.map_err(|error| broken(&error))?.map_err(|error| broken(&error))
}

fn broken(error: &dyn std::error::Error) -> Refused {
    tracing::error!(%error, "no signing key could be made");
    Refused::internal()
}

fn shown(key: server_key::ServerKey, signs: Signs) -> ServerKey {
    ServerKey {
        version: key.version,
        serial: (signs == Signs::BinancePay).then(|| Certificate::of(&key.public_pem).cert_serial.into()),
        pem: key.public_pem,
        created_at: Time::from_millis(key.created_at.get()),
        retire_at: key.retire_at.map(|at| Time::from_millis(at.get())),
    }
}
