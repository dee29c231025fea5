//! What holds for any race whatsoever, on races drawn by chance: every valid one runs on both engines, comes back from
//! its JSON, and every broken one is refused by the name of what is wrong with it.
//!
//! The same races each time; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` draw others, and more.

mod broken;
mod draw;
mod ends;
mod race;

use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseResult, TestRunner};

/// Draws `cases` times from `strategy`, shrinks what fails `check`, and fails with it.
fn check<S: Strategy>(cases: u32, strategy: &S, check: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    let mut config = Config { failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    if let Err(error) = TestRunner::new(config).run(strategy, check) {
        panic!("{error}");
    }
}
