//! smoke
use server::{FileSettings, Tools, start, telemetry};
#[tokio::main]
async fn main() {
    let path = std::env::args().nth(1).unwrap();
    let settings = FileSettings::read(path.as_ref()).unwrap_or_else(|e| panic!("{e}")).resolve();
    telemetry::log_to_stderr(&settings.log);
    let running = match start(settings, Tools::default()).await { Ok(r) => r, Err(e) => { println!("error: {e}"); std::process::exit(1) } };
    println!("listening on {}", running.url());
    let stop = running.stopper();
    tokio::spawn(async move { let mut t = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap(); t.recv().await; stop.stop(); });
    running.stopped().await;
    println!("stopped");
}
