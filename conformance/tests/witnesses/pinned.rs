//! Payloads on which the witnesses once disagreed, or do.

use crate::compiled;
use crate::verdict::Verdict;

/// Whether a payload, and how it is written again, are of some kind.
type Sign = fn(&str) -> bool;

/// By what a payload, and how it is written again, show that they belong to a pinned one. What is known to
/// fail is excused in the random run too, and only as long as it is listed.
const SIGNS: &[(&str, Sign)] = &[
    ("single_rounded_once", |both| both.contains("340282356779733661637539395458142568447")),
    ("nothing_in_a_map", |both| both.contains("maybe") && both.contains("null")),
    ("nothing_for_a_default", |both| both.contains("ratio") && both.contains("null")),
    ("minus_zero_as_an_integer_for_a_float", |both| both.contains("-0.0")),
];

/// The list of what is known to fail.
pub(crate) fn known() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/known-failures.txt")).unwrap()
}

/// Whether a pinned payload is listed.
fn is_known(known: &str, name: &str) -> bool {
    known.lines().any(|line| line.starts_with(&format!("witnesses/{name}: ")))
}

/// Whether a difference on this payload, which is written so again, is known.
pub(crate) fn is_excused(known: &str, json: &str, written: &str) -> bool {
    let both = format!("{json} {written}");
    SIGNS.iter().any(|(name, sign)| is_known(known, name) && sign(&both))
}

const PINNED: &[(&str, &str)] = &[
    // Nearest to the largest f32; by way of an f64 it would be rounded up twice, and overflow.
    ("single_rounded_once", r#"{"Numbers":{"single":340282356779733661637539395458142568447.0}}"#),
    ("nothing_in_a_map", r#"{"Household":{"head":{"name":"a"},"maybe":{"p":null,"q":true}}}"#),
    ("minus_zero", r#"{"Numbers":{"int":-0,"uint":-0,"float":-0.0}}"#),
    ("minus_zero_as_an_integer_for_a_float", r#"{"Numbers":{"float":-0}}"#),
    ("nothing_for_a_default", r#"{"Optional":{"ratio":null}}"#),
    ("nothing_in_a_list", r#"{"Household":{"head":{"name":"a"},"sparse":[null,1]}}"#),
    ("single_at_its_bound", r#"{"Bounds":{"single":0.3}}"#),
    ("large_as_a_float", r#"{"Bounds":{"large":9007199254740993.0}}"#),
    ("alias_twin", r#"{"Strict":{"a":1,"b":2,"c":3}}"#),
    ("union_member_twice", r#"{"Paint":{"colour":"Red","figure":{"Circle":{"radius":1},"Circle":{"radius":1}}}}"#),
    ("tag_twice", r#"{"Inside":{"shape":{"type":"dot","type":"dot"}}}"#),
    ("null_of_any", r#"{"Anything":{"what":null}}"#),
    ("one_number_of_any_in_two_forms", r#"{"Listed_of_any":{"once":[1,1.0]}}"#),
    ("nothing_in_an_item", r#"{"Listed_of_Corner":{"once":[{"x":0},{"note":null,"x":0.0}]}}"#),
    ("hidden_nothing_left_out", r#"{"Held_of_optional_u8":{"list":[]}}"#),
    ("no_uuids_that_differ_by_case", r#"{"Keyed":{"by_id":{"x":1,"X":2}}}"#),
    ("key_beyond_128_bits", r#"{"Keyed":{"by_number":{"999999999999999999999999999999999999999999":1}}}"#),
    ("host_like_a_number", r#"{"Links":{"page":"https://a.0xg/"}}"#),
    ("an_item_of_another_type_twice", r#"{"OrderedString":{"few":[1,1]}}"#),
];

#[test]
fn the_pinned_payloads_are_agreed_on() {
    let (known, subjects) = (known(), compiled());
    let mut wrong = Vec::new();
    for (name, json) in PINNED {
        let class = json.split('"').nth(1).unwrap();
        // The suite's own classes come first.
        let subject = subjects.iter().find(|subject| *subject.shape.name == *class).unwrap();
        let verdict = Verdict::of(subject, json);
        match (verdict.difference(subject), is_known(&known, name)) {
            (Some(what), false) => wrong.push(format!("{name}: {what}: {}", verdict.shown(json))),
            (None, true) => wrong.push(format!("{name}: agreed on; strike it out of known-failures.txt")),
            (Some(what), true) => println!("known to fail: {name}: {what}"),
            (None, false) => {}
        }
    }
    println!("{} payloads", PINNED.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
