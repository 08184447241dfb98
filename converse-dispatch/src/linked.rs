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
    /// The hooks in their order, each with the place of what it is for.
    hooks: Vec<(&'static Hook, usize)>,
    /// What there are hooks for, each once: of a class it is asked once, however many hooks are for it.
    targets: Vec<Vec<Class>>,
    /// The hooks of classes, by their places: many classes have the same.
    shared: FxHashMap<Vec<usize>, Arc<Hooks>>,
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
            hooks.push((hook, targets));
        }
        let responders = responders.values().filter_map(of_class).collect();
        let mut plans = Plans { responders, hooks: Vec::new(), targets: Vec::new(), shared: FxHashMap::default() };
        for (hook, aim) in in_order(hooks) {
            let place = plans.targets.iter().position(|other| *other == aim).unwrap_or_else(|| {
                plans.targets.push(aim);
                plans.targets.len() - 1
            });
            plans.hooks.push((hook, place));
        }
        plans
    }

    /// The handler of a class with the hooks around it.
    fn of(&mut self, entry: &Entry) -> (Option<Responder>, Vec<Problem>) {
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
        let hooks = self.hooks_for(entry, &mut problems);
        if !hooks.is_empty() {
            responder.hooks = Some(self.shared(hooks));
        }
        (Some(responder), problems)
    }

    /// The hooks with these places.
    fn shared(&mut self, places: Vec<usize>) -> Arc<Hooks> {
        let hooks = &self.hooks;
        let made = self.shared.entry(places).or_insert_with_key(|places| {
            let hooks = places.iter().filter_map(|at| hooks.get(*at)).map(|(hook, _)| *hook);
            let (before, mut after): (Vec<_>, Vec<_>) = hooks.partition(|hook| hook.when == When::Before);
            after.reverse();
            Arc::new(Hooks { before, after })
        });
        Arc::clone(made)
    }

    /// The places of the hooks that are for a class.
    fn hooks_for(&self, entry: &Entry, problems: &mut Vec<Problem>) -> Vec<usize> {
        let is_for = |targets: &Vec<Class>| {
            targets.iter().try_fold(false, |found, target| Ok(found || is_of(entry.class(), target)?))
        };
        let is_for: Vec<Result<bool, converse_model::object::Error>> = self.targets.iter().map(is_for).collect();
        let mut places = Vec::new();
        for (at, (hook, target)) in self.hooks.iter().enumerate() {
            match is_for.get(*target) {
                Some(Ok(true)) => {}
                Some(Ok(false)) | None => continue,
                Some(Err(error)) => {
                    let what = format!("whether the hook `{}` ({}) is for `{}`", hook.path, hook.origin, entry.name());
                    let what = format!("{what} cannot be found out: {error}");
                    problems.push(Problem { what, remedy: error.remedy() });
                    continue;
                }
            }
            if let Some(reads) = hook.reads {
                let reader = || format!("the hook `{}` ({})", hook.path, hook.origin);
                problems.extend(unsuitable(entry, reads, reader));
            }
            places.push(at);
        }
        places
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
