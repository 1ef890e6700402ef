//! Reads a captured request: raw HTTP/1.1, or the output of `curl -v`.

/// A request.
pub(super) struct Capture {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// The host of a target that is an absolute URL.
    authority: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl Capture {
    /// Reads the request; `body` is its body if `text` has none.
    ///
    /// # Errors
    /// The part that is missing or was not understood.
    pub(super) fn read(text: &[u8], body: Option<Vec<u8>>) -> Result<Capture, String> {
        let is_curl = text.split(|byte| *byte == b'\n').any(is_curl_head);
        let (head, rest) = if is_curl { (curl_head(text), None) } else { split(text) };
        let mut lines = head.into_iter();
        let line = lines.next().ok_or("there is no request line, as POST /path HTTP/1.1")?;
        let line = String::from_utf8(line).map_err(|_| "the request line is no text")?;
        let mut words = line.split(' ');
        let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("not a request line, as POST /path HTTP/1.1: {line}"));
        };
        if !version.starts_with("HTTP/") {
            return Err(format!("not a request line, as POST /path HTTP/1.1: {line}"));
        }
        let (authority, target) = split_url(target);
        let mut headers = Vec::new();
        for line in lines {
            let colon = line.iter().position(|byte| *byte == b':');
            let colon = colon.ok_or_else(|| format!("not a header: {}", String::from_utf8_lossy(&line)))?;
            let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
            headers.push((name, line[colon + 1..].trim_ascii().to_vec()));
        }
        let mut capture = Capture { method: method.to_owned(), target, authority, headers, body: Vec::new() };
        capture.body = match (body, rest) {
            (Some(body), _) => body,
            (None, Some(rest)) => capture.announced(rest)?,
            (None, None) => {
                return Err("curl -v does not print the body: name the file with it by --body".to_owned());
            }
        };
        Ok(capture)
    }

    /// The part after the head, cut to the announced length: an editor may have added a line feed.
    fn announced(&self, rest: &[u8]) -> Result<Vec<u8>, String> {
        let Some(length) = self.header("content-length") else { return Ok(rest.to_vec()) };
        let length = std::str::from_utf8(length).ok().and_then(|length| length.parse::<usize>().ok());
        let body = rest.get(..length.ok_or("Content-Length is no number")?);
        let short = || format!("the body has {} bytes, fewer than Content-Length says", rest.len());
        body.map(<[u8]>::to_vec).ok_or_else(short)
    }

    /// A header's first value.
    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_slice())
    }

    /// The value of a required header.
    pub(super) fn needed(&self, name: &str, display: &str) -> Result<&[u8], String> {
        self.header(name).ok_or_else(|| format!("the request has no {display}"))
    }

    /// The host of the request.
    pub(super) fn host(&self) -> Option<String> {
        let named = self.header("host").map(|host| String::from_utf8_lossy(host).into_owned());
        named.or_else(|| self.authority.clone())
    }
}

/// Whether this is the first line of a request in curl's output.
fn is_curl_head(line: &[u8]) -> bool {
    line.strip_prefix(b"> ")
        .is_some_and(|line| line.trim_ascii_end().windows(6).any(|part| part == b" HTTP/"))
}

/// The lines of the last request in curl's output.
fn curl_head(text: &[u8]) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let first = lines.iter().rposition(|line| is_curl_head(line)).unwrap_or(lines.len());
    let head = lines[first..].iter().map_while(|line| line.strip_prefix(b">"));
    head.map(<[u8]>::trim_ascii).take_while(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The lines of the head, and the rest.
fn split(text: &[u8]) -> (Vec<Vec<u8>>, Option<&[u8]>) {
    let (mut head, mut rest) = (Vec::new(), text);
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            return (head, Some(rest));
        }
        head.push(line.to_vec());
    }
    if !rest.is_empty() {
        head.push(rest.to_vec());
    }
    (head, Some(b""))
}

/// Host and path of a request line's target, which may be an absolute URL.
fn split_url(target: &str) -> (Option<String>, String) {
    let rest = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://"));
    let Some(rest) = rest else { return (None, target.to_owned()) };
    match rest.find('/') {
        Some(slash) => (Some(rest[..slash].to_owned()), rest[slash..].to_owned()),
        None => (Some(rest.to_owned()), "/".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_requests_are_read_to_the_byte() {
        let raw = b"POST /a?b=c HTTP/1.1\r\nHost: h:1\r\nX-Y:  z \r\nContent-Length: 4\r\n\r\n{ }\n\n";
        let capture = Capture::read(raw, None).unwrap();
        assert_eq!((capture.method.as_str(), capture.target.as_str()), ("POST", "/a?b=c"));
        assert_eq!(capture.body, b"{ }\n");
        assert_eq!((capture.header("x-y").unwrap(), capture.host().unwrap().as_str()), (&b"z"[..], "h:1"));
        let capture = Capture::read(b"POST http://h/a HTTP/1.1\nA: b\n\nx\xff\n", None).unwrap();
        assert_eq!((capture.target.as_str(), capture.host().unwrap().as_str()), ("/a", "h"));
        assert_eq!(capture.body, b"x\xff\n");
        assert_eq!(Capture::read(b"POST / HTTP/1.1\nA: b", None).unwrap().body, b"");
    }

    #[test]
    fn what_curl_prints_is_read() {
        let printed = b"* Trying 127.0.0.1\n> POST /a HTTP/1.1\n> Host: h\r\n> Accept: */*\n>\n{ [5 bytes data]\n\
            < HTTP/1.1 200 OK\n> POST /b HTTP/2\r\n> Host: h\r\n> X: y\r\n> \r\n* upload completely sent off\n";
        let capture = Capture::read(printed, Some(b"{}".to_vec())).unwrap();
        assert_eq!((capture.target.as_str(), capture.body.as_slice()), ("/b", &b"{}"[..]));
        assert_eq!(capture.header("x"), Some(&b"y"[..]));
        assert!(Capture::read(printed, None).err().unwrap().contains("--body"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for (text, part) in [
            (&b""[..], "no request line"),
            (b"{}", "not a request line"),
            (b"POST /", "not a request line"),
            (b"POST / HTTP/1.1\nnonsense\n\n", "not a header: nonsense"),
            (b"POST / HTTP/1.1\nContent-Length: 3\n\n{}", "fewer than"),
        ] {
            let error = Capture::read(text, None).err().unwrap();
            assert!(error.contains(part), "{error}");
        }
    }
}
