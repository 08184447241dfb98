//! Running a future from where nothing is async.

use std::future::Future;

/// Runs a future to its end on a new tokio runtime of the current thread.
///
/// For tests, examples and scripts; `converse::main()` makes its own runtime.
///
/// # Panics
/// If the system gives no resources for a runtime, or from within another one.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    #[allow(clippy::expect_used, reason = "documented; there is nothing to go on with")]
    runtime.expect("a tokio runtime").block_on(future)
}
