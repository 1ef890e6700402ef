//! Threads for work that takes long: they stand back where the machine has not enough for everything.
//!
//! A report is read, written as text, hashed and stored at a rate that fills a processor. On threads like those
//! that answer callers, each of these steps would make some caller wait for as long as the system lets a thread
//! run on.

use std::io;
use tokio::runtime::{Builder, Handle, Runtime};

/// How much further back than other threads these stand: about a tenth of their share when there is not enough.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// Writing and hashing wait for each other, so a few are enough.
const BLOCKING_THREADS: usize = 4;

/// A runtime of its own. Dropped, it waits for nothing.
pub(crate) struct Background {
    handle: Handle,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Background {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
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

    /// Where to run what takes long.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // A runtime that waits for its threads must not be dropped by a task, which this may be.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Makes the running thread stand back.
#[cfg(target_os = "linux")]
pub(crate) fn step_back() {
    // On Linux this is the thread's own matter. Where it is not allowed, nothing is lost but that.
    let _ = rustix::process::nice(NICE);
}

/// Makes the running thread stand back.
#[cfg(not(target_os = "linux"))]
pub(crate) fn step_back() {}
