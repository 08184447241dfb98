//! Values of every kind come back as they were, and have one order on every engine.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use converse::{Any, Bytes, Secret, Store, Value, table, value};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::engines::{class, on_each};

#[value(tag = "type")]
#[derive(Debug, Clone, PartialEq)]
enum Figure {
    Circle { radius: f64 },
    Dot,
}

#[value]
#[derive(Debug, Clone, PartialEq)]
struct Place {
    name: String,
    at: Option<(f64, f64)>,
    inside: Option<Box<Place>>,
}

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Everything {
    #[field(primary_key)]
    id: i64,
    yes: bool,
    small: i8,
    great: u64,
    single: f32,
    double: f64,
    letter: char,
    text: String,
    bytes: Bytes,
    uuid: Uuid,
    instant: Timestamp,
    amount: Decimal,
    length: Duration,
    address: IpAddr,
    figure: Figure,
    place: Place,
    list: Vec<Option<u64>>,
    set: BTreeSet<i64>,
    map: BTreeMap<String, Decimal>,
    any: Any,
    maybe: Option<u64>,
    twice: Option<Option<String>>,
    #[field(default = "else")]
    defaulted: Option<String>,
    hidden: Secret<Vec<String>>,
}

/// A value whose parts are as far out as they can be; each number gives another.
fn everything(id: i64) -> Everything {
    let pick = |count: i64| usize::try_from(id.rem_euclid(count)).unwrap();
    let instants =
        ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "2026-11-21T09:30:00.5Z", "9999-12-30T22:00:00Z"];
    let amounts = ["-0.01", "1.10", "9999999999999999999999999999", "0", "0.0000000000000000000000000001"];
    let texts = ["", "a", "naïve \u{202e} \"quoted\" \\ '; DROP TABLE everything;--", "\u{10ffff}\n\r\t"];
    Everything {
        id,
        yes: id % 2 == 0,
        small: [i8::MIN, -1, i8::MAX][pick(3)],
        great: [0, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX][pick(5)],
        single: [f32::MIN, f32::MIN_POSITIVE, 0.1, f32::MAX][pick(4)],
        double: [f64::MIN, -0.1, 5e-324, 1e300, 9_007_199_254_740_993.0, 3.0][pick(6)],
        letter: ['a', '\u{10ffff}', '"'][pick(3)],
        text: texts[pick(4)].to_owned(),
        bytes: [vec![], vec![0, 255, b'"', b'\'']][pick(2)].clone().into(),
        uuid: Uuid::from_u128([0, 1, u128::MAX][pick(3)]),
        instant: instants[pick(4)].parse().unwrap(),
        amount: amounts[pick(5)].parse().unwrap(),
        length: Duration::new([0, 86_400, 10_000_000][pick(3)], [0, 1, 999_999_999][pick(3)]),
        address: ["127.0.0.1", "::1", "2001:db8::1"][pick(3)].parse().unwrap(),
        figure: [Figure::Circle { radius: 0.5 }, Figure::Dot][pick(2)].clone(),
        place: Place {
            name: texts[pick(4)].to_owned(),
            at: [Some((1e-9, -1e20)), None][pick(2)],
            inside: Some(Box::new(Place { name: "deep".to_owned(), at: None, inside: None })),
        },
        list: vec![None, Some(u64::MAX), Some(0)],
        set: [i64::MIN, 0, i64::MAX].into(),
        map: BTreeMap::from([(texts[pick(4)].to_owned(), amounts[pick(5)].parse().unwrap())]),
        any: [Value::None, Value::Bool(true), Value::List(vec![Value::Int(u64::MAX.into()), "x".into()])][pick(3)]
            .clone()
            .into(),
        maybe: [None, Some(u64::MAX), Some(1)][pick(3)],
        twice: [None, Some(None), Some(Some("x".to_owned()))][pick(3)].clone(),
        defaulted: [None, Some("else".to_owned()), Some(String::new())][pick(3)].clone(),
        hidden: vec!["x".to_owned(); pick(3)].into(),
    }
}

#[test]
fn every_kind_of_value_comes_back() {
    on_each(
        || vec![class::<Everything>()],
        |store: Store| async move {
            let table = store.table::<Everything>().unwrap();
            for id in -30..30 {
                table.insert(everything(id)).await.unwrap();
            }
            for id in -30..30 {
                assert_eq!(table.get(&id).await.unwrap(), Some(everything(id)));
                // Nothing is lost where a row is changed, either.
                assert_eq!(table.update(&everything(id)).await.unwrap(), Some(everything(id)));
            }
            for id in -30..30 {
                let row = everything(id);
                let Everything { great, double, text, instant, amount, uuid, bytes, .. } = row.clone();
                let same = table.find(|e| {
                    let numbers = e.great.eq(great).and(e.double.eq(double)).and(e.amount.eq(amount));
                    let texts =
                        e.text.eq(&text).and(e.instant.eq(instant)).and(e.uuid.eq(uuid)).and(e.bytes.eq(&bytes));
                    numbers.and(texts).and(e.id.eq(id))
                });
                assert_eq!(same.await.unwrap(), [row]);
            }
        },
    );
}

#[test]
fn every_kind_has_the_order_of_its_values() {
    on_each(
        || vec![class::<Everything>()],
        |store: Store| async move {
            let table = store.table::<Everything>().unwrap();
            for id in -30..30 {
                table.insert(everything(id)).await.unwrap();
            }
            macro_rules! ordered {
            ($($field:ident)+) => {$(
                let rows = table.all().order(|e| e.$field.asc()).await.unwrap();
                assert!(rows.windows(2).all(|pair| pair[0].$field <= pair[1].$field), stringify!($field));
                let middle = rows[30].$field.clone();
                let below = table.find(|e| e.$field.lt(&middle)).count().await.unwrap();
                let expected = rows.iter().filter(|row| row.$field < middle).count() as u64;
                assert_eq!(below, expected, stringify!($field));
            )+};
        }
            ordered!(id yes small great single double letter text bytes uuid instant amount);
        },
    );
}
