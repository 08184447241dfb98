//! What is kept is right, whatever changed while it was worked out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use converse_model::object::{Class, Descriptor, Function, Hook, Object, Property, Result, is_instance, is_subclass};

use crate::{define, derived, plain};

struct World {
    asked: Vec<Class>,
    classes: Vec<Class>,
    instances: Vec<Object>,
}

fn world() -> World {
    let hooked = |name: &'static str| {
        let hook =
            |_: &Class, other: &Class| Ok(if other.find("m").is_some() { Hook::Yes } else { Hook::NotImplemented });
        define(name).abc().subclass_hook(hook).create().unwrap()
    };
    let plain_abc = |name: &'static str| define(name).abc().create().unwrap();
    let methods = define("Methods").protocol().runtime_checkable().method("m", |_| Ok(())).create().unwrap();
    let data = define("Data").protocol().runtime_checkable().annotation("x", ()).create().unwrap();
    let above = plain("Above");
    let classes: Vec<Class> = (0..12).map(|_| derived("Below", &[&above])).chain([above.clone()]).collect();
    let instances = classes.iter().map(|class| class.call(()).unwrap()).collect();
    World {
        asked: vec![hooked("H1"), hooked("H2"), plain_abc("A1"), plain_abc("A2"), methods, data],
        classes,
        instances,
    }
}

/// Every answer there is.
fn answers(world: &World) -> Vec<Option<bool>> {
    let mut answers = Vec::new();
    for asked in &world.asked {
        answers.extend(world.classes.iter().map(|class| is_subclass(class, asked).ok()));
        answers.extend(world.instances.iter().map(|instance| is_instance(instance, asked).ok()));
    }
    answers
}

/// One change of many, by its number.
fn change(world: &World, at: usize) {
    let class = &world.classes[at * 7 % world.classes.len()];
    let instance = &world.instances[at * 5 % world.instances.len()];
    match at % 7 {
        0 => class.set("m", Function::new("m", |_| Ok(()))).unwrap(),
        1 => class.set("m", ()).unwrap(),
        2 => drop(class.delete("m")),
        3 => instance.set("x", 1).unwrap(),
        4 => drop(instance.delete("x")),
        // A class below an abstract one, which answers for it while it lives.
        5 => drop(define("Gone").base(&world.asked[2]).subclass_hook(|_, _| Ok(Hook::Yes)).create().unwrap()),
        _ => drop(world.asked[3].register(class)),
    }
}

#[test]
fn what_is_kept_is_what_would_be_worked_out_again() {
    let world = world();
    for round in 0..30 {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let asking = [0; 2].map(|_| {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        answers(&world);
                    }
                })
            });
            let changing = [0, 1000].map(|from| {
                let world = &world;
                scope.spawn(move || (0..100).for_each(|at| change(world, round * 31 + from + at)))
            });
            for thread in changing {
                thread.join().unwrap();
            }
            done.store(true, Ordering::Relaxed);
            for thread in asking {
                thread.join().unwrap();
            }
        });
        let kept = answers(&world);
        // Any change ends everything that is kept.
        plain("Unrelated").set("changed", true).unwrap();
        assert_eq!(kept, answers(&world), "round {round}");
    }
}

#[test]
fn an_answer_that_did_not_see_a_change_is_not_kept_under_it() {
    // The hook looks, then changes what it looked at, as another thread might at that moment.
    let hook = |_: &Class, other: &Class| {
        let found = other.find("m").is_some();
        other.set("m", 1)?;
        Ok(if found { Hook::Yes } else { Hook::NotImplemented })
    };
    let asked = define("Asked").abc().subclass_hook(hook).create().unwrap();
    let class = plain("C");
    assert!(!is_subclass(&class, &asked).unwrap());
    assert!(is_subclass(&class, &asked).unwrap());

    let other = plain("D");
    let made = other.call(()).unwrap();
    assert!(!is_instance(&made, &asked).unwrap());
    assert!(is_instance(&made, &asked).unwrap());
}

/// A class, and what derives from it: directly, by way of others, and beside another.
fn family() -> Result<(Class, Vec<Class>)> {
    let base = define("Base").create()?;
    let other = define("Other").attribute("other", 1).create()?;
    let mut heirs = vec![base.clone()];
    for at in 0..30 {
        let above = &heirs[at / 2];
        let heir = define("Heir").base(above);
        heirs.push(if at % 3 == 0 { heir.base(&other) } else { heir }.create()?);
    }
    Ok((base, heirs))
}

#[test]
fn a_change_of_a_base_is_seen_at_once_through_all_that_derive_from_it() -> Result<()> {
    let (base, heirs) = family()?;
    let made: Vec<Object> = heirs.iter().map(|heir| heir.call(())).collect::<Result<_>>()?;
    let is = |read: &dyn Fn(&Object) -> Result<Object>, wanted: Object| {
        // Twice: the second time it is at hand.
        for object in made.iter().chain(&made) {
            assert_eq!(read(object).unwrap(), wanted, "{object}");
        }
    };
    let get = |object: &Object| object.get("x");
    for round in 0..3 {
        base.set("x", round)?;
        is(&get, round.into());
        base.set("x", "text")?;
        is(&get, "text".into());
        base.set("x", Property::new(Function::new("x", move |_| Ok(100 + round))))?;
        is(&get, (100 + round).into());
        for add in [0, 200] {
            base.set("x", Function::new("x", move |_| Ok(add + round)))?;
            is(&|object: &Object| object.invoke("x", ()), (add + round).into());
        }
        base.set("x", Descriptor::Class(Function::new("x", |call| call.class().cloned())))?;
        for (heir, object) in heirs.iter().zip(&made) {
            assert_eq!(object.invoke("x", ())?, heir.into());
        }
        base.set("x", Descriptor::Static(Function::new("x", |call| Ok(call.positional().is_empty()))))?;
        is(&|object: &Object| object.invoke("x", ()), true.into());
        base.set("x", Object::tuple([round]))?;
        is(&get, Object::tuple([round]));
        // One in the midst, which is nearer to some.
        heirs[1].set("x", "near")?;
        for (heir, object) in heirs.iter().zip(&made) {
            let near = heir.derives_from(&heirs[1]);
            assert_eq!(object.get("x")?, if near { "near".into() } else { Object::tuple([round]) });
        }
        heirs[1].delete("x")?;
        is(&get, Object::tuple([round]));
        base.delete("x")?;
        assert!(made.iter().chain(&made).all(|object| matches!(object.has("x"), Ok(false))), "it is gone");
    }
    Ok(())
}

#[test]
fn what_one_thread_changed_another_that_is_told_of_it_sees() -> Result<()> {
    let (base, heirs) = family()?;
    base.set("x", -1)?;
    let (tell, told) = std::sync::mpsc::sync_channel::<i64>(0);
    let (answer, answered) = std::sync::mpsc::sync_channel::<i64>(0);
    std::thread::scope(|scope| {
        let heirs = &heirs;
        scope.spawn(move || {
            for turn in told {
                for heir in heirs.iter().chain(heirs) {
                    assert_eq!(heir.get("x").unwrap(), turn.into(), "{heir}");
                    assert_eq!(heir.call(()).unwrap().invoke("method", ()).unwrap(), turn.into(), "{heir}");
                }
                heirs[0].set("x", -turn).unwrap();
                answer.send(turn).unwrap();
            }
        });
        for turn in 1..200 {
            base.set("method", Function::new("method", move |_| Ok(turn))).unwrap();
            base.set("x", turn).unwrap();
            tell.send(turn).unwrap();
            answered.recv().unwrap();
            assert!(heirs.iter().all(|heir| heir.get("x").unwrap() == (-turn).into()));
        }
        drop(tell);
    });
    Ok(())
}

#[test]
fn what_was_read_lately_is_kept_alive_by_nobody() -> Result<()> {
    let held = Arc::new(());
    let kept = Arc::clone(&held);
    let class = define("C").method("count", move |_| Ok(Arc::strong_count(&kept) == 2)).create()?;
    let weak = class.downgrade();
    assert_eq!(class.call(())?.invoke("count", ())?, true.into());
    assert_eq!(class.call(())?.get("count")?.call(())?, true.into());
    drop(class);
    assert!(weak.upgrade().is_none() && Arc::strong_count(&held) == 1);
    Ok(())
}
