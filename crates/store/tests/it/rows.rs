//! Rows that were half written: what belongs together is there as a whole or not at all.

use crate::{
    raw,
    unique::{Insert, an_order},
};
use countinghouse_store::{
    Abort, Command, FailureKind, Store, Tx,
    order::{self, Payment},
};
use ledger::{Millis, PayId};
use std::convert::Infallible;
use testkit::for_each_engine;

/// Reads the payment of the order 7. In a command: a read by itself need not see what came past the store.
struct ReadPayment;

impl Command for ReadPayment {
    type Output = Option<Payment>;
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Payment>, Abort<Infallible>> {
        let order = order::lock(tx, "m", PayId::new(7)).await?.expect("it is there");
        Ok(order.payment.clone())
    }
}

async fn payment(store: &Store) -> Option<Payment> {
    store.commit(ReadPayment).await.expect("reads")
}

#[test]
fn a_payment_is_there_as_a_whole_or_not_at_all() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(Insert::Order(Box::new(an_order(7)))).await.expect("inserts");
        let whole = "UPDATE pay_order SET payer = '350000001', transaction_id = 'M_R_1', open_user_id = 'u', \
                     paid_at = 3";
        raw::execute(&database, whole).await;
        let paid = Payment {
            payer: "350000001".to_owned(),
            transaction_id: "M_R_1".to_owned(),
            open_user_id: "u".to_owned(),
            paid_at: Millis::new(3),
        };
        assert_eq!(payment(&store).await, Some(paid));
        for column in ["paid_at", "transaction_id", "payer"] {
            raw::execute(&database, &format!("UPDATE pay_order SET {column} = NULL")).await;
            let Err(Abort::Failed(failure)) = store.commit(ReadPayment).await else {
                panic!("half of a payment is read without its {column}");
            };
            assert_eq!(failure.kind(), FailureKind::Invariant, "{column}");
            assert!(
                failure.to_string().contains("payer, transaction_id, open_user_id, paid_at"),
                "{failure}"
            );
        }
        raw::execute(&database, "UPDATE pay_order SET open_user_id = NULL").await;
        assert_eq!(payment(&store).await, None);
    });
}
