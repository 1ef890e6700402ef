//! The replay guard that servers share.

use countinghouse_house::nonce;
use testkit::house::for_each_house;

#[test]
fn a_nonce_is_fresh_again_when_the_window_is_over() {
    for_each_house(async |house| {
        let claim = || nonce::claim(house, "key", "n", house.server_now().plus(-2_000));
        assert!(claim().await.expect("noted"));
        assert!(!claim().await.expect("noted"));
        house.advance(2_000).await;
        assert!(!claim().await.expect("noted"), "still inside the window");
        house.advance(1).await;
        assert!(claim().await.expect("noted"));
        assert_eq!(nonce::forget(house, 2_000).await.expect("forgets"), 0);
        house.advance(2_001).await;
        assert_eq!(nonce::forget(house, 2_000).await.expect("forgets"), 1);
    });
}
