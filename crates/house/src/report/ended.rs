//! The end of a build, for the metrics.

/// The end of a server's build of a report, if the build was not cancelled or taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The file is complete.
    Built {
        /// Postings in it.
        rows: i64,
        /// Duration of the successful attempt.
        took: std::time::Duration,
    },
    /// The last attempt failed.
    Failed,
}
