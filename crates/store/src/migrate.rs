//! Migrations: the steps of the schema, one text per engine, with the same numbers and names.

use crate::OpenError;

/// One step of the schema.
#[derive(Debug)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// Its name, the same for both engines.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

/// Every step, in order. A released step never changes.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "foundation",
        sqlite: include_str!("../migrations/sqlite/0001_foundation.sql"),
        postgres: include_str!("../migrations/postgres/0001_foundation.sql"),
    },
    Migration {
        number: 2,
        name: "convert_and_providers",
        sqlite: include_str!("../migrations/sqlite/0002_convert_and_providers.sql"),
        postgres: include_str!("../migrations/postgres/0002_convert_and_providers.sql"),
    },
    Migration {
        number: 3,
        name: "reports",
        sqlite: include_str!("../migrations/sqlite/0003_reports.sql"),
        postgres: include_str!("../migrations/postgres/0003_reports.sql"),
    },
    Migration {
        number: 4,
        name: "world_first",
        sqlite: include_str!("../migrations/sqlite/0004_world_first.sql"),
        postgres: include_str!("../migrations/postgres/0004_world_first.sql"),
    },
    Migration {
        number: 5,
        name: "world_first_transfers",
        sqlite: include_str!("../migrations/sqlite/0005_world_first_transfers.sql"),
        postgres: include_str!("../migrations/postgres/0005_world_first_transfers.sql"),
    },
    Migration {
        number: 6,
        name: "world_first_exchange",
        sqlite: include_str!("../migrations/sqlite/0006_world_first_exchange.sql"),
        postgres: include_str!("../migrations/postgres/0006_world_first_exchange.sql"),
    },
    Migration {
        number: 7,
        name: "event_numbers",
        sqlite: include_str!("../migrations/sqlite/0007_event_numbers.sql"),
        postgres: include_str!("../migrations/postgres/0007_event_numbers.sql"),
    },
    Migration {
        number: 8,
        name: "job_leases",
        sqlite: include_str!("../migrations/sqlite/0008_job_leases.sql"),
        postgres: include_str!("../migrations/postgres/0008_job_leases.sql"),
    },
    Migration {
        number: 9,
        name: "asset_kinds",
        sqlite: include_str!("../migrations/sqlite/0009_asset_kinds.sql"),
        postgres: include_str!("../migrations/postgres/0009_asset_kinds.sql"),
    },
    Migration {
        number: 10,
        name: "job_classes",
        sqlite: include_str!("../migrations/sqlite/0010_job_classes.sql"),
        postgres: include_str!("../migrations/postgres/0010_job_classes.sql"),
    },
    Migration {
        number: 11,
        name: "server_keys",
        sqlite: include_str!("../migrations/sqlite/0011_server_keys.sql"),
        postgres: include_str!("../migrations/postgres/0011_server_keys.sql"),
    },
];

/// The steps that a database at `version` still needs.
///
/// # Errors
/// When the database is newer than this program.
pub(crate) fn pending(version: i64) -> Result<&'static [Migration], OpenError> {
    let known = MIGRATIONS.len();
    match usize::try_from(version) {
        Ok(done) if done <= known => Ok(&MIGRATIONS[done..]),
        _ => Err(OpenError::Newer { database: version, program: known }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_from_one_without_gaps() {
        for (migration, number) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.number, number, "{}", migration.name);
        }
    }

    #[test]
    fn a_newer_database_is_refused() {
        let next = MIGRATIONS.last().expect("there is a first step").number + 1;
        let error = pending(next).expect_err("one step too many");
        assert!(error.to_string().contains("newer"), "{error}");
    }
}
