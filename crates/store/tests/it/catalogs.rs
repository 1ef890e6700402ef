//! Both engines have the same schema: tables, columns in order, nullability, keys and indexes.

use crate::raw;
use countinghouse_store::MIGRATIONS;
use std::{collections::BTreeMap, path::Path};
use testkit::{Database, Engine, for_engine};

/// What both engines must agree on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, kind and whether it is never null, in order.
    columns: Vec<(String, String, bool)>,
    /// The primary key's columns, in order.
    key: Vec<String>,
    /// Every other index by name: whether it is unique, and its columns in order.
    indexes: BTreeMap<String, (bool, Vec<String>)>,
}

type Catalog = BTreeMap<String, Table>;

fn sqlite_catalog(connection: &rusqlite::Connection) -> Catalog {
    let texts = |sql: &str, of: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).expect("a query");
        let rows = statement.query_map([of], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("text")).collect()
    };
    let table = |name: &str| {
        let mut columns =
            connection.prepare("SELECT name, type, \"notnull\" FROM pragma_table_info(?1)").expect("a query");
        let columns =
            columns.query_map([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
        let indexes = texts("SELECT name FROM pragma_index_list(?1) WHERE origin = 'c'", name);
        let indexes = indexes.into_iter().map(|index| {
            let unique = connection
                .query_row(
                    "SELECT \"unique\" FROM pragma_index_list(?1) WHERE name = ?2",
                    [name, &index],
                    |row| row.get(0),
                )
                .expect("a row");
            let columns = texts("SELECT name FROM pragma_index_info(?1) ORDER BY seqno", &index);
            (index, (unique, columns))
        });
        Table {
            columns: columns.map(|column| column.expect("a column")).collect(),
            key: texts("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", name),
            indexes: indexes.collect(),
        }
    };
    let names = texts(
        "SELECT name FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite_%' ORDER BY name",
        "table",
    );
    names.into_iter().map(|name| (name.clone(), table(&name))).collect()
}

async fn postgres_catalog(client: &tokio_postgres::Client) -> Catalog {
    let mut catalog = Catalog::new();
    let columns = "SELECT table_name::text, column_name::text, \
                   CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER' \
                   WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' ELSE data_type END::text, is_nullable = 'NO' \
                   FROM information_schema.columns WHERE table_schema = 'public' \
                   AND table_name <> 'schema_migration' ORDER BY table_name, ordinal_position";
    for row in client.query(columns, &[]).await.expect("columns") {
        let table: &mut Table = catalog.entry(row.get(0)).or_default();
        table.columns.push((row.get(1), row.get(2), row.get(3)));
    }
    let indexes = "SELECT t.relname::text, c.relname::text, i.indisprimary, i.indisunique, a.attname::text \
                   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
                   JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
                   JOIN pg_attribute a ON a.attrelid = c.oid \
                   WHERE t.relname <> 'schema_migration' ORDER BY t.relname, c.relname, a.attnum";
    for row in client.query(indexes, &[]).await.expect("indexes") {
        let table: &mut Table = catalog.entry(row.get(0)).or_default();
        if row.get(2) {
            table.key.push(row.get(4));
        } else {
            let index = table.indexes.entry(row.get(1)).or_insert_with(|| (row.get(3), Vec::new()));
            index.1.push(row.get(4));
        }
    }
    catalog
}

async fn migrated_sqlite() -> Database {
    let database = Database::fresh(Engine::Sqlite).await;
    database.store().await.close().await;
    database
}

#[test]
fn both_engines_have_the_same_catalog() {
    for_engine(Engine::Postgres, async |database| {
        database.store().await.close().await;
        let postgres = postgres_catalog(&raw::postgres(&database).await).await;
        let sqlite = sqlite_catalog(&raw::sqlite(&migrated_sqlite().await));
        assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
        assert!(sqlite.contains_key("posting"), "{:?}", sqlite.keys());
        for (name, table) in &sqlite {
            assert_eq!(*table, postgres[name], "table {name}");
            assert!(!table.key.is_empty(), "table {name} has no primary key");
        }
    });
}

#[test]
fn sqlite_tables_are_strict_and_clustered_by_their_key() {
    for_engine(Engine::Sqlite, async |database| {
        database.store().await.close().await;
        let connection = raw::sqlite(&database);
        let mut tables = connection
            .prepare("SELECT name, strict, wr FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .expect("a query");
        let tables = tables
            .query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
            })
            .expect("rows");
        for table in tables {
            let (name, is_strict, is_without_rowid) = table.expect("a table");
            assert!(is_strict, "table {name} is not strict");
            // An INTEGER PRIMARY KEY is the row id, so that such a table is clustered by it as it is.
            assert!(is_without_rowid || name == "node_lease", "table {name} is not clustered by its key");
        }
    });
}

#[test]
fn postgres_compares_text_byte_by_byte() {
    for_engine(Engine::Postgres, async |database| {
        database.store().await.close().await;
        let sql = "SELECT table_name::text || '.' || column_name::text FROM information_schema.columns \
                   WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'schema_migration' \
                   AND collation_name IS DISTINCT FROM 'C'";
        let others = raw::postgres(&database).await.query(sql, &[]).await.expect("columns");
        let others: Vec<String> = others.iter().map(|row| row.get(0)).collect();
        assert!(others.is_empty(), "not COLLATE \"C\": {others:?}");
    });
}

#[test]
fn every_migration_file_is_listed_under_the_same_name_for_both_engines() {
    let listed: Vec<String> =
        MIGRATIONS.iter().map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
    for engine in ["sqlite", "postgres"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let files = std::fs::read_dir(&folder).expect("the folder");
        let mut files: Vec<String> = files
            .map(|file| file.expect("a file").file_name().into_string().expect("a plain name"))
            .collect();
        files.sort();
        assert_eq!(files, listed, "{engine}");
    }
}
