//! Any sequence of rates, offers, executions, expiries and settlements against a simple model; and many of
//! them at the same time, on one server and on two.

mod bank;
mod crowd;
mod step;

use super::positions::assert_all_cancels_out;
use crate::model::dice::Dice;
use bank::{ASSETS, Bank};
use countinghouse_house::{House, worker};
use std::time::{Duration, Instant};
use step::Step;
use testkit::{
    Engine,
    house::{TestHouse, for_each_house, for_house_on},
};

/// How long seeds are tried on an engine; the first is always finished.
const BUDGET: Duration = Duration::from_secs(5);
const STEPS: usize = 300;
const SEEDS: u64 = 30;

/// `COUNTINGHOUSE_SEED` picks one seed, to see a failure again.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("COUNTINGHOUSE_SEED") {
        Ok(seed) => {
            let seed = seed.parse().expect("COUNTINGHOUSE_SEED is a number");
            seed..seed + 1
        }
        Err(_) => 0..SEEDS,
    }
}

#[test]
fn the_house_converts_as_the_model_says() {
    for_each_house(async |house| play_all(house, None).await);
}

#[test]
fn two_servers_convert_as_the_model_says_whoever_is_asked() {
    for_house_on(Engine::Postgres, async |house| {
        let other = house.another_server().await;
        play_all(house, Some(&other)).await;
    });
}

async fn play_all(house: &mut TestHouse, other: Option<&House>) {
    let started = Instant::now();
    let mut totals = [(0, 0); ASSETS];
    for (seed, game) in seeds().zip(0..) {
        if game > 0 && started.elapsed() > BUDGET {
            break;
        }
        totals = play(house, other, seed, game, totals).await;
    }
}

/// Plays one game with merchants of its own; yields the house's position and spread after it.
async fn play(
    house: &mut TestHouse,
    other: Option<&House>,
    seed: u64,
    game: u32,
    totals: [(i64, i64); ASSETS],
) -> [(i64, i64); ASSETS] {
    let mut dice = Dice::new(seed);
    let mut bank = Bank::new(game, house.server_now().get(), totals);
    step::open(house, &bank).await;
    let mut history = Vec::new();
    for number in 0..STEPS {
        let step = Step::roll(&mut dice, &bank);
        let expected = bank.expect(&step);
        let answered = step.perform(house, other, &mut bank).await;
        history.push(step);
        let tail = || {
            let from = history.len().saturating_sub(12);
            format!("seed {seed}, step {number}, after {:#?}", &history[from..])
        };
        assert_eq!(answered, expected, "{}", tail());
        assert_eq!(step::balances(house, &bank).await, bank.balances, "{}", tail());
        if number % 50 == 49 {
            assert_eq!(step::position(house).await, bank.totals, "{}", tail());
            house.assert_books_balance().await;
        }
    }
    bank.expect(&Step::RunJobs);
    run_jobs(house, other).await;
    assert_eq!(step::balances(house, &bank).await, bank.balances, "seed {seed}");
    assert_eq!(step::position(house).await, bank.totals, "seed {seed}");
    assert_all_cancels_out(house).await;
    bank.totals
}

/// Runs jobs on every server at the same time until none is due.
async fn run_jobs(house: &House, other: Option<&House>) {
    loop {
        let there = async {
            match other {
                Some(other) => worker::run_due(other).await.expect("runs"),
                None => 0,
            }
        };
        let (here, there) = tokio::join!(worker::run_due(house), there);
        if here.expect("runs") + there == 0 {
            return;
        }
    }
}
