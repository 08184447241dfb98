//! A server that is sent more than it can answer: 1, 2, 5 and 10 times its capacity, by a client that sends on
//! whether or not it is answered, as a crowd does. About a minute and a half.
//!
//! The server is a process on the first core, the load is this one. There are two handlers: one waits 5 ms, and at most
//! 100 of them may; the other computes for 0.2 ms. A time runs from when a message was due, so what waits in a socket
//! is in it. `--seconds <n>` makes each step longer, `--only <sleep|burn>` leaves one out.

mod load;
mod report;
mod server;
mod step;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("serve") {
        server::serve();
        return ExitCode::SUCCESS;
    }
    match report::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
