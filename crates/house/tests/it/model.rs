//! Any sequence of steps against a simple model: the house answers and owes what the model says.

pub(crate) mod dice;
mod perform;
mod step;
mod town;

use dice::Dice;
use std::time::{Duration, Instant};
use step::{HOLDERS, Step};
use testkit::house::{TestHouse, for_each_house};
use town::Town;

/// How long seeds are tried on an engine; the first is always finished.
const BUDGET: Duration = Duration::from_secs(6);
const STEPS: usize = 400;
const SEEDS: u64 = 40;

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
fn the_house_does_what_the_model_says() {
    let tried = std::sync::atomic::AtomicU64::new(0);
    for_each_house(async |house| {
        let started = Instant::now();
        let mut names = 0;
        for seed in seeds() {
            if seed > seeds().start && started.elapsed() > BUDGET {
                break;
            }
            play(house, seed, &mut names).await;
            tried.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert!(tried.into_inner() > 0, "no seed was tried");
}

/// Plays one game; games on the same house have holders of their own.
async fn play(house: &mut TestHouse, seed: u64, games: &mut u32) {
    *games += 1;
    let mut dice = Dice::new(seed);
    let mut town = Town::new(*games, house.server_now().get());
    perform::move_in(house, &town).await;
    let mut history = Vec::new();
    for number in 0..STEPS {
        let step = Step::roll(&mut dice, &town);
        let expected = town.expect(&step);
        let answered = perform::perform(house, &town, &step).await;
        history.push(step);
        let tail = || {
            let from = history.len().saturating_sub(12);
            format!("seed {seed}, step {number}, after {:#?}", &history[from..])
        };
        assert_eq!(answered, expected, "{}", tail());
        for holder in 0..HOLDERS {
            let id = town.id(holder);
            assert_eq!(perform::balance(house, &id).await, town.balances[holder], "of {id}, {}", tail());
        }
        if number % 50 == 49 {
            house.assert_books_balance().await;
        }
    }
    town.expect(&Step::RunJobs);
    house.run_jobs().await;
}
