//! How settings are declared: `settings!` makes of one row for each the field, its default, its key in the file and
//! what the command line needs for an option.

use std::{ffi::OsStr, fmt::Display, path::PathBuf, str::FromStr};
use toml::Value;

/// One setting, as the command line and the docs need it.
#[derive(Debug)]
pub struct Setting {
    /// Its key in its section of the file.
    pub key: &'static str,
    /// What it is, in lines.
    pub help: &'static [&'static str],
    /// What its value is called in the help of its option.
    pub value: &'static str,
    /// Its default as it would be written, if it has one of its own.
    pub default: Option<&'static str>,
    /// What an option of it takes.
    pub takes: Takes,
    /// What is wrong with a text as its value.
    pub check: fn(&OsStr) -> Result<(), String>,
}

/// A section of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name; empty for what stands before all sections.
    pub name: &'static str,
    /// What its options stand below in the help.
    pub heading: &'static str,
    /// What it holds.
    pub settings: &'static [Setting],
}

impl Section {
    /// The whole key of one of its settings: `key`, or `section.key`.
    pub fn key(&self, setting: &Setting) -> String {
        if self.name.is_empty() { setting.key.to_owned() } else { format!("{}.{}", self.name, setting.key) }
    }
}

/// What the option of a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A text.
    Text,
    /// A text that nobody may see.
    Secret,
    /// Texts with commas between, or several times.
    List,
    /// `true` or `false`.
    Bool,
    /// The path of a file or folder.
    Path,
    /// There is no option: it stands in the file only.
    Nothing,
}

/// The type of a setting where it is written: what may stand there, and what the program has of it.
pub trait Written: Sized {
    /// What the program has of it.
    type Plain;
    /// What its option takes.
    const TAKES: Takes = Takes::Text;

    /// Reads the text of an option or of the environment.
    ///
    /// # Errors
    /// What would do.
    fn read(text: &OsStr) -> Result<Self, String>;

    /// What it is without a default, if it may be without one.
    fn unset() -> Option<Self> {
        None
    }

    /// What the program has of it.
    fn plain(self) -> Self::Plain;

    /// How it is shown, with secrets masked; `None` if it is not set.
    fn shown(plain: &Self::Plain) -> Option<Value>;

    /// What the program has if nobody sets it. The defaults are texts of this program, which a test reads.
    fn default_of(default: Option<&str>) -> Self::Plain {
        let default = default.map(|text| Self::read(text.as_ref()).expect("a default is a valid setting"));
        default.or_else(Self::unset).expect("a setting has a default or may be unset").plain()
    }
}

/// Reads a value from a text by its own reader.
pub(super) fn parsed<T: FromStr<Err: Display>>(text: &OsStr) -> Result<T, String> {
    let text = text.to_str().ok_or("expected UTF-8")?;
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// Declares the settings of a section: `field: Written = ("key in the file", "VALUE in the help", "default");` under
/// their help, and behind them with `section` the sections within.
macro_rules! settings {
    (@option) => { None };
    (@option $value:expr) => { Some($value) };
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $( $(#[doc = $help:literal])+ $field:ident: $kind:ty = ($key:literal, $value:literal $(, $default:expr)?); )*
            $( section $part:ident: $type:ident = ($section:literal, $heading:literal); )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $help])+ pub $field: <$kind as Written>::Plain, )*
            $( #[doc = concat!("`[", $section, "]`")] pub $part: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: <$kind as Written>::default_of(settings!(@option $($default)?)), )*
                    $( $part: $type::default(), )*
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields, expecting = "a section")]
                struct File {
                    $( #[serde(rename = $key)] $field: Option<$kind>, )*
                    $( #[serde(rename = $section)] $part: Option<$type>, )*
                }
                let file = File::deserialize(file)?;
                let mut own = Self::default();
                $( if let Some(set) = file.$field { own.$field = set.plain(); } )*
                $( own.$part = file.$part.unwrap_or_default(); )*
                Ok(own)
            }
        }

        impl $name {
            /// Its settings but for those in sections.
            pub const SETTINGS: &[Setting] = &[$( Setting {
                key: $key,
                help: &[$($help),+],
                value: $value,
                default: settings!(@option $($default)?),
                takes: <$kind as Written>::TAKES,
                check: |text| <$kind as Written>::read(text).map(drop),
            }, )*];
            /// All its settings, section by section.
            pub const SECTIONS: &[Section] = &[
                Section { name: "", heading: "", settings: Self::SETTINGS },
                $( Section { name: $section, heading: $heading, settings: $type::SETTINGS }, )*
            ];

            /// Sets the one with a key, `key` or `section.key`, as an option or the environment gives it.
            ///
            /// # Errors
            /// What would do.
            pub fn set(&mut self, key: &str, text: &std::ffi::OsStr) -> Result<(), String> {
                $( if let Some(key) = key.strip_prefix(concat!($section, ".")) { return self.$part.set(key, text); } )*
                match key {
                    $( $key => self.$field = <$kind as Written>::read(text)?.plain(), )*
                    _ => return Err(format!("there is no setting {key}")),
                }
                Ok(())
            }

            /// How the one with a key is shown; `None` if it is not set.
            fn shown(&self, key: &str) -> Option<toml::Value> {
                $( if let Some(key) = key.strip_prefix(concat!($section, ".")) { return self.$part.shown(key); } )*
                match key {
                    $( $key => <$kind as Written>::shown(&self.$field), )*
                    _ => None,
                }
            }
        }
    };
}

/// Has a type that is read by its own reader, and kept as it is, be one of settings.
macro_rules! kept {
    ($type:ty, $takes:ident, |$own:ident| $shown:expr) => {
        impl Written for $type {
            type Plain = Self;
            const TAKES: Takes = Takes::$takes;

            fn read(text: &std::ffi::OsStr) -> Result<Self, String> {
                super::declare::parsed(text)
            }

            fn plain(self) -> Self {
                self
            }

            fn shown($own: &Self) -> Option<toml::Value> {
                Some(toml::Value::from($shown))
            }
        }
    };
}

pub(super) use {kept, settings};

kept!(bool, Bool, |own| *own);

impl Written for PathBuf {
    type Plain = Self;
    const TAKES: Takes = Takes::Path;

    fn read(text: &OsStr) -> Result<Self, String> {
        Ok(text.into())
    }

    fn plain(self) -> Self {
        self
    }

    fn shown(plain: &Self) -> Option<Value> {
        Some(plain.display().to_string().into())
    }
}

impl<T: Written> Written for Option<T> {
    type Plain = Option<T::Plain>;
    const TAKES: Takes = T::TAKES;

    fn read(text: &OsStr) -> Result<Self, String> {
        T::read(text).map(Some)
    }

    fn unset() -> Option<Self> {
        Some(None)
    }

    fn plain(self) -> Self::Plain {
        self.map(T::plain)
    }

    fn shown(plain: &Self::Plain) -> Option<Value> {
        plain.as_ref().and_then(T::shown)
    }
}

impl<T: FromStr<Err: Display> + Display> Written for Vec<T> {
    type Plain = Self;
    const TAKES: Takes = Takes::List;

    fn read(text: &OsStr) -> Result<Self, String> {
        let text: String = parsed(text)?;
        text.split(',').map(|item| parsed(item.as_ref())).collect()
    }

    fn unset() -> Option<Self> {
        Some(Vec::new())
    }

    fn plain(self) -> Self {
        self
    }

    fn shown(plain: &Self) -> Option<Value> {
        Some(plain.iter().map(ToString::to_string).collect::<Vec<_>>().into())
    }
}
