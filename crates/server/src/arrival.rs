//! Where and when a request came in.

use house::House;
use http::request::Parts;
use ledger::{HolderId, Millis};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Put on a request as soon as its head has been read. What the server waits for afterwards, be it a body, a key or a
/// place, does not make a request any later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// The other end of the connection.
    pub(crate) peer: SocketAddr,
    /// The server's time when the head had been read.
    pub(crate) at: Millis,
}

impl Arrival {
    /// A request's arrival. One that came over no connection was made in this process, just now.
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

    /// When the request arrived by a holder's clock.
    pub(crate) fn by_clock_of(self, house: &House, holder: &HolderId) -> Millis {
        let waited = house.server_now().get().saturating_sub(self.at.get());
        house.now(holder).plus(waited.saturating_neg())
    }
}
