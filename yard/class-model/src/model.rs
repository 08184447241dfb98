//! converse's side: 64 classes, a third of them with two methods, a fifth of them registered.

use std::cell::Cell;
use std::hint::black_box;

use converse_model::object::{
    Builtin, Class, Hook, Object, Result, abc_meta, conforms, is_instance, is_subclass, type_,
};

/// An operation, by its place in a round.
pub(crate) type Operation = Box<dyn Fn(usize) -> Result<bool>>;

struct World {
    classes: Vec<Class>,
    /// More than fit into the processor's caches.
    many: Vec<Class>,
    instances: Vec<Object>,
    a: Class,
    audited: Class,
    hooked: Class,
    counted: Class,
    closes: Class,
    named: Class,
    ruled: Class,
}

impl World {
    fn new() -> Result<World> {
        let a = Class::define("A").create()?;
        let b = Class::define("B").base(&a).create()?;
        let c = Class::define("C").base(&a).create()?;
        let d = Class::define("D").base(&b).base(&c).create()?;
        let audited = Class::define("Audited").abc().create()?;
        let mut classes = Vec::new();
        for at in 0..64 {
            let mut statement =
                Class::define(format!("K{at}")).base(if at % 2 == 0 { &d } else { &a }).attribute("VALUE", at);
            if at % 3 == 0 {
                statement = statement.method("close", |_| Ok(())).method("name", |_| Ok(()));
            }
            classes.push(statement.create()?);
        }
        for class in classes.iter().step_by(5) {
            audited.register(class)?;
        }
        let instances: Vec<Object> = classes.iter().map(|class| class.call(())).collect::<Result<_>>()?;
        for instance in &instances {
            instance.set("title", "t")?;
        }
        let meta = Class::define("Meta")
            .base(type_())
            .new_(|call| {
                let args = converse_model::object::Args::from(call.positional());
                call.superclass()?.invoke("__new__", args)
            })
            .create()?;
        let many = (0..100_000).map(|at| Class::define(format!("N{at}")).base(&a).create()).collect::<Result<_>>()?;
        Ok(World {
            classes,
            many,
            instances,
            a,
            audited,
            hooked: Class::define("Hooked")
                .abc()
                .subclass_hook(|_, other| {
                    Ok(if other.name().starts_with('K') { Hook::Yes } else { Hook::NotImplemented })
                })
                .create()?,
            counted: Class::define("Counted").abc().create()?,
            closes: Class::define("Closes")
                .protocol()
                .runtime_checkable()
                .method("close", |_| Ok(()))
                .method("name", |_| Ok(()))
                .create()?,
            named: Class::define("Named").protocol().runtime_checkable().annotation("title", Builtin::Str).create()?,
            ruled: Class::define("Ruled")
                .metaclass(&meta)
                .init_subclass(|call| call.superclass()?.invoke("__init_subclass__", call.args_after_first()).map(drop))
                .create()?,
        })
    }

    fn class(&self, at: usize) -> &Class {
        &self.classes[at & 63]
    }

    fn instance(&self, at: usize) -> &Object {
        &self.instances[at & 63]
    }
}

/// The rows that have an upper limit, in nanoseconds, and those that have none.
pub(crate) fn operations() -> Result<Vec<(&'static str, Option<f64>, Operation)>> {
    let world: &'static World = Box::leak(Box::new(World::new()?));
    let w = world;
    let kept = Some(10.0);
    let row = |name, must, operation: fn(&'static World, usize) -> Result<bool>| {
        let run: Operation = Box::new(move |at| operation(black_box(w), at));
        (name, must, run)
    };
    thread_local! {
        static REGISTERED: Cell<Option<Class>> = const { Cell::new(None) };
    }
    Ok(vec![
        row("instance, exact", kept, |w, at| is_instance(w.instance(at), w.class(at))),
        row("subclass, nominal", kept, |w, at| is_subclass(w.class(at), &w.a)),
        row("instance, nominal", kept, |w, at| is_instance(w.instance(at), &w.a)),
        row("subclass, virtual", kept, |w, at| is_subclass(w.class(at), &w.audited)),
        row("instance, virtual", kept, |w, at| is_instance(w.instance(at), &w.audited)),
        row("subclass, hook", kept, |w, at| is_subclass(w.class(at), &w.hooked)),
        row("subclass, structural", kept, |w, at| is_subclass(w.class(at), &w.closes)),
        row("instance, structural", kept, |w, at| is_instance(w.instance(at), &w.closes)),
        row("instance, data member", kept, |w, at| is_instance(w.instance(at), &w.named)),
        row("conforms", kept, |w, at| Ok(conforms(w.class(at), &w.named))),
        row("subclass, one of 100,000 at random", None, |w, at| {
            is_subclass(&w.many[at.wrapping_mul(7919) % w.many.len()], &w.a)
        }),
        row("first check, hook", None, |w, at| {
            if at & 63 == 0 {
                let other = Class::define("R").create()?;
                w.counted.register(&other)?;
                REGISTERED.set(Some(other));
            }
            is_subclass(w.class(at), &w.hooked)
        }),
        row("class: plain", None, |w, _| Class::define("P").base(&w.a).create().map(|class| class.id() > 0)),
        row("class: metaclass and init_subclass", None, |w, _| {
            Class::define("P").base(&w.ruled).create().map(|class| class.id() > 0)
        }),
        row("class: abstract", None, |_, _| {
            Class::define("P").metaclass(abc_meta()).create().map(|class| class.id() > 0)
        }),
        row("attribute of the class", None, |w, at| Ok(!w.instance(at).get("VALUE")?.is_none())),
        row("attribute of the instance", None, |w, at| Ok(!w.instance(at).get("title")?.is_none())),
        row("method, read and called", None, |w, _| Ok(w.instance(0).invoke("close", ())?.is_none())),
    ])
}
