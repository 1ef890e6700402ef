//! A request to a server under test, with any mistakes that a case needs.

use super::Reply;
use bytes::Bytes;
use client::SignedRequest;
use http::{HeaderName, HeaderValue, Method};
use http_body_util::Full;
use server::HttpService;
use std::{future::IntoFuture, net::IpAddr, pin::Pin};

/// A request; it is sent when awaited.
#[derive(Clone)]
#[must_use = "a request is sent when awaited"]
pub struct Request {
    service: HttpService,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    peer: IpAddr,
}

impl Request {
    /// A request built by the SDK.
    pub fn signed(service: &HttpService, signed: SignedRequest) -> Self {
        let mut request = Self::plain(service, "POST", &signed.path);
        for (name, value) in signed.headers {
            request = request.header(name, value);
        }
        Self { body: signed.body, ..request }
    }

    /// A request without headers and body, from this machine.
    pub fn plain(service: &HttpService, method: &str, target: &str) -> Self {
        Self {
            service: service.clone(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            peer: IpAddr::from([127, 0, 0, 1]),
        }
    }

    /// Sends it to another server.
    pub fn to(self, service: &HttpService) -> Self {
        Self { service: service.clone(), ..self }
    }

    /// Sends it with another method.
    pub fn method(self, method: &str) -> Self {
        Self { method: method.to_owned(), ..self }
    }

    /// Sends it to another target.
    pub fn target(self, target: &str) -> Self {
        Self { target: target.to_owned(), ..self }
    }

    /// Sends it from another address.
    ///
    /// # Panics
    /// When the text is not an address.
    pub fn from(self, peer: &str) -> Self {
        Self { peer: peer.parse().expect("an address"), ..self }
    }

    /// Sets a header, replacing earlier values.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).also(name, value)
    }

    /// Adds a header to earlier values.
    pub fn also(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Removes a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// A header's value.
    ///
    /// # Panics
    /// When it was not set, or is not text.
    pub fn value(&self, name: &str) -> String {
        let known = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = known.unwrap_or_else(|| panic!("no header {name}"));
        String::from_utf8(value.clone()).expect("a header of text")
    }

    /// Sets a body and its type; the signature stays as it is.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let request = self.header("content-type", content_type);
        Self { body: body.into(), ..request }
    }

    /// Sets a body in JSON; the signature stays as it is.
    pub fn json(self, body: impl ToString) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Replaces the signed body by other bytes.
    pub fn bytes(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The request in HTTP/1.1, as sent on a connection.
    pub fn on_the_wire(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: test\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", self.body.len()).into_bytes());
        bytes.extend(&self.body);
        bytes
    }

    /// The request in the type of the HTTP library.
    ///
    /// # Panics
    /// When HTTP cannot carry it.
    #[must_use]
    pub fn into_http(self) -> http::Request<Full<Bytes>> {
        let mut request = http::Request::builder()
            .method(Method::from_bytes(self.method.as_bytes()).expect("a method"))
            .uri(&self.target);
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request = request.header(name, HeaderValue::from_bytes(&value).expect("a header's value"));
        }
        request.body(Full::new(Bytes::from(self.body))).expect("a request")
    }

    /// Sends it, and asserts the rules of every reply.
    pub async fn send(self) -> Reply {
        let (service, peer, method) = (self.service.clone(), self.peer, self.method.clone());
        let request = self.into_http();
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let path = request.uri().path().to_owned();
        let reply = Reply::read(service.answer_to((peer, 40_000).into(), request).await).await;
        reply.check(&path);
        if path.starts_with("/amsin") {
            reply.check_world(service.app(), &method, &target);
        }
        reply
    }
}

impl IntoFuture for Request {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
