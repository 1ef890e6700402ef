//! Progress: a bar on standard error, at a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use server::maintenance::{Counted, Watch};
use std::{
    io::{self, Write as _},
    time::Duration,
};

const BYTES: &str = "{spinner} {msg} {bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go";
const CHECKS: &str = "{spinner} {bar:40} check {pos} of {len} done, now {msg}, {elapsed}";
const UNCOUNTED: &str = "{spinner} {msg}, {elapsed}";

/// The progress bar. It disappears when this value is dropped.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar that shows nothing yet.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

impl Watch for Progress {
    fn begins(&self, what: &str, counted: Counted) {
        let style = match counted {
            Counted::Bytes => BYTES,
            Counted::Checks => CHECKS,
            Counted::Not => UNCOUNTED,
        };
        self.0
            .set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.0.set_message(what.to_owned());
    }

    fn at(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }

    fn waits(&self, what: &str) {
        // Above the bar, if there is one. A closed standard error is ignored.
        self.0.suspend(|| drop(writeln!(io::stderr(), "{what}; still waiting")));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_has_its_styles() {
        for style in [BYTES, CHECKS, UNCOUNTED] {
            assert!(ProgressStyle::with_template(style).is_ok(), "{style}");
        }
    }
}
