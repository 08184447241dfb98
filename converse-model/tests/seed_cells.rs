//! The second seed, cell by cell: the same classes, and the very lines that each cell prints.
//!
//! The cells are numbered as they stand on the page, those included that print nothing; the last is the class
//! statement between them. Addresses are masked, and nothing else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use converse_model::object::{
    Args, Builtin, Call, Class, Function, Hook, Namespace, Object, Operator, Result, Statement, Union, abc, conforms,
    is_instance, is_subclass, type_,
};

/// Cells run one after another: a change in one ends what another kept, and hooks would print again.
static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a cell printed.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<String>>>);

impl Page {
    fn print(&self, text: impl std::fmt::Display) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend(text.to_string().split('\n').map(masked));
    }

    #[track_caller]
    fn shows(&self, expected: &str) {
        let expected: Vec<String> = expected.trim_matches('\n').split('\n').map(masked).collect();
        assert_eq!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), expected);
    }
}

/// `0x7f6b00069d80` as `0x…`.
fn masked(line: &str) -> String {
    let mut parts = line.split("0x");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        masked.push_str("0x…");
        masked.push_str(part.trim_start_matches(|character: char| character.is_ascii_hexdigit()));
    }
    masked
}

fn shown(truth: bool) -> Object {
    Object::Bool(truth)
}

#[test]
fn seed_cell_01() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let custom = Class::define("CustomMeta")
        .base(type_())
        .operator(Operator::Add, |call| Union::of([call.arg(0)?, call.arg(1)?]))
        .create()?;
    let a = Class::define("A").metaclass(&custom).create()?;
    let b = Class::define("B").base(&a).create()?;

    page.print(format!("type(A) = {}, type(B) = {}", a.metaclass(), b.metaclass()));
    page.print(format!("A + B = {}", (&a + &b)?));
    page.print("\nCreating A instances...");
    let (one, other) = (a.call(())?, b.call(())?);
    page.print(&one);

    page.shows(
        "
type(A) = <class '__main__.CustomMeta'>, type(B) = <class '__main__.CustomMeta'>
A + B = typing.Union[__main__.A, __main__.B]

Creating A instances...
<__main__.A object at 0x7f6b00069d80>
",
    );
    // What the page says beside the cell: A + B == A | B == Union[A, B], and a + b fails.
    assert_eq!((&a + &b)?, (&a | &b)?);
    assert_eq!((&b | &a)?, Union::of([&a, &b])?);
    let refused = (&one + other).unwrap_err();
    assert_eq!(refused.to_string(), "unsupported operand type(s) for +: 'A' and 'B'");
    Ok(())
}

#[test]
fn seed_cell_02() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let out = page.clone();
    let parent = Class::define("Parent")
        .init_subclass(move |call| {
            let class = call.class()?;
            out.print(format!("__init_subclass__({class}, {})", call.keywords()));
            call.superclass()?.invoke("__init_subclass__", call.args_after_first())?;
            if !class.vars().contains("FOO") {
                class.set("FOO", "Default!!")?;
            }
            Ok(())
        })
        .create()?;
    let child1 = Class::define("Child1").base(&parent).attribute("FOO", 42).create()?;
    let child2 = Class::define("Child2").base(&child1).create()?;
    page.print(format!("\nChild1.FOO = {}, Child2.FOO = {}", child1.get("FOO")?, child2.get("FOO")?));
    page.shows(
        "
__init_subclass__(<class '__main__.Child1'>, {})
__init_subclass__(<class '__main__.Child2'>, {})

Child1.FOO = 42, Child2.FOO = 'Default!!'
",
    );
    Ok(())
}

#[test]
fn seed_cell_03() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let parent = Class::define("Parent")
        .class_getitem(|call| {
            let subclasses = call.class()?.subclasses();
            match call.arg(1)? {
                Object::Str(key) => Ok(Object::list(subclasses.into_iter().filter(|class| class.name() == key))),
                key => Object::list(subclasses).item(key),
            }
        })
        .create()?;
    let _child0 = Class::define("Child0").base(&parent).create()?;
    let _child1 = Class::define("Child1").base(&parent).create()?;
    let _child2 = Class::define("Child2").base(&parent).create()?;
    page.print(format!("Parent[0:-1] = {}", parent.item(Object::slice(0, -1))?));
    page.print(format!("\nParent['Child2'] = {}", parent.item("Child2")?));
    page.shows(
        "
Parent[0:-1] = [<class '__main__.Child0'>, <class '__main__.Child1'>]

Parent['Child2'] = [<class '__main__.Child2'>]
",
    );
    Ok(())
}

/// Python's `types.SimpleNamespace`.
fn simple_namespace() -> Result<Class> {
    Class::define("SimpleNamespace")
        .module("types")
        .init(|call| {
            for (name, object) in call.keywords().iter() {
                call.this()?.set(name.clone(), object)?;
            }
            Ok(())
        })
        .repr(|call| {
            let attributes = call.this()?.get("__dict__")?;
            let shown: Vec<String> =
                attributes.namespace()?.iter().map(|(name, object)| format!("{name}={object}")).collect();
            Ok(format!("namespace({})", shown.join(", ")))
        })
        .create()
}

#[test]
fn seed_cell_04() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let out = page.clone();
    let custom = Class::define("CustomMeta")
        .base(type_())
        .instance_check(move |class, instance| {
            out.print(format!("__instancecheck__({class}, {instance})"));
            if !class.has("DISCRIMINATING_ATTR")? {
                return Ok(false);
            }
            let name = class.get("DISCRIMINATING_ATTR")?;
            let name = name.text()?;
            Ok(instance.has(name)? && instance.get(name)?.is(&Object::Bool(true)))
        })
        .create()?;
    let happy = Class::define("HappyClass").metaclass(&custom).attribute("DISCRIMINATING_ATTR", "happy").create()?;

    let namespace = simple_namespace()?;
    let a = namespace.call(Args::default().keyword("happy", true))?;
    let b = namespace.call(Args::default().keyword("value", 42))?;
    let data = Class::define("Foo")
        .annotation("happy", Builtin::Bool)
        .init(|call| call.this()?.set("happy", call.arg(1)?))
        .repr(|call| Ok(format!("Foo(happy={})", call.this()?.get("happy")?)))
        .create()?;
    let foo = data.call([true])?;

    let itself = happy.call(())?;
    page.print(format!("isinstance(HappyClass(), HappyClass) = {}", shown(is_instance(&itself, &happy)?)));
    for (name, object) in [("a", &a), ("b", &b), ("foo", &foo)] {
        let answer = is_instance(object, &happy)?;
        page.print(format!("isinstance({name}, HappyClass) = {}", shown(answer)));
    }
    page.shows(
        "
isinstance(HappyClass(), HappyClass) = True
__instancecheck__(<class '__main__.HappyClass'>, namespace(happy=True))
isinstance(a, HappyClass) = True
__instancecheck__(<class '__main__.HappyClass'>, namespace(value=42))
isinstance(b, HappyClass) = False
__instancecheck__(<class '__main__.HappyClass'>, Foo(happy=True))
isinstance(foo, HappyClass) = True
",
    );
    Ok(())
}

/// Whether a name is another with something behind it that begins with a capital.
fn extends(name: &str, other: &str) -> bool {
    other.strip_prefix(name).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase)
}

#[test]
fn seed_cell_05() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let out = page.clone();
    let custom = Class::define("CustomMeta")
        .base(type_())
        .subclass_check(move |class, subclass| {
            out.print(format!("__subclasscheck__({class}, {subclass})"));
            Ok(extends(class.name(), subclass.name()))
        })
        .create()?;
    let foo = Class::define("Foo").metaclass(&custom).create()?;
    let bar = Class::define("Bar").base(&foo).create()?;
    let foo_something = Class::define("FooSomething").create()?;
    let not_foo_something = Class::define("NotFooSomething").create()?;
    for class in [&bar, &foo_something, &not_foo_something] {
        let answer = is_subclass(class, &foo)?;
        page.print(format!("issubclass({}, Foo) = {}", class.name(), shown(answer)));
    }
    page.shows(
        "
__subclasscheck__(<class '__main__.Foo'>, <class '__main__.Bar'>)
issubclass(Bar, Foo) = False
__subclasscheck__(<class '__main__.Foo'>, <class '__main__.FooSomething'>)
issubclass(FooSomething, Foo) = True
__subclasscheck__(<class '__main__.Foo'>, <class '__main__.NotFooSomething'>)
issubclass(NotFooSomething, Foo) = False
",
    );
    Ok(())
}

#[test]
fn seed_cell_06() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let (new, init) = (page.clone(), page.clone());
    let meta = Class::define("MyMeta")
        .base(type_())
        .new_(move |call| {
            new.print(format!("MyType.__new__({}, {})", Object::tuple(call.positional()), call.keywords()));
            type_().invoke("__new__", call.args())
        })
        .init(move |call| {
            let (class, args) = (call.class()?, Object::tuple(call.rest()));
            init.print(format!("\nMyType.__init__({class}, {args}, {})", call.keywords()));
            class.set("VALUE", 0)
        })
        .create()?;
    let a = Class::define("A").metaclass(&meta).attribute("VALUE", 42).create()?;
    let _abc = Class::define("ABC").abc().create()?;
    let b = Class::define("B").base(abc()).create()?;
    page.print(format!("\n{}", b.metaclass().full_name()));
    page.shows(
        "
MyType.__new__((<class '__main__.MyMeta'>, 'A', (), {'__module__': '__main__', '__qualname__': 'A', 'VALUE': 42}), {})

MyType.__init__(<class '__main__.A'>, ('A', (), {'__module__': '__main__', '__qualname__': 'A', 'VALUE': 42}), {})

abc.ABCMeta
",
    );
    // The line that the page has as a comment: __init__ comes after the class.
    assert_eq!(a.get("VALUE")?, Object::Int(0));
    Ok(())
}

/// As `pprint` prints a map: a member a line, sorted, maps in it likewise.
fn pretty(members: &Namespace, indent: usize) -> String {
    let mut names: Vec<_> = members.names().collect();
    names.sort_unstable_by_key(|name| name.as_str());
    let lines = names.into_iter().filter_map(|name| Some((name, members.get(name)?))).map(|(name, member)| {
        let label = format!("'{name}': ");
        match member {
            Object::Map(inner) => format!("{label}{{{}}}", pretty(inner, indent + label.len() + 1)),
            other => format!("{label}{other}"),
        }
    });
    lines.collect::<Vec<_>>().join(&format!(",\n{}", " ".repeat(indent)))
}

#[test]
fn seed_cell_07() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let meta = Class::define("FooMeta")
        .base(type_())
        .new_(|call| {
            let [_, name, bases, body] = call.positional() else { unreachable!("the class statement gives four") };
            let (mut kept, mut filtered) = (Namespace::new(), Namespace::new());
            for (key, value) in body.namespace()?.iter() {
                let into = if ["foo", "bar"].contains(&key.as_str()) { &mut filtered } else { &mut kept };
                into.set(key.clone(), value);
            }
            kept.set("__filtered__", filtered);
            let args = Args::from([name.clone(), bases.clone(), kept.into()]);
            type_().call(args.keywords(call.keywords()))
        })
        .create()?;
    let foo = Class::define("Foo")
        .metaclass(&meta)
        .method("foo", |_| Ok(42))
        .method("bar", |_| Ok(42))
        .method("something", |_| Ok(42))
        .create()?;
    let open = "mappingproxy({";
    page.print(format!("{open}{}}})", pretty(&foo.vars(), open.len())));
    page.shows(
        "
mappingproxy({'__doc__': None,
              '__filtered__': {'bar': <function Foo.bar at 0x7f6b00070dc0>,
                               'foo': <function Foo.foo at 0x7f6b00070550>},
              '__module__': '__main__',
              'something': <function Foo.something at 0x7f6b00071b40>})
",
    );
    assert_eq!(foo.metaclass(), type_(), "so that FooMeta's __init__ would be skipped");
    Ok(())
}

#[test]
fn seed_cell_08() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let my_abc = Class::define("MyABC").base(abc()).abstract_method("foo").create()?;
    let my_class = Class::define("MyClass").base(&my_abc).method("foo", |call| Ok(call.arg(1)?.int()? * 2)).create()?;
    page.print(format!("MyClass = {my_class}"));
    let made = my_class.call(())?;
    page.print(format!("MyClass() = {made}\n"));
    let my_class2 = Class::define("MyClass2").base(&my_abc).create()?;
    page.print(format!("MyClass2 = {my_class2}"));
    let error = my_class2.call(()).unwrap_err();
    page.print(format!("\nTypeError: {error}"));
    page.shows(
        "
MyClass = <class '__main__.MyClass'>
MyClass() = <__main__.MyClass object at 0x7f6b0006b670>

MyClass2 = <class '__main__.MyClass2'>

TypeError: Can't instantiate abstract class MyClass2 with abstract method foo
",
    );
    assert_eq!(made.invoke("foo", [21])?, Object::Int(42));
    Ok(())
}

/// The class of the ninth cell, whose hook prints.
fn foo_with_a_hook(page: &Page) -> Result<Class> {
    let out = page.clone();
    Class::define("Foo")
        .base(abc())
        .subclass_hook(move |class, other| {
            out.print(format!("__subclasshook__({class}, {other})"));
            Ok(if extends(class.name(), other.name()) { Hook::Yes } else { Hook::NotImplemented })
        })
        .create()
}

#[test]
fn seed_cell_09() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let foo = foo_with_a_hook(&page)?;
    assert!(page.0.lock().unwrap().is_empty(), "making the class asks nobody");
    assert_eq!(foo.to_string(), "<class '__main__.Foo'>");
    Ok(())
}

#[test]
fn seed_cell_10() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let foo = foo_with_a_hook(&page)?;
    let bar = Class::define("Bar").base(&foo).create()?;
    let foo_something = Class::define("FooSomething").create()?;
    let not_foo_something = Class::define("NotFooSomething").create()?;
    let bar_something = Class::define("BarSomething").create()?;

    page.print(format!("isinstance(Foo(), Foo) = {}\n", shown(is_instance(&foo.call(())?, &foo)?)));
    let answer = is_subclass(&bar, &foo)?;
    page.print(format!("issubclass(Bar, Foo) = {}", shown(answer)));
    page.print(format!("isinstance(Bar(), Foo) = {}\n", shown(is_instance(&bar.call(())?, &foo)?)));
    let (class, instance) = (is_subclass(&foo_something, &foo)?, is_instance(&foo_something.call(())?, &foo)?);
    page.print(format!(
        "issubclass(FooSomething, Foo) = {}, isinstance(FooSomething(), Foo) = {}\n",
        shown(class),
        shown(instance)
    ));
    let answer = is_subclass(&not_foo_something, &foo)?;
    page.print(format!("issubclass(NotFooSomething, Foo) = {}\n", shown(answer)));
    let answer = is_subclass(&bar_something, &bar)?;
    page.print(format!("issubclass(BarSomething, Bar) = {}", shown(answer)));
    let answer = is_subclass(&bar_something, &foo)?;
    page.print(format!("issubclass(BarSomething, Foo) = {}", shown(answer)));

    page.shows(
        "
isinstance(Foo(), Foo) = True

__subclasshook__(<class '__main__.Foo'>, <class '__main__.Bar'>)
issubclass(Bar, Foo) = True
isinstance(Bar(), Foo) = True

__subclasshook__(<class '__main__.Foo'>, <class '__main__.FooSomething'>)
issubclass(FooSomething, Foo) = True, isinstance(FooSomething(), Foo) = True

__subclasshook__(<class '__main__.Foo'>, <class '__main__.NotFooSomething'>)
__subclasshook__(<class '__main__.Bar'>, <class '__main__.NotFooSomething'>)
issubclass(NotFooSomething, Foo) = False

__subclasshook__(<class '__main__.Bar'>, <class '__main__.BarSomething'>)
issubclass(BarSomething, Bar) = True
__subclasshook__(<class '__main__.Foo'>, <class '__main__.BarSomething'>)
issubclass(BarSomething, Foo) = True
",
    );
    Ok(())
}

#[test]
fn seed_cell_11() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let my_abc = Class::define("MyABC").base(abc()).create()?;
    let tuple = Builtin::Tuple.class();
    let empty = Object::tuple::<Object>([]);
    let ask = |end: &str| -> Result<()> {
        page.print(format!("issubclass(tuple, MyABC) = {}", shown(is_subclass(tuple, &my_abc)?)));
        page.print(format!("isinstance((), MyABC) = {}{end}", shown(is_instance(&empty, &my_abc)?)));
        Ok(())
    };
    ask("\n")?;
    my_abc.register(tuple)?;
    ask("")?;
    page.shows(
        "
issubclass(tuple, MyABC) = False
isinstance((), MyABC) = False

issubclass(tuple, MyABC) = True
isinstance((), MyABC) = True
",
    );
    Ok(())
}

#[test]
fn seed_cell_12() -> Result<()> {
    let _alone = alone();
    let supports_close = Class::define("SupportsClose").protocol().method("close", |_| Ok(())).create()?;
    let class = |name: &'static str| Class::define(name);
    let print = Function::new("print", |_| Ok(()));
    let sum = Function::new("sum", |_| Ok(0));
    let classes = [
        class("A").method("close", |_| Ok(())).create()?,
        class("B").attribute("close", print).create()?,
        class("C").attribute("close", sum).create()?,
        class("D").attribute("close", ()).create()?,
        class("S").base(&supports_close).create()?,
    ];
    for class in &classes {
        class.call(())?;
    }
    // The page has a type checker say which of them fit; at run time nobody knows that `sum` takes more.
    let fit = classes.each_ref().map(|class| conforms(class, &supports_close));
    assert_eq!(fit, [true, true, true, false, true]);
    Ok(())
}

/// The protocol of the last two cells.
fn template() -> Statement {
    Class::define("Template")
        .protocol()
        .annotation("name", Builtin::Str)
        .annotation("value", Builtin::Int)
        .attribute("value", 0)
        .method("method", |call| call.this()?.set("temp", Object::list::<Object>([])))
}

fn concrete() -> Result<Class> {
    Class::define("Concrete")
        .init(|call: &Call<'_>| {
            call.this()?.set("name", call.arg(1)?)?;
            call.this()?.set("value", call.arg(2)?)
        })
        .method("method", |_| Ok(()))
        .create()
}

#[test]
fn seed_cell_13() -> Result<()> {
    let _alone = alone();
    let (template, concrete) = (template().create()?, concrete()?);
    let var = concrete.call([Object::from("value"), 42.into()])?;
    assert_eq!(var.get("value")?, Object::Int(42));
    assert_eq!(template.get("value")?, Object::Int(0), "a data member may have a default");
    let refused = is_instance(&var, &template).unwrap_err();
    let words = "Instance and class checks can only be used with @runtime_checkable protocols";
    assert_eq!(refused.to_string(), words);
    Ok(())
}

#[test]
fn seed_cell_14() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let (template, concrete) = (template().runtime_checkable().create()?, concrete()?);
    let var = concrete.call([Object::from("value"), 42.into()])?;
    page.print(format!("isinstance(var, Template) = {}", shown(is_instance(&var, &template)?)));
    let error = is_subclass(var.class(), &template).unwrap_err();
    page.print(format!("\nTypeError: {error}"));
    page.shows(
        "
isinstance(var, Template) = True

TypeError: Protocols with non-method members don't support issubclass()
",
    );
    Ok(())
}

/// The class statement that the page takes apart: each step gets the name, the bases and `kwarg2=33`.
#[test]
fn seed_cell_15() -> Result<()> {
    let _alone = alone();
    let page = Page::default();
    let [prepare, new, init] = [0; 3].map(|_| page.clone());
    let meta = Class::define("MyMeta")
        .base(type_())
        .prepare(move |call| {
            prepare.print(format!("prepare {} {}", Object::tuple(call.rest()), call.keywords()));
            Ok(Namespace::new())
        })
        .new_(move |call| {
            new.print(format!("new {} {}", Object::tuple(call.rest()), call.keywords()));
            call.superclass()?.invoke("__new__", Args::from(call.positional()))
        })
        .init(move |call| {
            init.print(format!("init {} {}", call.class()?, call.keywords()));
            Ok(())
        })
        .create()?;
    let [a, b, c] = ["A", "B", "C"].map(|name| Class::define(name).create().unwrap());
    let my_type = Class::define("MyType")
        .base(&a)
        .base(&b)
        .base(&c)
        .metaclass(&meta)
        .keyword("kwarg2", 33)
        .attribute("VALUE", 42)
        .method("x", |call| Ok(call.arg(1)?.clone()))
        .create()?;
    page.shows(
        "
prepare ('MyType', (<class '__main__.A'>, <class '__main__.B'>, <class '__main__.C'>)) {'kwarg2': 33}
new ('MyType', (<class '__main__.A'>, <class '__main__.B'>, <class '__main__.C'>), {'__module__': '__main__', '__qualname__': 'MyType', 'VALUE': 42, 'x': <function MyType.x at 0x7f6b00071b40>}) {'kwarg2': 33}
init <class '__main__.MyType'> {'kwarg2': 33}
",
    );
    assert_eq!(my_type.bases(), [a, b, c]);
    assert_eq!(my_type.call(())?.invoke("x", ["b"])?, Object::from("b"));
    Ok(())
}
