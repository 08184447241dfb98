//! Joining classes, handlers and hooks, which the linker collected separately.

use std::any::TypeId;
use std::sync::{Arc, OnceLock};

use converse_model::object::{Class, conforms, is_subclass, protocol};
use converse_model::{Entry, Kind, Known, Problem, Problems, Registry, RegistryBuilder, lacks};
use rustc_hash::FxHashMap;

use crate::hook::Hooks;
use crate::live::Answer;
use crate::{Hook, Responder, When};

/// Hangs on every class its handler, or the nearest one along its MRO, and the hooks that are for it.
///
/// Two handlers of one class are a problem of the registry, and so is a class that lacks what its handler or a hook
/// reads of it.
#[must_use]
pub fn handlers(builder: RegistryBuilder) -> RegistryBuilder {
    let mut responders: FxHashMap<_, &Responder> = FxHashMap::default();
    let mut problems = Vec::new();
    for responder in inventory::iter::<Responder>() {
        if let Some(other) = responders.insert(responder.message, responder) {
            let (mut first, mut second) = (other.origin, responder.origin);
            if (second.file, second.line) < (first.file, first.line) {
                std::mem::swap(&mut first, &mut second);
            }
            problems.push(Problem {
                what: format!("two handlers answer the same class: {first} and {second}"),
                remedy: "remove one #[respond]".to_owned(),
            });
        }
    }
    let mut plans: Option<Plans> = None;
    builder.with_problems(problems).attach(move |known, entry, slots| {
        if !entry.is_sent() {
            return Vec::new();
        }
        let plans = plans.get_or_insert_with(|| Plans::new(known, &responders));
        let (responder, problems) = plans.of(entry);
        if let Some(responder) = responder {
            slots.put(responder);
        }
        problems
    })
}

/// What is known of all classes together, for the plan of each.
struct Plans {
    /// The handlers, by their classes.
    responders: FxHashMap<u32, Responder>,
    /// The hooks in their order, with the classes that they are for.
    hooks: Vec<(Hook, Vec<Class>)>,
}

impl Plans {
    fn new(known: &Known<'_>, responders: &FxHashMap<TypeId, &Responder>) -> Plans {
        let of_class = |responder: &&Responder| Some((known.of(responder.message)?.id(), (*responder).clone()));
        let mut hooks: Vec<(Hook, Vec<Class>)> = Vec::new();
        for hook in inventory::iter::<Hook>() {
            let targets = match &hook.shape.kind {
                Kind::Union(members) => {
                    members.iter().filter_map(|member| known.named(member.name())).cloned().collect()
                }
                _ => known.of(hook.of.type_id).cloned().into_iter().collect::<Vec<_>>(),
            };
            hooks.push((*hook, targets));
        }
        hooks.sort_by_key(|(hook, targets)| (generality(targets), hook.order, hook.path));
        Plans { responders: responders.values().filter_map(of_class).collect(), hooks }
    }

    /// The handler of a class with the hooks around it.
    fn of(&self, entry: &Entry) -> (Option<Responder>, Vec<Problem>) {
        let (class, mut problems) = (entry.class(), Vec::new());
        let answer = |above: &Class| match above.slot::<Answer>() {
            Some(answer) => Some(Responder::of_live(answer, entry)),
            None => self.responders.get(&above.id()).cloned(),
        };
        let Some((above, responder)) = class.mro().find_map(|above| Some((above, answer(above)?))) else {
            return (None, problems);
        };
        let mut responder = Responder { tally: Some(Arc::default()), ..responder };
        // What is inherited is given the message as far as it knows it.
        responder.viewed |= above != class;
        if responder.viewed
            && let Some((field, is_there)) = lacks(entry.shape(), responder.reads)
        {
            let reader = format!("the handler of `{}` ({})", responder.reads.name, responder.origin);
            problems.push(unsuitable(entry, &reader, &field.name, is_there));
        }
        let hooks = self.hooks_of(entry, &mut problems);
        if hooks.iter().next().is_some() {
            responder.hooks = Some(Arc::new(hooks));
        }
        (Some(responder), problems)
    }

    fn hooks_of(&self, entry: &Entry, problems: &mut Vec<Problem>) -> Hooks {
        let mut hooks = Hooks::default();
        for (hook, targets) in &self.hooks {
            let is_for = targets.iter().try_fold(false, |found, target| Ok(found || matches(entry.class(), target)?));
            match is_for {
                Ok(true) => {}
                Ok(false) => continue,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            }
            if let Some((field, is_there)) = hook.reads.and_then(|reads| lacks(entry.shape(), reads)) {
                let reader = format!("the hook `{}` ({})", hook.path, hook.origin);
                problems.push(unsuitable(entry, &reader, &field.name, is_there));
            }
            match hook.when {
                When::Before => hooks.before.push(*hook),
                When::After => hooks.after.push(*hook),
            }
        }
        hooks.after.reverse();
        hooks
    }
}

/// How general what a hook is for is: the fewer classes it derives from, the more. That a protocol is one makes it no
/// less general.
fn generality(targets: &[Class]) -> usize {
    let depth = |target: &Class| target.mro().filter(|above| *above != protocol()).count();
    targets.iter().map(depth).min().unwrap_or(usize::MAX)
}

/// Whether messages of a class are of a kind: it has the members of a protocol, or counts among the subclasses of a
/// class.
fn matches(class: &Class, target: &Class) -> Result<bool, Problem> {
    if target.is_protocol() {
        return Ok(conforms(class, target));
    }
    is_subclass(class, target).map_err(|error| Problem {
        what: format!("whether `{}` is a subclass of `{}` cannot be found out: {error}", class.name(), target.name()),
        remedy: error.remedy(),
    })
}

fn unsuitable(entry: &Entry, reader: &str, field: &str, is_there: bool) -> Problem {
    let class = entry.name();
    let (wrong, remedy) = if is_there {
        ("is of another type", format!("give `{class}.{field}` the type that is read, or another name"))
    } else {
        ("is not there", format!("add `{field}` to `{class}`, or have it read as something that does without"))
    };
    let what = format!("{reader} reads the field `{field}` of `{class}` ({}), which {wrong}", entry.origin());
    Problem { what, remedy }
}

/// The registry of every linked class with its handler, made once: what the plain functions use.
///
/// # Errors
/// All that is wrong with the linked classes.
pub fn linked() -> Result<&'static Registry, Problems> {
    static LINKED: OnceLock<Result<Registry, Problems>> = OnceLock::new();
    LINKED.get_or_init(|| handlers(Registry::linked()).build()).as_ref().map_err(Clone::clone)
}
