//! Metaclasses, and the steps of a class statement: the cases of `test_metaclass`, and of `test_descr`.

use std::sync::{Arc, Mutex};

use converse_model::object::{
    Args, Builtin, Call, Class, ErrorKind, Function, Namespace, Object, Result, abc, object, type_,
};

use crate::{define, derived, plain, refused};

#[test]
fn type_is_its_own_class_and_derives_from_object() {
    assert_eq!(type_().metaclass(), type_());
    assert_eq!(object().metaclass(), type_());
    assert_eq!(type_().bases(), [object().clone()]);
    assert!(object().bases().is_empty());
}

#[test]
fn a_class_without_a_metaclass_is_made_by_type() -> Result<()> {
    let class = define("C").method("meth", |_| Ok("Hello")).create()?;
    assert_eq!(class.metaclass(), type_());
    let made = class.call(())?;
    assert_eq!(made.get("__class__")?, Object::from(&class));
    assert_eq!(made.invoke("meth", ())?, Object::from("Hello"));
    assert_eq!(type_().call([made])?, Object::from(&class), "type(object)");
    Ok(())
}

#[test]
fn bases_may_come_from_a_list() {
    let bases = [plain("A"), plain("B")];
    let class = bases.iter().fold(define("C"), converse_model::object::Statement::base).create().unwrap();
    assert_eq!(class.bases(), bases);
}

#[test]
fn a_metaclass_is_inherited() -> Result<()> {
    let meta = derived("M", &[type_()]);
    let class = define("C").metaclass(&meta).create()?;
    assert_eq!(class.metaclass(), &meta);
    assert_eq!(derived("D", &[&class]).metaclass(), &meta);
    assert_eq!(derived("E", &[&plain("Other"), &class]).metaclass(), &meta, "whichever base has it");
    assert_eq!(class.call(())?.class(), &class);
    Ok(())
}

/// What the steps of a class statement were given.
type Heard = Arc<Mutex<Vec<String>>>;

fn hear(heard: &Heard, step: &str, call: &Call<'_>) {
    let (args, keywords) = (Object::tuple(call.rest()), call.keywords());
    heard.lock().unwrap().push(format!("{step} {args} {keywords}"));
}

fn hearing_meta(heard: &Heard) -> Class {
    let [prepare, new, init] = [0; 3].map(|_| Arc::clone(heard));
    define("M")
        .base(type_())
        .prepare(move |call| {
            hear(&prepare, "prepare", call);
            Ok(Namespace::new())
        })
        .new_(move |call| {
            hear(&new, "new", call);
            call.superclass()?.invoke("__new__", call.positional())
        })
        .init(move |call| {
            hear(&init, "init", call);
            Ok(())
        })
        .create()
        .unwrap()
}

#[test]
fn prepare_new_and_init_are_called_in_this_order() -> Result<()> {
    let heard = Heard::default();
    let meta = hearing_meta(&heard);
    define("C").metaclass(&meta).attribute("x", 1).create()?;
    let body = "{'__module__': '__main__', '__qualname__': 'C', 'x': 1}";
    let expected = [
        "prepare ('C', ()) {}".to_owned(),
        format!("new ('C', (), {body}) {{}}"),
        format!("init ('C', (), {body}) {{}}"),
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
    Ok(())
}

#[test]
fn keyword_arguments_reach_every_step_of_the_metaclass() -> Result<()> {
    let heard = Heard::default();
    let meta = hearing_meta(&heard);
    let class = define("C").base(object()).metaclass(&meta).keyword("other", "haha").create()?;
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0], "prepare ('C', (<class 'object'>,)) {'other': 'haha'}");
    assert!(heard[1..].iter().all(|step| step.ends_with("{'other': 'haha'}")), "{heard:?}");
    assert_eq!(class.bases(), [object().clone()]);
    Ok(())
}

#[test]
fn a_keyword_that_nobody_takes_is_refused() {
    let meta = derived("MyMeta", &[type_()]);
    let (kind, words) = refused(define("MyClass").metaclass(&meta).keyword("otherarg", 1).create());
    assert_eq!(kind, ErrorKind::Type);
    assert_eq!(words, "MyClass.__init_subclass__() takes no keyword arguments");
}

#[test]
fn a_metaclass_may_keep_a_keyword_for_itself() -> Result<()> {
    let meta = define("MyMeta")
        .base(type_())
        .new_(|call| call.superclass()?.invoke("__new__", call.positional()))
        .init(|call| {
            let given = call.keyword("otherarg").cloned().unwrap_or_default();
            call.class()?.set("otherarg", given)
        })
        .create()?;
    let class = define("MyClass").metaclass(&meta).keyword("otherarg", 1).create()?;
    assert_eq!(class.get("otherarg")?, Object::Int(1));
    Ok(())
}

#[test]
fn what_prepare_gives_is_the_body_to_begin_with() -> Result<()> {
    let meta = define("M")
        .base(type_())
        .prepare(|call| {
            let above = call.superclass()?.invoke("__prepare__", call.args_after_first())?;
            let mut body = (**above.namespace()?).clone();
            body.set("hello", 42);
            Ok(body)
        })
        .create()?;
    let class = define("C")
        .metaclass(&meta)
        .body(|body| {
            let doubled = body.get("hello").unwrap_or(&Object::None).int()? * 2;
            body.set("twice", doubled);
            Ok(())
        })
        .create()?;
    assert_eq!(class.get("hello")?, Object::Int(42));
    assert_eq!(class.get("twice")?, Object::Int(84), "the body sees what was prepared");
    Ok(())
}

#[test]
fn type_prepares_an_empty_body() -> Result<()> {
    assert!(type_().invoke("__prepare__", ())?.namespace()?.is_empty());
    Ok(())
}

#[test]
fn a_body_that_is_prepared_as_something_else_is_refused() -> Result<()> {
    let meta = define("M").base(type_()).class_method("__prepare__", |_| Ok(42)).create()?;
    let (_, words) = refused(define("C").metaclass(&meta).create());
    assert_eq!(words, "M.__prepare__() must return a mapping, not int");
    Ok(())
}

#[test]
fn a_prepare_that_fails_ends_the_statement() -> Result<()> {
    let meta = define("M").base(type_()).property("unused", |_| Ok(())).create()?;
    let failing = define("N").base(&meta).prepare(|_| Err(converse_model::object::Error::raise("obscure"))).create()?;
    assert_eq!(refused(define("X").metaclass(&failing).create()), (ErrorKind::Raised, "obscure".into()));
    Ok(())
}

#[test]
fn any_callable_may_be_a_metaclass() -> Result<()> {
    let meta = Function::new("meta", |call: &Call<'_>| {
        assert_eq!(call.arg(0)?, &Object::from("C"));
        assert_eq!(call.arg(1)?, &Object::tuple::<Object>([]));
        assert_eq!(call.keyword("other"), Some(&Object::from("booh")));
        Ok(call.arg(2)?.clone())
    });
    let define = || define("C").metaclass(meta.clone()).keyword("other", "booh").attribute("a", 42).attribute("b", 24);
    let made = define().create_object()?;
    let body = "{'__module__': '__main__', '__qualname__': 'C', 'a': 42, 'b': 24}";
    assert_eq!(made.to_string(), body);
    let (_, words) = refused(define().create());
    assert!(words.contains("no class") && words.contains("`create_object`"), "{words}");
    Ok(())
}

#[test]
fn the_most_derived_metaclass_makes_the_class() -> Result<()> {
    let one = derived("M1", &[type_()]);
    let two = derived("M2", &[&one]);
    let a = define("A").metaclass(&one).create()?;
    let b = define("B").metaclass(&two).create()?;
    assert_eq!(derived("C", &[&a, &b]).metaclass(), &two);
    assert_eq!(define("D").metaclass(&one).base(&b).create()?.metaclass(), &two);
    assert_eq!(define("E").metaclass(type_()).base(&b).create()?.metaclass(), &two);
    Ok(())
}

#[test]
fn the_new_of_the_most_derived_metaclass_is_called_even_from_type() -> Result<()> {
    let meta = define("M")
        .base(type_())
        .new_(|call| {
            let made = call.superclass()?.invoke("__new__", call.args())?;
            made.set("made_by", "M")?;
            Ok(made)
        })
        .create()?;
    let a = define("A").metaclass(&meta).create()?;
    let args = [Object::from("B"), Object::tuple([&a]), Namespace::new().into()];
    let b = type_().call(args)?;
    assert_eq!(b.get("made_by")?, Object::from("M"));
    assert_eq!(b.class(), &meta);
    Ok(())
}

#[test]
fn metaclasses_in_conflict_are_reported_with_the_way_out() -> Result<()> {
    let (one, two) = (derived("M1", &[type_()]), derived("M2", &[type_()]));
    let a = define("A").metaclass(&one).create()?;
    let b = define("B").metaclass(&two).create()?;
    let error = define("C").base(&a).base(&b).create().unwrap_err();
    assert_eq!(
        error.to_string(),
        "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of \
         all its bases"
    );
    let remedy =
        "define a metaclass that derives from both `M1` and `M2`, and give it to the class with `.metaclass(…)`";
    assert_eq!(error.remedy(), remedy);
    let both = derived("Both", &[&one, &two]);
    assert_eq!(define("C").metaclass(&both).base(&a).base(&b).create()?.metaclass(), &both);
    Ok(())
}

#[test]
fn a_metaclass_may_filter_the_body_and_add_to_it() -> Result<()> {
    let meta = define("M")
        .base(type_())
        .new_(|call| {
            let mut body = (**call.arg(3)?.namespace()?).clone();
            body.remove("secret");
            body.set("added", true);
            let args = [call.arg(0)?.clone(), call.arg(1)?.clone(), call.arg(2)?.clone(), body.into()];
            call.superclass()?.invoke("__new__", args)
        })
        .create()?;
    let class = define("C").metaclass(&meta).attribute("secret", 1).create()?;
    assert!(!class.has("secret")?);
    assert_eq!(class.get("added")?, Object::Bool(true));
    Ok(())
}

#[test]
fn a_metaclass_may_refuse_a_class_or_give_another() -> Result<()> {
    let other = plain("Other");
    let given = other.clone();
    let meta = define("M")
        .base(type_())
        .new_(move |call| {
            if call.arg(1)? == &Object::from("Bad") {
                return Err(converse_model::object::Error::raise("a class is not called Bad"));
            }
            Ok(given.clone())
        })
        .init(|_| panic!("what is no instance of the metaclass is not set up by it"))
        .create()?;
    assert_eq!(define("Good").metaclass(&meta).create()?, other);
    assert_eq!(refused(define("Bad").metaclass(&meta).create()).1, "a class is not called Bad");
    Ok(())
}

#[test]
fn a_metaclass_that_is_itself_abstract_makes_classes() -> Result<()> {
    let a = define("A").base(abc()).abstract_method("x").create()?;
    let meta = define("meta").base(type_()).base(&a).method("x", |_| Ok(1)).create()?;
    let class = define("C").metaclass(&meta).create()?;
    assert_eq!(class.invoke("x", ())?, Object::Int(1));
    Ok(())
}

#[test]
fn type_makes_a_class_of_a_name_bases_and_a_body() -> Result<()> {
    let args = [Object::from("NewClass"), Object::tuple([object()]), Namespace::from([("x", 1)]).into()];
    let made = type_().call(args)?;
    assert_eq!(made.to_string(), "<class '__main__.NewClass'>");
    assert_eq!(made.get("x")?, Object::Int(1));
    let named = Args::default().keyword("name", "NewClass").keyword("bases", Object::tuple([object()]));
    assert_eq!(refused(type_().call(named)), (ErrorKind::Type, "type() takes 1 or 3 arguments".into()));
    let wrong = [Object::Int(1), Object::tuple::<Object>([]), Namespace::new().into()];
    assert_eq!(refused(type_().call(wrong)).1, "type.__new__() argument 1 must be str, not int");
    let wrong = [Object::from("X"), Object::list::<Object>([]), Namespace::new().into()];
    assert_eq!(refused(type_().call(wrong)).1, "type.__new__() argument 2 must be tuple, not list");
    let wrong = [Object::from("X"), Object::tuple::<Object>([]), 1.into()];
    assert_eq!(refused(type_().call(wrong)).1, "type.__new__() argument 3 must be dict, not int");
    let wrong = [Object::from("X"), Object::tuple([1]), Namespace::new().into()];
    assert_eq!(refused(type_().call(wrong)).1, "bases must be types");
    Ok(())
}

#[test]
fn a_metaclass_says_how_its_classes_are_called() -> Result<()> {
    let meta = define("M").base(type_()).on_call(|call| Ok(Object::tuple(call.rest()))).create()?;
    let class = define("C").metaclass(&meta).create()?;
    assert_eq!(class.call([1])?, Object::tuple([1]));
    let single = define("Single")
        .base(type_())
        .on_call(|call| {
            let class = call.class()?;
            if !class.vars().contains("only") {
                let made = call.superclass()?.invoke("__call__", call.args_after_first())?;
                class.set("only", made)?;
            }
            class.get("only")
        })
        .create()?;
    let class = define("D").metaclass(&single).create()?;
    assert!(class.call(())?.is(&class.call(())?));
    Ok(())
}

#[test]
fn a_metaclass_says_how_its_classes_print() -> Result<()> {
    let meta = define("M").base(type_()).repr(|call| Ok(format!("<{}>", call.class()?.name()))).create()?;
    assert_eq!(define("C").metaclass(&meta).create()?.to_string(), "<C>");
    assert_eq!(plain("C").to_string(), "<class '__main__.C'>");
    assert_eq!(Builtin::Int.class().to_string(), "<class 'int'>");
    assert_eq!(define("C").module("shop").create()?.to_string(), "<class 'shop.C'>");
    Ok(())
}
