//! The limit of open files of this process, which bounds the number of connections.

use crate::places::EXTRA;

/// Files other than connections: the database and its readers, reports, logs, and a reserve.
const OTHERS: u64 = 192;

/// Raises the limit of open files to the system's maximum, and returns it; `None` is without limit.
#[cfg(unix)]
pub(crate) fn raise_limit() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // If that is refused, as on systems whose hard limit is higher than they allow, the old limit stays.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current
}

/// Elsewhere no such limit is known.
#[cfg(not(unix))]
pub(crate) fn raise_limit() -> Option<u64> {
    None
}

/// Number of connections that can be served at once, out of `wanted`, with this limit of open files.
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
