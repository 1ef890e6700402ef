//! Assets: code, number of decimals and kind.

use std::fmt;
use std::str::FromStr;

use crate::seeded::is_fiat;

/// Maximum number of decimals of an asset's smallest unit.
pub const MAX_SCALE: u8 = 18;

/// The code of a currency or token, 1 to 16 characters of `A-Z 0-9`, held in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetCode {
    /// Padded with zeros, which sort before every character: the derived order is the text's.
    bytes: [u8; AssetCode::MAX_LENGTH],
    length: u8,
}

/// Why a text is not an [`AssetCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetCodeError {
    /// Empty, or longer than 16 characters.
    #[error("an asset code has 1 to 16 characters")]
    Length,
    /// A character outside `A-Z 0-9`.
    #[error("an asset code has only the characters A-Z and 0-9")]
    Characters,
}

/// Why an [`Asset`] is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// The code is invalid.
    #[error(transparent)]
    Code(#[from] AssetCodeError),
    /// The scale is above [`MAX_SCALE`].
    #[error("an asset has at most 18 decimals")]
    Scale,
}

impl AssetCode {
    /// Maximum number of characters.
    pub const MAX_LENGTH: usize = 16;

    /// The code with exactly this text: lower case is refused, not converted.
    ///
    /// # Errors
    /// [`AssetCodeError`].
    pub fn new(text: &str) -> Result<AssetCode, AssetCodeError> {
        if !text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(AssetCodeError::Characters);
        }
        if text.is_empty() || text.len() > AssetCode::MAX_LENGTH {
            return Err(AssetCodeError::Length);
        }
        let mut bytes = [0; AssetCode::MAX_LENGTH];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).map_err(|_| AssetCodeError::Length)?;
        Ok(AssetCode { bytes, length })
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)])
            .expect("the only constructor lets nothing but ASCII in")
    }
}

impl fmt::Display for AssetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AssetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssetCode({self})")
    }
}

impl FromStr for AssetCode {
    type Err = AssetCodeError;

    fn from_str(text: &str) -> Result<AssetCode, AssetCodeError> {
        AssetCode::new(text)
    }
}

impl AsRef<str> for AssetCode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// The kind of an asset by its issuer. Orders are priced in either kind, each in fields of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssetKind {
    /// Issued by a state: a currency of bank accounts.
    Fiat,
    /// Issued by nobody, or by a company: a coin or token.
    Crypto,
}

impl AssetKind {
    /// Every kind.
    pub const ALL: [AssetKind; 2] = [AssetKind::Fiat, AssetKind::Crypto];

    /// The name in the database and on the native API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AssetKind::Fiat => "fiat",
            AssetKind::Crypto => "crypto",
        }
    }

    /// The kind with a name, exactly as [`AssetKind::as_str`] gives it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The default kind of a code: see [`is_fiat`].
    pub fn of(code: AssetCode) -> Self {
        if is_fiat(code.as_str()) { AssetKind::Fiat } else { AssetKind::Crypto }
    }
}

/// An asset: its code, its scale and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asset {
    /// The code.
    pub code: AssetCode,
    /// Decimals of the smallest unit, 0 to [`MAX_SCALE`]: 2 for EUR, 8 for BTC.
    pub scale: u8,
    /// The kind.
    pub kind: AssetKind,
}

impl Asset {
    /// An asset with its parts checked, of the default kind of its code ([`AssetKind::of`]).
    ///
    /// # Errors
    /// [`AssetError`].
    pub fn new(code: &str, scale: u8) -> Result<Asset, AssetError> {
        let code = AssetCode::new(code)?;
        if scale > MAX_SCALE { Err(AssetError::Scale) } else { Ok(Asset::of(code, scale)) }
    }

    /// An asset of the default kind of its code ([`AssetKind::of`]).
    pub fn of(code: AssetCode, scale: u8) -> Asset {
        Asset { code, scale, kind: AssetKind::of(code) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_documented_shape_only() {
        for text in ["A", "USDT", "1INCH", "ABCDEFGHIJKLMNOP"] {
            assert_eq!(AssetCode::new(text).unwrap().as_str(), text);
        }
        let cases = [
            ("", AssetCodeError::Length),
            ("ABCDEFGHIJKLMNOPQ", AssetCodeError::Length),
            ("usdt", AssetCodeError::Characters),
            ("US T", AssetCodeError::Characters),
            ("US\0", AssetCodeError::Characters),
            ("ÄÖ", AssetCodeError::Characters),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<AssetCode>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn orders_as_text_does() {
        let mut codes = ["USDT", "USD", "BTC", "1INCH", "USDC", "A", "ABCDEFGHIJKLMNOP"];
        let mut parsed: Vec<AssetCode> = codes.iter().map(|code| AssetCode::new(code).unwrap()).collect();
        codes.sort_unstable();
        parsed.sort_unstable();
        let back: Vec<&str> = parsed.iter().map(AssetCode::as_str).collect();
        assert_eq!(back, codes);
    }

    #[test]
    fn prints_padded_when_asked() {
        let code = AssetCode::new("EUR").unwrap();
        assert_eq!(format!("{code:>5}|{code}|{code:?}"), "  EUR|EUR|AssetCode(EUR)");
    }

    #[test]
    fn a_code_says_its_kind_where_nothing_else_does() {
        for (code, kind) in [("EUR", AssetKind::Fiat), ("CNH", AssetKind::Fiat), ("EURI", AssetKind::Crypto)]
        {
            assert_eq!(Asset::new(code, 2).unwrap().kind, kind, "{code}");
        }
        for kind in AssetKind::ALL {
            assert_eq!(AssetKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(AssetKind::parse("FIAT"), None);
    }

    #[test]
    fn bounds_the_scale() {
        assert!(Asset::new("ETH", 18).is_ok());
        assert_eq!(Asset::new("ETH", 19), Err(AssetError::Scale));
        assert_eq!(Asset::new("eth", 18), Err(AssetError::Code(AssetCodeError::Characters)));
    }
}
