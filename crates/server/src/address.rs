//! The caller's address, and the addresses that a key accepts.

use http::HeaderMap;
use ipnet::IpNet;
use serde::Deserialize;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// One address or one CIDR range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let net = match text.parse::<IpAddr>() {
            Ok(address) => Some(IpNet::from(address.to_canonical())),
            Err(_) => text.parse::<IpNet>().ok(),
        };
        net.map(Self).ok_or_else(|| format!("`{text}` is no address and no CIDR range such as 10.0.0.0/8"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// The form that is parsed: an address alone, or a range.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Network {
    /// Whether the address is in the range. IPv4 addresses mapped into IPv6 count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// The addresses that may use an API key or an authorization. An empty list allows every address.
#[derive(Debug, Clone, Default)]
pub struct AllowList(Vec<Network>);

impl AllowList {
    /// Reads the texts of a key's list.
    ///
    /// # Errors
    /// The first text that is neither an address nor a CIDR range.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, String> {
        texts.iter().map(|text| text.as_ref().parse()).collect::<Result<_, _>>().map(Self)
    }

    /// Whether every address is allowed, so that the caller's need not be determined.
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address is allowed.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.is_open() || self.0.iter().any(|network| network.contains(address))
    }
}

/// The caller's address: the peer's, or, if the peer is a trusted proxy, the last address in `X-Forwarded-For` that is
/// not a trusted proxy.
///
/// Entries are read from the right, since only the part that a trusted proxy appended is reliable. An entry that is not
/// an address ends the search: then the proxy that passed it on counts as the caller.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    for value in headers.get_all("x-forwarded-for").iter().rev() {
        let Ok(value) = value.to_str() else { return client };
        for entry in value.rsplit(',') {
            let Some(address) = forwarded(entry.trim()) else { return client };
            client = address;
            if !is_trusted(client) {
                return client;
            }
        }
    }
    client
}

/// Parses an address in the forms that proxies write: bare, in brackets, or with a port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    let bare = entry.parse::<IpAddr>().ok();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare.or_else(with_port).or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<Network> = ["10.0.0.0/8", "::1"].iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        client(ip(peer), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_the_caller_wrote_itself_is_not_believed() {
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, nonsense, 10.9.9.9"]), "10.9.9.9");
        assert_eq!(seen("10.0.0.1", &[""]), "10.0.0.1");
    }

    #[test]
    fn ports_and_brackets_are_read() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn an_allow_list_takes_addresses_and_ranges() {
        let list = AllowList::parse(&["127.0.0.1", "2001:db8::/32"]).unwrap();
        assert!(list.allows(ip("127.0.0.1")) && list.allows(ip("::ffff:127.0.0.1")));
        assert!(list.allows(ip("2001:db8:1::1")) && !list.allows(ip("127.0.0.2")));
        assert!(AllowList::default().allows(ip("203.0.113.9")));
        assert!(AllowList::parse(&["127.0.0.1/33"]).is_err());
    }
}
