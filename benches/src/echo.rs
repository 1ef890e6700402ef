//! Bare axum: what a request costs when nothing is done for it.

use crate::Failed;
use axum::{Router, body::Bytes, routing::post};

/// About what a query-split answers with three receivers.
const REPLY: &str = include_str!("../reply.json");

/// Serves until it is killed; prints the line that the server prints when it is ready.
pub(crate) async fn serve() -> Result<(), Failed> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let answer = |body: Bytes| async move {
        debug_assert!(!body.is_empty(), "a request of the load has a body");
        ([("content-type", "application/json")], REPLY)
    };
    let app = Router::new().route("/binancepay/openapi/profitsharing/v1/query-split", post(answer));
    axum::serve(listener, app).await?;
    Ok(())
}
