//! Classes with a shape, as objects: compiled ones, and those made at run time.

use std::any::TypeId;
use std::sync::Arc;

use converse_model::object::{Args, Builtin, Class, ErrorKind, Object, Result, abc, is_instance, is_subclass};
use converse_model::{
    Constraint, Default, Definition, Field, Kind, Lineage, Origin, Registry, Role, Seq, Shape, Stored, Sub, Text, Type,
    Value,
};

use crate::{define, refused};

static ORDER: Shape = Shape {
    name: Text::Static("Order"),
    doc: Text::Static("Somebody orders."),
    kind: Kind::Record {
        fields: Seq::Static(&[
            Field { name: Text::Static("owner"), ty: Type::Text, ..Field::PLAIN },
            Field {
                name: Text::Static("count"),
                ty: Type::Int { min: 0, max: 99 },
                default: Default::Made(|| Value::Int(1)),
                ..Field::PLAIN
            },
            Field { name: Text::Static("note"), ty: Type::Optional(Sub::Static(&Type::Text)), ..Field::PLAIN },
            Field {
                name: Text::Static("tags"),
                ty: Type::List(Sub::Static(&Type::Text)),
                default: Default::Made(|| Value::List(Vec::new())),
                ..Field::PLAIN
            },
        ]),
        closed: true,
        check: None,
    },
};

fn definition() -> Definition {
    struct Order;
    Definition {
        shape: &ORDER,
        type_id: TypeId::of::<Order>(),
        role: Role::Message,
        public: false,
        allow: &[],
        lineage: Lineage::NONE,
        stored: Stored::NOT,
        origin: Origin { module: "shop::orders", file: "orders.rs", line: 1 },
    }
}

pub(crate) fn order() -> Result<Class> {
    let registry = Registry::empty().with(definition()).build().expect("one class fits together");
    Ok(registry.message("Order").expect("it is there").class().clone())
}

#[test]
fn a_compiled_class_is_a_class() -> Result<()> {
    let class = order()?;
    assert_eq!(class.to_string(), "<class 'shop::orders.Order'>");
    assert_eq!(class.get("__doc__")?, "Somebody orders.".into());
    assert_eq!(class.shape().map(|shape| shape.fields().len()), Some(4));
    let audited = define("Audited").base(abc()).create()?;
    audited.register(&class)?;
    assert!(is_subclass(&class, &audited)?);
    Ok(())
}

#[test]
fn its_instances_have_its_fields_and_refuse_others() -> Result<()> {
    let class = order()?;
    let order = class.call(Args::default().keyword("owner", "ada"))?;
    assert_eq!((order.get("owner")?, order.get("count")?), ("ada".into(), 1.into()));
    let words = "'Order' object has no attribute 'colour'";
    assert_eq!(refused(order.set("colour", "red")), (ErrorKind::Attribute, words.into()));
    assert!(order.set("count", 2).is_err(), "a message does not change");
    let has_owner = define("Owned").protocol().runtime_checkable().annotation("owner", Builtin::Str).create()?;
    assert!(is_instance(&order, &has_owner)? && is_instance(&order, &has_owner)?);
    Ok(())
}

#[test]
fn its_instances_are_checked_when_they_are_made() -> Result<()> {
    let class = order()?;
    let (kind, words) = refused(class.call(Args::default().keyword("count", 100)));
    assert_eq!(kind, ErrorKind::Value);
    assert!(words.contains("/owner") && words.contains("/count"), "all of it: {words}");
    assert_eq!(refused(class.call(["ada"])).1, "Order() takes its fields by name");
    assert!(class.call(()).is_err());
    let value = Value::Map(vec![("owner".into(), Value::Str("ada".into()))]);
    assert_eq!(class.instance(value)?.get("owner")?, Object::from("ada"));
    assert!(define("C").create()?.instance(Value::None).is_err());
    Ok(())
}

#[test]
fn a_class_with_a_shape_is_made_at_run_time() -> Result<()> {
    let length = Constraint::MinLength(1);
    let title = Field { name: "title".into(), ty: Type::Text, constraints: vec![length].into(), ..Field::PLAIN };
    let kind = Kind::Record { fields: vec![title].into(), closed: false, check: None };
    let shape = Arc::new(Shape { name: "Ticket".into(), doc: "".into(), kind });
    let ticket = define("Ticket")
        .shape(shape)
        .method("shout", |call| Ok(call.this()?.get("title")?.text()?.to_uppercase()))
        .create()?;
    let made = ticket.call(Args::default().keyword("title", "help"))?;
    assert_eq!(made.invoke("shout", ())?, "HELP".into());
    assert!(ticket.call(Args::default().keyword("title", "")).is_err());
    Ok(())
}

#[test]
fn a_class_below_a_compiled_one_has_its_fields_and_may_have_more() -> Result<()> {
    let below = define("Marked").base(&order()?).method("loud", |_| Ok("!")).create()?;
    let made = below.call(Args::default().keyword("owner", "ada"))?;
    made.set("mark", 1)?;
    assert_eq!((made.get("owner")?, made.get("mark")?), ("ada".into(), 1.into()));
    assert!(below.call(()).is_err(), "it is checked as its parent is");
    Ok(())
}

#[test]
fn classes_and_unions_are_types_of_fields() -> Result<()> {
    let (order, other) = (order()?, define("Other").base(&order()?).create()?);
    let Type::Class(one) = order.field_type()? else { panic!("a class") };
    assert_eq!(one.name(), "Order");
    let Object::Union(either) = (&order | &other)? else { panic!("two classes") };
    let Type::Class(either) = either.field_type("Either")? else { panic!("a union is a class on the wire") };
    assert_eq!(either.name(), "Either");
    assert!(matches!(&either.shape().unwrap().kind, Kind::Union(members) if members.len() == 2));
    let Object::Union(maybe) = (&order | Object::None)? else { panic!("two classes") };
    assert!(matches!(maybe.field_type("Maybe")?, Type::Optional(inner) if matches!(&*inner, Type::Class(_))));
    let words = refused(Builtin::Int.class().field_type()).1;
    assert_eq!(words, "'int' has no shape, so it cannot stand in a message");
    Ok(())
}

#[test]
fn a_registry_has_a_class_of_its_own_for_each_entry() {
    let build = || Registry::empty().with(definition()).build().unwrap();
    let (one, other) = (build(), build());
    let class = |registry: &Registry| registry.message("Order").unwrap().class().clone();
    assert_ne!(class(&one), class(&other));
    class(&one).set("marked", true).unwrap();
    assert!(!class(&other).has("marked").unwrap(), "what is said in one stays there");
    let weak = class(&one).downgrade();
    drop(one);
    assert!(weak.upgrade().is_none(), "it goes with its registry");
}
