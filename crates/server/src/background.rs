//! Threads of lower priority for long work.
//!
//! Reading, formatting, hashing and storing a report keeps a processor busy. On threads of normal priority each of
//! these steps would make some caller wait for a whole time slice.

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};

/// The nice value of these threads: about a tenth of the normal share of a busy processor.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// Writing and hashing wait for each other, so a few are enough.
const BLOCKING_THREADS: usize = 4;

/// A separate runtime. Dropping it waits for nothing.
pub(crate) struct Background {
    handle: Handle,
    /// `Some` until the drop.
    runtime: Option<Runtime>,
}

impl Background {
    /// Starts the runtime.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("background")
            .on_thread_start(step_back)
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// The handle for spawning long work.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // A runtime that waits for its threads must not be dropped inside a task, as may happen here.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lowers the priority of the current thread.
#[cfg(target_os = "linux")]
pub(crate) fn step_back() {
    // On Linux the nice value is per thread. If the call is refused, only the lower priority is lost.
    let _ = rustix::process::nice(NICE);
}

/// Lowers the priority of the current thread.
#[cfg(not(target_os = "linux"))]
pub(crate) fn step_back() {}
