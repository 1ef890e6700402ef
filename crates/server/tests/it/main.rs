//! The server as its callers meet it: every endpoint, every rule, in the order in which rules are answered.

mod arrival;
mod binance_pay;
mod connections;
mod downloads;
mod failures;
mod http2;
mod limits;
mod logs;
mod native;
mod pipelining;
mod rate_feed;
mod report_files;
mod system;
mod tls;
mod world_first;
