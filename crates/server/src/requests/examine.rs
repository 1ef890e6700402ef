//! Examines refused signatures: at most a few at once, in live mode also limited per second. The caller's reply never
//! reveals the result.

use super::{Entry, RefusedKey, excerpt::excerpt, state::Examiner};
use crate::{
    app::App, background, binance_pay::key_cache::KnownKey, request_id::RequestId, settings::Mode,
    world_first::clients::KnownClient,
};
use bytes::Bytes;
use diagnose::{Diagnosis, Earlier};
use house::Failure;
use http::{header, request::Parts};
use std::{sync::Arc, thread, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::timeout,
};
use tracing::instrument::WithSubscriber as _;
use wire::{
    binance_pay::headers as binance_pay,
    native::RefusedSignature,
    world_first::{VerifyingKey, headers as world_first},
};
use zeroize::Zeroizing;

/// Maximum wait of a twin's caller for its turn; after that its signature is not examined.
const PATIENCE: Duration = Duration::from_secs(2);
/// Maximum number of other secrets to try.
const OTHER_SECRETS: usize = 16;

/// The result of an examination.
pub(super) struct Examined(Diagnosis);

impl Examiner {
    /// Examines a signature. In live mode this only starts the work, and returns no result.
    pub(super) async fn examine(
        &self,
        app: &Arc<App>,
        suspect: &RefusedKey,
        parts: &Parts,
        body: &Bytes,
    ) -> Option<Examined> {
        match &self.limit {
            None => {
                let place = Arc::clone(&self.places).acquire_owned();
                let place = timeout(PATIENCE, place).await.ok()?.ok()?;
                diagnosed(app, suspect.case(app, parts, body), place).await
            }
            Some(limit) => {
                limit.check().ok()?;
                let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
                let (app, case, id) =
                    (Arc::clone(app), suspect.case(app, parts, body), RequestId::current()?);
                let work = async move {
                    diagnosed(&app, case, place).await;
                };
                // The log line goes to the request's own subscriber, with the request's id.
                tokio::spawn(id.scope(work).with_current_subscriber());
                None
            }
        }
    }
}

/// A case that owns its data.
enum Case {
    BinancePay {
        key: Arc<KnownKey>,
        headers: [Vec<u8>; 3],
        earlier: Vec<Arc<Entry>>,
        body: Bytes,
    },
    WorldFirst {
        client: Arc<KnownClient>,
        line: [String; 3],
        headers: [Vec<u8>; 2],
        earlier: Vec<Arc<Entry>>,
        body: Bytes,
    },
}

impl RefusedKey {
    fn case(&self, app: &App, parts: &Parts, body: &Bytes) -> Case {
        let journal = &app.requests.journal;
        let value =
            |name: &str| parts.headers.get(name).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
        match self {
            RefusedKey::BinancePay(key) => Case::BinancePay {
                key: Arc::clone(key),
                headers: [binance_pay::TIMESTAMP, binance_pay::NONCE, binance_pay::SIGNATURE].map(value),
                earlier: journal.earlier(&key.key),
                body: body.clone(),
            },
            RefusedKey::WorldFirst(client) => {
                let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
                let host = host.or(parts.uri.authority().map(|authority| authority.as_str()));
                let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
                Case::WorldFirst {
                    client: Arc::clone(client),
                    line: [parts.method.as_str(), target, host.unwrap_or_default()].map(str::to_owned),
                    headers: [world_first::REQUEST_TIME, world_first::SIGNATURE].map(value),
                    earlier: journal.earlier(&client.client.client_id),
                    body: body.clone(),
                }
            }
        }
    }
}

/// Runs work on a separate thread. The permit is released when the work ends, not when the receiver is dropped: a
/// caller that hangs up must not free it for the next.
fn on_own_thread<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    mode: Mode,
    work: impl FnOnce() -> T + Send + 'static,
) -> oneshot::Receiver<T> {
    let (done, found) = oneshot::channel();
    let begun = thread::Builder::new().name("diagnosis".to_owned()).spawn(move || {
        // In live mode no caller waits for it. In a twin one does, and the machine has little else to do.
        if mode == Mode::Live {
            background::step_back();
        }
        let result = work();
        drop(place);
        // The receiver may be gone.
        let _ = done.send(result);
    });
    if let Err(error) = begun {
        tracing::warn!(%error, "the system gave no thread to examine a refused signature");
    }
    found
}

/// Diagnoses the signature, and logs the result.
async fn diagnosed(app: &Arc<App>, case: Case, place: OwnedSemaphorePermit) -> Option<Examined> {
    let mode = app.settings.mode;
    let found = match case {
        Case::BinancePay { key, headers, earlier, body } => {
            let secrets = match secrets(app, &key).await {
                Ok(secrets) => secrets,
                Err(failure) => {
                    tracing::warn!(%failure, "a refused signature was not examined");
                    return None;
                }
            };
            on_own_thread(place, mode, move || of_binance_pay(&key, &headers, &earlier, &body, &secrets))
        }
        Case::WorldFirst { client, line, headers, earlier, body } => {
            on_own_thread(place, mode, move || of_world_first(&client, &line, &headers, &earlier, &body))
        }
    };
    let found =
        found.await.inspect_err(|_| tracing::error!("the signature diagnosis failed")).ok().flatten()?;
    let causes: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
    let (causes, explained) = (causes.join(", "), found.explained);
    let tried = found.tried;
    // A twin's operator also finds it with the request.
    match mode {
        Mode::Twin => tracing::debug!(causes, explained, tried, "a refused signature was examined"),
        Mode::Live => tracing::info!(causes, explained, tried, "a refused signature was examined"),
    }
    Some(Examined(found))
}

/// A key's name and secret.
type Named = (String, Zeroizing<Vec<u8>>);

/// The secrets to try, the key's own first; then those that may have been confused with it: of its holder's other keys,
/// and in a twin of recently used keys.
async fn secrets(app: &App, key: &KnownKey) -> Result<Vec<Named>, Failure> {
    let mut names = vec![key.key.to_string()];
    let of_holder = house::key::list(&app.house, &key.caller.holder).await?;
    names.extend(of_holder.into_iter().map(|summary| summary.key).rev().take(OTHER_SECRETS));
    if app.settings.mode == Mode::Twin {
        names.extend(app.keys.lately(OTHER_SECRETS).iter().map(|key| key.to_string()));
    }
    let mut found: Vec<Named> = Vec::new();
    for name in names {
        if found.iter().any(|(known, _)| *known == name) {
            continue;
        }
        if let Some(key) = house::key::find(&app.house, &name).await? {
            found.push((name, key.secret));
        }
    }
    Ok(found)
}

/// The names by which people find requests.
fn named(entries: &[Arc<Entry>]) -> Vec<String> {
    entries.iter().map(|entry| format!("{} {}, {}", entry.method(), entry.target(), entry.id)).collect()
}

/// A caller's earlier requests for a diagnosis; their time and nonce are in headers with these names.
fn requests_before<'e>(
    entries: &'e [Arc<Entry>],
    names: &'e [String],
    [time, nonce]: [&str; 2],
    signature: &[u8],
) -> Vec<Earlier<'e>> {
    let end = signature.trim_ascii().last_chunk().copied();
    let seen = entries.iter().zip(names).map(|(entry, name)| {
        let [method, target] = entry.line();
        Earlier {
            name,
            method,
            target,
            time: entry.header(time).unwrap_or_default(),
            nonce: entry.header(nonce).unwrap_or_default(),
            body: entry.body_bytes(),
            has_same_signature: end.is_some() && entry.end_of_signature == end,
        }
    });
    seen.collect()
}

fn of_binance_pay(
    key: &KnownKey,
    [timestamp, nonce, signature]: &[Vec<u8>; 3],
    earlier: &[Arc<Entry>],
    body: &[u8],
    secrets: &[Named],
) -> Option<Diagnosis> {
    let ((_, secret), others) = secrets.split_first()?;
    let others: Vec<(&str, &[u8])> =
        others.iter().map(|(name, secret)| (name.as_str(), &***secret)).collect();
    let names = named(earlier);
    let times = [binance_pay::display::TIMESTAMP, binance_pay::display::NONCE];
    let earlier = requests_before(earlier, &names, times, signature);
    diagnose::binance_pay::diagnose(&diagnose::binance_pay::Request {
        api_key: key.key.as_bytes(),
        timestamp,
        nonce,
        body,
        signature,
        secret,
        other_secrets: &others,
        earlier: &earlier,
    })
}

fn of_world_first(
    client: &KnownClient,
    [method, target, host]: &[String; 3],
    [time, signature]: &[Vec<u8>; 2],
    earlier: &[Arc<Entry>],
    body: &[u8],
) -> Option<Diagnosis> {
    let keys: Vec<(i64, VerifyingKey)> = client
        .client
        .keys
        .iter()
        .filter_map(|(version, der)| Some((*version, VerifyingKey::from_der(der).ok()?)))
        .collect();
    let keys: Vec<(i64, &VerifyingKey)> = keys.iter().map(|(version, key)| (*version, key)).collect();
    let names = named(earlier);
    let times = [world_first::display::REQUEST_TIME, ""];
    let earlier = requests_before(earlier, &names, times, signature);
    diagnose::world_first::diagnose(&diagnose::world_first::Request {
        method,
        target,
        host: Some(host.as_str()).filter(|host| !host.is_empty()),
        client_id: client.client.client_id.as_bytes(),
        time,
        body,
        signature,
        keys: &keys,
        earlier: &earlier,
    })
}

impl Examined {
    /// The diagnosis as recorded and shown, with secrets masked.
    pub(super) fn shown(self) -> RefusedSignature {
        self.0.to_native(excerpt)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::state::AT_ONCE, *};
    use std::sync::mpsc;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn a_place_is_taken_until_the_work_is_done_also_when_nobody_waits() {
        for mode in [Mode::Twin, Mode::Live] {
            let places = Arc::new(Semaphore::new(AT_ONCE));
            let (go_on, wait) = mpsc::channel::<()>();
            let place = Arc::clone(&places).acquire_owned().await.unwrap();
            let found = on_own_thread(place, mode, move || wait.recv().unwrap());
            drop(found);
            assert_eq!(places.available_permits(), AT_ONCE - 1, "the work goes on");
            go_on.send(()).unwrap();
            let every = u32::try_from(AT_ONCE).unwrap();
            drop(timeout(Duration::from_secs(60), places.acquire_many(every)).await.unwrap().unwrap());
        }
    }

    #[tokio::test]
    async fn work_that_fails_gives_its_place_back() {
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let found = on_own_thread::<()>(place, Mode::Twin, || panic!("on purpose"));
        assert!(found.await.is_err());
        drop(timeout(Duration::from_secs(60), places.acquire()).await.unwrap().unwrap());
    }
}
