//! Attributes, methods, properties, slots, `super`: what the seed's page says of objects.

use converse_model::object::{
    Args, Builtin, Call, Class, Error, ErrorKind, Function, Namespace, Object, Property, Result, Super, object, type_,
};

use crate::{define, derived, plain, refused};

#[test]
fn an_instance_has_an_identity_a_class_and_attributes() -> Result<()> {
    let class = plain("C");
    let (one, other) = (class.call(())?, class.call(())?);
    assert!(one.is(&one.clone()) && !one.is(&other) && one != other);
    assert_eq!(one.get("__class__")?, Object::from(&class));
    one.set("x", 1)?;
    assert_eq!(one.get("__dict__")?.to_string(), "{'x': 1}");
    assert_eq!(refused(other.get("x")), (ErrorKind::Attribute, "'C' object has no attribute 'x'".into()));
    assert!(one.has("x")? && !other.has("x")?);
    one.delete("x")?;
    assert_eq!(refused(one.delete("x")).1, "'C' object has no attribute 'x'");
    Ok(())
}

#[test]
fn an_attribute_is_found_on_the_instance_then_along_the_mro() -> Result<()> {
    let above = define("A").attribute("x", "A").attribute("y", "A").create()?;
    let class = define("B").base(&above).attribute("x", "B").create()?;
    let made = class.call(())?;
    assert_eq!((made.get("x")?, made.get("y")?), ("B".into(), "A".into()));
    made.set("y", "own")?;
    assert_eq!(made.get("y")?, "own".into());
    above.set("z", "later")?;
    assert_eq!(made.get("z")?, "later".into(), "a class may get members later");
    Ok(())
}

#[test]
fn methods_are_bound_to_what_they_are_read_from() -> Result<()> {
    let class = define("C")
        .method("instance", |call| Ok(Object::tuple(call.positional())))
        .class_method("class", |call| Ok(Object::tuple(call.positional())))
        .static_method("static", |call| Ok(Object::tuple(call.positional())))
        .create()?;
    let made = class.call(())?;
    assert_eq!(made.invoke("instance", [1])?, Object::tuple([made.clone(), 1.into()]));
    assert_eq!(class.invoke("instance", [1])?, Object::tuple([1]), "from the class it is a function");
    for from in [&made, &Object::from(&class)] {
        assert_eq!(from.invoke("class", [1])?, Object::tuple([Object::from(&class), 1.into()]));
        assert_eq!(from.invoke("static", [1])?, Object::tuple([1]));
    }
    let bound = made.get("instance")?;
    assert_eq!(bound.get("__self__")?, made);
    assert_eq!(bound.get("__func__")?, class.get("instance")?);
    assert_eq!(class.get("instance")?.get("__qualname__")?, "C.instance".into());
    Ok(())
}

#[test]
fn a_property_is_read_set_and_deleted_by_its_functions() -> Result<()> {
    let read = Function::new("size", |call: &Call<'_>| call.this()?.get("hidden"));
    let set = Function::new("size", |call: &Call<'_>| call.this()?.set("hidden", call.arg(1)?));
    let delete = Function::new("size", |call: &Call<'_>| call.this()?.delete("hidden"));
    let whole = Property::new(read.clone()).setter(set).deleter(delete);
    let class = define("C").attribute("size", whole).attribute("fixed", Property::new(read)).create()?;
    let made = class.call(())?;
    assert!(!made.has("size")?, "it fails for want of an attribute");
    made.set("size", 3)?;
    assert_eq!((made.get("size")?, made.get("fixed")?), (3.into(), 3.into()));
    made.delete("size")?;
    assert!(!made.has("hidden")?);
    let words = "property 'fixed' of 'C' object has no setter";
    assert_eq!(refused(made.set("fixed", 1)), (ErrorKind::Attribute, words.into()));
    assert_eq!(refused(made.delete("fixed")).1, "property 'fixed' of 'C' object has no deleter");
    Ok(())
}

#[test]
fn a_property_of_the_metaclass_goes_before_the_class() -> Result<()> {
    let meta = define("Meta").base(type_()).property("kind", |call| Ok(call.class()?.name().clone())).create()?;
    let class = define("C").metaclass(&meta).attribute("kind", "own").method("shown", |_| Ok(())).create()?;
    assert_eq!(class.get("kind")?, "C".into());
    assert_eq!(class.call(())?.get("kind")?, "own".into(), "an instance does not see the metaclass");
    assert!(class.set("kind", 1).is_err());
    Ok(())
}

#[test]
fn a_method_of_the_metaclass_is_the_class_s_and_not_its_instances() -> Result<()> {
    let meta = define("Meta").base(type_()).method("make", |call| call.class()?.call(())).create()?;
    let class = define("C").metaclass(&meta).create()?;
    assert_eq!(class.invoke("make", ())?.class(), &class);
    assert!(!class.call(())?.has("make")?);
    Ok(())
}

#[test]
fn slotted_instances_hold_their_slots_only() -> Result<()> {
    let class = define("C").slots(["a", "b"]).create()?;
    let made = class.call(())?;
    made.set("a", 1)?;
    assert!(made.has("a")? && !made.has("b")?);
    assert_eq!(refused(made.set("c", 1)), (ErrorKind::Attribute, "'C' object has no attribute 'c'".into()));
    let below = define("D").base(&class).slots(["c"]).create()?.call(())?;
    for name in ["a", "b", "c"] {
        below.set(name, 1)?;
    }
    assert!(below.set("d", 1).is_err());
    derived("E", &[&class]).call(())?.set("anything", 1)?;
    define("F").base(plain("Open")).slots(["a"]).create()?.call(())?.set("anything", 1)?;
    assert!(object().call(())?.set("x", 1).is_err());
    let conflict = define("G").attribute("a", 1).slots(["a"]).create();
    assert_eq!(refused(conflict), (ErrorKind::Value, "'a' in __slots__ conflicts with class variable".into()));
    Ok(())
}

#[test]
fn built_in_objects_and_classes_refuse_attributes() {
    assert_eq!(refused(Object::Int(1).set("x", 1)).1, "'int' object has no attribute 'x'");
    let words = "cannot set 'x' attribute of immutable type 'int'";
    assert_eq!(refused(Builtin::Int.class().set("x", 1)), (ErrorKind::Type, words.into()));
    assert!(type_().set("x", 1).is_err() && object().delete("__init__").is_err());
}

#[test]
fn a_class_tells_what_it_is_made_of() -> Result<()> {
    let a = plain("A");
    let b = define("B").base(&a).doc("A class.").attribute("x", 1).create()?;
    assert_eq!((b.get("__name__")?, b.get("__doc__")?), ("B".into(), "A class.".into()));
    assert_eq!(b.get("__bases__")?, Object::tuple([&a]));
    assert_eq!(b.get("__mro__")?, Object::tuple([&b, &a, object()]));
    assert_eq!(b.invoke("mro", ())?, Object::list([&b, &a, object()]));
    assert_eq!(a.invoke("__subclasses__", ())?, Object::list([&b]));
    assert_eq!(b.vars().to_string(), "{'__module__': '__main__', '__doc__': 'A class.', 'x': 1}");
    assert_eq!(refused(b.set("__mro__", 1)).1, "attribute '__mro__' of 'type' objects is not writable");
    assert_eq!(refused(b.get("y")), (ErrorKind::Attribute, "type object 'B' has no attribute 'y'".into()));
    assert_eq!(refused(b.delete("y")).1, "type object 'B' has no attribute 'y'");
    Ok(())
}

#[test]
fn super_goes_on_after_the_class_in_whose_body_it_is_said() -> Result<()> {
    let trace = |name: &'static str| {
        move |call: &Call<'_>| -> Result<Object> {
            let above = call.superclass()?;
            let rest =
                if above.get("trace").is_ok() { above.invoke("trace", ())?.text()?.to_string() } else { String::new() };
            Ok(format!("{name}{rest}").into())
        }
    };
    let a = define("A").method("trace", trace("A")).create()?;
    let b = define("B").base(&a).method("trace", trace("B")).create()?;
    let c = define("C").base(&a).method("trace", trace("C")).create()?;
    let d = define("D").base(&b).base(&c).method("trace", trace("D")).create()?;
    assert_eq!(d.call(())?.invoke("trace", ())?, "DBCA".into());
    assert_eq!(b.call(())?.invoke("trace", ())?, "BA".into());
    let from_outside = Super::of(b.clone(), &d.call(())?)?;
    assert_eq!(from_outside.invoke("trace", ())?, "CA".into());
    assert!(Super::of(d, &a.call(())?).is_err());
    Ok(())
}

#[test]
fn super_of_a_function_that_stands_in_no_class_is_refused() -> Result<()> {
    let class = plain("C");
    class.set("f", Function::new("f", |call| call.superclass().map(|_| ())))?;
    let words = "super(): __class__ cell not found";
    assert_eq!(refused(class.call(())?.invoke("f", ())), (ErrorKind::Runtime, words.into()));
    Ok(())
}

#[test]
fn super_reads_properties_and_class_methods() -> Result<()> {
    let a = define("A")
        .property("size", |_| Ok(1))
        .class_method("named", |call| Ok(call.class()?.name().clone()))
        .create()?;
    let b = define("B")
        .base(&a)
        .property("size", |call| Ok(call.superclass()?.get("size")?.int()? + 1))
        .class_method("named", |call| call.superclass()?.invoke("named", ()))
        .create()?;
    assert_eq!(b.call(())?.get("size")?, 2.into());
    assert_eq!(b.invoke("named", ())?, "B".into());
    let (kind, words) = refused(Super::of(b.clone(), &Object::from(&b))?.get("nothing"));
    assert_eq!((kind, words.as_str()), (ErrorKind::Attribute, "'super' object has no attribute 'nothing'"));
    Ok(())
}

#[test]
fn calling_a_class_makes_an_instance_and_sets_it_up() -> Result<()> {
    let class = define("C")
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", [call.arg(0)?])?;
            made.set("made", true)?;
            Ok(made)
        })
        .init(|call| call.this()?.set("x", call.keyword("x").cloned().unwrap_or_default()))
        .create()?;
    let made = class.call(Args::default().keyword("x", 5))?;
    assert_eq!((made.get("made")?, made.get("x")?), (true.into(), 5.into()));
    let other = define("D").new_(|_| Ok(42)).init(|_| panic!("42 is no D")).create()?;
    assert_eq!(other.call(())?, 42.into());
    let gives = define("E").method("__init__", |_| Ok(1)).create()?;
    assert_eq!(refused(gives.call(())).1, "__init__() should return None, not 'int'");
    Ok(())
}

#[test]
fn arguments_that_nobody_takes_are_refused() -> Result<()> {
    assert_eq!(refused(plain("C").call([1])), (ErrorKind::Type, "C() takes no arguments".into()));
    let with_init = define("D").init(|call| call.superclass()?.invoke("__init__", call.rest()).map(drop)).create()?;
    let words = "object.__init__() takes exactly one argument (the instance to initialize)";
    assert_eq!(refused(with_init.call([1])).1, words);
    let with_new = define("E").new_(|call| call.superclass()?.invoke("__new__", call.args())).create()?;
    let words = "object.__new__() takes exactly one argument (the type to instantiate)";
    assert_eq!(refused(with_new.call([1])).1, words);
    assert_eq!(refused(Builtin::Int.class().call(())).1, "object.__new__(int) is not safe, use int.__new__()");
    Ok(())
}

#[test]
fn an_instance_may_be_called_if_its_class_says_how() -> Result<()> {
    let class = define("Adder").on_call(|call| Ok(call.arg(1)?.int()? + call.arg(2)?.int()?)).create()?;
    let adder = class.call(())?;
    assert!(adder.is_callable() && !plain("C").call(())?.is_callable());
    assert_eq!(adder.call([2, 3])?, 5.into());
    assert_eq!(refused(Object::Int(1).call(())), (ErrorKind::Type, "'int' object is not callable".into()));
    Ok(())
}

#[test]
fn objects_print_as_in_python() -> Result<()> {
    let namespace = Namespace::from([("a", Object::from("it's")), ("b", Object::tuple([1]))]);
    assert_eq!(Object::from(namespace).to_string(), "{'a': \"it's\", 'b': (1,)}");
    assert_eq!(
        Object::list([Object::None, true.into(), 1.5.into(), "a\n".into()]).to_string(),
        "[None, True, 1.5, 'a\\n']"
    );
    assert_eq!(Object::slice(1, None).to_string(), "slice(1, None, None)");
    let class = define("C").repr(|call| Ok(format!("C({})", call.this()?.get("x")?))).create()?;
    let made = class.call(())?;
    assert!(made.to_string().starts_with("<__main__.C object at 0x"), "a repr that fails says nothing: {made}");
    made.set("x", 1)?;
    assert_eq!(made.to_string(), "C(1)");
    Ok(())
}

#[test]
fn truth_is_as_in_python() -> Result<()> {
    let no = [Object::None, false.into(), 0.into(), 0.0.into(), "".into(), Object::tuple::<Object>([])];
    for object in no {
        assert!(!object.truth()?, "{object}");
    }
    for object in [Object::from(1), "a".into(), Object::list([0]), plain("C").into(), plain("C").call(())?] {
        assert!(object.truth()?, "{object}");
    }
    let empty = define("Empty").method("__len__", |_| Ok(0)).create()?.call(())?;
    let never = define("Never").method("__bool__", |_| Ok(false)).create()?.call(())?;
    assert!(!empty.truth()? && !never.truth()?);
    Ok(())
}

#[test]
fn errors_of_a_program_come_back_as_they_are() -> Result<()> {
    let class: Class = define("C").method("f", |_| -> Result<()> { Err(Error::raise(std::fmt::Error)) }).create()?;
    let error = class.call(())?.invoke("f", ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Raised);
    assert!(error.raised::<std::fmt::Error>().is_some());
    Ok(())
}
