//! `/v1/events`: what changed, in the order of commits, and waiting for it.

use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{
    Engine,
    http::{BUYER, OTHER_SHOP, RECEIVERS, SHOP, with_shop, with_shop_on_each_engine},
};
use wire::native::Events;

#[test]
fn events_are_told_from_any_cursor_on() {
    with_shop_on_each_engine(async |app| {
        let whole = app.events_after("0", 9).await;
        assert_eq!(whole.iter().filter(|kind| *kind == "payer.created").count(), 4);
        let all: Events = serde_json::from_str(&app.native("GET", "/v1/events").await.text).unwrap();
        assert_eq!(all.events.len(), 9);
        assert_eq!(all.next, all.events[8].cursor);
        for (index, event) in all.events.iter().enumerate() {
            let rest = app.native("GET", &format!("/v1/events?after={}&limit=2", event.cursor)).await;
            let rest: Events = serde_json::from_str(&rest.text).unwrap();
            let expected = &all.events[index + 1..all.events.len().min(index + 3)];
            assert_eq!(rest.events, expected, "after {index}");
        }
        // At the end there is nothing, and one goes on from the same place.
        let none = app.native("GET", &format!("/v1/events?after={}", all.next)).await.json();
        assert_eq!(none, json!({ "events": [], "next": all.next }));
    });
}

#[test]
fn from_the_end_on_only_what_is_new_is_told() {
    with_shop_on_each_engine(async |app| {
        app.events_after("0", 9).await;
        let whole: Events = serde_json::from_str(&app.native("GET", "/v1/events").await.text).unwrap();
        let end = app.native("GET", "/v1/events?after=end").await.json();
        assert_eq!(end, json!({ "events": [], "next": whole.next }));
        app.order("Trade1", "1").await;
        let next = end["next"].as_str().unwrap();
        let new = app.native("GET", &format!("/v1/events?after={next}&wait=10")).await.json();
        assert_eq!(
            (&new["events"][0]["type"], new["events"].as_array().unwrap().len()),
            (&json!("order.created"), 1)
        );
    });
}

#[test]
fn one_holders_events_are_told_alone() {
    with_shop_on_each_engine(async |app| {
        app.events_after("0", 9).await;
        let told = app.native("GET", &format!("/v1/events?holder={OTHER_SHOP}")).await;
        let told: Events = serde_json::from_str(&told.text).unwrap();
        let kinds: Vec<&str> = told.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["merchant.created", "api_key.issued"]);
        assert!(told.events.iter().all(|event| event.holder == OTHER_SHOP));
        let nobody = app.native("GET", "/v1/events?holder=nobody").await.json();
        assert_eq!(nobody["events"], json!([]));
    });
}

#[test]
fn an_event_has_the_documented_shape() {
    with_shop(async |app| {
        let next = app.native("GET", "/v1/events").await.json()["next"].take();
        app.advance(1_234).await;
        app.bind(&RECEIVERS[..1]).await;
        let told = app.native("GET", &format!("/v1/events?after={}", next.as_str().unwrap())).await;
        insta::assert_snapshot!(told.text, @r#"{"events":[{"cursor":"4.0","holder":"1000135331248","type":"receiver.added","subject":"350000201","at":"2026-01-05T08:00:01.234Z"}],"next":"4.0"}"#);
    });
}

#[test]
fn who_waits_is_told_by_the_commit_itself() {
    with_shop_on_each_engine(async |app| {
        app.events_after("0", 9).await;
        let mut next = app.native("GET", "/v1/events").await.json()["next"].as_str().unwrap().to_owned();
        let mut fastest = Duration::MAX;
        for round in 0..5 {
            let target = format!("/v1/events?after={next}&wait=60");
            let waiting = tokio::spawn(app.native("GET", &target).send());
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(!waiting.is_finished());
            let begun = Instant::now();
            let prepay_id = app.order(&format!("Trade{round}"), "1").await;
            let told = waiting.await.unwrap().json();
            fastest = fastest.min(begun.elapsed());
            assert_eq!(told["events"][0]["type"], "order.created");
            assert_eq!(told["events"][0]["subject"], prepay_id);
            next = told["next"].as_str().unwrap().to_owned();
        }
        // Other servers' commits are looked for every second; this server's own need no look. On PostgreSQL
        // they may have to wait for the transactions of other tests.
        if app.house().database().engine() == Engine::Sqlite {
            assert!(fastest < Duration::from_millis(500), "{fastest:?}");
        }
    });
}

#[test]
fn a_refused_call_tells_nothing() {
    with_shop(async |app| {
        let next = app.native("GET", "/v1/events").await.json()["next"].take();
        app.split("split1", "1", &[(RECEIVERS[0], "1")]).await.refusal();
        app.call("order/close", json!({ "prepayId": "1" })).await.refusal();
        app.native("POST", "/v1/payers").json(json!({ "binance_id": BUYER, "name": "Again" })).await;
        // Setting what is set already changes nothing either.
        app.set_status("merchants", SHOP, "active").await;
        let told = app.native("GET", &format!("/v1/events?after={}", next.as_str().unwrap())).await.json();
        assert_eq!(told["events"], json!([]));
    });
}

#[test]
fn a_wait_ends_in_time_and_when_the_server_stops() {
    with_shop(async |app| {
        let next = app.native("GET", "/v1/events").await.json()["next"].take();
        let target = |wait: &str| format!("/v1/events?after={}&wait={wait}", next.as_str().unwrap());
        let begun = Instant::now();
        assert_eq!(app.native("GET", &target("1")).await.json()["events"], json!([]));
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        assert_eq!(app.native("GET", &target("61")).await.problem(), "422 invalid");
        assert_eq!(app.native("GET", &target("-1")).await.problem(), "422 invalid");
        assert_eq!(app.native("GET", &target("soon")).await.problem(), "400 malformed");
        let waiting = tokio::spawn(app.native("GET", &target("60")).send());
        tokio::time::sleep(Duration::from_millis(50)).await;
        let begun = Instant::now();
        app.stop();
        assert_eq!(waiting.await.unwrap().json()["events"], json!([]));
        assert!(begun.elapsed() < Duration::from_secs(30));
    });
}
