//! What would have no end has one.

use converse_model::object::{ErrorKind, Function, Hook, Object, Result, is_instance, is_subclass};

use crate::{define, derived, plain, refused};

#[test]
fn functions_that_call_each_other_without_end_are_stopped() -> Result<()> {
    let class = define("C")
        .method("f", |call| call.this()?.invoke("g", ()))
        .method("g", |call| call.this()?.invoke("f", ()))
        .property("p", |call| call.this()?.get("p"))
        .create()?;
    let made = class.call(())?;
    let words = "maximum recursion depth exceeded";
    assert_eq!(refused(made.invoke("f", ())), (ErrorKind::Recursion, words.into()));
    assert_eq!(refused(made.get("p")).0, ErrorKind::Recursion);
    let itself = Object::from(Function::new("f", |call| call.arg(0)?.call([call.arg(0)?])));
    assert_eq!(refused(itself.call([&itself])).0, ErrorKind::Recursion);
    made.set("x", 1)?;
    assert_eq!(made.get("x")?, 1.into(), "and all goes on");
    Ok(())
}

#[test]
fn checks_that_ask_each_other_without_end_are_stopped() -> Result<()> {
    let a = define("A").abc().subclass_hook(|class, other| Ok(is_subclass(other, class)?.into())).create()?;
    assert_eq!(refused(is_subclass(&plain("B"), &a)).0, ErrorKind::Recursion);
    let itself = define("Itself")
        .abc()
        .subclass_hook(|_, other| Ok(if other.name() == "Itself" { Hook::No } else { Hook::NotImplemented }))
        .create()?;
    itself.register(&itself)?;
    assert_eq!(refused(is_subclass(&plain("B"), &itself)).0, ErrorKind::Recursion, "its hook let a cycle pass");
    assert_eq!(refused(is_instance(&1.into(), &itself)).0, ErrorKind::Recursion);
    Ok(())
}

#[test]
fn a_long_line_of_classes_is_looked_along() -> Result<()> {
    let mut class = define("Top").abc().attribute("x", 1).create()?;
    let top = class.clone();
    for _ in 0..300 {
        class = derived("Below", &[&class]);
    }
    assert_eq!(class.mro().count(), 302);
    assert_eq!(class.get("x")?, 1.into());
    assert!(is_subclass(&class, &top)?);
    assert!(!is_subclass(&plain("Other"), &top)?, "every class below is asked");
    Ok(())
}

#[test]
fn classes_and_objects_go_between_threads() {
    fn goes<T: Send + Sync>() {}
    fn is_sent<T: Send>() {}
    goes::<converse_model::object::Class>();
    goes::<Object>();
    goes::<converse_model::object::Error>();
    is_sent::<converse_model::object::Statement>();
}
