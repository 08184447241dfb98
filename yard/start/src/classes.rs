//! Ten thousand compiled classes without compiling them: a definition is data, and only its Rust type must be one of its own.

use std::any::TypeId;

use converse_model::{
    Base, Classed, Constraint, Definition, Field, Kind, Lineage, Origin, Pattern, PatternRef, Role, Shape, Stored, Type,
};

use crate::{Command, Query};

/// A type for each number.
struct Numbered<const N: usize>;

/// The type of each class: a table that the compiler makes.
macro_rules! types {
    ($($thousands:literal)*) => {
        [$(types!(@ $thousands * 1_000; 0 100 200 300 400 500 600 700 800 900)),*]
    };
    (@ $from:expr; $($hundreds:literal)*) => { [$(types!(@@ $from + $hundreds; 0 10 20 30 40 50 60 70 80 90)),*] };
    (@@ $from:expr; $($tens:literal)*) => { [$(types!(@@@ $from + $tens; 0 1 2 3 4 5 6 7 8 9)),*] };
    (@@@ $from:expr; $($ones:literal)*) => { [$(TypeId::of::<Numbered<{ $from + $ones }>>()),*] };
}

static TYPES: [[[[TypeId; 10]; 10]; 10]; 20] = types!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);

/// How many there are.
pub(crate) const MOST: usize = 20_000;

/// The first so many classes. They derive from [`Command`], whose handler answers them, or half of them from [`Query`], for
/// which there are no hooks; each has six fields, as a rule with a constraint, and one in three is of a tenant, one in five
/// costs something, one in seven has a pattern of its own.
pub(crate) fn definitions(count: usize, half: bool) -> Vec<Definition> {
    let command: &'static [Base] = Box::leak(Box::new([Base::of::<Command>()]));
    let query: &'static [Base] = Box::leak(Box::new([Base::of::<Query>()]));
    let of = |(at, type_id): (usize, &TypeId)| Definition {
        shape: Box::leak(Box::new(shape(at))),
        type_id: *type_id,
        role: Role::Message,
        public: true,
        allow: &[],
        stored: Stored::NOT,
        lineage: Lineage { bases: if half && at.is_multiple_of(2) { query } else { command }, ..Lineage::NONE },
        origin: Origin { module: "start::classes", file: file!(), line: u32::try_from(at).unwrap_or_default() },
    };
    let types = TYPES.iter().flatten().flatten().flatten();
    types.take(count).enumerate().map(of).collect()
}

fn shape(at: usize) -> Shape {
    let mut fields: Vec<Field> = Command::SHAPE.fields().to_vec();
    let text = |name: String, constraints: Vec<Constraint>| Field {
        name: name.into(),
        ty: Type::Text,
        constraints: constraints.into(),
        ..Field::PLAIN
    };
    fields.extend(
        (0..4).map(|n| text(format!("field_{at}_{n}"), vec![Constraint::MinLength(1), Constraint::MaxLength(64)])),
    );
    if at.is_multiple_of(3) {
        fields.push(text("tenant_id".into(), vec![Constraint::MaxLength(40)]));
    }
    if at.is_multiple_of(5) {
        fields.push(Field { name: "cents".into(), ty: Type::Int { min: 0, max: 1_000_000 }, ..Field::PLAIN });
    }
    if at.is_multiple_of(7) {
        let own: &'static Pattern = Box::leak(Box::new(Pattern::new(format!("^[a-z]{{1,8}}-{at}$").leak())));
        fields.push(text("code".into(), vec![Constraint::Pattern(PatternRef::Static(own))]));
    }
    let mut shape = Shape { name: format!("Command{at}").into(), ..Shape::EMPTY };
    shape.kind = Kind::Record { fields: fields.into(), closed: false, check: None };
    shape
}
