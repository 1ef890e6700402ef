//! Values of single columns: for each type, its binding as a parameter and its reading from a row, on both
//! engines.

use super::Row;
use crate::Failure;
use bytes::BytesMut;
use ledger::{Bucket, HolderId, HouseAccount, JournalKind, Millis, PayId, Wallet};
use money::{Amount, AssetCode, AssetKind, Decimal};
use rusqlite::types::ToSqlOutput;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};

/// A value in the engines' types.
#[derive(Debug)]
pub(crate) enum Value<'v> {
    Null,
    Integer(i64),
    Bool(bool),
    Text(&'v str),
    /// A constructed text.
    Made(String),
    Bytes(&'v [u8]),
}

/// A value that binds on both engines.
pub(crate) trait Param: Sync {
    /// The value in the engines' types.
    fn value(&self) -> Value<'_>;
}

/// The type of one column.
pub(crate) trait Column: Param + Sized {
    /// Reads it from a column, counted from 0.
    fn get(row: &Row<'_>, column: usize) -> Result<Self, Failure>;
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => rusqlite::types::Null.into(),
            Value::Integer(number) => (*number).into(),
            Value::Bool(yes) => (*yes).into(),
            Value::Text(text) => (*text).into(),
            Value::Made(text) => text.as_str().into(),
            Value::Bytes(bytes) => (*bytes).into(),
        })
    }
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Value<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        self.to_sql_checked(of, out)
    }

    /// Whether the column's type fits is only known with the value.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql_checked(of, out),
            Value::Bool(yes) => yes.to_sql_checked(of, out),
            Value::Text(text) => text.to_sql_checked(of, out),
            Value::Made(text) => text.to_sql_checked(of, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(of, out),
        }
    }
}

/// Any type, to test for NULL.
struct Any;

impl<'r> FromSql<'r> for Any {
    fn from_sql(_: &Type, _: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Any)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Row<'_> {
    /// Whether a column is NULL.
    pub(super) fn is_null(&self, column: usize) -> Result<bool, Failure> {
        Ok(match self {
            Row::Sqlite(row) => row.get_ref(column)? == rusqlite::types::ValueRef::Null,
            Row::Postgres(row) => row.try_get::<_, Option<Any>>(column)?.is_none(),
        })
    }

    /// A text column, read in place.
    pub(crate) fn text<T>(
        &self,
        column: usize,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        let text = match self {
            Row::Sqlite(row) => row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?,
            Row::Postgres(row) => row.try_get(column)?,
        };
        read(text).ok_or_else(|| Failure::invariant(format!("stored {what} {text:?}")))
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<T: Column> Column for Option<T> {
    fn get(row: &Row<'_>, column: usize) -> Result<Self, Failure> {
        if row.is_null(column)? { Ok(None) } else { T::get(row, column).map(Some) }
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

/// Types supported by both engines.
macro_rules! plain {
    ($($type:ty: |$own:ident| $value:expr;)*) => { $(
        impl Param for $type {
            fn value(&self) -> Value<'_> {
                let $own = self;
                $value
            }
        }

        impl Column for $type {
            fn get(row: &Row<'_>, column: usize) -> Result<Self, Failure> {
                Ok(match row {
                    Row::Sqlite(row) => row.get(column)?,
                    Row::Postgres(row) => row.try_get(column)?,
                })
            }
        }
    )* };
}

plain! {
    i64: |number| Value::Integer(*number);
    bool: |yes| Value::Bool(*yes);
    String: |text| Value::Text(text);
    Vec<u8>: |bytes| Value::Bytes(bytes);
}

/// Types stored as integers.
macro_rules! numbers {
    ($($type:ty: |$own:ident| $number:expr, |$stored:ident| $read:expr;)*) => { $(
        impl $crate::row::Param for $type {
            fn value(&self) -> $crate::row::Value<'_> {
                let $own = self;
                $crate::row::Value::Integer($number)
            }
        }

        impl $crate::row::Column for $type {
            fn get(row: &$crate::row::Row<'_>, column: usize) -> Result<Self, $crate::Failure> {
                let $stored = <i64 as $crate::row::Column>::get(row, column)?;
                $read
            }
        }
    )* };
}

pub(crate) use numbers;

numbers! {
    Amount: |amount| amount.as_units(), |units| Ok(Amount::units(units));
    Millis: |millis| millis.get(), |millis| Ok(Millis::new(millis));
    PayId: |id| id.get(), |id| Ok(PayId::new(id));
    u8: |small| i64::from(*small), |number| u8::try_from(number).map_err(Failure::invariant);
}

/// Types stored as text.
macro_rules! texts {
    ($($type:ty: $what:literal, |$own:ident| $value:expr, $read:expr;)*) => { $(
        impl $crate::row::Param for $type {
            fn value(&self) -> $crate::row::Value<'_> {
                let $own = self;
                $value
            }
        }

        impl $crate::row::Column for $type {
            fn get(row: &$crate::row::Row<'_>, column: usize) -> Result<Self, $crate::Failure> {
                row.text(column, $what, $read)
            }
        }
    )* };
}

pub(crate) use texts;

texts! {
    AssetCode: "asset", |code| Value::Text(code.as_str()), |text| AssetCode::new(text).ok();
    AssetKind: "kind of asset", |kind| Value::Text(kind.as_str()), AssetKind::parse;
    Bucket: "bucket", |bucket| Value::Text(bucket.as_str()), Bucket::parse;
    Decimal: "decimal", |decimal| Value::Made(decimal.to_string()), |text| Decimal::parse(text).ok();
    HolderId: "holder id", |id| Value::Text(id.as_str()), |text| HolderId::new(text).ok();
    HouseAccount: "account of the house", |account| Value::Text(account.as_str()), HouseAccount::parse;
    JournalKind: "kind of journal", |kind| Value::Text(kind.as_str()), JournalKind::parse;
    Wallet: "wallet", |wallet| Value::Text(wallet.as_str()), Wallet::parse;
    // Comma-separated.
    Vec<AssetCode>: "assets", |codes| Value::Made(joined(codes.iter().map(AssetCode::as_str))),
        |text| parts(text).map(|code| AssetCode::new(code).ok()).collect();
    Vec<String>: "list", |words| Value::Made(joined(words.iter().map(String::as_str))),
        |text| Some(parts(text).map(str::to_owned).collect());
}

fn joined<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}
