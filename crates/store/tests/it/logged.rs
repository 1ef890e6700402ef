//! What this test process logs, by all its cases.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
};
use tracing_subscriber::{
    Layer as _, Registry, filter::LevelFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen, if no case has.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let layer = fmt::layer().with_ansi(false).with_writer(|| Writer).with_filter(LevelFilter::INFO);
        Registry::default().with(layer).init();
    });
}

/// The lines that hold a text. A case names something that no other has.
pub(crate) fn lines(holding: &str) -> Vec<String> {
    listen();
    let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8_lossy(&written)
        .lines()
        .filter(|line| line.contains(holding))
        .map(str::to_owned)
        .collect()
}
