//! What is kept is right, whatever changed while it was worked out.

use std::sync::atomic::{AtomicBool, Ordering};

use converse_model::object::{Class, Function, Hook, Object, is_instance, is_subclass};

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
