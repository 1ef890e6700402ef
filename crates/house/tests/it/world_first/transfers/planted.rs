//! Transfers that are there all at once, past the house's rules, and what is answered about them.

use super::{holds, new, quay};
use crate::world_first::{CLIENT, OTHER, code};
use countinghouse_house::{
    Abort, Failure, House,
    holder::HolderStatus,
    world_first::transfer::{TransferStatus, create},
};
use ledger::{AccountKey, Bucket, HolderId, Journal, JournalKind, Millis, PayId, Wallet};
use money::Amount;
use std::convert::Infallible;
use store::{
    Command, Tx, account,
    event::{self, EventKind},
    job::{self, NewJob},
    world_first::transfer::{Transfer, insert},
};
use testkit::{Engine, house::for_house_on};

/// A transfer under way, with its postings, its event, and a job that is not due in any case.
struct Plant {
    row: Transfer,
    journal: Journal,
}

impl Command for Plant {
    type Output = ();
    type Refusal = Infallible;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Abort<Infallible>> {
        let mut book = account::lock(tx, self.journal.accounts()).await?;
        book.post(self.journal.clone()).map_err(Failure::invariant)?;
        account::save(tx, &book).await?;
        insert(tx, &self.row).await?;
        let (holder, subject, now) = (&self.row.payer, self.row.transfer_id.to_string(), self.row.created_at);
        event::record(tx, holder, EventKind::TransferCreated, &subject, now).await?;
        let (kind, due_at) = ("settle_transfer", Millis::MAX);
        let job = NewJob { holder, kind, class: "short", subject: &subject, due_at, leased_by: None, now };
        job::enqueue(tx, &job).await?;
        Ok(())
    }
}

/// Plants a transfer of one cent that [`new`] would ask for.
pub(crate) async fn plant(house: &House, payer: &HolderId, payee: &str, request_id: &str) -> Transfer {
    let asked = new(request_id, payee, 1);
    let (at, transfer_id) = (house.server_now(), PayId::new(400_000_000_000_000_001));
    let row = Transfer {
        payer: payer.clone(),
        transfer_id,
        client_id: CLIENT.to_owned(),
        request_id: request_id.to_owned(),
        request: asked.request,
        payee: testkit::house::holder_id(payee),
        asset: code("USD"),
        amount: Amount::units(1),
        remark: None,
        status: TransferStatus::Processing,
        created_at: at,
        finished_at: None,
    };
    let key = |bucket| AccountKey::new(payer, Wallet::NormalBalance, code("USD"), bucket);
    let journal = Journal::draft(payer, JournalKind::TransferFreeze, transfer_id, at)
        .about(transfer_id)
        .by(&format!("client:{CLIENT}"))
        .with(key(Bucket::Available), Amount::units(-1))
        .with(key(Bucket::Frozen), Amount::units(1));
    house.store().commit(Plant { row: row.clone(), journal }).await.expect("planted");
    row
}

/// While a request looks at the parties, the same request is taken on and the payee is suspended: it is answered with the
/// transfer, not told that there is none.
#[test]
fn what_was_taken_on_is_never_refused() {
    for_house_on(Engine::Postgres, async |house| {
        let (payer, payee) = quay(house).await;
        let client = house.database().client().await;
        client.batch_execute("BEGIN; LOCK TABLE world_first_customer").await.expect("locked");
        let (asking, asked) = ((**house).clone(), payer.clone());
        let answer = tokio::spawn(async move { create(&asking, &asked, new("T1", OTHER, 1)).await });
        // Until it waits for the table, having seen that the id is new.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!answer.is_finished());
        let planted = plant(house, &payer, OTHER, "T1").await;
        house.set_status(&payee, HolderStatus::Suspended).await;
        client.batch_execute("COMMIT").await.expect("let go");
        let answer = answer.await.expect("it ends").expect("answered");
        assert_eq!((answer.transfer_id, answer.status), (planted.transfer_id, TransferStatus::Processing));
        assert_eq!(holds(house, &payer, "USD").await, "9999+1");
    });
}
