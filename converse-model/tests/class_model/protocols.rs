//! Protocols as classes: bases, instances, members: the cases of `test_typing` about them.

use converse_model::object::{
    ErrorKind, Object, Result, Union, conforms, is_instance, is_subclass, protocol, protocol_members, protocol_meta,
    runtime_checkable,
};

use crate::{define, derived, plain, refused};

#[test]
fn a_protocol_is_a_class_that_names_protocol_among_its_bases() -> Result<()> {
    let p = define("P").protocol().method("meth", |_| Ok(())).create()?;
    let explicit = derived("Explicit", &[&p]);
    let q = derived("Q", &[&p, protocol()]);
    assert!(p.is_protocol() && q.is_protocol() && !explicit.is_protocol() && !plain("C").is_protocol());
    assert_eq!(p.metaclass(), protocol_meta());
    assert_eq!(explicit.metaclass(), protocol_meta());
    Ok(())
}

#[test]
fn a_protocol_derives_from_protocols_alone() -> Result<()> {
    let c = plain("C");
    let bp = define("BP").protocol().create()?;
    let words = "Protocols can only inherit from other protocols, got <class '__main__.C'>";
    assert_eq!(refused(define("P").base(&c).protocol().create()), (ErrorKind::Type, words.into()));
    assert_eq!(refused(define("Q").protocol().base(&c).create()).1, words);
    assert_eq!(refused(define("R").base(&bp).base(&c).protocol().create()).1, words);
    let (d, e) = (derived("D", &[&bp, &c]), derived("E", &[&c, &bp]));
    assert!(!is_instance(&d.call(())?, &e)? && !is_instance(&e.call(())?, &d)?);
    assert_eq!(c.subclasses(), [d, e], "what was refused is not there");
    Ok(())
}

#[test]
fn a_protocol_makes_no_instances_and_a_class_below_does() -> Result<()> {
    let p = define("P").protocol().create()?;
    assert_eq!(refused(p.call(())), (ErrorKind::Type, "Protocols cannot be instantiated".into()));
    assert_eq!(refused(protocol().call(())).1, "Protocols cannot be instantiated");
    let c = derived("C", &[&p]);
    assert!(is_instance(&c.call(())?, &c)?);
    assert_eq!(refused(c.call([42])).0, ErrorKind::Type);
    Ok(())
}

#[test]
fn a_protocols_own_init_is_inherited() -> Result<()> {
    let p = define("P").protocol().annotation("x", ()).init(|call| call.this()?.set("x", call.arg(1)?)).create()?;
    let other = plain("Other").call(())?;
    p.invoke("__init__", [other.clone(), 1.into()])?;
    assert_eq!(other.get("x")?, 1.into());
    let c = derived("C", &[&p]).call([1])?;
    assert_eq!(c.get("x")?, 1.into());
    Ok(())
}

#[test]
fn the_init_of_a_class_beside_the_protocol_is_called() -> Result<()> {
    let p = define("P").protocol().create()?;
    let b = define("B").init(|call| call.this()?.set("test", "OK")).create()?;
    let own = define("C").base(&p).init(|call| call.this()?.set("test", "OK")).create()?;
    for class in [own, derived("D1", &[&b, &p]), derived("D2", &[&p, &b])] {
        assert_eq!(class.call(())?.get("test")?, "OK".into(), "{class}");
    }
    let above = define("E")
        .base(&p)
        .init(|call| {
            call.superclass()?.invoke("__init__", ())?;
            call.this()?.set("test", "OK")
        })
        .create()?;
    assert!(above.call(())?.has("test")?);
    Ok(())
}

#[test]
fn the_new_of_a_class_below_a_protocol_is_called() -> Result<()> {
    let p = define("P").protocol().create()?;
    let c = define("C")
        .base(&p)
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", call.args())?;
            made.set("test", "OK")?;
            Ok(made)
        })
        .create()?;
    assert_eq!(c.call(())?.get("test")?, "OK".into());
    assert!(c.call([42]).is_err());
    Ok(())
}

#[test]
fn abstract_members_of_a_protocol_are_defined_below() -> Result<()> {
    let p = define("P").protocol().runtime_checkable().abstract_method("ameth").create()?;
    let b = derived("B", &[&p]);
    let words = "Can't instantiate abstract class B with abstract method ameth";
    assert_eq!(refused(b.call(())).1, words);
    let c = define("C").base(&b).method("ameth", |_| Ok(26)).create()?;
    assert!(is_instance(&c.call(())?, &p)?);
    Ok(())
}

#[test]
fn the_members_of_a_protocol_are_those_of_all_protocols_above() -> Result<()> {
    let p1 = define("P1").protocol().method("meth1", |_| Ok(())).annotation("data", ()).create()?;
    let p2 = define("P2").base(&p1).protocol().attribute("value", 0).doc("No member.").create()?;
    assert_eq!(protocol_members(&p2), ["data", "meth1", "value"]);
    Ok(())
}

#[test]
fn only_protocols_are_runtime_checkable() {
    let words = "@runtime_checkable can be only applied to protocol classes, got <class '__main__.C'>";
    assert_eq!(refused(runtime_checkable(&plain("C"))), (ErrorKind::Type, words.into()));
    let p = define("P").protocol().create().unwrap();
    assert_eq!(refused(runtime_checkable(&derived("Concrete", &[&p]))).0, ErrorKind::Type);
    assert_eq!(runtime_checkable(&p).unwrap(), p);
}

#[test]
fn a_class_below_a_protocol_is_asked_as_any_other() -> Result<()> {
    let p = define("P").protocol().attribute("x", 1).create()?;
    let pr = define("PR").protocol().runtime_checkable().method("meth", |_| Ok(())).create()?;
    let non_p = define("NonP").base(&p).attribute("x", 1).create()?;
    let non_pr = derived("NonPR", &[&pr]);
    let c = define("C").attribute("x", 1).create()?;
    let d = define("D").method("meth", |_| Ok(())).create()?;
    assert!(!is_instance(&c.call(())?, &non_p)? && !is_instance(&d.call(())?, &non_pr)?);
    assert!(!is_subclass(&c, &non_p)? && !is_subclass(&d, &non_pr)?);
    assert!(is_instance(&non_pr.call(())?, &pr)? && is_subclass(&non_pr, &pr)?);
    Ok(())
}

#[test]
fn a_class_below_a_protocol_may_have_a_hook_of_its_own() -> Result<()> {
    let p = define("P").protocol().attribute("x", 1).create()?;
    let c = define("C").base(&p).subclass_hook(|_, other| Ok(other.name().starts_with("OK").into())).create()?;
    let (ok, bad) = (plain("OKClass"), define("BadClass").attribute("x", 1).create()?);
    assert!(is_instance(&ok.call(())?, &c)? && is_subclass(&ok, &c)?);
    assert!(!is_instance(&bad.call(())?, &c)? && !is_subclass(&bad, &c)?);
    Ok(())
}

#[test]
fn protocols_support_register() -> Result<()> {
    let p = define("P").protocol().runtime_checkable().attribute("x", 1).create()?;
    let pm = define("PM").protocol().method("meth", |_| Ok(())).create()?;
    let (d, c) = (derived("D", &[&pm]), plain("C"));
    d.register(&c)?;
    p.register(&c)?;
    assert!(is_instance(&c.call(())?, &p)? && is_instance(&c.call(())?, &d)?);
    assert!(!conforms(&c, &p), "but it has no member");
    Ok(())
}

#[test]
fn protocols_stand_in_unions() -> Result<()> {
    let p = define("P").protocol().create()?;
    let either = (&p | Object::None)?;
    assert_eq!(either.to_string(), "typing.Optional[__main__.P]");
    assert!(is_instance(&Object::None, &Union::of([Object::None, Object::from(&p)])?)?, "what fits first ends it");
    Ok(())
}
