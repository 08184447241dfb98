//! `conforms`: whether a class has what a protocol asks for, which is said of every class and every protocol.

use converse_model::object::{Builtin, Result, conforms};

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
