//! A caller that is gone before it hears the answer: asking again is answered, and done once.

use crate::{
    commands::{Post, account_of, assert_books_balance, balance, deposit},
    gate::{Gate, poll_once},
};
use countinghouse_store::{Abort, Command, Tx, account};
use ledger::{JournalKind, PostError};
use money::Amount;
use testkit::{Engine, for_each_engine, for_engine, within_turns};

/// Deposits unless the same deposit was made before; says whether it was new.
#[derive(Clone)]
struct DepositOnce(Post);

impl Command for DepositOnce {
    type Output = bool;
    type Refusal = PostError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Abort<PostError>> {
        let journal = &self.0.0;
        let to = journal.accounts().next().expect("a deposit has an account");
        account::lock(tx, [to]).await?;
        if account::posted_amount(tx, to, JournalKind::Deposit, &journal.reference).await?.is_some() {
            return Ok(false);
        }
        self.0.run(tx).await?;
        Ok(true)
    }
}

fn once(reference: &str) -> DepositOnce {
    DepositOnce(deposit(&account_of("m"), 10, reference, 1))
}

#[test]
fn a_command_whose_caller_left_is_done_and_a_repeat_is_answered() {
    for_engine(Engine::Sqlite, async |database| {
        let store = database.store().await;
        let gate = Gate::close(&store).await;
        let mut commit = Box::pin(store.commit(once("d")));
        assert!(poll_once(&mut commit).await.is_none());
        // The command stands in the queue; its caller is gone.
        drop(commit);
        gate.open().await;
        assert!(!store.commit(once("d")).await.expect("answers"), "it was done twice");
        assert_eq!(balance(&store, &account_of("m")).await, 10);
    });
}

#[test]
fn leaving_at_any_moment_never_doubles_and_a_repeat_always_answers() {
    for_each_engine(async |database| {
        let store = database.store().await;
        let (mut left, mut done_anyway) = (0, 0);
        for round in 0..60 {
            let command = once(&format!("d{round}"));
            // From "before it was sent" to "after the answer", on a fast and on a slow machine.
            let first = within_turns(round * round, store.commit(command.clone())).await;
            let heard = first.map(|answer| answer.expect("answers"));
            left += u32::from(heard.is_none());
            let is_new = store.commit(command).await.expect("answers");
            assert!(heard.is_none() || !is_new, "round {round}: what was answered was done again");
            done_anyway += u32::from(heard.is_none() && !is_new);
        }
        assert!(left > 0, "every answer came in time; {done_anyway} had been done");
        assert_eq!(balance(&store, &account_of("m")).await, 600);
        assert_books_balance(&store).await;
    });
}

#[test]
fn posted_amounts_tell_what_a_fact_changed() {
    for_each_engine(async |database| {
        let store = database.store().await;
        store.commit(once("d")).await.expect("deposits");
        let ask = |holder: &str, reference: &str| {
            let (account, reference) = (account_of(holder), reference.to_owned());
            store.commit(PostedAmount { account, reference })
        };
        assert_eq!(ask("m", "d").await.expect("reads"), Some(Amount::units(10)));
        assert_eq!(ask("m", "other").await.expect("reads"), None);
        assert_eq!(ask("n", "d").await.expect("reads"), None);
    });
}

struct PostedAmount {
    account: ledger::AccountKey,
    reference: String,
}

impl Command for PostedAmount {
    type Output = Option<Amount>;
    type Refusal = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Abort<()>> {
        Ok(account::posted_amount(tx, &self.account, JournalKind::Deposit, &self.reference).await?)
    }
}
