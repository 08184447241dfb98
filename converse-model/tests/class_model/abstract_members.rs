//! Abstract members: the cases of `test_abc` about them.

use converse_model::object::{
    Builtin, Class, ErrorKind, Function, Object, Property, Result, Statement, abc, abc_meta, type_,
    update_abstract_members,
};

use crate::{define, derived, plain, refused};

fn abstracts(class: &Class) -> Vec<String> {
    class.abstract_members().iter().map(ToString::to_string).collect()
}

#[test]
fn abc_is_made_by_abc_meta() -> Result<()> {
    let class = define("C").base(abc()).abstract_class_method("foo").create()?;
    assert_eq!(class.metaclass(), abc_meta());
    assert_eq!(define("D").abc().create()?.metaclass(), abc_meta());
    assert_eq!(abc_meta().full_name(), "abc.ABCMeta");
    Ok(())
}

#[test]
fn one_abstract_member_is_named_in_the_singular() -> Result<()> {
    let class = define("C").abc().abstract_method("method_one").create()?;
    let words = "Can't instantiate abstract class C with abstract method method_one";
    assert_eq!(refused(class.call(())), (ErrorKind::Type, words.into()));
    assert_eq!(class.call(()).unwrap_err().remedy(), "define method_one in `C`, or call a class that does");
    Ok(())
}

#[test]
fn several_abstract_members_are_named_in_the_plural_and_sorted() -> Result<()> {
    let class = define("C").abc().abstract_method("method_two").abstract_method("method_one").create()?;
    let words = "Can't instantiate abstract class C with abstract methods method_one, method_two";
    assert_eq!(refused(class.call(())).1, words);
    Ok(())
}

type Kind = fn(Statement, &'static str) -> Statement;

/// Every kind of member that may be abstract, with its concrete twin.
const KINDS: [(Kind, Kind); 4] = [
    (|s, name| s.abstract_method(name), |s, name| s.method(name, |_| Ok(4))),
    (|s, name| s.abstract_class_method(name), |s, name| s.class_method(name, |call| Ok(call.class()?.name().clone()))),
    (|s, name| s.abstract_static_method(name), |s, name| s.static_method(name, |_| Ok(4))),
    (|s, name| s.abstract_property(name), |s, name| s.property(name, |_| Ok(3))),
];

#[test]
fn every_kind_of_member_may_be_abstract_and_defined_below() -> Result<()> {
    for (abstract_, concrete) in KINDS {
        let c = abstract_(define("C").abc(), "foo").method("bar", |_| Ok(())).create()?;
        assert_eq!(abstracts(&c), ["foo"]);
        assert!(c.is_abstract() && c.call(()).is_err());
        let d = define("D").base(&c).method("bar", |_| Ok(())).create()?;
        assert_eq!(abstracts(&d), ["foo"]);
        assert!(d.call(()).is_err());
        let e = concrete(define("E").base(&d), "foo").create()?;
        assert!(abstracts(&e).is_empty() && !e.is_abstract());
        e.call(())?;
        let f = abstract_(define("F").base(&e), "bar").create()?;
        assert_eq!(abstracts(&f), ["bar"], "a concrete member is abstract again");
        assert!(f.call(()).is_err());
    }
    Ok(())
}

#[test]
fn an_abstract_class_method_may_be_called_from_below() -> Result<()> {
    let c = define("C")
        .abc()
        .attribute("foo", {
            let named =
                Function::new("foo", |call: &converse_model::object::Call<'_>| Ok(call.class()?.name().clone()));
            converse_model::object::Descriptor::Class(named.made_abstract())
        })
        .create()?;
    assert!(c.call(()).is_err());
    let d = define("D").base(&c).class_method("foo", |call| call.superclass()?.invoke("foo", ())).create()?;
    assert_eq!(d.invoke("foo", ())?, Object::from("D"));
    assert_eq!(d.call(())?.invoke("foo", ())?, Object::from("D"));
    Ok(())
}

#[test]
fn a_property_is_abstract_while_one_of_its_functions_is() -> Result<()> {
    let get = || Function::new("foo", |_: &converse_model::object::Call<'_>| Ok(3));
    let set = || Function::new("foo", |_: &converse_model::object::Call<'_>| Ok(()));
    let both = Property::new(get().made_abstract()).setter(set().made_abstract());
    let c = define("C").abc().attribute("foo", both.clone()).create()?;
    assert!(c.call(()).is_err());
    let half = both.getter(get());
    let d = define("D").base(&c).attribute("foo", half.clone()).create()?;
    assert!(d.call(()).is_err());
    let e = define("E").base(&d).attribute("foo", half.setter(set())).create()?;
    assert_eq!(e.call(())?.get("foo")?, Object::Int(3));
    Ok(())
}

#[test]
fn a_member_of_a_class_of_its_own_may_say_that_it_is_abstract() -> Result<()> {
    let descriptor =
        define("Descriptor").property("__isabstractmethod__", |call| call.this()?.get("missing")).create()?;
    let member = descriptor.call(())?;
    member.set("missing", true)?;
    let c = define("C").abc().attribute("foo", &member).create()?;
    assert_eq!(abstracts(&c), ["foo"]);
    member.set("missing", false)?;
    assert!(abstracts(&define("D").abc().attribute("foo", &member).create()?).is_empty());
    let failing = define("Failing").property("__isabstractmethod__", |_| -> Result<()> {
        Err(converse_model::object::Error::Value("not a truth".into()))
    });
    let member = failing.create()?.call(())?;
    assert_eq!(refused(define("F").abc().attribute("foo", member).create()), (ErrorKind::Value, "not a truth".into()));
    Ok(())
}

#[test]
fn only_abstract_classes_keep_account() -> Result<()> {
    let class = define("C").abstract_method("foo").create()?;
    assert!(!class.is_abstract());
    class.call(())?;
    let (kind, words) = refused(type_().get("__abstractmethods__"));
    assert_eq!(
        (kind, words.as_str()),
        (ErrorKind::Attribute, "type object 'type' has no attribute '__abstractmethods__'")
    );
    Ok(())
}

#[test]
fn a_class_over_a_built_in_one_may_be_abstract_too() -> Result<()> {
    let class = define("C").base(Builtin::Tuple).abc().abstract_method("foo").create()?;
    assert_eq!(refused(class.call(())).1, "Can't instantiate abstract class C with abstract method foo");
    Ok(())
}

#[test]
fn new_of_every_class_above_is_called() -> Result<()> {
    let a = define("A").abc().create()?;
    let b = define("B")
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", call.args())?;
            made.set("made_by_b", true)?;
            Ok(made)
        })
        .create()?;
    assert_eq!(derived("C", &[&a, &b]).call(())?.get("made_by_b")?, Object::Bool(true));
    Ok(())
}

#[test]
fn abc_adds_no_attributes_to_slotted_instances() -> Result<()> {
    let class = define("C").base(abc()).slots(["a"]).create()?;
    let made = class.call(())?;
    made.set("a", 1)?;
    assert_eq!(refused(made.set("b", 1)).1, "'C' object has no attribute 'b'");
    Ok(())
}

#[test]
fn a_metaclass_between_that_makes_the_class_anew_works() -> Result<()> {
    let (a, b) = (plain("A"), plain("B"));
    let bases = [a.clone(), b.clone()];
    let helper = define("metaclass")
        .base(type_())
        .new_(move |call| {
            let args = [call.arg(1)?.clone(), Object::tuple(&bases), call.arg(3)?.clone()];
            abc_meta().call(args)
        })
        .create()?;
    let c = define("C").metaclass(&helper).create()?;
    assert_eq!((c.metaclass(), c.bases()), (abc_meta(), [a, b].as_slice()));
    Ok(())
}

#[test]
fn the_account_is_renewed_when_an_abstract_member_is_deleted() -> Result<()> {
    let a = define("A").abc().abstract_method("foo").create()?;
    a.delete("foo")?;
    assert_eq!(abstracts(&a), ["foo"], "nobody was told");
    assert_eq!(update_abstract_members(&a)?, a, "so that it can stand around a class");
    assert!(abstracts(&a).is_empty());
    a.call(()).map(drop)
}

#[test]
fn the_account_is_renewed_when_an_abstract_member_is_added() -> Result<()> {
    let a = define("A").abc().abstract_method("bar").create()?;
    a.set("foo", Function::new("foo", |_| Ok(())).made_abstract())?;
    assert_eq!(abstracts(&a), ["bar"]);
    update_abstract_members(&a)?;
    assert_eq!(abstracts(&a), ["bar", "foo"]);
    let words = "Can't instantiate abstract class A with abstract methods bar, foo";
    assert_eq!(refused(a.call(())).1, words);
    Ok(())
}

fn concrete(name: &'static str) -> Function {
    Function::new(name, |_| Ok(()))
}

#[test]
fn the_account_is_renewed_when_a_member_is_defined_and_when_that_is_taken_back() -> Result<()> {
    let a = define("A").abc().abstract_method("foo").create()?;
    let b = derived("B", &[&a]);
    assert!(b.call(()).is_err());
    b.set("foo", concrete("foo"))?;
    assert!(b.call(()).is_err(), "until it is renewed");
    update_abstract_members(&b)?;
    b.call(())?;
    b.delete("foo")?;
    update_abstract_members(&b)?;
    assert_eq!(refused(b.call(())).1, "Can't instantiate abstract class B with abstract method foo");
    Ok(())
}

#[test]
fn a_class_that_is_not_abstract_keeps_no_account_to_renew() -> Result<()> {
    let a = plain("A");
    a.set("foo", concrete("foo").made_abstract())?;
    update_abstract_members(&a)?;
    assert!(!a.has("__abstractmethods__")?);
    a.call(()).map(drop)
}

#[test]
fn the_account_of_each_class_of_a_line_is_its_own() -> Result<()> {
    let a = define("A").abc().abstract_method("foo").create()?;
    let b = derived("B", &[&a]);
    let c = define("C").base(&b).method("foo", |_| Ok(())).create()?;
    c.call(())?;
    c.delete("foo")?;
    update_abstract_members(&c)?;
    assert!(c.call(()).is_err());
    b.set("foo", concrete("foo"))?;
    update_abstract_members(&b)?;
    b.call(())?;
    assert!(c.call(()).is_err(), "what is below is renewed by itself");
    update_abstract_members(&c)?;
    c.call(()).map(drop)
}

#[test]
fn the_account_follows_the_mro_over_several_bases() -> Result<()> {
    let a = define("A").abc().abstract_method("foo").create()?;
    let b = define("B").abc().method("foo", |_| Ok(())).create()?;
    let c = define("C").base(&b).base(&a).create()?;
    assert!(abstracts(&c).is_empty());
    b.delete("foo")?;
    update_abstract_members(&b)?;
    update_abstract_members(&c)?;
    assert_eq!(abstracts(&c), ["foo"]);
    Ok(())
}

#[test]
fn keyword_arguments_pass_an_abstract_class_on_to_the_parent() -> Result<()> {
    let receives = define("ReceivesClassKwargs")
        .init_subclass(|call| call.class()?.set("saved", call.keywords().clone()))
        .create()?;
    let base = define("ABC").abc().create()?;
    let define_receiver = define("Receiver").base(&receives).base(&base).keyword("x", 1).keyword("y", 2);
    assert_eq!(define_receiver.create()?.get("saved")?.to_string(), "{'x': 1, 'y': 2}");
    let named = define("B").base(&receives).metaclass(abc_meta()).keyword("name", "test").create()?;
    assert_eq!(named.get("saved")?.to_string(), "{'name': 'test'}");
    Ok(())
}
