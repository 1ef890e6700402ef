//! The location of a PostgreSQL database, connecting to it, and the messages for failures and delays.

use crate::{Failure, OpenError, failure};
use deadpool_postgres::{Connect, PoolError, TimeoutType};
use std::{
    fmt,
    path::Path,
    pin::{Pin, pin},
    str::FromStr,
    time::Duration,
};
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{
    Client, Config, Error, NoTls,
    config::{Host, SslMode},
};

/// Longest time until a new connection has answered.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// Wait for a connection that the log reports.
pub(super) const SLOW: Duration = Duration::from_secs(2);
/// The default port of PostgreSQL.
const PORT: u16 = 5432;

/// The missing feature, and the alternatives.
const NO_TLS: &str = "TLS to PostgreSQL is not supported; use sslmode=disable on a network that nobody else reads, or \
                      a proxy beside the server that speaks TLS to the database";

/// TLS options of libpq that this program's connection strings do not have.
const TLS_OPTIONS: [&str; 9] = [
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslrootcert",
    "sslcrl",
    "sslcrldir",
    "sslsni",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
];

/// A database on a server. Its display shows host, port, database and user, and no password.
#[derive(Clone)]
pub(crate) struct Target {
    config: Config,
    place: String,
}

impl Target {
    /// Reads a connection string.
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        let config = Config::from_str(url).map_err(|error| not_understood(&error))?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(
                Failure::storage(format!("the connection string has sslmode=require: {NO_TLS}")).into()
            );
        }
        let place = place(&config);
        Ok(Self { config, place })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// A connection that has answered once: a pooler accepts clients before it has a connection for them. The
    /// reason of a later loss is logged.
    pub(crate) async fn connect(&self) -> Result<Client, Failure> {
        let connecting = async { self.open(&self.config).await.map_err(|error| self.failed(&error)) };
        let (client, _) = timeout(CONNECT, connecting).await.map_err(|_| self.too_slow())??;
        Ok(client)
    }

    async fn open(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, connection) = config.connect(NoTls).await?;
        let place = self.place.clone();
        // The task ends when the client is dropped or the server disconnects; queries detect the loss
        // themselves.
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                let error = failure::postgres_chain(&error);
                tracing::warn!(error, place, "a connection to the database was lost");
            }
        });
        client.simple_query("").await?;
        Ok((client, task))
    }

    /// The failure of a connection attempt.
    fn failed(&self, error: &Error) -> Failure {
        let said = failure::postgres_chain(error);
        let wants_tls = ["no encryption", "SSL off", "SSL required"].iter().any(|sign| said.contains(sign));
        let hint = if wants_tls { format!(". {NO_TLS}") } else { String::new() };
        Failure::storage(format!("no connection to {self}: {said}{hint}"))
    }

    fn too_slow(&self) -> Failure {
        Failure::storage(format!("no connection to {self} within {} s", CONNECT.as_secs()))
    }

    /// The failure of a pool without a connection.
    pub(super) fn pool_failed(&self, error: PoolError) -> Failure {
        match error {
            PoolError::Backend(error) => self.failed(&error),
            PoolError::Timeout(TimeoutType::Wait) => {
                Failure::busy("every connection to the database is in use")
            }
            PoolError::Timeout(_) => self.too_slow(),
            PoolError::Closed => Failure::storage("the store is closed"),
            error => Failure::storage(format!("postgres pool: {error}")),
        }
    }
}

/// Waits for a connection; logs a long wait.
pub(super) async fn say_when_slow<T>(target: &Target, connecting: impl Future<Output = T>) -> T {
    let mut connecting = pin!(connecting);
    match timeout(SLOW, &mut connecting).await {
        Ok(connected) => connected,
        Err(_) => {
            tracing::warn!(place = target.place, "no connection to the database for {} s", SLOW.as_secs());
            connecting.await
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL at {}", self.place)
    }
}

/// The pool connects in the same way as other connections.
impl Connect for Target {
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move { self.open(&config).await })
    }
}

fn place(config: &Config) -> String {
    let ports = config.get_ports();
    let port = |at: usize| ports.get(at).or_else(|| ports.first()).copied().unwrap_or(PORT);
    let mut hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(at, host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(at)),
            #[cfg(unix)]
            Host::Unix(folder) => socket(folder, port(at)),
        })
        .collect();
    if hosts.is_empty() {
        hosts =
            config.get_hostaddrs().iter().enumerate().map(|(at, ip)| format!("{ip}:{}", port(at))).collect();
    }
    // Without a name, PostgreSQL uses the user's.
    let user = config.get_user().unwrap_or("of this process");
    let database = config.get_dbname().unwrap_or(user);
    format!("{}, database {database}, user {user}", hosts.join(", "))
}

#[cfg(unix)]
fn socket(folder: &Path, port: u16) -> String {
    folder.join(format!(".s.PGSQL.{port}")).display().to_string()
}

/// The problem with a connection string. An unknown word in it may be a part of a password.
fn not_understood(error: &Error) -> Failure {
    let said = failure::postgres_chain(error);
    let about_tls =
        said.contains("`sslmode`") || TLS_OPTIONS.iter().any(|option| said.contains(&format!("`{option}`")));
    if about_tls {
        return Failure::storage(format!("{said}. {NO_TLS}"));
    }
    let shown = said.split_once("unknown option").map_or(said.clone(), |(before, _)| {
        format!("{before}unknown option; are all special characters of the password percent-encoded?")
    });
    Failure::storage(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        Target::parse(url).err().expect("refused").to_string()
    }

    #[test]
    fn a_place_is_named_without_the_password() {
        for (url, place) in [
            ("postgres://anna:se%20cret@db.example/books", "db.example:5432, database books, user anna"),
            ("host=one,two port=1,2 user=u password=secret", "one:1, two:2, database u, user u"),
            ("hostaddr=127.0.0.1 user=u dbname=d", "127.0.0.1:5432, database d, user u"),
            ("postgres://u@%2Frun%2Fpg:6432/d", "/run/pg/.s.PGSQL.6432, database d, user u"),
        ] {
            assert_eq!(Target::parse(url).expect("understood").to_string(), format!("PostgreSQL at {place}"));
        }
    }

    #[test]
    fn what_is_not_understood_tells_no_part_of_a_password() {
        let text = refused("postgres://u:p@ss?w0rd=x@h/d");
        assert!(
            text.contains("percent-encoded") && !text.contains("w0rd=") && !text.contains("`w0rd`"),
            "{text}"
        );
        assert!(refused("postgres://u@h:port/d").contains("invalid value for option `port`"));
    }

    #[test]
    fn tls_is_refused_by_name() {
        for url in [
            "postgres://u@h/d?sslmode=require",
            "postgres://u@h/d?sslmode=verify-full",
            "postgres://u@h/d?sslrootcert=/ca.pem",
        ] {
            let text = refused(url);
            assert!(text.contains("ssl") && text.contains("TLS to PostgreSQL is not supported"), "{text}");
        }
        assert!(Target::parse("postgres://u@h/d?sslmode=prefer").is_ok());
    }
}
