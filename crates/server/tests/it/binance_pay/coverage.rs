//! What must be there for every endpoint of the list, so that none is added halfway.

use crate::binance_pay::cases::on_page;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use testkit::http::{SHOP, shop, with_shop};
use wire::{ENDPOINTS, binance_pay::BinancePay, endpoints};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_endpoint_has_its_files() {
    for spec in ENDPOINTS {
        for path in [
            format!("samples/{}/request.json", spec.name),
            format!("samples/{}/reply.json", spec.name),
            format!("docs/{}.md", spec.name),
            format!("crates/wire/src/{}.rs", spec.name),
            format!("crates/server/src/{}.rs", spec.name),
            format!("crates/server/tests/it/{}.rs", spec.name),
        ] {
            assert!(root().join(&path).is_file(), "the endpoint {} has no {path}", spec.name);
        }
        let page = std::fs::read_to_string(root().join(format!("docs/{}.md", spec.name))).unwrap();
        assert!(page.contains(spec.path), "the page of {} does not name its path", spec.name);
    }
}

#[test]
fn every_endpoint_is_served_to_those_who_sign_now() {
    with_shop(async |app| {
        let now = app.clock().get().get();
        for spec in endpoints::<BinancePay>() {
            // Without any header of the dialect, signed by the wrong secret, and signed too early and late.
            let reply = app.plain("POST", spec.path).json("{}").await;
            assert_eq!(reply.code(), "400005", "{}", spec.name);
            let wrong = client::Credentials::new(shop().key(), "another secret");
            assert_eq!(app.post_as(&wrong, spec.path, "{}").await.code(), "400002", "{}", spec.name);
            for stale in [now - 1_001, now + 1_001] {
                let reply = app.post_at(&shop(), spec.path, "{}", stale, &app.nonce()).await;
                assert_eq!(reply.code(), "400003", "{} at {stale}", spec.name);
            }
            // Signed as it should be, it is the body that is answered.
            let reply = app.post(spec.path, "[1]").await;
            assert_eq!(reply.code(), on_page(spec, "400008"), "{}", spec.name);
        }
    });
}

#[test]
fn every_sample_is_understood() {
    with_shop(async |app| {
        for spec in endpoints::<BinancePay>() {
            let path = root().join(format!("samples/{}/request.json", spec.name));
            let sample = std::fs::read_to_string(path).unwrap();
            let reply = app.post(spec.path, &sample).await;
            let code = reply.code();
            // Whether there is such an order and such a merchant is another matter.
            if spec.name.starts_with("binance_pay/service_provider/") {
                let refusal = reply.refusal();
                assert_eq!(
                    refusal, "400001 the merchant is not a technical service provider",
                    "{}",
                    spec.name
                );
                continue;
            }
            let business = ["000000", "400102", "400202", "400209", "400214", "400601"];
            assert!(business.contains(&code.as_str()), "{}: {reply}", spec.name);
            if code == "400102" {
                // The sample is another merchant's, and years old.
                let known = [
                    "merchantId must be the merchant",
                    "orderExpireTime must be in the future",
                    "toAsset has no rate with fromAsset",
                    "quoteId is not known",
                    "orderId is not known",
                ];
                assert!(known.iter().any(|reason| reply.text.contains(reason)), "{reply}");
            }
        }
        // The report that was asked for.
        app.run_jobs().await;
    });
}

/// Every reply of every test is held against its endpoint's page; this is the case that a table without
/// 400203 makes hard.
#[test]
fn no_page_is_left_for_a_suspended_merchant() {
    with_shop(async |app| {
        app.set_status("merchants", SHOP, "suspended").await;
        for spec in endpoints::<BinancePay>() {
            let sample = std::fs::read(root().join(format!("samples/{}/request.json", spec.name))).unwrap();
            let sample: Value = serde_json::from_slice(&sample).unwrap();
            // What it received before it can still verify.
            let expected = match spec.name {
                "binance_pay/webhook/certificates" => "000000",
                _ => on_page(spec, "400203"),
            };
            assert_eq!(app.post(spec.path, &sample).await.code(), expected, "{}", spec.name);
        }
        let split = json!({ "merchantRequestId": "r", "prepayOrderId": "1" });
        let reply = app.call("profit_sharing/query_split", split).await;
        assert_eq!(reply.refusal(), "400004 the merchant is suspended");
    });
}
