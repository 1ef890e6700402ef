//! Checks whether a server could start with its settings, without opening or creating anything.

use crate::{StartError, fixtures, rate_feed::Source, settings::Settings, tls::Tls};

/// Checks the files that the settings name: the certificate and key for TLS, and the fixtures. The database, the data
/// folder and the addresses are not touched, since a server may be using them.
pub fn check(settings: &Settings) -> Result<(), StartError> {
    Tls::open(settings)?;
    settings.convert.feed.clone().map(Source::new).transpose().map_err(StartError::Feed)?;
    if let Some(path) = &settings.fixtures {
        let fault = |message| StartError::Fixtures { path: path.clone(), message };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let declared = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
        fixtures::read(declared).map_err(fault)?;
    }
    Ok(())
}
