//! How many files the system lets this process open, which bounds how many connections it can serve.

use crate::places::EXTRA;

/// Files that are no connections: the database and its readers, reports, logs, and what comes in addition.
const OTHERS: u64 = 192;

/// Raises the limit of open files to what the system allows at most, and gives it; `None` is without limit.
#[cfg(unix)]
pub(crate) fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused, as on systems whose hard limit says more than they give, the old one stays.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current
}

/// Elsewhere nothing is known of such a limit.
#[cfg(not(unix))]
pub(crate) fn raise_limit() -> Option<u64> {
    None
}

/// How many connections can be served at once where so many are wanted and so many files may be open.
pub(crate) fn connections(wanted: usize, open_files: Option<u64>) -> usize {
    let Some(open_files) = open_files else { return wanted };
    let rest = open_files.saturating_sub(OTHERS + EXTRA as u64).max(open_files / 4).max(1);
    let possible = usize::try_from(rest).unwrap_or(usize::MAX);
    if possible < wanted {
        tracing::warn!(
            wanted,
            possible,
            open_files,
            "the limit of open files allows fewer connections than limits.max_connections: raise it (ulimit -n, LimitNOFILE)"
        );
    }
    wanted.min(possible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(connections(8_192, None), 8_192);
        assert_eq!(connections(8_192, Some(1 << 20)), 8_192);
        assert_eq!(connections(8_192, Some(1_024)), 768);
        assert_eq!(connections(100, Some(1_024)), 100);
        assert_eq!(connections(8_192, Some(256)), 64);
        assert_eq!(connections(8_192, Some(0)), 1);
    }
}
