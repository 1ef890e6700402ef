//! WorldFirst's notifications: signed like replies, and acknowledged with a signature.

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use wire::{
    Dialect as _,
    world_first::{
        self, Fault, codes,
        headers::{self, display},
        time,
    },
};

use super::{misread, only, unverified};
use crate::{Error, WorldFirst};

/// A verified notification.
#[derive(Debug, Clone, Copy)]
pub struct WorldFirstNotification<'a> {
    /// When it was sent, in Unix milliseconds, if readable.
    pub sent_ms: Option<i64>,
    body: &'a [u8],
}

impl WorldFirstNotification<'_> {
    /// Reads the body.
    ///
    /// # Errors
    /// It does not have the fields of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(self.body).map_err(|error| misread(&error))
    }
}

/// The answer to a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acknowledgement {
    /// It arrived, and its effects are stored.
    Received,
    /// Not now: it is sent again, up to 7 times over 15 hours and more.
    Later,
    /// It will never be accepted; it is not sent again.
    Never,
}

/// A reply to a notification, to be sent with HTTP 200 as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReply {
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl WorldFirst {
    /// Verifies that a notification is the provider's and for this client, over the raw bytes of its body.
    ///
    /// `target` is the path and query that the provider called: behind a proxy that removes a part of the path, with
    /// that part.
    ///
    /// # Errors
    /// It is not verified ([`Error::is_unverified`]).
    pub fn verify_notification<'a>(
        &self,
        target: &str,
        headers: &HeaderMap,
        body: &'a [u8],
    ) -> Result<WorldFirstNotification<'a>, Error> {
        only(headers, headers::SIGNATURE)?;
        let sent_ms = time::parse(only(headers, headers::REQUEST_TIME)?).ok();
        if only(headers, headers::CLIENT_ID)? != self.client_id().as_bytes() {
            return Err(unverified("the notification is for another client"));
        }
        if self.verify(target, headers::REQUEST_TIME, headers, body)? {
            return Ok(WorldFirstNotification { sent_ms, body });
        }
        Err(unverified("the notification is not signed"))
    }

    /// The signed answer to a notification that arrived at `target`.
    pub fn acknowledge(&self, target: &str, what: Acknowledgement) -> SignedReply {
        let body = match what {
            Acknowledgement::Received => encoded(Ok(&BTreeMap::new())),
            Acknowledgement::Later => encoded(Err(&Fault::new(&codes::UNKNOWN_EXCEPTION))),
            Acknowledgement::Never => encoded(Err(&Fault::new(&codes::PROCESS_FAIL))),
        };
        let sent = time::text(self.now_ms());
        let signature = self.signature(target, &sent, &body);
        let headers = vec![
            ("Content-Type", headers::JSON.to_owned()),
            (display::CLIENT_ID, self.client_id().to_owned()),
            (display::RESPONSE_TIME, sent),
            (display::SIGNATURE, signature),
        ];
        SignedReply { headers, body }
    }
}

/// The result alone: an acknowledgement has no fields of its own.
fn encoded(answer: Result<&BTreeMap<String, String>, &Fault>) -> Vec<u8> {
    world_first::WorldFirst::encode(answer)
}
