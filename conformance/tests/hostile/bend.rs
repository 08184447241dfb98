//! Mutations: of what an envelope holds, and of its bytes.

use crate::random::Random;
use crate::transcode::Node;

/// An envelope with parts exchanged, left out, doubled or made extreme.
pub(crate) fn bent_node(whole: &Node, others: &[Node], random: &mut Random) -> Node {
    let mut bent = whole.clone();
    for _ in 0..=random.below(3) {
        let depth = random.below(6);
        bend(part_of(&mut bent, depth, random), others, random);
    }
    bent
}

/// A part of a value, at most so deep.
fn part_of<'n>(node: &'n mut Node, depth: usize, random: &mut Random) -> &'n mut Node {
    let parts = match &*node {
        Node::List(items) => items.len(),
        Node::Map(members) => members.len(),
        _ => 0,
    };
    if depth == 0 || parts == 0 {
        return node;
    }
    let at = random.below(parts);
    match node {
        Node::List(items) => part_of(&mut items[at], depth - 1, random),
        Node::Map(members) => part_of(&mut members[at].1, depth - 1, random),
        _ => unreachable!("it has parts"),
    }
}

fn bend(part: &mut Node, others: &[Node], random: &mut Random) {
    match (random.below(5), &mut *part) {
        (0, Node::Map(members)) if !members.is_empty() => drop(members.remove(random.below(members.len()))),
        (1, Node::Map(members)) if !members.is_empty() => members.push(random.one_of(members).clone()),
        (2, Node::Map(members)) => members.push((name(random), extreme(random))),
        (0, Node::List(items)) if !items.is_empty() => drop(items.remove(random.below(items.len()))),
        (1, Node::List(items)) if !items.is_empty() => {
            let item = random.one_of(items).clone();
            items.resize(items.len() + random.below(100), item);
        }
        (3, _) => *part = part_of(&mut random.one_of(others).clone(), 3, random).clone(),
        _ => *part = extreme(random),
    }
}

fn name(random: &mut Random) -> String {
    let names = ["", "$id", "$x-y", "$auth", "$trace", "$", "a", "name", "Ping", "__proto__", "\u{202e}", "a\0b"];
    (*random.one_of(&names)).to_owned()
}

fn extreme(random: &mut Random) -> Node {
    match random.below(12) {
        0 => Node::Null,
        1 => Node::Bool(true),
        2 => Node::Int(i128::from(*random.one_of(&[0, -1, 255, 256, i64::MAX, i64::MIN]))),
        3 => Node::Int(i128::from(u64::MAX)),
        4 => Node::Float(*random.one_of(&[0.5, -0.0, 1e300, 5e-324, 1e19])),
        5 => Node::Text("é😀\u{0}".repeat(random.below(30))),
        6 => Node::Text("{\"a\":[1,2,{}]}".to_owned()),
        7 => Node::Bytes(vec![0xff; random.below(300)]),
        8 => Node::List(Vec::new()),
        9 => Node::Map(Vec::new()),
        10 => (0..random.below(90)).fold(Node::Null, |inner, _| Node::List(vec![inner])),
        _ => (0..random.below(90)).fold(Node::Null, |inner, _| Node::Map(vec![("a".to_owned(), inner)])),
    }
}

/// Bytes of which some were changed.
pub(crate) fn bent_bytes(mut bytes: Vec<u8>, others: &[Vec<u8>], format: &str, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(2) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(9)).min(bytes.len());
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => bytes.insert(at, any_byte(random)),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let other = random.one_of(others);
                let from = random.below(other.len() + 1);
                let to = (from + random.below(40)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].iter().copied()));
            }
            4 => bytes.truncate(at),
            5 => drop(bytes.splice(at..end, huge(format, random))),
            6 => {
                let piece = bytes[at..end].repeat(1 + random.below(50));
                drop(bytes.splice(at..at, piece));
            }
            _ => bytes.extend_from_slice(&[any_byte(random)]),
        }
    }
    bytes
}

fn any_byte(random: &mut Random) -> u8 {
    u8::try_from(random.below(256)).unwrap()
}

/// The beginning of something very large, or deep.
fn huge(format: &str, random: &mut Random) -> Vec<u8> {
    match format {
        // Texts, binaries, lists and maps of 2^32 - 1, and what is deep.
        "msgpack" => {
            let first = *random.one_of(&[0xdb, 0xc6, 0xdd, 0xdf, 0xda, 0xdc, 0xde, 0xc9]);
            [&[first], [0xff; 4].as_slice()].concat()
        }
        // The same of 2^64 - 1 and 2^32 - 1.
        "cbor" => {
            let major = random.below(8) << 5;
            let (width, count) = *random.one_of(&[(27, 8), (26, 4), (25, 2)]);
            let first = u8::try_from(major + width).unwrap();
            [&[first], [0xff; 8].get(..count).unwrap()].concat()
        }
        _ => match random.below(3) {
            0 => b"[".repeat(random.below(2_000)),
            1 => b"{\"a\":".repeat(random.below(500)),
            _ => b"9".repeat(random.below(1_000)),
        },
    }
}
