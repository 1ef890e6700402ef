//! The engines that a case runs on.

/// An engine that the store runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default; always available.
    Sqlite,
    /// A server; available when the machine has its programs or `TEST_POSTGRES_URL` names one.
    Postgres,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// Its name in messages and in `COUNTINGHOUSE_REQUIRE`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    /// Whether its absence is a failure.
    pub(crate) fn is_required(self) -> bool {
        is_required(self.as_str())
    }
}

/// Whether the absence of something is a failure: whether `COUNTINGHOUSE_REQUIRE` names it.
pub(crate) fn is_required(name: &str) -> bool {
    let required = std::env::var("COUNTINGHOUSE_REQUIRE").unwrap_or_default();
    required.split(',').any(|required| required.trim() == name)
}
