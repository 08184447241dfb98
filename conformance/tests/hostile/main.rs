//! Mutated envelopes in each format: whatever comes, the reply is an envelope, nobody panics, and no memory
//! is kept.
//!
//! `CONVERSE_SEED` makes another run, `CONVERSE_ROUNDS=1000000` is the long one.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing, and uses a part of what it shares"
)]

mod bend;
mod memory;
#[path = "../witnesses/random.rs"]
mod random;
#[path = "../transports/transcode.rs"]
mod transcode;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use bend::{bent_bytes, bent_node};
use converse::{Cbor, Engine, Format, Json, MsgPack};
use random::{Random, number_of, seed};
use transcode::Node;

/// How many envelopes a run sends in each format.
const ROUNDS: u64 = 100_000;

/// How much more memory may be allocated after a run than after its first tenth: what is made once, for a class
/// that none of the first messages named.
const ALLOCATED: i128 = 256 << 10;

/// How much more may be resident: what the allocator keeps in its bins besides.
const RESIDENT: u64 = 32 << 20;

/// Classes whose handlers fail, wait or block on purpose.
const ON_PURPOSE: [&str; 4] = ["Fail", "PanicNow", "Block", "Slow"];

/// What is sent in the conformance cases, as far as it is JSON and not large.
fn envelopes() -> Vec<Node> {
    let mut envelopes = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for topic in std::fs::read_dir(root).unwrap() {
        for case in std::fs::read_dir(topic.unwrap().path()).unwrap() {
            let Ok(text) = std::fs::read(case.unwrap().path().join("in.json")) else { continue };
            if text.len() < 2_000
                && let Some(node) = Node::read(&Json, &text)
                && !fails_on_purpose(&node)
            {
                envelopes.push(node);
            }
        }
    }
    assert!(envelopes.len() > 200, "the cases are there");
    envelopes
}

fn fails_on_purpose(node: &Node) -> bool {
    matches!(node, Node::Map(members) if members.iter().any(|(name, _)| ON_PURPOSE.contains(&name.as_str())))
}

/// The code of the fault, or `answered`; a reply that is no envelope is a failure.
fn outcome(reply: &Node) -> Result<String, &'static str> {
    let Node::Map(members) = reply else { return Err("the reply is no object") };
    let mut classes = members.iter().filter(|(name, _)| !name.starts_with('$'));
    let (Some((class, body)), None) = (classes.next(), classes.next()) else {
        return Err("the reply has not one class");
    };
    if class != "Fault" {
        return Ok("answered".to_owned());
    }
    let inner = match body {
        // A body in a text is answered by one.
        Node::Text(text) => Node::read(&Json, text.as_bytes()).ok_or("the fault in a text is no JSON")?,
        other => other.clone(),
    };
    let Node::Map(members) = inner else { return Err("the fault is no object") };
    match members.into_iter().find(|(name, _)| name == "code") {
        Some((_, Node::Text(code))) if code == "internal" => Err("the server failed"),
        Some((_, Node::Text(code))) => Ok(code),
        _ => Err("the fault has no code"),
    }
}

async fn replied<F: Format + Copy>(engine: &Engine, format: F, message: &[u8]) -> Vec<u8> {
    if format.name() == Json.name() {
        engine.handle(message).await
    } else {
        engine.handle_format(format, message).await
    }
}

async fn bombard<F: Format + Copy>(engine: &Engine, format: F, envelopes: &[Node], random: &mut Random, rounds: u64) {
    let whole: Vec<Vec<u8>> = envelopes.iter().filter_map(|node| node.write(&format)).collect();
    let mut outcomes = BTreeMap::<String, u64>::new();
    let (mut allocated, mut resident) = (0, None);
    let start = Instant::now();
    for round in 0..rounds {
        if round == rounds / 10 {
            (allocated, resident) = (memory::allocated(), memory::resident());
        }
        let message = match random.below(4) {
            0 => bent_node(random.one_of(envelopes), envelopes, random).write(&format).unwrap_or_default(),
            1 => {
                let node = bent_node(random.one_of(envelopes), envelopes, random);
                bent_bytes(node.write(&format).unwrap_or_default(), &whole, format.name(), random)
            }
            _ => bent_bytes(random.one_of(&whole).clone(), &whole, format.name(), random),
        };
        let reply = replied(engine, format, &message).await;
        let outcome = Node::read(&format, &reply).ok_or("the reply cannot be read").and_then(|reply| outcome(&reply));
        match outcome {
            Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
            Err(what) => panic!(
                "{} in round {round}: {what}\n  sent {}\n  got {}",
                format.name(),
                message.escape_ascii(),
                reply.escape_ascii()
            ),
        }
    }
    let kept = memory::allocated() - allocated;
    let grown = resident.zip(memory::resident()).map(|(before, after)| after.saturating_sub(before));
    println!("{}: {rounds} in {:?}, {kept} bytes more allocated, {grown:?} resident", format.name(), start.elapsed());
    println!("  {outcomes:?}");
    assert!(outcomes.get("answered").is_some_and(|count| *count > rounds / 50), "some are still good: {outcomes:?}");
    assert!(outcomes.len() > 5, "they fail in many ways: {outcomes:?}");
    assert!(kept < ALLOCATED, "{kept} bytes were kept");
    assert!(grown.is_none_or(|grown| grown < RESIDENT), "{grown:?} bytes more are resident");
}

#[tokio::test]
async fn mutated_envelopes_do_no_harm() {
    let (mut random, rounds) = (Random::of(seed()), number_of("CONVERSE_ROUNDS").unwrap_or(ROUNDS));
    let (engine, envelopes) = (conformance::app().build().unwrap(), envelopes());
    println!("{} envelopes", envelopes.len());
    bombard(&engine, Json, &envelopes, &mut random, rounds).await;
    bombard(&engine, MsgPack, &envelopes, &mut random, rounds).await;
    bombard(&engine, Cbor, &envelopes, &mut random, rounds).await;
}
