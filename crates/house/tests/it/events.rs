//! Events: one per state change, in the order in which things happened.

use crate::{MERCHANT, RECEIVERS, shop};
use countinghouse_house::{
    event::{self, Event, EventCursor},
    holder::HolderStatus,
    order::{OrderRef, close, pay, release_reserve},
    profit_sharing::remove_receiver,
};
use testkit::house::{TestHouse, for_each_house, holder_id, new_return, refusal};

/// The merchant's events, once as many as expected can be read.
async fn events(house: &TestHouse, count: usize) -> Vec<Event> {
    events_of(house, MERCHANT, count).await
}

/// A holder's events, once as many as expected can be read. On PostgreSQL a commit is shown when every
/// transaction before it has ended, also those of other databases.
pub(crate) async fn events_of(house: &TestHouse, holder: &str, count: usize) -> Vec<Event> {
    for _ in 0..2_000 {
        let found = event::list(house, Some(holder), EventCursor::START, 1_000).await.expect("reads");
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    event::list(house, Some(holder), EventCursor::START, 1_000).await.expect("reads")
}

#[test]
fn a_day_at_the_shop_is_told_in_order() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let order = house.paid(&shop.merchant, "T1", "100", &shop.payer).await;
        house.settled(&shop.merchant, "R1", &order, &[(RECEIVERS[0], "40")]).await;
        let back = new_return("B1", &order, "R1", RECEIVERS[0], "5");
        house.give_back(&shop.merchant, &back).await.expect("returned");
        release_reserve(house, "admin", &order.row.prepay_id.to_string()).await.expect("released");
        house.order(&shop.merchant, "T2", "1").await;
        close(house, &shop.merchant, OrderRef::TradeNo("T2")).await.expect("closes");
        house.order(&shop.merchant, "T3", "1").await;
        house.advance(3_600_000).await;
        house.run_jobs().await;
        remove_receiver(house, &shop.merchant, RECEIVERS[1]).await.expect("unbound");
        house.set_status(&holder_id(MERCHANT), HolderStatus::Suspended).await;
        let expected = [
            "merchant.created",
            "receiver.added",
            "receiver.added",
            "receiver.added",
            "order.created",
            "order.paid",
            "split.submitted",
            "split.finished",
            "split.returned",
            "order.reserve_released",
            "order.created",
            "order.closed",
            "order.created",
            "order.expired",
            "receiver.removed",
            "merchant.suspended",
        ];
        let events = events(house, expected.len()).await;
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, expected);
        assert!(events.is_sorted_by_key(|event| (event.tx, event.seq)));
        assert!(events.is_sorted_by_key(|event| event.at));
        let id = order.row.prepay_id.to_string();
        assert_eq!((events[4].subject.as_str(), events[5].subject.as_str()), (id.as_str(), id.as_str()));
    });
}

#[test]
fn nothing_changes_without_an_event_and_no_event_without_a_change() {
    for_each_house(async |house| {
        let shop = shop(house).await;
        let before = events(house, 4).await.len();
        // Each of these is answered, and changes nothing.
        house.bind(&shop.merchant, &RECEIVERS).await;
        house.set_status(&shop.merchant.holder, HolderStatus::Active).await;
        let order = house.order(&shop.merchant, "T1", "1000").await;
        let id = order.row.prepay_id.to_string();
        refusal(pay(house, "test", &id, &shop.payer).await);
        let events = events(house, before + 1).await;
        assert_eq!(events.len(), before + 1, "{events:?}");
        let after = event::list(house, Some(MERCHANT), EventCursor::after(&events[before]), 10).await;
        assert_eq!(after.expect("reads"), []);
    });
}
