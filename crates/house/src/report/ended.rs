//! How a build ends, for whoever counts reports.

/// How a server's build of a report ended that was not called off or taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The file is there.
    Built {
        /// Postings in it.
        rows: i64,
        /// How long the attempt took that made it.
        took: std::time::Duration,
    },
    /// The last attempt failed.
    Failed,
}
