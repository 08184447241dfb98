//! What stands for bases, and subscription of classes: the cases of `test_genericclass`.

use std::sync::{Arc, Mutex};

use converse_model::object::{Builtin, Class, Descriptor, ErrorKind, Function, Namespace, Object, Result, type_};

use crate::{define, derived, mro, plain, refused};

/// An object that stands for bases.
fn standing_for(bases: &[&Class]) -> Object {
    let bases: Vec<Class> = bases.iter().map(|base| (*base).clone()).collect();
    let class = define("C").method("__mro_entries__", move |_| Ok(Object::tuple(&bases))).create().unwrap();
    class.call(()).unwrap()
}

#[test]
fn what_stands_for_bases_is_given_all_of_them() -> Result<()> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tested = Arc::clone(&heard);
    let b = plain("B");
    let c = define("C")
        .method("__mro_entries__", move |call| {
            tested.lock().unwrap().extend(call.rest().to_vec());
            Ok(Object::tuple::<Object>([]))
        })
        .create()?
        .call(())?;
    define("D").base(&b).base(&c).create()?;
    assert_eq!(*heard.lock().unwrap(), [Object::tuple([Object::from(&b), c])]);
    Ok(())
}

#[test]
fn what_stands_for_bases_is_replaced_and_remembered() -> Result<()> {
    let (a, b, instead) = (plain("A"), plain("B"), plain("Instead"));
    let c = standing_for(&[&instead]);
    let d = define("D").base(&a).base(&c).base(&b).create()?;
    assert_eq!(d.bases(), [a.clone(), instead.clone(), b.clone()]);
    assert_eq!(mro(&d), ["D", "A", "Instead", "B", "object"]);
    assert_eq!(d.own("__orig_bases__"), Some(Object::tuple([Object::from(&a), c, Object::from(&b)])));
    assert!(derived("E", &[&d]).own("__orig_bases__").is_none());
    Ok(())
}

#[test]
fn what_stands_for_no_base_goes_away() -> Result<()> {
    let (a, b) = (plain("A"), plain("B"));
    let nothing = standing_for(&[]);
    assert_eq!(define("D").base(&a).base(&nothing).base(&b).create()?.bases(), [a, b]);
    let e = define("E").base(&nothing).create()?;
    assert_eq!(mro(&e), ["E", "object"]);
    assert_eq!(e.own("__orig_bases__"), Some(Object::tuple([nothing])));
    Ok(())
}

#[test]
fn a_built_in_class_may_be_stood_for() -> Result<()> {
    let dict = standing_for(&[Builtin::Map.class()]);
    let d = define("D").base(plain("A")).base(&dict).create()?;
    assert_eq!(mro(&d), ["D", "A", "dict", "object"]);
    Ok(())
}

#[test]
fn what_stands_for_bases_must_give_a_tuple() -> Result<()> {
    let list = define("C").method("__mro_entries__", |_| Ok(Object::list::<Object>([]))).create()?;
    let words = "__mro_entries__ must return a tuple";
    assert_eq!(refused(define("D").base(list.call(())?).create()), (ErrorKind::Type, words.into()));
    let uncallable = define("C").attribute("__mro_entries__", "a text").create()?;
    assert_eq!(refused(define("D").base(uncallable.call(())?).create()).1, "'str' object is not callable");
    let few = define("C").static_method("__mro_entries__", |call| call.arg(1).cloned()).create()?;
    assert_eq!(refused(define("D").base(few.call(())?).create()).1, "missing the argument at place 1");
    Ok(())
}

#[test]
fn the_metaclass_gets_the_bases_that_were_stood_for() -> Result<()> {
    let a = plain("A");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tested = Arc::clone(&heard);
    let meta = define("Meta")
        .base(type_())
        .new_(move |call| {
            tested.lock().unwrap().push(call.arg(2)?.clone());
            call.superclass()?.invoke("__new__", call.args())
        })
        .create()?;
    define("D").base(standing_for(&[&a])).metaclass(&meta).create()?;
    assert_eq!(*heard.lock().unwrap(), [Object::tuple([&a])]);
    Ok(())
}

#[test]
fn type_itself_takes_no_stand_ins() {
    let c = standing_for(&[]);
    let (kind, words) = refused(type_().call([Object::from("Bad"), Object::tuple([c]), Namespace::new().into()]));
    assert_eq!(kind, ErrorKind::Type);
    assert_eq!(words, "type() doesn't support MRO entry resolution; use types.new_class()");
}

#[test]
fn a_class_is_subscribed_by_its_own_function() -> Result<()> {
    let c = define("C").class_getitem(|call| Ok(Object::tuple([call.arg(0)?, call.arg(1)?]))).create()?;
    assert_eq!(c.item(1)?, Object::tuple([Object::from(&c), 1.into()]));
    assert_eq!(c.item("name")?, Object::tuple([Object::from(&c), "name".into()]));
    let pair = Object::tuple([1, 2]);
    assert_eq!(c.item(&pair)?, Object::tuple([Object::from(&c), pair]));
    let formatted = define("F").class_getitem(|call| Ok(format!("F[{}]", call.arg(1)?.as_class()?.name())));
    assert_eq!(formatted.create()?.item(Builtin::Int)?, Object::from("F[int]"));
    Ok(())
}

#[test]
fn subscription_is_inherited_and_overridden() -> Result<()> {
    let c = define("C").class_getitem(|call| Ok(Object::tuple([call.class()?.name().clone()]))).create()?;
    let d = derived("D", &[&c]);
    assert_eq!(d.item(0)?.to_string(), "('D',)");
    let over = define("E")
        .base(&c)
        .class_getitem(|call| {
            let above = call.superclass()?.invoke("__class_getitem__", call.args_after_first())?;
            Ok(Object::tuple([above, "own".into()]))
        })
        .create()?;
    assert_eq!(over.item(0)?.to_string(), "(('E',), 'own')");
    Ok(())
}

#[test]
fn subscription_may_say_that_it_is_a_class_method_or_come_later() -> Result<()> {
    let named = || {
        Function::new("__class_getitem__", |call: &converse_model::object::Call<'_>| Ok(call.class()?.name().clone()))
    };
    let c = define("C").attribute("__class_getitem__", Descriptor::Class(named())).create()?;
    assert_eq!(derived("D", &[&c]).item(0)?, Object::from("D"));
    let patched = plain("P");
    patched.set("__class_getitem__", Descriptor::Class(named()))?;
    assert_eq!(derived("Q", &[&patched]).item(0)?, Object::from("Q"));
    Ok(())
}

#[test]
fn a_class_over_a_built_in_one_is_subscribed_too() -> Result<()> {
    let a = define("A").base(Builtin::Map).class_getitem(|call| Ok(call.arg(1)?.clone())).create()?;
    let b = derived("B", &[&a]);
    assert_eq!(b.item(7)?, Object::Int(7));
    Ok(())
}

#[test]
fn what_cannot_be_subscribed_says_so() -> Result<()> {
    assert_eq!(refused(plain("C").item(0)), (ErrorKind::Type, "type 'C' is not subscriptable".into()));
    assert_eq!(refused(plain("C").call(())?.item(0)).1, "'C' object is not subscriptable");
    let few = define("D").class_getitem(|call| call.arg(2).cloned()).create()?;
    assert_eq!(refused(few.item(0)).1, "missing the argument at place 2");
    let uncallable = define("E").attribute("__class_getitem__", "a text").create()?;
    assert_eq!(refused(uncallable.item(0)).1, "'str' object is not callable");
    Ok(())
}

#[test]
fn the_metaclass_is_subscribed_first() -> Result<()> {
    let meta = define("Meta").base(type_()).method("__getitem__", |_| Ok("from metaclass")).create()?;
    let c = define("C").metaclass(&meta).class_getitem(|_| Ok("from the class")).create()?;
    assert_eq!(c.item(0)?, Object::from("from metaclass"));
    let without = define("Without").base(type_()).class_getitem(|_| Ok("from the metaclass itself")).create()?;
    let d = define("D").metaclass(&without).class_getitem(|_| Ok("from the class")).create()?;
    assert_eq!(d.item(0)?, Object::from("from the class"));
    assert_eq!(without.item(0)?, Object::from("from the metaclass itself"));
    Ok(())
}
