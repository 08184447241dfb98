//! What tells the program to stop: Ctrl-C, or SIGTERM.

/// Hears them from the moment it is made: before, they end the program where it stands, and one that comes between is
/// not missed.
#[cfg(unix)]
pub(crate) struct StopSignals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl StopSignals {
    pub(crate) fn listen() -> StopSignals {
        use tokio::signal::unix::{SignalKind, signal};
        // One that cannot be heard ends the program as it did.
        StopSignals([SignalKind::terminate(), SignalKind::interrupt()].map(|kind| signal(kind).ok()))
    }

    /// Resolves when the program is told to stop, once more.
    pub(crate) async fn next(&mut self) {
        let StopSignals([terminate, interrupt]) = self;
        tokio::select! {
            () = heard(terminate) => {}
            () = heard(interrupt) => {}
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    // Without signals there is only the end of the process.
    let told = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if told.is_none() {
        std::future::pending::<()>().await;
    }
}

/// Hears Ctrl-C while it waits for it.
#[cfg(not(unix))]
pub(crate) struct StopSignals;

#[cfg(not(unix))]
impl StopSignals {
    pub(crate) fn listen() -> StopSignals {
        StopSignals
    }

    /// Resolves when the program is told to stop, once more.
    pub(crate) async fn next(&mut self) {
        // Without signals there is only the end of the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
