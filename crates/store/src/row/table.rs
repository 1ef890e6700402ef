//! One declaration of a row defines its struct, its list of columns, its reader and its parameters; the texts
//! of queries are built from it at compile time.

use super::{Cells, Column, Param};
use crate::Failure;

/// A value in consecutive columns of a row.
pub(crate) trait Columns: Sized {
    /// The expressions that a query selects to read it. Empty: one column, named by its field.
    const SELECTED: &'static str = "";
    /// The columns that it is written to. Empty: the same as for reading.
    const STORED: &'static str = "";

    /// Reads it from the next cells.
    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure>;

    /// Appends its stored values to the parameters.
    fn bind<'p>(&'p self, params: &mut Vec<&'p dyn Param>);

    /// The parameters of its INSERT.
    fn params(&self) -> Vec<&dyn Param> {
        self.params_after(Vec::new())
    }

    /// The parameters, after those of other columns.
    fn params_after<'p>(&'p self, mut first: Vec<&'p dyn Param>) -> Vec<&'p dyn Param> {
        self.bind(&mut first);
        first
    }
}

/// A row that can be selected.
pub(crate) trait Source: Columns {
    /// The table or the join.
    const FROM: &'static str;
}

/// A row of one table.
pub(crate) trait Table: Source {}

impl<T: Column> Columns for T {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure> {
        cells.next()
    }

    fn bind<'p>(&'p self, params: &mut Vec<&'p dyn Param>) {
        params.push(self);
    }
}

impl<A: Columns, B: Columns> Columns for (A, B) {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Failure> {
        Ok((A::read(cells)?, B::read(cells)?))
    }

    fn bind<'p>(&'p self, params: &mut Vec<&'p dyn Param>) {
        self.0.bind(params);
        self.1.bind(params);
    }
}

/// Declares a row.
///
/// ```text
/// row! {
///     /// A struct like any other, with its documentation.
///     #[derive(Debug)]
///     pub struct RateRow in rate {               // rows of the table `rate`; `from "…"` for a join,
///                                                // neither for a part of other rows
///         /// A column of this name.
///         pub base: AssetCode,
///         /// A column of another name.
///         pub from: Millis as from_at,
///         /// Something that is read and never written.
///         pub name: String = "(SELECT …)",
///         /// All columns of another row; with `Option`, all of them or none.
///         pub limits: Limits,
///     }
/// }
/// ```
///
/// With `impl` in place of `pub struct`, it is a struct that is declared elsewhere.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(in $table:ident)? $(from $join:literal)? {
        $($(#[$doc:meta])* $field_vis:vis $field:ident: $type:ty $(as $column:ident)? $(= $value:literal)?),+ $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$doc])* $field_vis $field: $type,)+ }

        $crate::row::row! {
            impl $name $(in $table)? $(from $join)? { $($field: $type $(as $column)? $(= $value)?),+ }
        }
    };
    (impl $name:ident $(in $table:ident)? $(from $join:literal)? {
        $($field:ident: $type:ty $(as $column:ident)? $(= $value:literal)?),+ $(,)?
    }) => {
        impl $crate::row::Columns for $name {
            const SELECTED: &'static str =
                $crate::row::text!(", ", $($crate::row::row!(@selected $field: $type $(as $column)? $(= $value)?)),+);
            const STORED: &'static str =
                $crate::row::text!(", ", $($crate::row::row!(@stored $field: $type $(as $column)? $(= $value)?)),+);

            fn read(cells: &mut $crate::row::Cells<'_>) -> Result<Self, $crate::Failure> {
                Ok(Self { $($field: $crate::row::Columns::read(cells)?,)+ })
            }

            fn bind<'p>(&'p self, params: &mut Vec<&'p dyn $crate::row::Param>) {
                $($crate::row::row!(@bind self params $field $(= $value)?);)+
                // A row of a join is never written.
                let _ = params;
            }
        }

        impl $crate::row::Columns for Option<$name> {
            const SELECTED: &'static str = <$name as $crate::row::Columns>::SELECTED;
            const STORED: &'static str = <$name as $crate::row::Columns>::STORED;

            fn read(cells: &mut $crate::row::Cells<'_>) -> Result<Self, $crate::Failure> {
                $crate::row::read_optional(cells)
            }

            fn bind<'p>(&'p self, params: &mut Vec<&'p dyn $crate::row::Param>) {
                $crate::row::bind_optional(self.as_ref(), params);
            }
        }

        $crate::row::row!(@source $name $($table, stringify!($table))? $($join)?);
    };
    (@selected $field:ident: $type:ty) => {
        $crate::row::or_field(<$type as $crate::row::Columns>::SELECTED, stringify!($field))
    };
    (@stored $field:ident: $type:ty) => {
        $crate::row::or_field(<$type as $crate::row::Columns>::STORED, stringify!($field))
    };
    (@selected $field:ident: $type:ty = $value:literal) => { $value };
    (@stored $field:ident: $type:ty = $value:literal) => { "" };
    (@$list:ident $field:ident: $type:ty as $column:ident) => { stringify!($column) };
    (@bind $own:ident $params:ident $field:ident) => { $crate::row::Columns::bind(&$own.$field, $params) };
    (@bind $own:ident $params:ident $field:ident = $value:literal) => {};
    (@source $name:ident) => {};
    (@source $name:ident $table:ident, $text:expr) => {
        impl $crate::row::Table for $name {}
        $crate::row::row!(@source $name $text);
    };
    (@source $name:ident $from:expr) => {
        impl $crate::row::Source for $name {
            const FROM: &'static str = $from;
        }
    };
}

/// The query of a row's columns, followed by the rest after FROM and the table.
macro_rules! select {
    ($row:ty, $rest:expr) => {
        $crate::row::text!(
            " ",
            "SELECT",
            <$row as $crate::row::Columns>::SELECTED,
            "FROM",
            <$row as $crate::row::Source>::FROM,
            $rest
        )
    };
}

/// The statement that inserts a row, with its parameters in the order of [`Columns::params`]. Columns outside
/// the row can come first, as in [`Columns::params_after`].
macro_rules! insert {
    ($row:ty $(, with $($column:ident),+)? $(; $rest:expr)?) => {{
        $crate::row::is_table::<$row>();
        const COLUMNS: &str =
            $crate::row::text!(", ", $($(stringify!($column),)+)? <$row as $crate::row::Columns>::STORED);
        $crate::row::text!(
            "",
            "INSERT INTO ",
            <$row as $crate::row::Source>::FROM,
            " (",
            COLUMNS,
            ") VALUES (",
            $crate::row::placeholders(COLUMNS),
            ") ",
            $($rest)?
        )
    }};
}

/// The columns of a row in a query that uses an alias for its table.
macro_rules! list_of {
    ($alias:literal, $row:ty) => {{
        const LIST: &str = <$row as $crate::row::Columns>::SELECTED;
        const BYTES: [u8; $crate::row::aliased_length($alias, LIST)] = $crate::row::aliased($alias, LIST);
        const TEXT: &str = $crate::row::utf8(&BYTES);
        TEXT
    }};
}

/// A query of parts, concatenated as they are.
macro_rules! sql {
    ($($part:expr),+ $(,)?) => { $crate::row::text!("", $($part),+) };
}

/// Texts joined at compile time with a separator. Empty ones are left out.
macro_rules! text {
    ($between:literal, $($part:expr),+ $(,)?) => {{
        const PARTS: &[&str] = &[$($part),+];
        const BYTES: [u8; $crate::row::joined_length(PARTS, $between)] = $crate::row::joined(PARTS, $between);
        const TEXT: &str = $crate::row::utf8(&BYTES);
        TEXT
    }};
}

pub(crate) use {insert, list_of, row, select, sql, text};

/// A struct's own list of columns or, for a value of one column, the field's name.
pub(crate) const fn or_field(list: &'static str, field: &'static str) -> &'static str {
    if list.is_empty() { field } else { list }
}

/// Compiles only for a row of one table.
pub(crate) const fn is_table<T: Table>() {}

/// The length of joined texts.
pub(crate) const fn joined_length(parts: &[&str], between: &str) -> usize {
    let (mut length, mut part) = (0, 0);
    while part < parts.len() {
        if length > 0 && !parts[part].is_empty() {
            length += between.len();
        }
        length += parts[part].len();
        part += 1;
    }
    length
}

/// Joins texts.
pub(crate) const fn joined<const LENGTH: usize>(parts: &[&str], between: &str) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let (mut length, mut part) = (0, 0);
    while part < parts.len() {
        if length > 0 && !parts[part].is_empty() {
            length = put(&mut bytes, length, between);
        }
        length = put(&mut bytes, length, parts[part]);
        part += 1;
    }
    bytes
}

const fn put(bytes: &mut [u8], at: usize, text: &str) -> usize {
    bytes.split_at_mut(at).1.split_at_mut(text.len()).0.copy_from_slice(text.as_bytes());
    at + text.len()
}

/// The text of joined bytes.
pub(crate) const fn utf8(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("texts that were joined are a text"),
    }
}

/// The number of names in a list of columns.
pub(crate) const fn count(list: &str) -> usize {
    let (list, mut at, mut names) = (list.as_bytes(), 0, 1);
    while at < list.len() {
        names += (list[at] == b',') as usize;
        at += 1;
    }
    names
}

/// The length of a list of columns with an alias before each.
pub(crate) const fn aliased_length(alias: &str, list: &str) -> usize {
    list.len() + count(list) * (alias.len() + 1)
}

/// A list of columns with an alias before each.
pub(crate) const fn aliased<const LENGTH: usize>(alias: &str, list: &str) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let mut length = put(&mut bytes, 0, alias);
    length = put(&mut bytes, length, ".");
    let mut at = 0;
    while at < list.len() {
        bytes[length] = list.as_bytes()[at];
        length += 1;
        if list.as_bytes()[at] == b' ' {
            length = put(&mut bytes, length, alias);
            length = put(&mut bytes, length, ".");
        }
        at += 1;
    }
    bytes
}

const PLACEHOLDERS: &str = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
                            $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, ";

/// A placeholder for each name of a list of columns.
pub(crate) const fn placeholders(list: &str) -> &'static str {
    let (mut left, mut at) = (count(list), 0);
    loop {
        if PLACEHOLDERS.as_bytes()[at] == b',' {
            left -= 1;
            if left == 0 {
                return PLACEHOLDERS.split_at(at).0;
            }
        }
        at += 1;
    }
}

/// Reads a row that is present as a whole or absent.
pub(crate) fn read_optional<T: Columns>(cells: &mut Cells<'_>) -> Result<Option<T>, Failure> {
    let columns = count(T::SELECTED);
    match cells.count_nulls(columns)? {
        0 => T::read(cells).map(Some),
        nulls if nulls == columns => {
            cells.skip(columns);
            Ok(None)
        }
        nulls => Err(Failure::invariant(format!("{nulls} of {} are missing", T::SELECTED))),
    }
}

/// Appends an optional row to the parameters.
pub(crate) fn bind_optional<'p, T: Columns>(row: Option<&'p T>, params: &mut Vec<&'p dyn Param>) {
    match row {
        Some(row) => row.bind(params),
        None => params.extend((0..count(T::STORED)).map(|_| &None::<i64> as &dyn Param)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        FailureKind,
        tx::{sqlite_params, sqlite_query},
    };
    use money::{Amount, AssetCode, Decimal};

    row! {
        #[derive(Debug, Clone, PartialEq)]
        struct Price {
            asset: AssetCode as price_asset,
            amount: Amount,
        }
    }

    row! {
        #[derive(Debug, Clone, PartialEq)]
        struct Good in goods {
            name: String,
            tags: Vec<String>,
            shown: String = "(SELECT upper(g.name) FROM goods g WHERE g.id = goods.id)",
            price: Option<Price>,
            weight: Option<Decimal> as kilograms,
            sold: bool,
        }
    }

    row! {
        #[derive(Debug, PartialEq)]
        struct Pair from "goods a JOIN goods b ON b.id > a.id" {
            first: String = "a.name",
            second: String = "b.name",
        }
    }

    const TABLE: &str = "CREATE TABLE goods (id INTEGER, sold INTEGER, amount INTEGER, price_asset TEXT, \
                         kilograms TEXT, tags TEXT, name TEXT)";
    const INSERT: &str = insert!(Good, with id; "ON CONFLICT DO NOTHING");
    const BY_ID: &str = select!(Good, "WHERE id = $1");

    fn tea(price: Option<Price>) -> Good {
        Good {
            name: "tea".to_owned(),
            tags: vec!["hot".to_owned(), "green".to_owned()],
            shown: "TEA".to_owned(),
            price,
            weight: Decimal::parse("0.25").ok(),
            sold: true,
        }
    }

    fn price() -> Option<Price> {
        Some(Price { asset: AssetCode::new("EUR").ok()?, amount: Amount::units(420) })
    }

    fn with(goods: &[Good]) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLE).unwrap();
        for (good, id) in goods.iter().zip(1_i64..) {
            connection.execute(INSERT, sqlite_params(&good.params_after(vec![&id]))).unwrap();
        }
        connection
    }

    #[test]
    fn columns_stand_in_the_order_of_the_fields_and_parameters_with_them() {
        assert_eq!(Price::SELECTED, "price_asset, amount");
        assert_eq!(
            BY_ID,
            "SELECT name, tags, (SELECT upper(g.name) FROM goods g WHERE g.id = goods.id), price_asset, amount, \
             kilograms, sold FROM goods WHERE id = $1"
        );
        assert_eq!(
            INSERT,
            "INSERT INTO goods (id, name, tags, price_asset, amount, kilograms, sold) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
        );
        assert_eq!(insert!(Good).matches('$').count(), 6);
        assert_eq!(list_of!("p", Price), "p.price_asset, p.amount");
        assert_eq!(
            select!(Pair, "ORDER BY a.id"),
            "SELECT a.name, b.name FROM goods a JOIN goods b ON b.id > a.id ORDER BY a.id"
        );
        let shown = |good: &Good| {
            good.params().iter().map(|param| format!("{:?}", param.value())).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(&tea(price())),
            [
                "Text(\"tea\")",
                "Made(\"hot,green\")",
                "Text(\"EUR\")",
                "Integer(420)",
                "Made(\"0.25\")",
                "Bool(true)"
            ]
        );
        assert_eq!(shown(&tea(None))[2..4], ["Null", "Null"]);
        assert_eq!(placeholders("a"), "$1");
    }

    #[test]
    fn what_is_written_is_read() {
        let bare = Good { weight: None, tags: Vec::new(), sold: false, ..tea(None) };
        let goods = [tea(price()), tea(None), bare];
        let connection = with(&goods);
        for (good, id) in goods.iter().zip(1_i64..) {
            assert_eq!(sqlite_query::<Good>(&connection, BY_ID, &[&id]).unwrap(), std::slice::from_ref(good));
        }
        let pairs: Vec<Pair> =
            sqlite_query(&connection, select!(Pair, "ORDER BY a.id LIMIT 1"), &[]).unwrap();
        assert_eq!(pairs, [Pair { first: "tea".to_owned(), second: "tea".to_owned() }]);
        let both: Vec<(i64, Price)> =
            sqlite_query(&connection, "SELECT id, price_asset, amount FROM goods WHERE amount > 0", &[])
                .unwrap();
        assert_eq!(both, [(1, price().unwrap())]);
    }

    #[test]
    fn what_is_there_in_part_or_not_readable_is_a_failure() {
        let connection = with(&[tea(price()), tea(price())]);
        connection.execute_batch("UPDATE goods SET amount = NULL WHERE id = 1").unwrap();
        let failure = sqlite_query::<Good>(&connection, BY_ID, &[&1_i64]).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Invariant);
        assert_eq!(failure.to_string(), "1 of price_asset, amount are missing");
        connection.execute_batch("UPDATE goods SET price_asset = '?' WHERE id = 2").unwrap();
        let failure = sqlite_query::<Good>(&connection, BY_ID, &[&2_i64]).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Invariant);
        assert_eq!(failure.to_string(), "stored asset \"?\"");
    }
}
