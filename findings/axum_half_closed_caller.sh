#!/usr/bin/env bash
# axum::serve gives no answer to a caller that closes its sending half behind a whole request.
#
# Versions: axum 0.8.9, hyper 1.12.0, hyper-util 0.1.21, tokio 1.54.1. Date: 2026-11-30.
#
# Expected: HTTP/1.1 lets a client close its sending half once its request is sent (`nc -N`, socat, scripts that write and
# then read to the end); servers such as Go's net/http and nginx answer it. Seen: as soon as the handler has to wait for
# anything, hyper takes the end of the input for the end of the connection, drops the handler's future where it is, and
# closes without a byte. A handler that is ready at once answers, so the same test passes against a trivial handler.
# hyper has a switch for it (`half_close`, off by default), which axum::serve does not set; hyper-util's builder does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "half-closed"
version = "0.0.0"
edition = "2024"

[dependencies]
axum = { version = "=0.8.9", default-features = false, features = ["http1", "tokio"] }
hyper = { version = "=1.12.0", features = ["server", "http1"] }
hyper-util = { version = "=0.1.21", features = ["tokio", "server", "http1", "service"] }
tokio = { version = "=1.54.1", features = ["rt", "macros", "net", "time", "io-util"] }
TOML
cat > src/main.rs <<'RUST'
use axum::{Router, routing::get};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use std::{net::SocketAddr, time::Duration};
use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::{TcpListener, TcpStream}};

fn router() -> Router {
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        "slow"
    };
    Router::new().route("/slow", get(slow)).route("/ready", get(|| async { "ready" }))
}

async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    let _ = stream.read_to_string(&mut reply).await;
    reply.lines().next().unwrap_or("closed without a byte").to_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router()).await });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let half_close = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(router());
            let mut http = hyper::server::conn::http1::Builder::new();
            tokio::spawn(http.half_close(true).serve_connection(TokioIo::new(stream), service));
        }
    });
    for (name, address) in [("axum::serve", plain), ("half_close(true)", half_close)] {
        for path in ["/ready", "/slow"] {
            println!("{name} {path}: {}", ask(address, path).await);
        }
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" cargo build --quiet
seen=$(./target/debug/half-closed)
echo "$seen"
expected='axum::serve /ready: HTTP/1.1 200 OK
axum::serve /slow: closed without a byte
half_close(true) /ready: HTTP/1.1 200 OK
half_close(true) /slow: HTTP/1.1 200 OK'
[ "$seen" = "$expected" ] || { echo "the behaviour has changed" >&2; exit 1; }
