//! `conforms`: whether a class has what a protocol asks for, which is said of every class and every protocol.

use std::sync::Arc;

use converse_model::object::{Builtin, Object, Result, conforms, numbers, object};
use converse_model::{Field, Kind, Shape, Sub, Type};

use crate::compiled::order;
use crate::{define, derived, plain};

#[test]
fn a_protocol_that_refuses_to_be_asked_is_conformed_to_all_the_same() -> Result<()> {
    let data = define("Named").protocol().annotation("name", Builtin::Str).create()?;
    assert!(conforms(&define("A").annotation("name", Builtin::Str).create()?, &data), "said");
    assert!(conforms(&define("B").attribute("name", "b").create()?, &data), "there");
    assert!(conforms(&derived("C", &[&data]), &data), "below");
    assert!(!conforms(&plain("D"), &data));
    assert!(conforms(&data, &data));
    Ok(())
}

#[test]
fn a_method_must_be_callable() -> Result<()> {
    let closes = define("Closes").protocol().method("close", |_| Ok(())).create()?;
    assert!(conforms(&define("A").method("close", |_| Ok(())).create()?, &closes));
    assert!(conforms(&define("B").class_method("close", |_| Ok(())).create()?, &closes));
    assert!(conforms(&define("C").property("close", |_| Ok(())).create()?, &closes), "what it gives is not known");
    assert!(!conforms(&define("D").attribute("close", ()).create()?, &closes));
    assert!(!conforms(&define("E").attribute("close", 42).create()?, &closes));
    Ok(())
}

#[test]
fn the_fields_of_a_compiled_class_are_data_members() -> Result<()> {
    let owned = define("Owned").protocol().annotation("owner", Builtin::Str).create()?;
    let billed = define("Billed").base(&owned).protocol().annotation("amount", Builtin::Int).create()?;
    let class = order()?;
    assert!(conforms(&class, &owned) && !conforms(&class, &billed));
    Ok(())
}

#[test]
fn what_a_member_is_said_to_be_must_suit() -> Result<()> {
    let wants = |name: &'static str, what: Object| define("P").protocol().annotation(name, what).create();
    let said = |what: Object| define("C").annotation("x", what).create();
    let text = wants("x", Builtin::Str.into())?;
    assert!(conforms(&said(Builtin::Str.into())?, &text) && !conforms(&said(Builtin::Int.into())?, &text));
    assert!(!conforms(&said((Builtin::Str.class() | Object::None)?)?, &text), "it may be nothing");
    let maybe = wants("x", (Builtin::Str.class() | Object::None)?)?;
    assert!(conforms(&said(Builtin::Str.into())?, &maybe) && conforms(&said(Builtin::None.into())?, &maybe));
    let float = wants("x", Builtin::Float.into())?;
    assert!(conforms(&said(Builtin::Int.into())?, &float) && !conforms(&said(Builtin::Str.into())?, &float));
    let number = wants("x", numbers::rational().into())?;
    assert!(conforms(&said(Builtin::Bool.into())?, &number) && !conforms(&said(Builtin::Float.into())?, &number));
    assert!(conforms(&define("C").attribute("x", 1).create()?, &number), "a value says what it is");
    assert!(!conforms(&define("C").attribute("x", "1").create()?, &number));
    assert!(conforms(&said("a name of a class".into())?, &text), "what is not said cannot be wrong");

    let class = order()?;
    for (name, what, fits) in [
        ("owner", Builtin::Str, true),
        ("owner", Builtin::Int, false),
        ("count", Builtin::Int, true),
        ("count", Builtin::Float, true),
        ("count", Builtin::Bool, false),
        ("note", Builtin::Str, false),
        ("tags", Builtin::List, true),
        ("tags", Builtin::Map, false),
    ] {
        assert_eq!(conforms(&class, &wants(name, what.into())?), fits, "{name} {what:?}");
    }
    assert!(conforms(&class, &wants("note", (Builtin::Str.class() | Object::None)?)?));
    assert!(conforms(&class, &wants("note", object().into())?));

    let secret = Field { name: "x".into(), ty: Type::Secret(Sub::Static(&Type::Text)), ..Field::PLAIN };
    let kind = Kind::Record { fields: vec![secret].into(), closed: false, check: None };
    let hiding = define("C").shape(Arc::new(Shape { name: "C".into(), doc: "".into(), kind })).create()?;
    assert!(!conforms(&hiding, &text), "a secret is not read as a text");
    Ok(())
}

#[test]
fn no_registration_and_no_hook_gives_a_class_a_member() -> Result<()> {
    let p = define("P").protocol().runtime_checkable().method("m", |_| Ok(())).create()?;
    let class = plain("C");
    p.register(&class)?;
    assert!(!conforms(&class, &p));
    class.set("m", converse_model::object::Function::new("m", |_| Ok(())))?;
    assert!(conforms(&class, &p), "a member that comes later is seen");
    Ok(())
}

#[test]
fn a_class_that_is_no_protocol_is_conformed_to_by_what_derives_from_it() -> Result<()> {
    let above = define("Above").method("m", |_| Ok(())).create()?;
    assert!(conforms(&derived("Below", &[&above]), &above));
    assert!(!conforms(&define("Alike").method("m", |_| Ok(())).create()?, &above));
    Ok(())
}
