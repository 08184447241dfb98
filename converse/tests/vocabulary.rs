//! Types and rules as a program sees them: what is read is the value, and the same by its shape. What is taken
//! and refused on the wire is in `conformance/cases/`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
// Declared as users would: fields of every kind, and checks that borrow what they check.
#![allow(clippy::option_option, clippy::struct_field_names, clippy::trivially_copy_pass_by_ref, clippy::ref_option)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use converse::{Any, AnyMessage, Bytes, Fault, Secret, message, respond, value};

#[message]
#[derive(Debug, PartialEq, Clone)]
struct Types {
    letter: char,
    picture: Bytes,
    maybe: Option<Option<u8>>,
    tags: BTreeSet<String>,
    point: [f64; 2],
    pair: (String, u8),
    by_number: BTreeMap<u32, String>,
    by_name: BTreeMap<Colour, bool>,
    anything: Any,
    address: IpAddr,
}

#[value(rename_all = "kebab-case")]
#[derive(Debug, PartialEq, Clone, Copy, PartialOrd, Ord, Eq)]
enum Colour {
    DarkRed,
    #[field(rename = "BLUE")]
    Blue,
}

#[value]
#[derive(Debug, PartialEq, Clone)]
struct Small {
    n: u8,
}

#[message(validate = passwords_agree)]
#[derive(Debug, PartialEq, Clone)]
struct Rules {
    #[field(trim, lowercase, email)]
    mail: String,
    #[field(url)]
    page: Option<String>,
    #[field(multiple_of = 0.01, ge = 0)]
    price: f64,
    #[field(unique_items, max_items = 3)]
    numbers: Vec<f64>,
    #[field(validate = is_odd)]
    odd: u32,
    #[field(trim, min_length = 8, message = "choose a longer one")]
    password: Secret<String>,
    again: Secret<String>,
}

fn is_odd(value: &u32) -> Result<(), String> {
    if value % 2 == 1 { Ok(()) } else { Err(format!("{value} is even")) }
}

fn passwords_agree(rules: &Rules) -> Result<(), &'static str> {
    if rules.password == rules.again { Ok(()) } else { Err("the passwords differ") }
}

#[message]
#[derive(Debug, PartialEq, Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Served {
    #[serde(rename = "identifier", alias = "id")]
    own_id: u32,
    #[serde(default = "seven")]
    how_many: u8,
    #[serde(default)]
    note: String,
}

fn seven() -> u8 {
    7
}

/// Reads a body as its type and by its shape alone, which must agree; then writes it both ways.
macro_rules! both {
    ($class:ident, $body:expr) => {{
        let text = format!("{{\"{}\":{}}}", stringify!($class), $body);
        let (typed, shaped) = ($class::from_json(&text), AnyMessage::from_json(&text));
        match (&typed, &shaped) {
            (Ok(typed), Ok(shaped)) => {
                // A map of the type has an order of its own.
                let value = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
                assert_eq!(value(shaped.to_json().unwrap()), value(typed.to_json().unwrap()), "{text}");
                assert_eq!(shaped.downcast::<$class>().as_ref(), Some(typed), "{text}");
            }
            (Err(typed), Err(shaped)) => assert_eq!(typed, shaped, "{text}"),
            _ => panic!("{text}\n typed: {typed:?}\nshaped: {shaped:?}"),
        }
        typed
    }};
}

fn rules(fault: &Fault) -> Vec<(&str, &str)> {
    fault.errors.iter().map(|issue| (issue.pointer.as_str(), &*issue.rule)).collect()
}

const TYPES: &str = r#"{"letter":"é","picture":"aGVsbG8=","maybe":null,"tags":["a","b"],"point":[1.0,2.5],
    "pair":["x",7],"by_number":{"0":"zero","12":"twelve"},"by_name":{"dark-red":true,"BLUE":false},
    "anything":{"a":[1,2.5,null,true,"x"]},"address":"::1"}"#;

fn with(key: &str, value: &str) -> String {
    let mut body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(TYPES).unwrap();
    body.insert(key.to_owned(), serde_json::from_str(value).unwrap());
    serde_json::to_string(&body).unwrap()
}

#[test]
fn every_type_is_read_and_written() {
    let types = both!(Types, TYPES).unwrap();
    assert_eq!(types.maybe, Some(None));
    assert_eq!(&*types.picture, b"hello");
    let json = types.to_json().unwrap();
    assert_eq!(
        json,
        "{\"Types\":{\"letter\":\"é\",\"picture\":\"aGVsbG8=\",\"maybe\":null,\"tags\":[\"a\",\"b\"],\
         \"point\":[1.0,2.5],\"pair\":[\"x\",7],\"by_number\":{\"0\":\"zero\",\"12\":\"twelve\"},\
         \"by_name\":{\"dark-red\":true,\"BLUE\":false},\"anything\":{\"a\":[1,2.5,null,true,\"x\"]},\
         \"address\":\"::1\"}}"
    );
    assert_eq!(Types::from_json(&json).unwrap(), types);
    assert_eq!(both!(Types, with("maybe", "3")).unwrap().maybe, Some(Some(3)));
    // Nothing is a value of any type, and none that may be left out.
    assert!(both!(Types, with("anything", "null")).unwrap().to_json().unwrap().contains(r#""anything":null"#));
    let mut absent: serde_json::Map<String, serde_json::Value> = serde_json::from_str(TYPES).unwrap();
    absent.remove("maybe");
    let absent = both!(Types, serde_json::to_string(&absent).unwrap()).unwrap();
    assert_eq!(absent.maybe, None);
    assert!(!absent.to_json().unwrap().contains("maybe"));
}

const RULES: &str = r#"{"mail":" Josh@Example.org ","price":19.99,"numbers":[1,2],"odd":3,"password":" basketball ","again":"basketball"}"#;

#[test]
fn every_rule_holds_or_says_so() {
    let read = both!(Rules, RULES).unwrap();
    assert_eq!((read.mail.as_str(), read.password.expose().as_str()), ("josh@example.org", "basketball"));
    let even = both!(Rules, RULES.replace("\"odd\":3", "\"odd\":4")).unwrap_err();
    assert_eq!(even.errors[0].message, "4 is even");
    let short = both!(Rules, RULES.replace(" basketball ", "x")).unwrap_err();
    assert_eq!(short.errors[0].message, "choose a longer one");
    let mut read = read;
    read.odd = 2;
    assert_eq!(rules(&read.validate().unwrap_err()), [("/odd", "value_error")]);
}

#[test]
fn serdes_attributes_that_mean_the_same_are_read() {
    let read = both!(Served, r#"{"identifier":1}"#).unwrap();
    assert_eq!(read, Served { own_id: 1, how_many: 7, note: String::new() });
    assert_eq!(both!(Served, r#"{"id":1,"howMany":2,"note":"x"}"#).unwrap().how_many, 2);
    assert_eq!(rules(&both!(Served, r#"{"id":1,"how_many":2}"#).unwrap_err()), [("/how_many", "unknown_field")]);
    // Both write the same.
    let ours = read.to_json().unwrap();
    assert_eq!(ours, format!("{{\"Served\":{}}}", serde_json::to_string(&read).unwrap()));
}

/// A page of a longer list.
#[message]
#[derive(Debug, PartialEq, Clone)]
struct Page<T> {
    #[field(max_items = 2)]
    items: Vec<T>,
    #[field(default = 1)]
    number: u32,
    next: Option<T>,
}

#[value]
#[derive(Debug, PartialEq, Clone)]
enum Either<A, B> {
    Left(A),
    Right { value: B },
}

#[respond]
impl Page<Small> {
    fn respond(self) -> Page<Either<Small, String>> {
        Page::new(self.items.into_iter().map(Either::Left).collect()).with_number(self.number)
    }
}

#[test]
fn classes_with_parameters_are_classes_by_instance() {
    let page = Page::new(vec![Small::new(1)]).with_next(Small::new(2));
    assert_eq!(page.to_json().unwrap(), r#"{"Page_of_Small":{"items":[{"n":1}],"number":1,"next":{"n":2}}}"#);
    assert_eq!(both!(Page_of_Small, r#"{"items":[{"n":1}],"next":{"n":2}}"#).unwrap(), page);
    converse::block_on(async {
        let app = converse::App::test();
        let reply = app.handle(page.to_json().unwrap().as_bytes()).await;
        let expected = r#"{"Page_of_Either_of_Small_and_String":{"items":[{"Left":{"n":1}}],"number":1}}"#;
        assert_eq!(String::from_utf8(reply).unwrap(), expected);
    });
}

#[allow(non_camel_case_types, reason = "the name of the instance on the wire")]
type Page_of_Small = Page<Small>;

fn above_one(value: &Option<u32>) -> Result<(), &'static str> {
    if value.is_some_and(|value| value > 1) { Ok(()) } else { Err("must be above one") }
}

#[message]
#[derive(Debug, PartialEq, Clone)]
struct Corners {
    #[field(validate = above_one)]
    given: Option<u32>,
    #[field(unique_items)]
    singles: Vec<f32>,
    #[field(min_items = 1)]
    names: BTreeSet<String>,
}

#[test]
fn both_readings_agree_in_the_corners() {
    let good = r#"{"singles":[0.1],"names":["a"]}"#;
    both!(Corners, good).unwrap();
    let cases = [
        (r#"{"given":1,"singles":[],"names":["a"]}"#, "/given", "value_error"),
        (r#"{"singles":[0.1,0.10000000149],"names":["a"]}"#, "/singles", "unique_items"),
        (r#"{"singles":[0.0,-0.0],"names":["a"]}"#, "/singles", "unique_items"),
        (r#"{"singles":[],"names":[]}"#, "/names", "too_short"),
    ];
    for (body, pointer, rule) in cases {
        assert_eq!(rules(&both!(Corners, body).unwrap_err()), [(pointer, rule)], "{body}");
    }
}

#[message]
struct Maps {
    plain: HashMap<String, Vec<u8>>,
}

#[test]
fn hash_maps_are_maps_too() {
    let read = Maps::from_json(r#"{"Maps":{"plain":{"__proto__":[1],"constructor":[]}}}"#).unwrap();
    assert_eq!(read.plain.len(), 2);
}

#[value(tag = "type", rename_all = "camelCase")]
#[derive(Debug, PartialEq, Clone)]
enum Mark {
    Dot,
    Labelled(Label),
}

#[value(validate = has_a_word)]
#[derive(Debug, PartialEq, Clone)]
struct Label {
    #[field(alias = "t", max_length = 5)]
    text: String,
    size: Option<f32>,
    #[field(default = 1)]
    lines: u8,
}

fn has_a_word(label: &Label) -> Result<(), &'static str> {
    if label.text.trim().is_empty() { Err("has no word in it") } else { Ok(()) }
}

#[message]
#[derive(Debug, PartialEq, Clone)]
struct Marks {
    mark: Mark,
    more: Option<Vec<Mark>>,
}

#[test]
fn a_class_stands_beside_its_tag() {
    let read = |mark| both!(Marks, format!("{{\"mark\":{mark}}}"));
    let label = |size, lines| Mark::Labelled(Label { text: "a".to_owned(), size, lines });
    let message = read(r#"{"lines":2,"size":0.1,"type":"labelled","t":"a","x":[]}"#).unwrap();
    assert_eq!(message.mark, label(Some(0.1), 2));
    let written = r#"{"type":"labelled","text":"a","size":0.1,"lines":2}"#;
    assert_eq!(message.to_json().unwrap(), format!(r#"{{"Marks":{{"mark":{written}}}}}"#));
    assert_eq!(read(written).unwrap(), message);
    for format in [&converse::MsgPack as &dyn converse::Format, &converse::Cbor] {
        let message = message.clone().with_more(vec![Mark::Dot, label(None, 1)]);
        let bytes = message.to_format(format).unwrap();
        assert_eq!(Marks::from_format(&bytes, format).unwrap(), message);
    }
    assert_eq!(read(r#"{"type":"labelled","text":"a"}"#).unwrap().mark, label(None, 1));
    for (sent, wrong) in [
        (r#"{"type":"labelled"}"#, ("/mark/text", "missing")),
        (r#"{"type":"labelled","text":"abcdef"}"#, ("/mark/text", "string_too_long")),
        (r#"{"type":"labelled","text":" "}"#, ("/mark", "value_error")),
        (r#"{"type":"labelled","text":"a","t":"b"}"#, ("/mark/t", "duplicate_key")),
        (r#"{"type":"labelled","text":"a","type":"labelled"}"#, ("/mark/type", "duplicate_key")),
    ] {
        assert_eq!(rules(&read(sent).unwrap_err()), [wrong], "{sent}");
    }
}
