//! A tour of classes as objects: the second seed's page, as one program.
//!
//! `cargo run --example classes_tour`

use converse::model::{
    Args, Builtin, Call, Class, Error, Hook, Namespace, Object, Operator, Result, Union, abc, conforms, is_instance,
    is_subclass, numbers, type_, update_abstract_members,
};

/// A title, and what is shown.
type Chapter = (&'static str, fn() -> Result<()>);

fn main() -> std::process::ExitCode {
    let chapters: [Chapter; 10] = [
        ("A class is an object", objects),
        ("Operators of classes", operators),
        ("A parent hears of its subclasses", subclasses),
        ("Subscribing a class", subscription),
        ("A metaclass says what is an instance", instance_checks),
        ("The class statement, step by step", statement),
        ("A metaclass may change the body", filtered),
        ("Abstract members", abstracts),
        ("Subclasses without inheritance", virtual_subclasses),
        ("Protocols", protocols),
    ];
    for (at, (title, chapter)) in chapters.into_iter().enumerate() {
        println!("\n{}. {title}\n", at + 1);
        if let Err(error) = chapter() {
            eprintln!("error: {error}\n  {}", error.remedy());
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

/// Identity, type, value. The class of a class is a class; that of `type` is itself.
fn objects() -> Result<()> {
    let ticket = Class::define("Ticket")
        .init(|call| call.this()?.set("title", call.arg(1)?))
        .method("shout", |call| Ok(call.this()?.get("title")?.text()?.to_uppercase()))
        .create()?;
    let one = ticket.call(["help"])?;
    one.set("urgent", true)?;
    println!(
        "type(one) = {}, type(Ticket) = {}, type(type) = {}",
        one.class(),
        ticket.metaclass(),
        type_().metaclass()
    );
    println!("vars(one) = {}, one.shout() = {}", one.get("__dict__")?, one.invoke("shout", ())?);
    println!("one is one: {}, one is another: {}", one.is(&one), one.is(&ticket.call(["help"])?));
    Ok(())
}

/// An operator is looked up on the class of its operand: for classes, on the metaclass.
fn operators() -> Result<()> {
    let meta = Class::define("CustomMeta")
        .base(type_())
        .operator(Operator::Add, |call| Union::of([call.arg(0)?, call.arg(1)?]))
        .create()?;
    let a = Class::define("A").metaclass(&meta).create()?;
    let b = Class::define("B").base(&a).create()?;
    println!("type(B) = {}", b.metaclass());
    println!("A + B = {}, equal to B | A: {}", (&a + &b)?, (&a + &b)? == (&b | &a)?);
    refused("a + b", &a.call(())? + b.call(())?)
}

fn subclasses() -> Result<()> {
    let parent = Class::define("Parent")
        .init_subclass(|call| {
            let class = call.class()?;
            println!("__init_subclass__({class}, {})", call.keywords());
            if !class.vars().contains("policy") {
                class.set("policy", call.keyword("policy").cloned().unwrap_or("none".into()))?;
            }
            Ok(())
        })
        .create()?;
    let strict = Class::define("Strict").base(&parent).keyword("policy", "strict").create()?;
    let loose = Class::define("Loose").base(&strict).create()?;
    println!("Strict.policy = {}, Loose.policy = {}", strict.get("policy")?, loose.get("policy")?);
    Ok(())
}

fn subscription() -> Result<()> {
    let parent = Class::define("Parent")
        .class_getitem(|call| {
            let subclasses = call.class()?.subclasses();
            match call.arg(1)? {
                Object::Str(key) => Ok(Object::list(subclasses.into_iter().filter(|class| class.name() == key))),
                key => Object::list(subclasses).item(key),
            }
        })
        .create()?;
    let _children = ["Child0", "Child1", "Child2"].map(|name| Class::define(name).base(&parent).create());
    println!("Parent[0:-1] = {}", parent.item(Object::slice(0, -1))?);
    println!("Parent['Child2'] = {}", parent.item("Child2")?);
    Ok(())
}

fn instance_checks() -> Result<()> {
    let meta = Class::define("CustomMeta")
        .base(type_())
        .instance_check(|class, object| {
            let name = class.get("DISCRIMINATING_ATTR")?;
            object.has(name.text()?)
        })
        .create()?;
    let happy = Class::define("Happy").metaclass(&meta).attribute("DISCRIMINATING_ATTR", "happy").create()?;
    let other = Class::define("Other").create()?.call(())?;
    println!("isinstance(other, Happy) = {}", said(is_instance(&other, &happy)?));
    other.set("happy", true)?;
    println!("isinstance(other, Happy) = {}, now that it is happy", said(is_instance(&other, &happy)?));
    Ok(())
}

fn statement() -> Result<()> {
    let meta = Class::define("MyMeta")
        .base(type_())
        .prepare(|call| {
            println!("prepare {} {}", Object::tuple(call.rest()), call.keywords());
            Ok(Namespace::from([("prepared", true)]))
        })
        .new_(|call| {
            println!("new     {} {}", call.arg(1)?, call.keywords());
            call.superclass()?.invoke("__new__", call.positional())
        })
        .init(|call| {
            println!("init    {} {}", call.class()?, call.keywords());
            Ok(())
        })
        .create()?;
    let class = Class::define("MyType")
        .metaclass(&meta)
        .keyword("kwarg2", 33)
        .attribute("VALUE", 42)
        .method("x", |call| call.arg(1).cloned())
        .create()?;
    println!("vars(MyType) has {}", class.vars().names().map(ToString::to_string).collect::<Vec<_>>().join(", "));

    let other = Class::define("OtherMeta").base(type_()).create()?;
    let other = Class::define("Other").metaclass(&other).create()?;
    refused("class Both(MyType, Other)", Class::define("Both").base(&class).base(&other).create())
}

fn filtered() -> Result<()> {
    let meta = Class::define("FooMeta")
        .base(type_())
        .new_(|call| {
            let (mut kept, mut filtered) = (Namespace::new(), Namespace::new());
            for (name, member) in call.arg(3)?.namespace()?.iter() {
                let into = if name.starts_with("old_") { &mut filtered } else { &mut kept };
                into.set(name.clone(), member);
            }
            kept.set("__filtered__", filtered);
            // Not by `super`: a plain class is made of it.
            type_().call([call.arg(1)?.clone(), call.arg(2)?.clone(), kept.into()])
        })
        .create()?;
    let filtered = Class::define("Foo").metaclass(&meta).attribute("old_name", 1).attribute("name", 2).create()?;
    println!("type(Foo) = {}, Foo.__filtered__ = {}", filtered.metaclass(), filtered.get("__filtered__")?);
    Ok(())
}

fn abstracts() -> Result<()> {
    let shape = Class::define("Shape").base(abc()).abstract_method("area").abstract_property("name").create()?;
    refused("Shape()", shape.call(()))?;
    let square = Class::define("Square").base(&shape).method("area", |_| Ok(16)).create()?;
    refused("Square()", square.call(()))?;
    square.set("name", "square")?;
    update_abstract_members(&square)?;
    println!("Square().area() = {}, now that it has a name", square.call(())?.invoke("area", ())?);
    Ok(())
}

fn virtual_subclasses() -> Result<()> {
    let sized = Class::define("Sized")
        .base(abc())
        .subclass_hook(|class, other| {
            println!("__subclasshook__({class}, {other})");
            Ok(if other.find("size").is_some() { Hook::Yes } else { Hook::NotImplemented })
        })
        .create()?;
    let file = Class::define("File").attribute("size", 0).create()?;
    println!("issubclass(File, Sized) = {}", said(is_subclass(&file, &sized)?));
    println!("isinstance(File(), Sized) = {}, which is not asked again", said(is_instance(&file.call(())?, &sized)?));
    sized.register(Builtin::Tuple.class())?;
    println!(
        "isinstance((), Sized) = {}, since it is registered",
        said(is_instance(&Object::tuple::<Object>([]), &sized)?)
    );
    let whole = is_instance(&Object::Int(7), numbers::integral())?;
    println!("isinstance(7, Integral) = {}", said(whole));
    Ok(())
}

fn protocols() -> Result<()> {
    let template = Class::define("Template")
        .protocol()
        .runtime_checkable()
        .annotation("name", Builtin::Str)
        .attribute("value", 0)
        .method("method", |_| Ok(()))
        .create()?;
    let concrete = Class::define("Concrete")
        .annotation("name", Builtin::Str)
        .annotation("value", Builtin::Int)
        .init(|call: &Call<'_>| {
            for name in ["name", "value"] {
                call.this()?.set(name, call.keyword(name).cloned().unwrap_or_default())?;
            }
            Ok(())
        })
        .method("method", |_| Ok(()))
        .create()?;
    let var = concrete.call(Args::default().keyword("name", "value").keyword("value", 42))?;
    println!("isinstance(var, Template) = {}", said(is_instance(&var, &template)?));
    refused("issubclass(Concrete, Template)", is_subclass(&concrete, &template).map(Object::Bool))?;
    println!(
        "conforms(Concrete, Template) = {}, which has an answer for every class",
        said(conforms(&concrete, &template))
    );
    Ok(())
}

/// As Python says it.
fn said(truth: bool) -> Object {
    truth.into()
}

/// Prints what was refused and what to do about it; it is an error if it was not.
fn refused<T>(what: &str, result: Result<T>) -> Result<()> {
    match result {
        Ok(_) => Err(Error::Runtime(format!("{what} was to be refused"))),
        Err(error) => {
            println!("{what}: {error}\n    remedy: {}", error.remedy());
            Ok(())
        }
    }
}
