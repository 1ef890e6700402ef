//! A plain connection past the store: what the catalogue says of a table, and rows as text, read and changed.

use store::Location;
use testkit::Database;
use tokio_postgres::SimpleQueryMessage;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Boolean,
    Text,
    Bytes,
}

/// A column, as the database's own catalogue has it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    pub(super) in_key: bool,
}

/// Columns that are truth values; SQLite's catalogue does not tell.
const BOOLEANS: [&str; 3] = ["profit_sharing", "reserve_released", "dead"];

const OF_SQLITE: &str = "SELECT m.name, p.name, p.type, p.\"notnull\" = 0 AND p.pk = 0, p.pk > 0 \
    FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
    ORDER BY m.name, p.cid";
const OF_POSTGRES: &str = "SELECT c.table_name, c.column_name, c.data_type, \
    CASE WHEN c.is_nullable = 'YES' THEN 1 ELSE 0 END, CASE WHEN EXISTS ( \
    SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
    WHERE i.indisprimary AND i.indrelid = to_regclass(CAST(c.table_name AS TEXT)) AND a.attname = c.column_name) \
    THEN 1 ELSE 0 END FROM information_schema.columns c \
    WHERE c.table_schema = 'public' AND c.table_name <> 'schema_migration' ORDER BY c.table_name, c.ordinal_position";

pub(super) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

/// A row, each value as text.
pub(super) type Row = Vec<Option<String>>;

impl Raw {
    pub(super) async fn open(database: &Database) -> Self {
        match database.location() {
            Location::Sqlite(path) => Raw::Sqlite(rusqlite::Connection::open(path).expect("opens")),
            Location::Postgres(_) => Raw::Postgres(database.client().await),
        }
    }

    /// Every table's columns, in order.
    pub(super) async fn catalogue(&self) -> Vec<Column> {
        let sql = match self {
            Raw::Sqlite(_) => OF_SQLITE,
            Raw::Postgres(_) => OF_POSTGRES,
        };
        let column = |row: Row| {
            let text = |at: usize| row[at].clone().expect("it is said");
            let kind = match text(2).to_ascii_lowercase().as_str() {
                _ if BOOLEANS.contains(&text(1).as_str()) => Kind::Boolean,
                "integer" | "bigint" => Kind::Integer,
                "text" => Kind::Text,
                "boolean" => Kind::Boolean,
                "blob" | "bytea" => Kind::Bytes,
                other => panic!("{other} of {row:?} is a type that this test does not know"),
            };
            Column { table: text(0), name: text(1), kind, nullable: text(3) == "1", in_key: text(4) == "1" }
        };
        self.rows(sql).await.into_iter().map(column).collect()
    }

    /// All rows of a query.
    pub(super) async fn rows(&self, sql: &str) -> Vec<Row> {
        match self {
            Raw::Sqlite(connection) => {
                let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
                let columns = statement.column_count();
                let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Row> {
                    (0..columns).map(|at| Ok(text(row.get(at)?))).collect()
                };
                let rows = statement.query_map([], row).expect("rows");
                rows.collect::<Result<_, _>>().expect("values")
            }
            Raw::Postgres(client) => {
                let messages =
                    client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
                let row = |message| match message {
                    SimpleQueryMessage::Row(row) => {
                        Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
                    }
                    _ => None,
                };
                messages.into_iter().filter_map(row).collect()
            }
        }
    }

    /// Runs statements; false when the database refused them, as by a check or a key.
    pub(super) async fn run(&self, sql: &str) -> bool {
        match self {
            Raw::Sqlite(connection) => connection.execute_batch(sql).is_ok(),
            Raw::Postgres(client) => client.batch_execute(sql).await.is_ok(),
        }
    }
}

fn text(value: rusqlite::types::Value) -> Option<String> {
    match value {
        rusqlite::types::Value::Null => None,
        rusqlite::types::Value::Integer(number) => Some(number.to_string()),
        rusqlite::types::Value::Text(text) => Some(text),
        other => panic!("{other:?} is no text"),
    }
}

/// A value as a statement has it.
pub(super) fn literal(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}
