//! Fixtures: applied as often as one likes; and why nothing of them is.

use crate::{MERCHANT, PAYER, RECEIVERS};
use countinghouse_house::{
    Mode, Rules, balance, event,
    fixture::{
        Applied, BalanceFixture, FixtureRefusal, Fixtures, HolderFixture, KeyFixture, RateFixture, apply,
        merchant, payer, world_first::WorldFirst,
    },
    holder, key,
    profit_sharing::receivers,
    rate,
    service_provider::{self, ProviderConfig},
};
use ledger::Wallet;
use money::{Asset, AssetCode};
use testkit::{
    for_each_engine,
    house::{TestHouse, decimal, for_each_house, holder_id, refusal},
};

pub(crate) fn asset(code: &str, scale: u8) -> Asset {
    Asset::new(code, scale).expect("an asset")
}

pub(crate) fn price(base: &str, quote: &str, bid: &str, ask: &str) -> RateFixture {
    RateFixture {
        base: base.to_owned(),
        quote: quote.to_owned(),
        bid: decimal(bid),
        ask: decimal(ask),
        limits: rate::Limits::NONE,
    }
}

pub(crate) fn owns(wallet: Wallet, asset: &str, amount: &str) -> BalanceFixture {
    BalanceFixture { wallet, asset: asset.to_owned(), amount: decimal(amount) }
}

/// One of everything that can be declared.
pub(crate) fn everything() -> Fixtures {
    let key = KeyFixture {
        key: "key-0123456789_abc".to_owned(),
        secret: "secret-0123456789".to_owned().into(),
        allow_ips: vec!["127.0.0.1".to_owned()],
    };
    Fixtures {
        assets: vec![asset("PONY", 3)],
        rates: vec![price("BNB", "USDT", "224.40", "224.46"), price("PONY", "USDT", "0.001", "0.002")],
        merchants: vec![HolderFixture {
            holder: merchant(MERCHANT, "Corner Shop", Some("350000001")),
            api_keys: vec![key],
            balances: vec![owns(Wallet::Funding, "USDT", "1000"), owns(Wallet::Spot, "PONY", "0.125")],
            receivers: vec![RECEIVERS[0].to_owned()],
            service_provider: Some(ProviderConfig {
                allow_scopes: vec!["CHECKOUT".to_owned(), "CONVERT".to_owned()],
                fee_share: true,
            }),
        }],
        payers: vec![
            HolderFixture {
                holder: payer(PAYER, "First payer"),
                api_keys: Vec::new(),
                balances: vec![owns(Wallet::Funding, "USDT", "500"), owns(Wallet::Funding, "BTC", "0")],
                receivers: Vec::new(),
                service_provider: None,
            },
            HolderFixture {
                holder: payer(RECEIVERS[0], "A receiver, declared after who binds it"),
                api_keys: Vec::new(),
                balances: Vec::new(),
                receivers: Vec::new(),
                service_provider: None,
            },
        ],
        world_first: WorldFirst::default(),
    }
}

/// How many things [`everything`] declares; a balance of zero is none.
pub(crate) const THINGS: u32 = 1 + 2 + 3 + 1 + 3 + 1 + 1;

#[test]
fn what_is_declared_is_there_and_applying_again_changes_nothing() {
    for_each_house(async |house| {
        let applied = apply(house, &everything()).await.expect("applied");
        assert_eq!(applied, Applied { created: THINGS, unchanged: 0 });
        for _ in 0..2 {
            house.restart().await;
            let again = apply(house, &everything()).await.expect("applied");
            assert_eq!(again, Applied { created: 0, unchanged: THINGS });
        }
        assert_eq!(house.holds(MERCHANT).await, "1000 and 0 frozen");
        assert_eq!(house.holds(PAYER).await, "500 and 0 frozen");
        let spot = balance::of(house, &holder_id(MERCHANT)).await.expect("reads");
        let pony = spot.iter().find(|balance| balance.wallet == Wallet::Spot).expect("a spot wallet");
        assert_eq!(pony.available.to_decimal(pony.scale), decimal("0.125"));
        assert_eq!(rate::list(house).await.expect("reads").len(), 2);
        let found = key::find(house, "key-0123456789_abc").await.expect("reads").expect("there");
        assert_eq!(found.secret.as_slice(), b"secret-0123456789");
        let page = receivers(house, &holder_id(MERCHANT), 1, 10).await.expect("reads");
        assert_eq!(page.accounts, [RECEIVERS[0]]);
        let config = service_provider::config(house, &holder_id(MERCHANT)).await.expect("reads");
        assert_eq!(config, everything().merchants[0].service_provider);
    });
}

/// Applies what must be refused, and asserts that it changed nothing; yields why it was.
pub(crate) async fn refused(house: &TestHouse, fixtures: Fixtures) -> FixtureRefusal {
    let before = snapshot(house).await;
    let why = refusal(apply(house, &fixtures).await);
    assert_eq!(snapshot(house).await, before, "{why} changed something");
    why
}

/// All that fixtures may change.
async fn snapshot(house: &TestHouse) -> String {
    let mut text = String::new();
    for kind in [holder::HolderKind::Merchant, holder::HolderKind::Payer] {
        for holder in holder::list(house, kind, None, 100).await.expect("reads") {
            let balances = balance::of(house, &holder.id).await.expect("reads");
            let keys = key::list(house, &holder.id).await.expect("reads");
            let receivers = receivers(house, &holder.id, 1, 100).await.expect("reads");
            let provider = service_provider::config(house, &holder.id).await.expect("reads");
            text.push_str(&format!("{holder:?} {balances:?} {keys:?} {receivers:?} {provider:?}\n"));
        }
    }
    let rates = rate::list(house).await.expect("reads");
    let pony = house.asset(AssetCode::new("PONY").expect("a code")).await.expect("reads");
    format!("{text} {rates:?} {pony:?}")
}

fn with_merchant(change: impl FnOnce(&mut HolderFixture)) -> Fixtures {
    let mut fixtures = everything();
    change(&mut fixtures.merchants[0]);
    fixtures
}

#[test]
fn what_breaks_a_rule_is_named_and_nothing_is_applied() {
    for_each_house(async |house| {
        let place = format!("merchants.{MERCHANT}");
        let unknown_asset = with_merchant(|shop| shop.balances.push(owns(Wallet::Funding, "NOPE", "1")));
        let too_precise = with_merchant(|shop| shop.balances.push(owns(Wallet::Spot, "USDT", "1e-9")));
        let negative = with_merchant(|shop| shop.balances.push(owns(Wallet::Spot, "USDT", "-1")));
        let bad_key = with_merchant(|shop| shop.api_keys[0].key = "short".to_owned());
        let bad_secret = with_merchant(|shop| shop.api_keys[0].secret = "short".to_owned().into());
        let bad_fee = with_merchant(|shop| shop.holder.fee_bps = 10_001);
        let bad_id = with_merchant(|shop| shop.holder.id = "x y".to_owned());
        let nobody = with_merchant(|shop| shop.receivers.push("999999999".to_owned()));
        let itself = with_merchant(|shop| shop.receivers.push("350000001".to_owned()));
        let provider = ProviderConfig { allow_scopes: vec!["NOPE".to_owned()], fee_share: false };
        let bad_scope = with_merchant(|shop| shop.service_provider = Some(provider));
        let mut no_merchant = everything();
        no_merchant.payers[0].service_provider = Some(ProviderConfig::default());
        for (fixtures, at) in [
            (unknown_asset, format!("{place}.balances.NOPE")),
            (too_precise, format!("{place}.balances.USDT")),
            (negative, format!("{place}.balances.USDT")),
            (bad_key, format!("{place}.api_keys")),
            (bad_secret, format!("{place}.api_keys")),
            (bad_fee, place.clone()),
            (bad_id, "merchants.x y".to_owned()),
            (nobody, format!("{place}.receivers.999999999")),
            (itself, format!("{place}.receivers.350000001")),
            (bad_scope, format!("{place}.service_provider")),
            (no_merchant, format!("payers.{PAYER}.service_provider")),
        ] {
            let why = refused(house, fixtures).await;
            assert_eq!(why.place, at, "{why}");
            assert!(!why.problem.contains("secret-0123456789"), "{why}");
        }
        apply(house, &everything()).await.expect("nothing stands in its way");
    });
}

#[test]
fn a_price_must_make_sense() {
    for_each_house(async |house| {
        for (rate, at) in [
            (price("NOPE", "USDT", "1", "1"), "rates.NOPE/USDT"),
            (price("USDT", "USDT", "1", "1"), "rates.USDT/USDT"),
            (price("BNB", "USDT", "2", "1"), "rates.BNB/USDT"),
            (price("BNB", "USDT", "0", "1"), "rates.BNB/USDT"),
            (price("BNB", "USDT", "-1", "1"), "rates.BNB/USDT"),
        ] {
            let fixtures = Fixtures { rates: vec![rate], ..Fixtures::default() };
            assert_eq!(refused(house, fixtures).await.place, at);
        }
    });
}

#[test]
fn money_from_nowhere_exists_in_a_twin_only() {
    for_each_engine(async |database| {
        let live = TestHouse::open_with(database, Mode::Live, Rules::default()).await;
        let why = refused(&live, everything()).await;
        assert_eq!(why.place, format!("merchants.{MERCHANT}.balances"), "{why}");
        let mut fixtures = everything();
        for holder in fixtures.merchants.iter_mut().chain(&mut fixtures.payers) {
            holder.balances.clear();
        }
        apply(&live, &fixtures).await.expect("applied");
        assert_eq!(live.holds(MERCHANT).await, "nothing");
        live.finish().await;
    });
}

#[test]
fn applying_writes_the_events_of_what_it_made() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let expected = [
            "merchant.created",
            "api_key.issued",
            "deposit.posted",
            "deposit.posted",
            "receiver.added",
            "service_provider.configured",
        ];
        for _ in 0..2_000 {
            let found =
                event::list(house, Some(MERCHANT), event::EventCursor::START, 100).await.expect("reads");
            let kinds: Vec<&str> = found.iter().map(|event| event.kind.as_str()).collect();
            if kinds == expected {
                return;
            }
            assert!(kinds.is_empty(), "{kinds:?}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("the events never came");
    });
}
