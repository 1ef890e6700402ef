//! Connection strings with another database in them.

/// The connection string `base`, a URL or key-value text, for another database of the same server.
pub(super) fn with_database(base: &str, database: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else {
        // Of a repeated key, the last counts.
        return format!("{base} dbname={database}");
    };
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{server}/{database}{query}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_changes() {
        for (base, changed) in [
            ("postgres://u:p@h:5/a?sslmode=disable", "postgres://u:p@h:5/b?sslmode=disable"),
            ("postgres://u@h", "postgres://u@h/b"),
            ("postgresql://u@h/?connect_timeout=3", "postgresql://u@h/b?connect_timeout=3"),
            ("host=/tmp user=u dbname=a", "host=/tmp user=u dbname=a dbname=b"),
        ] {
            assert_eq!(with_database(base, "b"), changed);
            let config: tokio_postgres::Config = changed.parse().expect("it is a connection string");
            assert_eq!(config.get_dbname(), Some("b"));
        }
    }
}
