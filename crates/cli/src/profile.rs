//! The caller's identity: a profile of the profiles file, overridden by the environment and the command line.

mod file;

use clap::Args;
use client::{BinancePay, WorldFirst};
use std::{
    env, fs,
    path::{Path, PathBuf},
};
use wire::{Dialect as _, binance_pay};

use crate::{connection::authority, exit::Failure};
use file::{BinancePayKeys, Profile, WorldFirstKeys};

/// Default server: a real provider must be named explicitly.
const LOCAL: &str = "http://127.0.0.1:7878";

/// The help text about the environment. Secrets have no option, since other users of the machine can see options.
pub(crate) const HELP: &str = "Environment, over what the profile says:
  COUNTINGHOUSE_API_KEY, COUNTINGHOUSE_API_SECRET       Binance Pay: the key, and its secret
  COUNTINGHOUSE_AUTHORIZATION_TOKEN                     Binance Pay: the merchant to act for
  COUNTINGHOUSE_CLIENT_ID                               WorldFirst: the client
  COUNTINGHOUSE_PRIVATE_KEY, COUNTINGHOUSE_PROVIDER_KEY WorldFirst: files of its key and the provider's public key
  COUNTINGHOUSE_KEY_VERSION                             WorldFirst: which of the client's keys it is
  COUNTINGHOUSE_CUSTOMER, COUNTINGHOUSE_ACCESS_TOKEN    WorldFirst: the customer to act for";

/// The server and the caller.
#[derive(Args)]
pub(crate) struct Access {
    /// The profile [default: the file's `default`]
    #[arg(long, short, value_name = "NAME", env = "COUNTINGHOUSE_PROFILE", help_heading = "Who calls")]
    profile: Option<String>,
    /// The profiles file, which its owner alone may read [default: ~/.config/countinghouse/profiles.toml]
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_PROFILES", help_heading = "Who calls")]
    profiles: Option<PathBuf>,
    /// The server [default: the profile's, or else http://127.0.0.1:7878]
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_SERVER", help_heading = "Who calls")]
    server: Option<String>,
    /// Certificate of an authority that vouches for the server, PEM; trusted besides the machine's own [default: the
    /// profile's]
    #[arg(long, value_name = "FILE", env = "COUNTINGHOUSE_CA", help_heading = "Who calls")]
    ca: Option<PathBuf>,
}

/// A client of the called dialect.
pub(crate) enum Caller {
    BinancePay(Box<BinancePay>),
    WorldFirst(Box<WorldFirst>),
}

impl Access {
    /// A client of a dialect; it sends nothing yet.
    pub(crate) fn caller(&self, dialect: &str) -> Result<Caller, Failure> {
        let profile = self.profile()?;
        let server = self.server.clone().or(profile.server).unwrap_or_else(|| LOCAL.to_owned());
        let ca = self.ca.clone().or(profile.ca).map(|path| authority(&path)).transpose()?;
        if dialect == binance_pay::BinancePay::NAME {
            binance_pay_caller(&server, ca, profile.binance_pay.unwrap_or_default())
        } else {
            world_first_caller(&server, ca, profile.world_first.unwrap_or_default())
        }
    }

    /// The requested profile; an empty one if none is requested and there is no file.
    fn profile(&self) -> Result<Profile, Failure> {
        let (path, named) = match &self.profiles {
            Some(path) => (Some(path.clone()), true),
            None => (default_file(), false),
        };
        match path {
            Some(path) if named || path.exists() => file::read(&path, self.profile.as_deref()),
            _ => match &self.profile {
                None => Ok(Profile::default()),
                Some(name) => Err(Failure::usage(format!("there is no profiles file to find {name:?} in"))),
            },
        }
    }
}

fn default_file() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("countinghouse").join("profiles.toml"))
}

fn binance_pay_caller(server: &str, ca: Option<Vec<u8>>, keys: BinancePayKeys) -> Result<Caller, Failure> {
    let key = said("COUNTINGHOUSE_API_KEY", "binance_pay.key", keys.key)?;
    let secret = said("COUNTINGHOUSE_API_SECRET", "binance_pay.secret", keys.secret)?;
    let mut builder = BinancePay::builder(server, &key, &secret);
    if let Some(token) = variable("COUNTINGHOUSE_AUTHORIZATION_TOKEN")?.or(keys.authorization_token) {
        builder = builder.authorization_token(&token);
    }
    if let Some(pem) = ca {
        builder = builder.root_certificates(pem);
    }
    let pay = builder.build().map_err(Failure::usage)?;
    Ok(Caller::BinancePay(Box::new(pay)))
}

fn world_first_caller(server: &str, ca: Option<Vec<u8>>, keys: WorldFirstKeys) -> Result<Caller, Failure> {
    let client_id = said("COUNTINGHOUSE_CLIENT_ID", "world_first.client_id", keys.client_id)?;
    let path = |path: Option<PathBuf>| path.map(|path| path.display().to_string());
    let private = said("COUNTINGHOUSE_PRIVATE_KEY", "world_first.private_key", path(keys.private_key))?;
    let provider = said("COUNTINGHOUSE_PROVIDER_KEY", "world_first.provider_key", path(keys.provider_key))?;
    let (private, provider) = (pem(Path::new(&private))?, pem(Path::new(&provider))?);
    let mut builder = WorldFirst::builder(server, &client_id, &private, &provider);
    let version = match variable("COUNTINGHOUSE_KEY_VERSION")? {
        Some(text) => Some(text.parse().map_err(|_| {
            Failure::usage(format!("COUNTINGHOUSE_KEY_VERSION is {text:?}, expected a whole number"))
        })?),
        None => keys.key_version,
    };
    if let Some(version) = version {
        builder = builder.key_version(version);
    }
    if let Some(customer) = variable("COUNTINGHOUSE_CUSTOMER")?.or(keys.customer) {
        builder = builder.connected_customer(&customer);
    }
    if let Some(token) = variable("COUNTINGHOUSE_ACCESS_TOKEN")?.or(keys.access_token) {
        builder = builder.access_token(&token);
    }
    if let Some(pem) = ca {
        builder = builder.root_certificates(pem);
    }
    let world_first = builder.build().map_err(Failure::usage)?;
    Ok(Caller::WorldFirst(Box::new(world_first)))
}

/// The value of the environment, or else of the profile.
fn said(variable_name: &str, setting: &str, profile: Option<String>) -> Result<String, Failure> {
    variable(variable_name)?.or(profile).ok_or_else(|| {
        Failure::usage(format!("{setting} is missing: say it in a profile or in {variable_name}"))
    })
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        // The value may be a secret and is not shown.
        Err(env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is no text"))),
    }
}

fn pem(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("cannot read the key {}: {error}", path.display())))
}
