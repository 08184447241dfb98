//! Every case over every transport.

use crate::case::{Case, Special};
use crate::known::Known;
use crate::reply::{masked, short};
use crate::running::Running;
use crate::wire::{Carrier, Received, Wire};

/// What shows that a connection goes on.
const PROBE: &str = r#"{"$id":"still here","Ping":{}}"#;
/// Its answer.
const PROBED: &str = r#"{"$id":"still here","Pong":{}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_over_every_transport() {
    let cases = Case::all();
    let running = Running::start().await;
    let (mut checks, mut failures) = (0, Vec::new());
    for carrier in Carrier::ALL {
        let mut wire = carrier.connect(&running).await;
        for case in &cases {
            let special = case.special(carrier);
            let is_text = std::str::from_utf8(&case.input).is_ok();
            if special == Some(Special::Skip) || (carrier == Carrier::Memory && !is_text) {
                continue;
            }
            checks += 1;
            let ends = matches!(special, Some(Special::Ends(_) | Special::Close(_)));
            let outcome = exchange(&mut wire, case, carrier, special).await;
            if ends || outcome.is_err() {
                wire = carrier.connect(&running).await;
            }
            if let Err(what) = outcome {
                let sent = short(&String::from_utf8_lossy(&case.input));
                failures.push((format!("{} {}", case.name, carrier.name()), format!("{what}\n       sent {sent}")));
            }
        }
    }
    println!("{} cases, {checks} exchanges over {} transports", cases.len(), Carrier::ALL.len());
    assert!(cases.len() >= 40, "the cases are there");
    let listed = |name: &str| Carrier::ALL.iter().any(|carrier| name.ends_with(&format!(" {}", carrier.name())));
    Known::load().judge(&failures, listed);
    running.stop().await;
}

/// Sends a case, checks what comes back, and that the connection goes on or ends as it should.
async fn exchange(wire: &mut Wire, case: &Case, carrier: Carrier, special: Option<Special>) -> Result<(), String> {
    wire.send(&case.input).await;
    if let Some(Special::Close(code)) = special {
        return match wire.receive().await {
            Received::Ended(Some(actual)) if actual == code => Ok(()),
            other => Err(format!("expected the close code {code}\n        got {other:?}")),
        };
    }
    if special != Some(Special::Silent) {
        let expected = case.expected(carrier).ok_or("the case has no out.json")?;
        match wire.receive().await {
            Received::Reply(reply, status) => {
                expected.check(&reply)?;
                if case.never.as_ref().is_some_and(|never| reply.contains(never)) {
                    return Err(format!("the reply holds what it must not: {reply}"));
                }
                if status.is_some_and(|status| status != case.status) {
                    return Err(format!("expected the status {}\n        got {status:?}: {reply}", case.status));
                }
            }
            other => return Err(format!("expected a reply\n        got {other:?}")),
        }
    }
    if let Some(Special::Ends(code)) = special {
        return match wire.receive().await {
            Received::Ended(actual) if code.is_none() || actual == code => Ok(()),
            other => Err(format!("expected the end of the connection, {code:?}\n        got {other:?}")),
        };
    }
    wire.send(PROBE.as_bytes()).await;
    match wire.receive().await {
        Received::Reply(reply, _) if reply == PROBED => Ok(()),
        other => Err(format!("expected that the connection goes on\n        got {other:?}")),
    }
}

/// Not only alike: what one transport answers, all do, to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn the_replies_are_the_same_to_the_byte() {
    let cases = Case::all();
    let running = Running::start().await;
    let mut compared = 0;
    let mut differences = Vec::new();
    for case in &cases {
        // Where a transport is special, its words are its own.
        if Carrier::ALL.iter().any(|carrier| case.special(*carrier).is_some()) {
            continue;
        }
        let mut first: Option<String> = None;
        for carrier in Carrier::ALL {
            let mut wire = carrier.connect(&running).await;
            if carrier == Carrier::Memory && std::str::from_utf8(&case.input).is_err() {
                continue;
            }
            wire.send(&case.input).await;
            let Received::Reply(reply, _) = wire.receive().await else {
                differences.push((format!("{} same", case.name), format!("no reply over {}", carrier.name())));
                continue;
            };
            let reply = masked(&reply);
            compared += 1;
            match &first {
                None => first = Some(reply),
                Some(first) if *first == reply => {}
                Some(first) => {
                    let what = format!("{} answers {reply}, and others {first}", carrier.name());
                    differences.push((format!("{} same", case.name), what));
                }
            }
        }
    }
    println!("{compared} replies compared");
    Known::load().judge(&differences, |name| name.ends_with(" same"));
    running.stop().await;
}
