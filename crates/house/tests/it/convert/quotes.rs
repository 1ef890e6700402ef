//! Offers and pairs: what is priced, how, and why not.

use super::{buy, credit, desk, force, new_rate, quote, sell, set};
use countinghouse_house::{
    Mode, Rules,
    convert::{NewQuote, Quote, QuoteRefusal, Side, pairs},
    rate::{self, Limits, NewRate},
};
use ledger::Wallet;
use money::{AmountError, AssetCode};
use testkit::{
    for_each_engine,
    house::{TestHouse, decimal, for_each_house, refusal},
};

/// What an offer says, in one line.
fn told(quote: &Quote) -> String {
    let from = quote.from_amount.to_decimal(quote.from.scale);
    let to = quote.to_amount.to_decimal(quote.to.scale);
    let (ratio, inverse) = (quote.ratio, quote.inverse_ratio);
    format!("{from} {} {to} {} at {ratio} {inverse}", quote.from.code, quote.to.code)
}

#[test]
fn both_ways_both_amounts_rounded_in_the_houses_favour() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        for (new, expected) in [
            // Buying costs the ask and a tenth of a percent more: 0.8 × 224.203572 ÷ 0.999, rounded up.
            (buy("0.8", "BNB", "USDT"), "179.5424 USDT 0.8 BNB at 0.00445577 224.428"),
            // 100 ÷ 224.203572 × 0.999 = 0.445577200705…, rounded down.
            (sell("100", "USDT", "BNB"), "100 USDT 0.4455772 BNB at 0.00445577 224.428"),
            // Selling gives the bid and a tenth of a percent less.
            (sell("0.00000003", "BNB", "USDT"), "0.00000003 BNB 0.00000671 USDT at 223.8759 0.00446676"),
            (buy("0.00000001", "USDT", "BNB"), "0.00000001 BNB 0.00000001 USDT at 223.8759 0.00446676"),
        ] {
            let offered = quote(house, &merchant, new).await.expect("an offer");
            assert_eq!(told(&offered), expected);
            let id = offered.id.expect("the wallet holds enough");
            assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
            assert_eq!(offered.expire_at.get() - offered.created_at.get(), 10_000);
        }
    });
}

#[test]
fn a_short_wallet_gets_a_price_and_no_offer() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let exactly = quote(house, &merchant, sell("1000", "USDT", "BNB")).await.expect("priced");
        assert!(exactly.id.is_some());
        let more = quote(house, &merchant, sell("1000.00000001", "USDT", "BNB")).await.expect("priced");
        assert_eq!((more.id.as_ref(), more.ratio), (None, exactly.ratio));
        assert!(more.to_amount >= exactly.to_amount);
        // The wallet counts that is named.
        let spot = NewQuote { wallet: Wallet::Spot, ..sell("1", "USDT", "BNB") };
        assert_eq!(quote(house, &merchant, spot.clone()).await.expect("priced").id, None);
        credit(house, &merchant.holder, Wallet::Spot, "USDT", "1", "spot").await;
        assert!(quote(house, &merchant, spot).await.expect("priced").id.is_some());
    });
}

#[test]
fn every_refusal_is_named() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let unknown = |code: &str| QuoteRefusal::UnknownAsset(code.to_owned());
        let amount = |side, error| QuoteRefusal::Amount { side, error };
        let outside = |side, min: &str, max: &str| QuoteRefusal::OutsideLimits {
            side,
            min: decimal(min),
            max: decimal(max),
        };
        let all = |side| outside(side, "0.00000001", "92233720368.54775807");
        for (new, expected) in [
            (sell("1", "NOPE", "USDT"), unknown("NOPE")),
            (sell("1", "USDT", "usdt"), unknown("usdt")),
            (sell("1", "USDT", "USDT"), QuoteRefusal::SameAsset),
            (sell("1", "USDT", "ETH"), QuoteRefusal::NoPair),
            (sell("0.000000001", "USDT", "BNB"), amount(Side::From, AmountError::TooPrecise)),
            (buy("0.000000001", "BNB", "USDT"), amount(Side::To, AmountError::TooPrecise)),
            (sell("1e30", "USDT", "BNB"), amount(Side::From, AmountError::OutOfRange)),
            (sell("92233720368.54775807", "BNB", "USDT"), amount(Side::To, AmountError::OutOfRange)),
            (buy("92233720368.54775807", "BNB", "USDT"), amount(Side::From, AmountError::OutOfRange)),
            (sell("0", "USDT", "BNB"), all(Side::From)),
            (sell("-1", "USDT", "BNB"), all(Side::From)),
            (buy("0", "BNB", "USDT"), all(Side::To)),
            // Too little to come to anything.
            (sell("0.00000001", "USDT", "BNB"), all(Side::To)),
        ] {
            assert_eq!(refusal(quote(house, &merchant, new).await), expected);
        }
    });
}

#[test]
fn a_pairs_limits_bind_both_sides_and_are_told() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let some = |text: &str| Some(decimal(text));
        let limits = Limits {
            base_min: some("0.0008"),
            base_max: some("35.1"),
            quote_min: some("20"),
            quote_max: some("7E+5"),
        };
        let limited = NewRate { limits, ..new_rate("BTC", "USDT", "20000", "20001") };
        rate::set(house, vec![limited], "admin").await.expect("set");
        let listed = pairs(house, "USDT").await.expect("listed");
        let [bnb, btc] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!(bnb.coin.as_str(), "BNB");
        assert_eq!(
            [btc.from_min, btc.from_max, btc.to_min, btc.to_max].map(|limit| limit.to_string()),
            ["20", "700000", "0.0008", "35.1"]
        );
        assert!(btc.reverse && btc.base, "against the pair: BTC is its base");
        let listed = pairs(house, "BTC").await.expect("listed");
        let [usdt] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!([usdt.from_min, usdt.from_max], [decimal("0.0008"), decimal("35.1")]);
        assert!(!usdt.reverse && !usdt.base);
        let side = async |new| match refusal(quote(house, &merchant, new).await) {
            QuoteRefusal::OutsideLimits { side, .. } => side,
            other => panic!("{other:?}"),
        };
        assert_eq!(side(sell("19.99999999", "USDT", "BTC")).await, Side::From);
        assert_eq!(side(sell("700000.00000001", "USDT", "BTC")).await, Side::From);
        assert_eq!(side(buy("35.10000001", "BTC", "USDT")).await, Side::To);
        // The side that is computed counts as well.
        assert_eq!(side(buy("0.0009", "BTC", "USDT")).await, Side::From);
        assert_eq!(side(sell("35.1", "BTC", "USDT")).await, Side::To);
        assert!(quote(house, &merchant, sell("20.1", "USDT", "BTC")).await.is_ok());
        assert_eq!(refusal(pairs(house, "NOPE").await), QuoteRefusal::UnknownAsset("NOPE".to_owned()));
        assert_eq!(pairs(house, "ETH").await.expect("listed"), []);
    });
}

#[test]
fn stale_and_crossed_rates_are_never_quoted() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let is_stale = async || {
            let listed = pairs(house, "USDT").await.expect("listed").is_empty();
            let back = pairs(house, "BNB").await.expect("listed").is_empty();
            let refused = [sell("1", "USDT", "BNB"), sell("1", "BNB", "USDT")].map(|new| async {
                match quote(house, &merchant, new).await {
                    Ok(_) => false,
                    refused => refusal(refused) == QuoteRefusal::StaleRate,
                }
            });
            let [one, other] = refused;
            let all = [listed, back, one.await, other.await];
            assert!(all.iter().all(|stale| *stale == all[0]), "{all:?}");
            all[0]
        };
        house.advance(86_400_000).await;
        assert!(!is_stale().await, "a day old");
        house.advance(1).await;
        assert!(is_stale().await, "older than a day");
        set(house, "BNB", "USDT", "224", "225").await;
        assert!(!is_stale().await, "set anew");
        // A feed's rate is younger than a minute, and its own clock does not make it younger than that.
        let now = house.server_now();
        let feed = NewRate { at: Some(now.plus(3_600_000)), ..new_rate("BNB", "USDT", "224", "225") };
        assert_eq!(rate::set_each(house, vec![feed], "feed").await.expect("set"), (1, vec![]));
        house.advance(60_000).await;
        assert!(!is_stale().await, "a minute old");
        house.advance(1).await;
        assert!(is_stale().await, "older than a minute");
        force(house, "BNB", "USDT", "224.1", "224.09").await;
        assert!(is_stale().await, "crossed");
        force(house, "BNB", "USDT", "0", "1").await;
        assert!(is_stale().await, "no bid");
        force(house, "BNB", "USDT", "224.1", "224.1").await;
        assert!(!is_stale().await, "bid and ask may meet");
    });
}

#[test]
fn of_two_rates_one_each_way_one_is_quoted() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        // Both together would let anybody gain: the one says 224, the other 100 (and the reverse of it).
        force(house, "USDT", "BNB", "0.01", "0.01").await;
        let there = quote(house, &merchant, sell("1", "BNB", "USDT")).await.expect("an offer");
        let back = quote(house, &merchant, sell("224", "USDT", "BNB")).await.expect("an offer");
        assert_eq!([there.ratio, back.inverse_ratio], [decimal("223.8759"), decimal("224.428")]);
        assert_eq!(pairs(house, "USDT").await.expect("listed").len(), 1);
        // It stays the one also when it cannot be used.
        force(house, "BNB", "USDT", "2", "1").await;
        let refused = quote(house, &merchant, sell("1", "BNB", "USDT")).await;
        assert_eq!(refusal(refused), QuoteRefusal::StaleRate);
        assert_eq!(pairs(house, "USDT").await.expect("listed"), []);
    });
}

#[test]
fn the_spread_the_life_and_the_ages_are_the_operators() {
    for_each_engine(async |database| {
        let rules = Rules {
            spread_bps: 0,
            quote_ttl_ms: 1,
            max_rate_age_ms: 5,
            max_feed_rate_age_ms: 7,
            ..Rules::default()
        };
        let house = TestHouse::open_with(database, Mode::Twin, rules).await;
        let merchant = desk(&house).await;
        let offered = quote(&house, &merchant, sell("1", "BNB", "USDT")).await.expect("an offer");
        assert_eq!(offered.ratio, decimal("224.1"));
        assert_eq!(offered.expire_at, offered.created_at.plus(1));
        house.advance(6).await;
        let refused = quote(&house, &merchant, sell("1", "BNB", "USDT")).await;
        assert_eq!(refusal(refused), QuoteRefusal::StaleRate);
        let feed = vec![new_rate("BNB", "USDT", "1", "1")];
        rate::set_each(&house, feed, "feed").await.expect("set");
        house.advance(7).await;
        quote(&house, &merchant, sell("1", "BNB", "USDT")).await.expect("an offer");
        house.finish().await;
    });
}

#[test]
fn assets_of_every_scale_convert() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let fine = crate::fixtures::asset("FINE", 18);
        let fixtures = countinghouse_house::fixture::Fixtures { assets: vec![fine], ..Default::default() };
        countinghouse_house::fixture::apply(house, &fixtures).await.expect("applied");
        set(house, "FINE", "JPY", "150.5", "151").await;
        set(house, "BNB", "SHIB", "25000000.5", "25000001").await;
        for (new, expected) in [
            (sell("1", "FINE", "JPY"), "1 FINE 150 JPY at 150.3495 0.00665117"),
            (buy("150", "JPY", "FINE"), "0.997675416280067443 FINE 150 JPY at 150.3495 0.00665117"),
            (sell("151", "JPY", "FINE"), "151 JPY 0.999 FINE at 0.00661589 151.15115115"),
            (sell("0.00000001", "BNB", "SHIB"), "0.00000001 BNB 0.24 SHIB at 24975000.4995 0.00000004"),
        ] {
            assert_eq!(told(&quote(house, &merchant, new).await.expect("an offer")), expected);
        }
        let listed = pairs(house, "JPY").await.expect("listed");
        let [fine] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!(fine.coin, AssetCode::new("FINE").expect("a code"));
        assert_eq!(
            [fine.from_min, fine.from_max, fine.to_min, fine.to_max].map(|limit| limit.to_string()),
            ["1", "999999999999999", "0.00000001", "9.223372036854775807"]
        );
    });
}
