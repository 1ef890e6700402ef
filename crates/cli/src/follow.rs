//! What the commands share that go on until they are interrupted.

use std::{io::Write as _, time::Duration};
use tokio::time::sleep;

use crate::{exit::Failure, output};

/// Shows a line; `false` when nobody reads it any more, which ends the command.
pub(crate) fn shown(text: &str) -> bool {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", output::marked(text)).and_then(|()| out.flush()).is_ok()
}

/// How long to leave a server alone that cannot be asked now.
#[derive(Default)]
pub(crate) struct Pause {
    failures: u32,
}

impl Pause {
    /// Waits after a failure that may pass, and says so the first time.
    ///
    /// # Errors
    /// One that will not pass.
    pub(crate) async fn after(&mut self, error: client::Error) -> Result<(), Failure> {
        if !error.is_retryable() {
            return Err(error.into());
        }
        if self.failures == 0 {
            Failure::from(error).note("trying again");
        }
        self.failures = self.failures.saturating_add(1);
        sleep(Duration::from_secs(u64::from(self.failures.min(10)))).await;
        Ok(())
    }

    /// The server answers.
    pub(crate) fn over(&mut self) {
        self.failures = 0;
    }
}
