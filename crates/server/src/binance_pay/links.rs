//! Links to an order's payer's page, from the server's public URL and the order's secret link token.

/// The links of one order.
pub(super) struct Links<'a> {
    /// The server's public URL, without a slash at its end.
    pub(super) public_url: &'a str,
    /// 32 hex digits that cannot be guessed.
    pub(super) token: &'a str,
    /// The merchant's addition to the universal URL.
    pub(super) attach: Option<&'a str>,
}

/// Maximum length of the universal URL (page `api-order-create-v2`).
const UNIVERSAL_URL_MAX: usize = 512;

impl Links<'_> {
    /// The content of the QR code.
    pub(super) fn qr_content(&self) -> String {
        format!("{}/qr/dplk{}", self.public_url, self.token)
    }

    /// The picture of the QR code.
    pub(super) fn qrcode_link(&self) -> String {
        format!("{}/qr/dplk{}.png", self.public_url, self.token)
    }

    /// The payer's page.
    pub(super) fn checkout_url(&self) -> String {
        format!("{}/en/checkout/{}", self.public_url, self.token)
    }

    /// Opens the payer's app at this server.
    pub(super) fn deeplink(&self) -> String {
        let place = self.public_url.split_once("://").map_or(self.public_url, |(_, place)| place);
        format!("bnc://{place}/payment/secpay?tempToken={}", self.token)
    }

    /// Opens the app or, without one, the payer's page. The merchant's addition is omitted if the URL would be too long
    /// with it.
    pub(super) fn universal_url(&self) -> String {
        let url = format!("{}/payment/secpay?linkToken={}", self.public_url, self.token);
        let Some(attach) = self.attach else { return url };
        let attached = format!("{url}&attach={}", percent_encoded(attach));
        if attached.len() <= UNIVERSAL_URL_MAX { attached } else { url }
    }
}

/// A text as a value in a query string: all but letters, digits and `-._~` encoded (RFC 3986).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(attach: Option<&str>) -> Links<'_> {
        Links {
            public_url: "https://pay.example.com/twin",
            token: "0123456789abcdef0123456789abcdef",
            attach,
        }
    }

    #[test]
    fn links_stand_under_the_public_url() {
        let links = links(None);
        assert_eq!(
            links.qr_content(),
            "https://pay.example.com/twin/qr/dplk0123456789abcdef0123456789abcdef"
        );
        assert_eq!(links.qrcode_link(), format!("{}.png", links.qr_content()));
        assert_eq!(
            links.checkout_url(),
            "https://pay.example.com/twin/en/checkout/0123456789abcdef0123456789abcdef"
        );
        assert_eq!(
            links.deeplink(),
            "bnc://pay.example.com/twin/payment/secpay?tempToken=0123456789abcdef0123456789abcdef"
        );
        let universal =
            "https://pay.example.com/twin/payment/secpay?linkToken=0123456789abcdef0123456789abcdef";
        assert_eq!(links.universal_url(), universal);
    }

    #[test]
    fn what_is_attached_is_encoded_and_bounded() {
        assert!(links(Some("a=b&ü")).universal_url().ends_with("&attach=a%3Db%26%C3%BC"));
        let long = "x".repeat(600);
        assert!(links(Some(&long)).universal_url().len() < UNIVERSAL_URL_MAX);
    }
}
