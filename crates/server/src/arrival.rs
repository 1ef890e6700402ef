//! The source and the time of a request.

use house::House;
use http::request::Parts;
use ledger::{HolderId, Millis};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Attached to a request as soon as its head has been read. Later waits of the server, for a body, a key or a permit,
/// do not change a request's arrival time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// The peer of the connection.
    pub(crate) peer: SocketAddr,
    /// The server's time when the head had been read.
    pub(crate) at: Millis,
}

impl Arrival {
    /// A request's arrival. A request without a connection was made in this process, now.
    pub(crate) fn of(house: &House, parts: &Parts) -> Self {
        let known = parts.extensions.get::<Self>().copied();
        known.unwrap_or_else(|| Self {
            peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            at: house.server_now(),
        })
    }

    /// The peer of a request.
    pub(crate) fn peer(parts: &Parts) -> IpAddr {
        parts.extensions.get::<Self>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |arrival| arrival.peer.ip())
    }

    /// The time of arrival by a holder's clock.
    pub(crate) fn by_clock_of(self, house: &House, holder: &HolderId) -> Millis {
        let waited = house.server_now().get().saturating_sub(self.at.get());
        house.now(holder).plus(waited.saturating_neg())
    }
}
