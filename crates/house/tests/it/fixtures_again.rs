//! Fixtures on a house that has them already: what changed is a contradiction, what is new is made.

use crate::{
    MERCHANT, PAYER, RECEIVERS,
    fixtures::{THINGS, asset, everything, owns, price, refused},
};
use countinghouse_house::{
    fixture::{Applied, Fixtures, HolderFixture, KeyFixture, apply},
    holder::HolderStatus,
    key, rate,
    service_provider::{self, ProviderConfig},
};
use ledger::Wallet;
use money::AssetKind;
use testkit::house::{decimal, for_each_house, holder_id};

fn changed(change: impl FnOnce(&mut Fixtures)) -> Fixtures {
    let mut fixtures = everything();
    // Something new comes first, which must not be kept either.
    fixtures.rates.insert(0, price("ETH", "USDT", "1", "2"));
    change(&mut fixtures);
    fixtures
}

fn changed_merchant(change: impl FnOnce(&mut HolderFixture)) -> Fixtures {
    changed(|fixtures| change(&mut fixtures.merchants[0]))
}

fn changed_provider(change: impl FnOnce(&mut ProviderConfig)) -> Fixtures {
    changed_merchant(|shop| change(shop.service_provider.as_mut().expect("it is one")))
}

#[test]
fn a_contradiction_is_named_and_changes_nothing() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let place = format!("merchants.{MERCHANT}");
        let keys = format!("{place}.api_keys");
        let provider = format!("{place}.service_provider");
        for (fixtures, at, problem) in [
            (changed(|all| all.assets[0].scale = 4), "assets.PONY", "scale"),
            (changed(|all| all.assets[0].kind = AssetKind::Fiat), "assets.PONY", "kind"),
            (
                changed_merchant(|shop| shop.holder.order_fiat_currencies.push("EUR".to_owned())),
                &place,
                "order_fiat_currencies",
            ),
            (changed_merchant(|shop| shop.holder.name = "Other".to_owned()), &place, "name"),
            (changed_merchant(|shop| shop.holder.binance_id = None), &place, "binance_id"),
            (changed_merchant(|shop| shop.holder.status = HolderStatus::Suspended), &place, "status"),
            (changed_merchant(|shop| shop.holder.fee_bps = 1), &place, "fee_bps"),
            (changed_merchant(|shop| shop.holder.split_max_rate = decimal("0.5")), &place, "split_max_rate"),
            (changed_merchant(|shop| shop.api_keys[0].allow_ips.clear()), &keys, "allow_ips"),
            (
                changed_merchant(|shop| shop.api_keys[0].secret = "other-0123456789".to_owned().into()),
                &keys,
                "secret",
            ),
            (
                changed_merchant(|shop| shop.balances[0].amount = decimal("1001")),
                &format!("{place}.balances.USDT"),
                "another amount",
            ),
            (changed_provider(|config| config.fee_share = false), &provider, "fee_share"),
            (changed_provider(|config| config.allow_scopes.truncate(1)), &provider, "allow_scopes"),
            (
                changed(|all| all.payers[0].holder.name = "Other".to_owned()),
                &format!("payers.{PAYER}"),
                "name",
            ),
        ] {
            let why = refused(house, fixtures).await;
            assert_eq!(why.place, at, "{why}");
            assert!(why.problem.contains(problem), "{why} does not name {problem}");
        }
        let again = apply(house, &everything()).await.expect("applied");
        assert_eq!(again, Applied { created: 0, unchanged: THINGS });
    });
}

#[test]
fn a_provider_is_as_declared_in_whatever_order_until_an_operator_changes_it() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let mut turned = everything();
        let declared = turned.merchants[0].service_provider.as_mut().expect("it is one");
        declared.allow_scopes.reverse();
        let again = apply(house, &turned).await.expect("applied");
        assert_eq!(again, Applied { created: 0, unchanged: THINGS });
        // One that is no longer declared stays one.
        let mut without = everything();
        without.merchants[0].service_provider = None;
        apply(house, &without).await.expect("applied");
        let merchant = holder_id(MERCHANT);
        let found = service_provider::config(house, &merchant).await.expect("reads");
        assert_eq!(found, everything().merchants[0].service_provider);
        let config = ProviderConfig { allow_scopes: vec!["CHECKOUT".to_owned()], fee_share: true };
        service_provider::set_config(house, &merchant, config).await.expect("set");
        let why = refused(house, everything()).await;
        assert_eq!(why.place, format!("merchants.{MERCHANT}.service_provider"), "{why}");
    });
}

#[test]
fn a_key_of_another_or_a_revoked_one_is_a_contradiction() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let taken = changed(|all| {
            let key = all.merchants[0].api_keys.remove(0);
            all.payers[0].api_keys.push(key);
        });
        let why = refused(house, taken).await;
        assert_eq!(why.place, format!("payers.{PAYER}.api_keys"), "{why}");
        key::revoke(house, &holder_id(MERCHANT), "key-0123456789_abc").await.expect("revoked");
        let why = refused(house, everything()).await;
        assert!(why.problem.contains("revoked"), "{why}");
    });
}

#[test]
fn a_binance_id_that_another_holder_has_is_a_contradiction() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let stolen = changed_merchant(|shop| shop.holder.id = "77".to_owned());
        let why = refused(house, stolen).await;
        assert_eq!(why.place, "merchants.77", "{why}");
    });
}

#[test]
fn what_is_new_is_made_and_what_is_no_longer_declared_stays() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let mut more = everything();
        more.rates = vec![price("BNB", "USDT", "225", "226")];
        more.assets.push(asset("DONKEY", 0));
        let shop = &mut more.merchants[0];
        shop.api_keys = vec![KeyFixture {
            key: "second-key-0123456".to_owned(),
            secret: "secret-0123456789".to_owned().into(),
            allow_ips: Vec::new(),
        }];
        shop.balances.push(owns(Wallet::Spot, "DONKEY", "7"));
        shop.receivers = vec![PAYER.to_owned()];
        let applied = apply(house, &more).await.expect("applied");
        // The asset, the rate, the key, the balance and the receiver.
        assert_eq!(applied.created, 5, "{applied:?}");
        let keys = key::list(house, &holder_id(MERCHANT)).await.expect("reads");
        assert_eq!(keys.len(), 2);
        let rates = rate::list(house).await.expect("reads");
        assert_eq!(rates.len(), 2);
        assert_eq!((rates[0].bid, rates[0].ask), (decimal("225"), decimal("226")));
        let page = countinghouse_house::profit_sharing::receivers(house, &holder_id(MERCHANT), 1, 10).await;
        assert_eq!(page.expect("reads").accounts, [PAYER, RECEIVERS[0]]);
    });
}

#[test]
fn money_spent_since_does_not_contradict_the_opening_balance() {
    for_each_house(async |house| {
        apply(house, &everything()).await.expect("applied");
        let caller =
            countinghouse_house::Caller { holder: holder_id(MERCHANT), actor: "key:test".to_owned() };
        house.paid(&caller, "T1", "20", &holder_id(PAYER)).await;
        let again = apply(house, &everything()).await.expect("applied");
        assert_eq!(again, Applied { created: 0, unchanged: THINGS });
        assert_eq!(house.holds(PAYER).await, "480 and 0 frozen");
    });
}

#[test]
fn applied_many_times_at_once_everything_is_made_once() {
    for_each_house(async |house| {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let house = (**house).clone();
            tasks.spawn(async move { apply(&house, &everything()).await.map(|applied| applied.created) });
        }
        let mut created = 0;
        for result in tasks.join_all().await {
            match result {
                Ok(count) => created += count,
                // Two that make the same at the same moment: one is told that it exists.
                Err(countinghouse_house::Abort::Refused(why)) => {
                    assert!(why.problem.contains("exists"), "{why}");
                }
                Err(abort) => panic!("{abort:?}"),
            }
        }
        assert_eq!(created, THINGS);
        assert_eq!(house.holds(MERCHANT).await, "1000 and 0 frozen");
        assert_eq!(house.holds(PAYER).await, "500 and 0 frozen");
    });
}
