//! Joining classes, handlers and hooks, which the linker collected separately.

use std::any::TypeId;
use std::sync::{Arc, OnceLock};

use converse_model::object::Class;
use converse_model::{Entry, Kind, Known, Lack, Problem, Problems, Registry, RegistryBuilder, Shape, lacks};
use rustc_hash::FxHashMap;

use crate::generality::{Aimed, in_order, is_of};
use crate::hook::Hooks;
use crate::live::Answer;
use crate::view::read_as;
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
    hooks: Vec<Aimed>,
}

impl Plans {
    fn new(known: &Known<'_>, responders: &FxHashMap<TypeId, &Responder>) -> Plans {
        let of_class = |responder: &&Responder| Some((known.of(responder.message)?.id(), (*responder).clone()));
        let named: FxHashMap<&str, &Class> = known.iter().map(|class| (class.name().as_str(), class)).collect();
        let mut hooks: Vec<Aimed> = Vec::new();
        for hook in inventory::iter::<Hook>() {
            let targets = match &hook.shape.kind {
                Kind::Union(members) => {
                    members.iter().filter_map(|member| named.get(member.name()).copied()).cloned().collect()
                }
                _ => known.of(hook.of.type_id).cloned().into_iter().collect::<Vec<_>>(),
            };
            hooks.push((*hook, targets));
        }
        Plans { responders: responders.values().filter_map(of_class).collect(), hooks: in_order(hooks) }
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
        if responder.viewed {
            let reader = || format!("the handler of `{}` ({})", responder.reads.name, responder.origin);
            problems.extend(unsuitable(entry, responder.reads, reader));
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
            let is_for = targets.iter().try_fold(false, |found, target| Ok(found || is_of(entry.class(), target)?));
            let is_for = is_for.unwrap_or_else(|error: converse_model::object::Error| {
                let what = format!("whether the hook `{}` ({}) is for `{}`", hook.path, hook.origin, entry.name());
                problems.push(Problem { what: format!("{what} cannot be found out: {error}"), remedy: error.remedy() });
                false
            });
            if !is_for {
                continue;
            }
            if let Some(reads) = hook.reads {
                let reader = || format!("the hook `{}` ({})", hook.path, hook.origin);
                problems.extend(unsuitable(entry, reads, reader));
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

/// What is wrong if messages of a class are to be read as something else.
fn unsuitable(entry: &Entry, reads: &Shape, reader: impl FnOnce() -> String) -> Option<Problem> {
    let (name, origin) = (entry.name(), entry.origin());
    let Some(asked) = read_as(entry.class(), reads) else {
        return Some(Problem {
            what: format!("{} reads `{name}` ({origin}) as `{}`, which has no class for it", reader(), reads.name),
            remedy: format!("add `{name}` to the union `{}`, or have it read as `AnyMessage`", reads.name),
        });
    };
    let lack = lacks(entry.shape(), asked)?;
    let field = &lack.field().name;
    let (wrong, remedy) = match lack {
        Lack::Absent(_) => {
            ("is not there", format!("add `{field}` to `{name}`, or have it read as something that does without"))
        }
        Lack::OfAnotherType(_) => (
            "is of another type",
            format!("give `{name}.{field}` the type that it has in `{}`, or another name", asked.name),
        ),
    };
    Some(Problem {
        what: format!("{} reads the field `{field}` of `{name}` ({origin}), which {wrong}", reader()),
        remedy,
    })
}

/// The registry of every linked class with its handler, made once: what the plain functions use.
///
/// # Errors
/// All that is wrong with the linked classes.
pub fn linked() -> Result<&'static Registry, Problems> {
    static LINKED: OnceLock<Result<Registry, Problems>> = OnceLock::new();
    LINKED.get_or_init(|| handlers(Registry::linked()).build()).as_ref().map_err(Clone::clone)
}
