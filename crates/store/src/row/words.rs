//! Enums stored as names.

/// Declares an enum with its names: `ALL`, `as_str`, `parse`, and storage in a column. The description comes
/// first, for the error about an unknown stored name.
///
/// ```text
/// words! { "status of a holder":
///     /// Whether a holder may do business.
///     pub enum HolderStatus {
///         /// It may.
///         Active = "active",
///     }
/// }
/// ```
macro_rules! words {
    ($what:literal:
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every variant.
            pub const ALL: [$name; [$($word),+].len()] = [$($name::$variant),+];

            /// The name in the database and in the APIs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }

            /// The variant with a name, exactly as `as_str` gives it.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == word)
            }
        }

        $crate::row::texts! {
            $name: $what, |one| $crate::row::Value::Text(one.as_str()), $name::parse;
        }
    };
}

pub(crate) use words;
