//! The configuration file.

use super::{Settings, Takes};
use std::path::{Path, PathBuf};

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file says something that is not understood; the text names line, column and the choices.
    #[error("in the configuration file {path}: {message}", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, column, and what is wrong.
        message: String,
    },
}

impl Settings {
    /// The defaults, and over them what a TOML file sets. Options are [set](Settings::set) on top, and then what depends on
    /// others is [settled](Settings::settled).
    ///
    /// # Errors
    /// When the file cannot be read, or holds an unknown key or a bad value; the text then names file,
    /// line, column and the valid choices.
    pub fn read(path: Option<&Path>) -> Result<Self, SettingsError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| SettingsError::Invalid {
            path: path.to_owned(),
            message: explained(&text, &error),
        })
    }
}

/// What is wrong and in which line. The parser shows that line; one that may hold a secret is not shown.
fn explained(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map_or(0, |before| before.matches('\n').count());
    let mut settings = Settings::SECTIONS.iter().flat_map(|section| section.settings);
    let is_secret = |line: &str| {
        settings.any(|setting| setting.takes == Takes::Secret && line.trim_start().starts_with(setting.key))
    };
    if !text.lines().nth(place).is_some_and(is_secret) {
        return error.to_string();
    }
    let message = error.message();
    let message = if message.contains("invalid type") { "expected a text in quotes" } else { message };
    format!("line {}, which is not shown: {message}", place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_secret_is_not_shown() {
        for (text, part) in [
            ("\ndatabase = \"mysql://u:hush@h/d\"\n", "postgres://"),
            ("[reports]\nsecret_key = \"hush hush\"\n", "printable"),
            ("[reports]\nsecret_key = hush\n", "line 2"),
            ("[reports]\n  secret_key = \"hush\n", "line 2"),
            ("[reports]\nsecret_key = [\"hush\"]\n", "in quotes"),
        ] {
            let error = toml::from_str::<Settings>(text).map_err(|error| explained(text, &error));
            let error = error.unwrap_err();
            assert!(error.contains("line 2") && error.contains(part), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = Settings::read(Some(Path::new("/nowhere/countinghouse.toml"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/countinghouse.toml"), "{error}");
    }
}
