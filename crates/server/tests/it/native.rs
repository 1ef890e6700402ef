//! The native API: one file per resource, and what all of them share.

mod api_keys;
mod auth;
mod authorizations;
mod deposits;
mod events;
mod fixtures;
mod holders;
mod jobs;
mod live;
mod merchants;
mod openapi;
mod orders;
mod payers;
mod rates;
mod reports;
mod requests;
mod service_providers;
mod statement;
mod world_first;

use serde_json::Value;
use testkit::http::{Reply, TestApp};

/// Every page of a list, `limit` entries at a time.
async fn all_pages(app: &TestApp, target: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let sign = if target.contains('?') { '&' } else { '?' };
        let page = app.native("GET", &format!("{target}{sign}limit={limit}{after}")).await;
        assert_eq!(page.status, 200, "{page}");
        let page = page.json();
        let on_page = page["items"].as_array().unwrap();
        assert!(on_page.len() <= limit, "{page}");
        items.extend(on_page.iter().cloned());
        match page["next"].as_str() {
            Some(next) => {
                assert_eq!(on_page.len(), limit, "only the last page may be part full");
                after = format!("&after={next}");
            }
            None => return items,
        }
    }
}

/// What a problem says was wrong this time.
fn detail(reply: &Reply) -> String {
    let problem = reply.problem();
    let detail = reply.json()["detail"].as_str().map(str::to_owned);
    format!("{problem}: {}", detail.unwrap_or_else(|| "-".to_owned()))
}
