//! What is wrong with classes, hooks and rules is told when the program starts: all of it at once, each with what to do.

#![allow(missing_docs, dead_code, clippy::unwrap_used, reason = "a test")]

use converse::model::{Class, Namespace, Object, abc_meta, type_};
use converse::{
    AnyMessage, App, Problem, StartError, State, View, after, before, block_on, init_subclass, message, protocol,
    respond, union,
};

/// What may be undone.
#[message(abstract)]
struct Command {
    id: String,
}

#[message(extends(Command))]
struct Undo {
    id: String,
}

#[message(extends(Command, kwargs(policy = "strict")))]
struct Redo {
    id: String,
}

#[message(extends(Redo, kwargs(policy = "none", limit = 3, ratio = -0.5, early = true)))]
struct Again {
    id: String,
}

fn policy(keywords: &Namespace) -> Option<&str> {
    match keywords.get("policy") {
        Some(Object::Str(policy)) => Some(policy),
        _ => None,
    }
}

#[init_subclass(Command)]
fn says_its_policy(class: &Class, keywords: &Namespace) -> Result<(), Problem> {
    match policy(keywords) {
        Some(_) => Ok(()),
        None => Err(Problem {
            what: "it has no policy".to_owned(),
            remedy: format!("declare `{}` with kwargs(policy = \"strict\")", class.name()),
        }),
    }
}

#[init_subclass(Command)]
fn has_a_policy_that_there_is(_class: &Class, keywords: &Namespace) -> Result<(), Problem> {
    match policy(keywords) {
        Some("strict" | "lax") => Ok(()),
        other => Err(Problem {
            what: format!("its policy is {}", other.unwrap_or("not there")),
            remedy: "write \"strict\" or \"lax\"".to_owned(),
        }),
    }
}

/// A rule for all classes.
#[init_subclass]
fn is_not_called_temporary(class: &Class, _keywords: &Namespace) -> Result<(), Problem> {
    if class.name().starts_with("Temporary") {
        let remedy = "find the word for what it is".to_owned();
        return Err(Problem { what: "no class is called after how long it lasts".to_owned(), remedy });
    }
    Ok(())
}

#[message]
struct TemporaryThing {}

/// Two that derive from each other.
#[message(extends(Hen))]
struct Egg {}

#[message(extends(Egg))]
struct Hen {}

fn loud() -> Class {
    Class::define("Loud").base(type_()).create().unwrap()
}

#[message(metaclass = loud)]
struct Shout {}

#[message(metaclass = abc_meta_class)]
struct Whisper {}

fn abc_meta_class() -> Class {
    abc_meta().clone()
}

#[message(extends(Shout, Whisper))]
struct Murmur {}

/// It derives from what is left out.
#[message(abstract)]
struct LeftOut {}

#[message(extends(LeftOut))]
struct Orphan {}

#[message]
struct Keyed {}

/// Nobody reads its keyword.
#[message(extends(Keyed, kwargs(colour = "red")))]
struct Coloured {}

/// Nothing may be registered with it.
#[message]
struct Closed {}

converse::register!(Closed: Keyed);

#[protocol]
struct Owned {
    owner: String,
}

/// It conforms by name, and not by type.
#[message]
struct Parcel {
    owner: u64,
}

#[before(Owned)]
fn knows_its_owner(_message: View<Owned>, _pool: State<u8>) {}

/// A base whose numbers are smaller than those of what derives from it: the compiler does not see that.
#[message(abstract)]
struct Small {
    size: u8,
}

#[message(extends(Small))]
struct Large {
    size: u32,
}

/// A hook that reads more than what it is for has.
#[message]
struct Bare {}

#[after(Bare)]
fn wants_more(_message: View<Owned>) {}

#[union]
enum Either {
    Bare(Bare),
}

#[before(Keyed)]
fn of_another_union(_message: View<Either>) {}

#[respond]
fn any(_message: AnyOf) {}

#[message]
struct AnyOf {}

#[message(extends(AnyOf))]
struct AnyMore {}

#[respond]
fn parcel(_message: View<Parcel>) {}

#[respond]
fn bare(_message: Bare) {}

#[respond]
fn keyed(_message: Keyed) {}

#[before(AnyOf)]
fn needs_a_state(_message: AnyMessage, _pool: State<u8>) {}

fn problems(app: converse::TestApp) -> Vec<String> {
    let told = block_on(async { app.build().map(drop) }).unwrap_err();
    let StartError::Classes(problems) = told else { return vec![told.to_string()] };
    // Where a thing is declared is not what is looked at.
    let place = |text: &str| {
        let mut parts = text.split(" (converse/tests/start.rs:");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |told, part| told + part.split_once(')').map_or(part, |(_, rest)| rest))
    };
    problems.0.iter().map(|problem| place(&problem.to_string())).collect()
}

#[test]
fn all_is_told_at_once() {
    let mut told = problems(App::test().without::<LeftOut>());
    told.sort_unstable();
    let mut expected = [
        "`Undo` breaks the rule `says_its_policy` of `Command`: it has no policy; declare `Undo` with kwargs(policy = \"strict\")",
        "`Undo` breaks the rule `has_a_policy_that_there_is` of `Command`: its policy is not there; write \"strict\" or \"lax\"",
        "`Again` breaks the rule `has_a_policy_that_there_is` of `Command`: its policy is none; write \"strict\" or \"lax\"",
        "`TemporaryThing` breaks the rule `is_not_called_temporary`: no class is called after how long it lasts; find the word for what it is",
        "`Egg` derives from itself; remove one of the `extends(…)` on the way round",
        "`Murmur` cannot be made: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases; derive it from classes of one metaclass, or name with `metaclass = …` a function that gives a metaclass which derives from both `Loud` and `ABCMeta`",
        "`Orphan` derives from `LeftOut`, which is not in this registry; add `LeftOut` to the registry, or leave `Orphan` out of it too",
        "`Coloured` cannot be made: Coloured.__init_subclass__() takes no keyword arguments; remove `kwargs(…)`, or write a rule for one of its bases, which reads them: `#[init_subclass(Base)]`",
        "`Keyed` cannot be registered with `Closed`: type object 'Closed' has no attribute 'register'; make `Closed` abstract: only an abstract class has registrations",
        "`Large` derives from `Small`, and so has a field `size`, which is of another type; give `Large.size` the type that it has in `Small`",
        "the hook `start::knows_its_owner` reads the field `owner` of `Parcel`, which is of another type; give `Parcel.owner` the type that it has in `Owned`, or another name",
        "the hook `start::wants_more` reads the field `owner` of `Bare`, which is not there; add `owner` to `Bare`, or have it read as something that does without",
        "the hook `start::of_another_union` reads `Keyed` as `Either`, which has no class for it; add `Keyed` to the union `Either`, or have it read as `AnyMessage`",
    ];
    expected.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn what_a_hook_needs_is_told_once_however_many_classes_it_is_for() {
    let app = App::test().without::<Undo>().without::<Redo>().without::<Again>().without::<TemporaryThing>();
    let app = app.without::<Egg>().without::<Hen>().without::<Murmur>().without::<LeftOut>().without::<Orphan>();
    let app = app.without::<Keyed>().without::<Coloured>().without::<Large>().without::<Bare>().without::<Parcel>();
    let needed = "the hook `start::needs_a_state` needs State<u8>, which the application was not given; add .state(…) with a value of type u8 to the App";
    assert_eq!(problems(app), [needed]);
}
