//! How much a client may ask for.

use countinghouse_server::Settings;
use testkit::{
    Engine,
    http::{CLIENT, STRANGER, with_world, with_world_on, world_endpoint},
};

const NAME: &str = "account/inquiry_balance";
const REFUSAL: &str = "REQUEST_TRAFFIC_EXCEED_LIMIT The request traffic exceeds the limit.";

fn limited(settings: &mut Settings) {
    settings.world_first.rate_limit_per_s = Some(1);
    settings.world_first.rate_limit_burst = Some(1);
    // Reading a client again gives it no new allowance.
    settings.world_first.client_cache = std::time::Duration::ZERO;
}

#[test]
fn a_client_that_asks_too_much_is_told_so() {
    with_world_on(Engine::Sqlite, limited, async |app| {
        let mut replies = Vec::new();
        for _ in 0..100 {
            replies.push(app.world(NAME, "{}").await);
        }
        assert_eq!(replies[0].world_code(), "ACCOUNT_NOT_EXIST", "the first may pass");
        let refused = replies.iter().find(|reply| reply.world_code() != "ACCOUNT_NOT_EXIST");
        let refused = refused.expect("a hundred calls take less than a hundred seconds");
        assert_eq!(refused.world_refusal(), REFUSAL);
        assert_eq!(refused.json()["result"]["resultStatus"], "U", "it may be asked again");
        assert_eq!(refused.header("client-id"), Some(CLIENT), "and is signed");
        // Another client has an allowance of its own.
        let other = app.world_as(STRANGER, world_endpoint(NAME).path, "{}").await;
        assert_eq!(other.world_code(), "USER_NOT_EXIST");
    });
}

/// The limit is checked before the signature, as the order of the checks has it.
#[test]
fn whoever_names_a_client_uses_up_what_it_may_ask() {
    with_world_on(Engine::Sqlite, limited, async |app| {
        let mut replies = Vec::new();
        for _ in 0..100 {
            replies.push(app.world(NAME, "{}").without("Signature").await.world_code());
        }
        assert_eq!(replies[0], "INVALID_SIGNATURE");
        assert!(replies.contains(&"REQUEST_TRAFFIC_EXCEED_LIMIT".into()));
    });
}

#[test]
fn a_twin_has_no_limit_unless_it_is_set() {
    with_world(async |app| {
        for _ in 0..500 {
            let reply = app.world(NAME, "{}").without("Signature").await;
            assert_eq!(reply.world_code(), "INVALID_SIGNATURE");
        }
    });
}
