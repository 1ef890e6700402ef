//! `/v1/jobs`: what waits, what was given up, and trying that again.

use super::{all_pages, detail};
use ledger::Millis;
use serde_json::json;
use std::convert::Infallible;
use store::{Abort, Command, Tx, job::NewJob};
use testkit::http::{RECEIVERS, SHOP, TestApp, with_shop_on_each_engine};

/// A job of a kind that this program does not know, as a newer one on the same database writes it.
struct FromTheFuture(i64);

impl Command for FromTheFuture {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let job = NewJob {
            holder: SHOP,
            kind: "brew_tea",
            class: "short",
            subject: "pot/1",
            due_at: Millis::new(self.0),
            leased_by: None,
            now: Millis::new(self.0),
        };
        store::job::enqueue(tx, &job).await?;
        Ok(())
    }
}

/// The newer program takes its job back.
struct TakenBack;

impl Command for TakenBack {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        store::job::finish(tx, SHOP, "brew_tea", "pot/1").await?;
        Ok(())
    }
}

async fn dead(app: &TestApp) -> Vec<serde_json::Value> {
    app.native("GET", "/v1/jobs?state=dead").await.json()["items"].as_array().unwrap().clone()
}

#[test]
fn jobs_are_listed_until_they_are_done() {
    with_shop_on_each_engine(async |app| {
        assert_eq!(all_pages(app, "/v1/jobs", 10).await.len(), 0);
        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        app.order("Trade2", "1").await;
        let split = app.split("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await.data();
        for limit in 1..=4 {
            let jobs = all_pages(app, "/v1/jobs", limit).await;
            let kinds: Vec<&str> = jobs.iter().map(|job| job["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["expire_order", "release_reserve", "settle_split"]);
            let settlement = &jobs[2];
            assert_eq!((&settlement["holder"], &settlement["state"]), (&json!(SHOP), &json!("waiting")));
            assert_eq!(settlement["subject"], split["splitOrderNo"]);
            assert_eq!(settlement["created_at"], "2026-01-05T08:00:00.000Z");
            assert_eq!(settlement.get("last_error"), None);
            assert_eq!(jobs[0]["due_at"], "2026-01-05T09:00:00.000Z", "the unpaid order's expiry");
            assert_eq!(jobs[1]["due_at"], "2026-02-04T08:00:00.000Z", "30 days after the payment");
        }
        assert_eq!(dead(app).await, [] as [serde_json::Value; 0]);
        app.run_jobs().await;
        assert_eq!(all_pages(app, "/v1/jobs", 10).await.len(), 2);
        let reply = app.native("GET", "/v1/jobs?state=done").await;
        assert_eq!(detail(&reply), "422 invalid: state must be dead, or absent");
    });
}

#[test]
fn a_job_that_fails_is_tried_again_then_given_up_then_revived() {
    with_shop_on_each_engine(async |app| {
        app.house().store().commit(FromTheFuture(app.clock().get().get())).await.unwrap();
        let retry = json!({ "holder": SHOP, "kind": "brew_tea", "subject": "pot/1" });
        for attempt in 1..=8 {
            assert_eq!(dead(app).await.len(), 0, "before attempt {attempt}");
            assert_eq!(app.run_jobs().await, 1, "attempt {attempt}");
            assert_eq!(app.run_jobs().await, 0, "it waits longer from attempt to attempt");
            app.advance(1_000 << (attempt - 1)).await;
        }
        let given_up = dead(app).await;
        assert_eq!(given_up.len(), 1, "{given_up:?}");
        assert_eq!((&given_up[0]["state"], &given_up[0]["attempts"]), (&json!("dead"), &json!(8)));
        assert!(given_up[0]["last_error"].as_str().unwrap().contains("brew_tea"), "{given_up:?}");
        app.advance(86_400_000).await;
        assert_eq!(app.run_jobs().await, 0, "nobody tries a dead job");
        assert!(app.native("GET", "/metrics").await.text.contains("countinghouse_jobs{state=\"dead\"} 1"));

        let revived = app.native("POST", "/v1/jobs/retry").json(&retry).await;
        assert_eq!((revived.status.as_u16(), revived.text.as_str()), (204, ""));
        assert_eq!(dead(app).await.len(), 0);
        assert_eq!(app.run_jobs().await, 1);
        app.house().store().commit(TakenBack).await.unwrap();
        let reply = app.native("POST", "/v1/jobs/retry").json(&retry).await;
        assert_eq!(reply.problem(), "404 unknown-job");
    });
}

#[test]
fn a_job_that_waits_is_tried_at_once_and_one_that_a_server_is_at_is_not() {
    with_shop_on_each_engine(async |app| {
        app.house().store().commit(FromTheFuture(app.clock().get().get())).await.unwrap();
        let retry = json!({ "holder": SHOP, "kind": "brew_tea", "subject": "pot/1" });
        for _ in 0..3 {
            assert_eq!((app.run_jobs().await, app.run_jobs().await), (1, 0), "it waits for its next attempt");
            assert_eq!(app.native("POST", "/v1/jobs/retry").json(&retry).await.status, 204);
        }
        app.house().store().commit(TakenBack).await.unwrap();

        app.bind(&RECEIVERS).await;
        let prepay_id = app.paid("Trade1", "100").await;
        let split = app.split("split1", &prepay_id, &[(RECEIVERS[0], "30")]).await.data();
        let retry = json!({ "holder": SHOP, "kind": "settle_split", "subject": split["splitOrderNo"] });
        let reply = app.native("POST", "/v1/jobs/retry").json(&retry).await;
        assert_eq!(reply.problem(), "409 running");
        app.run_jobs().await;
    });
}
