//! The profiles file: TOML, readable by its owner only.

use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::exit::Failure;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiles {
    /// The default profile.
    default: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// One profile: a server, and its caller in either dialect.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    pub(super) server: Option<String>,
    /// File of the certificate of an authority to trust; relative to the profiles file's folder.
    pub(super) ca: Option<PathBuf>,
    pub(super) binance_pay: Option<BinancePayKeys>,
    pub(super) world_first: Option<WorldFirstKeys>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BinancePayKeys {
    pub(super) key: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) authorization_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorldFirstKeys {
    pub(super) client_id: Option<String>,
    /// Files of keys; relative to the profiles file's folder.
    pub(super) private_key: Option<PathBuf>,
    pub(super) provider_key: Option<PathBuf>,
    pub(super) key_version: Option<u32>,
    pub(super) customer: Option<String>,
    pub(super) access_token: Option<String>,
}

/// Reads the profile with a name, or the file's default.
pub(super) fn read(path: &Path, name: Option<&str>) -> Result<Profile, Failure> {
    let shown = path.display();
    let text = private_text(path)
        .map_err(|why| Failure::usage(format!("cannot read the profiles {shown}: {why}")))?;
    let mut file: Profiles = toml::from_str(&text).map_err(|error| {
        // Not the line itself, which is part of the error's own text: it may contain a secret.
        let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        Failure::usage(format!("in the profiles {shown}, line {line}: {}", without_value(error.message())))
    })?;
    let Some(name) = name.or(file.default.as_deref()) else {
        return Err(Failure::usage(format!("{shown} has no `default`; name one of {}", names(&file))));
    };
    let known = names(&file);
    let mut profile = file
        .profiles
        .remove(name)
        .ok_or_else(|| Failure::usage(format!("there is no profile {name:?} in {shown}, only {known}")))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(ca) = &mut profile.ca {
        *ca = folder.join(&ca);
    }
    if let Some(keys) = &mut profile.world_first {
        for file in [&mut keys.private_key, &mut keys.provider_key].into_iter().flatten() {
            *file = folder.join(&file);
        }
    }
    Ok(profile)
}

/// The message without the value in it.
fn without_value(message: &str) -> &str {
    match message.split_once("expected ") {
        Some((found, _)) if found.starts_with("invalid ") => &message[found.len()..],
        _ => message,
    }
}

fn names(file: &Profiles) -> String {
    match file.profiles.is_empty() {
        true => "none".to_owned(),
        false => file.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// Reads a file that only its owner may read. The mode of the open file is checked, not of the path, which may
/// change.
fn private_text(path: &Path) -> Result<String, String> {
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    if let Some(mode) = mode_for_others(&about) {
        return Err(format!("others may read it (mode {mode:04o}); chmod 600 it"));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// The file's mode if others have access.
#[cfg(unix)]
fn mode_for_others(about: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = about.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Other systems have no such mode; a home folder is private there.
#[cfg(not(unix))]
fn mode_for_others(_about: &fs::Metadata) -> Option<u32> {
    None
}
