//! Offers that nobody took are removed, in bites.

use super::{desk, execute, offer, sell};
use countinghouse_house::{
    Abort,
    convert::{ExecuteRefusal, sweep},
};
use ledger::{Millis, Wallet};
use money::{Amount, AssetCode, Decimal};
use std::convert::Infallible;
use store::{
    Command, Tx,
    convert::{QuoteRow, Terms},
};
use testkit::house::{for_each_house, refusal};

const DAY: i64 = 86_400_000;

/// Writes so many offers that expire at a time.
struct Offers {
    count: usize,
    expire_at: i64,
}

impl Command for Offers {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let code = |code| AssetCode::new(code).expect("a code");
        let one = Amount::units(1);
        let terms = Terms {
            wallet: Wallet::Funding,
            from: code("USDT"),
            from_amount: one,
            to: code("BNB"),
            to_amount: one,
            spread: Amount::ZERO,
            ratio: Decimal::ONE,
            inverse_ratio: Decimal::ONE,
        };
        for number in 0..self.count {
            let quote = QuoteRow {
                holder: testkit::house::holder_id(crate::MERCHANT),
                quote_id: format!("{}-{number}", self.expire_at),
                terms: terms.clone(),
                created_at: Millis::new(self.expire_at - 10_000),
                expire_at: Millis::new(self.expire_at),
                order_id: None,
                base: None,
            };
            store::convert::insert_quote(tx, &quote).await?;
        }
        Ok(())
    }
}

#[test]
fn offers_go_a_day_after_they_expired_unless_somebody_took_them() {
    for_each_house(async |house| {
        let merchant = desk(house).await;
        let taken = offer(house, &merchant, sell("1", "USDT", "BNB")).await;
        let order = execute(house, &merchant, &taken).await.expect("taken");
        house.run_jobs().await;
        let left = offer(house, &merchant, sell("1", "USDT", "BNB")).await;
        house.advance(10_000 + DAY).await;
        assert_eq!(sweep(house).await.expect("sweeps"), 0);
        assert_eq!(refusal(execute(house, &merchant, &left).await), ExecuteRefusal::Expired);
        house.advance(1).await;
        assert_eq!(sweep(house).await.expect("sweeps"), 1);
        assert_eq!(refusal(execute(house, &merchant, &left).await), ExecuteRefusal::Unknown);
        assert_eq!(execute(house, &merchant, &taken).await.expect("there").row.order_id, order.row.order_id);
        assert_eq!(sweep(house).await.expect("sweeps"), 0);
    });
}

#[test]
fn many_go_in_several_bites() {
    for_each_house(async |house| {
        desk(house).await;
        let now = house.server_now().get();
        for (count, expire_at) in [(2_300, now - DAY - 1), (40, now - DAY), (40, now + 10_000)] {
            house.store().commit(Offers { count, expire_at }).await.expect("commits");
        }
        assert_eq!(sweep(house).await.expect("sweeps"), 2_300);
        house.advance(1).await;
        assert_eq!(sweep(house).await.expect("sweeps"), 40);
        house.advance(2 * DAY).await;
        assert_eq!(sweep(house).await.expect("sweeps"), 40);
    });
}
