//! The known mistakes in signatures, each with a stable name, its meaning and its remedy.

use std::{borrow::Cow, fmt};

/// A caller's deviation from the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// There is no signature.
    SignatureMissing,
    /// The signature has a length that no tried algorithm has, in every reading.
    SignatureLength,
    /// The signature is in lower-case hex.
    LowerCaseHex,
    /// The hex digits of the signature were hex-encoded again.
    HexTwice,
    /// There are characters between the hex digits of the signature.
    HexSeparators,
    /// The signature is in quotes or behind a name.
    SignatureWrapped,
    /// The signature of an earlier request was repeated.
    EarlierSignature,
    /// The signature is in Base64 instead of hex.
    Base64ForHex,
    /// The signature is in hex instead of Base64.
    HexForBase64,
    /// The signature was Base64-encoded twice.
    Base64Twice,
    /// The signature is URL-encoded but should not be.
    UrlEncoded,
    /// The signature was URL-encoded twice.
    UrlEncodedTwice,
    /// The signature was not URL-encoded, so its plus signs became spaces in transit.
    NotUrlEncoded,
    /// The header has the wrong form.
    HeaderForm,
    /// HMAC with SHA-256 instead of SHA-512.
    Sha256ForSha512,
    /// RSA with another digest than SHA-256.
    OtherDigest,
    /// RSA over the bare digest, without the prefix that names the algorithm.
    BareDigest,
    /// RSA with PSS padding instead of PKCS#1 v1.5.
    PssPadding,
    /// Signed with the secret of another API key.
    OtherSecret,
    /// Signed with white space around the secret.
    SecretSpace,
    /// Signed with the API key itself as the secret.
    KeyForSecret,
    /// Signed with another version of the client's key than `keyVersion`.
    OtherKeyVersion,
    /// The line feed at the end is missing.
    FinalNewlineMissing,
    /// There is an extra line feed at the end.
    FinalNewlineExtra,
    /// Line feeds were signed as a backslash and the letter n.
    NewlineAsTwoCharacters,
    /// Lines end in carriage return and line feed.
    CarriageReturns,
    /// Other separators than the documented ones, or none.
    Separators,
    /// A header's name was signed with its value, or the request line with the target.
    HeaderLine,
    /// The parts have another order.
    PartOrder,
    /// The time was signed in seconds instead of milliseconds.
    SecondsForMilliseconds,
    /// The time was signed in another format than sent.
    TimeReformatted,
    /// Another time was signed than sent.
    OtherTime,
    /// Another nonce was signed than sent.
    OtherNonce,
    /// Scheme or host were signed as part of the target.
    TargetWithHost,
    /// The query is missing in the signed target.
    TargetWithoutQuery,
    /// Another form of the path was signed.
    TargetForm,
    /// The method was signed in another form than sent.
    MethodForm,
    /// White space between the parts of the JSON differs.
    BodySpaces,
    /// The fields had another order when signed.
    BodyFieldOrder,
    /// A number lost digits: it went through a float, which holds integers up to 2^53.
    BodyDigitsLost,
    /// A number was written in another form.
    BodyNumberForm,
    /// Slashes were written as `\/`, or not.
    BodySlashes,
    /// Characters were written as `\u` escapes, or not.
    BodyUnicode,
    /// The sent body begins or ends with white space that was not signed.
    BodyEnds,
    /// The body was sent in another character set than signed.
    BodyCharset,
    /// The body was sent compressed, and signed uncompressed.
    BodyCompressed,
    /// A language's printed form of the body's object was signed, not its JSON.
    BodyPrinted,
    /// The body of an earlier request was signed.
    OtherBody,
    /// A body was signed, but none was sent.
    BodyNotSent,
    /// No body was signed, or an empty object instead of the sent one.
    BodyEmpty,
}

/// A cause with its name, meaning and remedy.
type Row = (Cause, &'static str, &'static str, &'static str);

const RAW: &str =
    "make the text of the body once, sign those bytes, and send those bytes: never the object again";

/// Every cause, in the order of the documentation.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    (Cause::BodySpaces, "body-spaces", "the signed JSON has other white space than the JSON that was sent", RAW),
    (Cause::BodyFieldOrder, "body-field-order", "the signed JSON has its fields in another order", RAW),
    (Cause::BodyDigitsLost, "body-digits-lost", "a number of the signed JSON lost digits beyond 2^53, as in a JavaScript number", "send long ids as strings, and sign the bytes that are sent"),
    (Cause::BodyNumberForm, "body-number-form", "a number was written otherwise when it was signed, as 1 for 1.0", RAW),
    (Cause::BodySlashes, "body-slashes", "slashes in the signed JSON are escaped (\\/) otherwise than in what was sent", RAW),
    (Cause::BodyUnicode, "body-unicode", "characters in the signed JSON are escaped (\\u00e9) otherwise than in what was sent", RAW),
    (Cause::BodyEnds, "body-ends", "the body that was sent begins or ends in white space, or a byte order mark, that was not signed", "with curl, use --data-binary and sign the file's bytes"),
    (Cause::BodyCharset, "body-charset", "the body was sent in another character set than it was signed in", "use UTF-8 for both, and name it where the HTTP library asks for the character set of a text"),
    (Cause::BodyCompressed, "body-compressed", "the body was sent compressed and signed as it was before", "send the body as it is: no Content-Encoding is taken"),
    (Cause::BodyPrinted, "body-printed", "the text that a language prints of an object was signed, not the JSON that was sent", RAW),
    (Cause::OtherBody, "other-body", "another body was signed than was sent", RAW),
    (Cause::BodyNotSent, "body-not-sent", "something was signed as the body, and no body was sent", "send the bytes that are signed; to send no body, sign none"),
    (Cause::BodyEmpty, "body-empty", "no body was signed, or an empty one in place of the one that was sent", "sign the bytes that are sent; for no body that is no byte"),
    (Cause::FinalNewlineMissing, "final-newline-missing", "the signed text lacks the line feed at its end", "end the text with a line feed after the body"),
    (Cause::FinalNewlineExtra, "final-newline-extra", "the signed text has a line feed too many at its end", "look at what ends the body: echo adds a line feed, printf does not; curl -d drops those of a file"),
    (Cause::NewlineAsTwoCharacters, "newline-as-two-characters", "line feeds were signed as the two characters \\ and n", "use the character itself: \"\\n\" in most languages, $'\\n' in a shell; not '\\n'"),
    (Cause::CarriageReturns, "carriage-returns", "lines of the signed text end in carriage return and line feed", "end them with a line feed alone"),
    (Cause::Separators, "separators", "the parts of the signed text are joined by other characters than documented, or by none", "join them as documented, to the character"),
    (Cause::HeaderLine, "header-line", "the name of a header was signed with its value, or the whole request line", "sign the values alone, joined as documented"),
    (Cause::PartOrder, "part-order", "the parts of the signed text stand in another order", "Binance Pay: timestamp, nonce, body; WorldFirst: method, target, client, time, body"),
    (Cause::SecondsForMilliseconds, "seconds-for-milliseconds", "the time was signed in seconds and sent in milliseconds", "make the time once, in milliseconds, and use that text in both places"),
    (Cause::TimeReformatted, "time-reformatted", "the time was signed in another form than it was sent", "make the text of the time once and use it in both places"),
    (Cause::OtherTime, "other-time", "another time was signed than was sent", "ask the clock once and use that time in both places"),
    (Cause::OtherNonce, "other-nonce", "another nonce was signed than was sent", "make the nonce once per request and use it in both places"),
    (Cause::Sha256ForSha512, "sha256-for-sha512", "the signature is an HMAC with SHA-256", "use HMAC-SHA512"),
    (Cause::SignatureMissing, "signature-missing", "there is no signature", "send it as BinancePay-Signature; look at what takes headers away on the way"),
    (Cause::SignatureLength, "signature-length", "the signature is longer or shorter than an HMAC-SHA512, or no text of one", "send all 128 upper-case hex digits, and nothing else"),
    (Cause::LowerCaseHex, "lower-case-hex", "the signature is in lower-case hex", "write it in upper case"),
    (Cause::HexTwice, "hex-twice", "the hex digits of the signature were put into hex once more", "write the signature's bytes in hex once; a digest that is hex already is text"),
    (Cause::HexSeparators, "hex-separators", "characters stand between the hex digits of the signature", "send the digits alone; in .NET, Convert.ToHexString writes no dashes"),
    (Cause::SignatureWrapped, "signature-wrapped", "more than the signature stands in its place", "send the signature alone, without quotes, a prefix or the header's name"),
    (Cause::EarlierSignature, "earlier-signature", "the signature is that of an earlier request, sent again", "sign every request; where signing fails, as a script does before it comes to that, send nothing"),
    (Cause::Base64ForHex, "base64-for-hex", "the signature is in Base64", "write it in upper-case hex"),
    (Cause::OtherSecret, "other-secret", "it was signed with the secret of another API key", "use the secret that came with the key in BinancePay-Certificate-SN"),
    (Cause::SecretSpace, "secret-space", "it was signed with white space before or after the secret", "trim what is read from a file or the environment"),
    (Cause::KeyForSecret, "key-for-secret", "it was signed with the API key in place of its secret", "sign with the secret"),
    (Cause::TargetWithHost, "target-with-host", "scheme or host were signed with the path", "sign the path, with its query if it has one"),
    (Cause::TargetWithoutQuery, "target-without-query", "the path was signed without the query that was sent", "sign path and query"),
    (Cause::TargetForm, "target-form", "another form of the path was signed", "sign the path as it stands in the request line"),
    (Cause::MethodForm, "method-form", "another method was signed, or in other letters", "sign POST"),
    (Cause::OtherKeyVersion, "other-key-version", "it was signed with another of the client's keys than keyVersion says", "send the keyVersion of the key that signs"),
    (Cause::PssPadding, "pss-padding", "it was signed with PSS padding", "sign with PKCS#1 v1.5: SHA256withRSA, RSA-SHA256"),
    (Cause::OtherDigest, "other-digest", "it was signed over another digest than SHA-256", "use SHA-256"),
    (Cause::BareDigest, "bare-digest", "a bare digest was encrypted with the private key", "use the library's signing function, not its encryption"),
    (Cause::HexForBase64, "hex-for-base64", "the signature is in hex", "write it in Base64, then URL-encode that"),
    (Cause::Base64Twice, "base64-twice", "the signature was put into Base64 two times", "do it once"),
    (Cause::UrlEncoded, "url-encoded", "the signature was URL-encoded", "send it as it is"),
    (Cause::UrlEncodedTwice, "url-encoded-twice", "the signature was URL-encoded two times", "do it once; HTTP libraries do not do it for headers"),
    (Cause::NotUrlEncoded, "not-url-encoded", "the signature was not URL-encoded, and its plus signs became spaces on the way", "URL-encode the Base64: + is %2B"),
    (Cause::HeaderForm, "header-form", "the Signature header is not of the documented form", "write algorithm=RSA256, keyVersion=…, signature=…"),
];

impl Cause {
    /// Every cause.
    pub fn all() -> impl Iterator<Item = Cause> {
        ROWS.iter().map(|row| row.0)
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.0 == self).expect("a test sees that every cause has its row")
    }

    /// Its name: words in lower case with dashes, the same in every version.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its meaning, as a sentence without its full stop.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().2
    }

    /// Its remedy.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        self.row().3
    }
}

/// A cause, and its variant if it has several: a key's name, a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// The variant.
    pub which: Option<Cow<'static, str>>,
}

impl Finding {
    pub(super) fn of(cause: Cause, which: impl Into<Cow<'static, str>>) -> Finding {
        Finding { cause, which: Some(which.into()) }
    }
}

impl From<Cause> for Finding {
    fn from(cause: Cause) -> Finding {
        Finding { cause, which: None }
    }
}

/// `other-secret (key abc)`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause.name())?;
        match &self.which {
            Some(which) => write!(f, " ({which})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_cause_has_one_row_and_a_name_of_its_own() {
        // The last variant's number is one less than the number of variants.
        assert_eq!(ROWS.len(), Cause::BodyEmpty as usize + 1);
        let names: HashSet<&str> = Cause::all().map(Cause::name).collect();
        assert_eq!(names.len(), ROWS.len());
        assert_eq!(Cause::all().collect::<HashSet<_>>().len(), ROWS.len());
        for name in names {
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
        }
    }
}
