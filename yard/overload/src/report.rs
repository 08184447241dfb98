//! The steps, and how they are printed.

use std::time::Duration;

use crate::load;
use crate::server::Server;
use crate::step::{Step, recovered};

/// Of its capacity, what a server is sent in one step after the other.
const STEPS: [f64; 5] = [0.8, 1.0, 2.0, 5.0, 10.0];
/// And then, to see it recover.
const AFTER: f64 = 0.5;

pub(crate) fn run() -> Result<(), String> {
    let (time, only) = asked()?;
    println!("handler  load  sent/s  done/s  of C  p50 ms  p99 ms  refused/s  p99 ms  lost  +MiB  health  p99 ms");
    for class in ["Sleep", "Burn"] {
        if only.as_deref().is_none_or(|only| only.eq_ignore_ascii_case(class)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let local = tokio::task::LocalSet::new();
            local
                .block_on(&runtime.map_err(|why| why.to_string())?, handler(class, time))
                .map_err(|why| format!("{class}: {why}"))?;
        }
    }
    Ok(())
}

fn asked() -> Result<(Duration, Option<String>), String> {
    let (mut time, mut only) = (Duration::from_secs(5), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{argument} takes a value"))?;
        match argument.as_str() {
            "--seconds" => time = Duration::from_secs(value.parse().map_err(|_| "--seconds takes a count")?),
            "--only" => only = Some(value),
            _ => return Err(format!("there is no {argument}; there are --seconds and --only")),
        }
    }
    Ok((time, only))
}

async fn handler(class: &str, time: Duration) -> Result<(), String> {
    let server = Server::start()?;
    let capacity = capacity(class, &server).await?;
    let before = server.resident();
    let mut normal = Duration::MAX;
    for times in STEPS {
        let outcome = offer(class, &server, capacity * times, time).await?;
        let step = Step::of(&outcome, time);
        if times < 1.0 {
            normal = step.p99.unwrap_or(Duration::MAX);
        }
        print(class, times, capacity, &step, server.resident().saturating_sub(before));
    }
    let outcome = offer(class, &server, capacity * AFTER, time).await?;
    print(class, AFTER, capacity, &Step::of(&outcome, time), server.resident().saturating_sub(before));
    match recovered(&outcome, normal.saturating_mul(2)) {
        Some(after) => println!(
            "{class:<8} as before within {} ms of the end of it",
            (after + Duration::from_millis(100)).as_millis()
        ),
        None => println!("{class:<8} not as before within {} s", time.as_secs()),
    }
    Ok(())
}

/// What the server answers in a second: the most that was done of what was offered, with 99 of 100 within 50 ms.
async fn capacity(class: &str, server: &Server) -> Result<f64, String> {
    const LATE: Duration = Duration::from_millis(50);
    let time = Duration::from_secs(1);
    let (mut low, mut high) = (500.0, 40_000.0);
    for _ in 0..7 {
        let rate = f64::midpoint(low, high);
        let step = Step::of(&offer(class, server, rate, time).await?, time);
        let holds = step.done >= 0.98 * rate && step.p99.is_some_and(|p99| p99 <= LATE);
        if holds { low = rate } else { high = rate }
    }
    Ok(low)
}

async fn offer(class: &str, server: &Server, rate: f64, time: Duration) -> Result<load::Outcome, String> {
    load::run(class, server.tcp, server.http, rate, time).await.map_err(|why| why.to_string())
}

#[allow(clippy::cast_precision_loss, reason = "mebibytes")]
fn print(class: &str, times: f64, capacity: f64, step: &Step, grown: u64) {
    let ms = |time: Option<Duration>| time.map_or("-".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1e3));
    println!(
        "{:<8} {:>3.1}C {:>7.0} {:>7.0} {:>5.2} {:>7} {:>7} {:>10.0} {:>7} {:>5} {:>5.1} {:>6.1}% {:>7}",
        class,
        times,
        capacity * times,
        step.done,
        step.done / capacity,
        ms(step.p50),
        ms(step.p99),
        step.refused,
        ms(step.refused_p99),
        step.lost,
        grown as f64 / (1 << 20) as f64,
        step.health * 100.0,
        ms(step.health_p99),
    );
}
