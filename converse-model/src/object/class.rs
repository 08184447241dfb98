//! A class: an object that makes others. Its identity, its place among classes, and its own members.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, RwLock, Weak};

use super::cache::{self, Answers, Found, LayoutAnswers};
use super::compiled::ShapeOf;
use super::layout::Layouts;
use super::lock::{read, write};
use super::{Args, Function, Namespace, Object, Result, Statement, absent, attribute, call, recent, root};
use crate::{Slots, Text};

/// A class. Two handles are equal if they are of the same class; cloning one is cheap.
///
/// What it derives from never changes; its members do, unless it is built in or compiled. A class lives as long as
/// a handle, an instance or a subclass does. A function of its body that holds a handle of the class keeps it for
/// good: ask [`Call`](super::Call) for the class instead, or hold a [`WeakClass`].
#[derive(Clone)]
pub struct Class(Arc<Body>);

/// A handle that keeps no class alive.
#[derive(Clone, Default)]
pub struct WeakClass(Weak<Body>);

pub(super) struct Body {
    pub(super) id: u32,
    pub(super) name: Text,
    pub(super) qualname: Text,
    /// Set once: later than the body for `type` alone, whose class is itself.
    pub(super) metaclass: OnceLock<Class>,
    pub(super) bases: Vec<Class>,
    /// The MRO without the class itself.
    pub(super) ancestors: Vec<Class>,
    pub(super) members: Members,
    pub(super) holds: Holds,
    /// The class that decides how instances are laid out; two bases must not disagree.
    pub(super) solid: Option<WeakClass>,
    pub(super) shape: Option<ShapeOf>,
    slots: Arc<Slots>,
    /// Whether its mere existence can change what an abstract class above it answers.
    pub(super) answers_for_parents: AtomicBool,
    subclasses: RwLock<BTreeMap<u32, Weak<Body>>>,
    registered: RwLock<Vec<Weak<Body>>>,
    abstracts: RwLock<Option<Arc<[Text]>>>,
    pub(super) answers: Answers,
    found: RwLock<Found>,
    names: absent::Members,
    pub(super) layouts: Layouts,
    pub(super) layout_answers: LayoutAnswers,
}

/// The members of a class.
pub(super) enum Members {
    /// Of a built-in class, for good.
    Fixed(Namespace),
    /// Of any other.
    Open(RwLock<Namespace>),
}

/// What the instances of a class may hold, beside the fields of a shape.
pub(super) struct Holds {
    /// Any attribute.
    pub(super) any: bool,
    /// The attributes that the class's own body names.
    pub(super) slots: Arc<[Text]>,
}

impl Holds {
    /// No attribute at all.
    pub(super) fn nothing() -> Holds {
        Holds { any: false, slots: Arc::default() }
    }
}

/// What a class is made of; the rest follows from it.
pub(super) struct Parts {
    pub(super) name: Text,
    pub(super) qualname: Text,
    pub(super) metaclass: Option<Class>,
    pub(super) bases: Vec<Class>,
    pub(super) ancestors: Vec<Class>,
    pub(super) members: Members,
    pub(super) holds: Holds,
    pub(super) solid: Option<WeakClass>,
    pub(super) shape: Option<ShapeOf>,
    pub(super) slots: Arc<Slots>,
}

static NEXT: AtomicU32 = AtomicU32::new(1);

/// An identity that nothing else has: a class's, or a layout's. Beyond 2^32 of them, all are the last, which no
/// cache takes.
pub(super) fn next_id() -> u32 {
    NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |id| id.checked_add(1)).unwrap_or(u32::MAX)
}

impl Class {
    pub(super) fn from_parts(parts: Parts) -> Class {
        let metaclass = OnceLock::new();
        if let Some(class) = parts.metaclass {
            let _first = metaclass.set(class);
        }
        let class = Class(Arc::new(Body {
            id: next_id(),
            name: parts.name,
            qualname: parts.qualname,
            metaclass,
            bases: parts.bases,
            ancestors: parts.ancestors,
            members: parts.members,
            holds: parts.holds,
            solid: parts.solid,
            shape: parts.shape,
            slots: parts.slots,
            answers_for_parents: AtomicBool::new(false),
            subclasses: RwLock::default(),
            registered: RwLock::default(),
            abstracts: RwLock::default(),
            answers: Answers::default(),
            found: RwLock::default(),
            names: absent::Members::default(),
            layouts: Layouts::default(),
            layout_answers: LayoutAnswers::default(),
        }));
        for base in class.bases() {
            write(&base.0.subclasses).insert(class.id(), Arc::downgrade(&class.0));
        }
        class
    }

    /// Begins a class statement.
    pub fn define(name: impl Into<Text>) -> Statement {
        Statement::new(name.into())
    }

    #[inline]
    pub(super) fn body(&self) -> &Body {
        &self.0
    }

    /// The number that no other class of this process has had.
    #[inline]
    pub fn id(&self) -> u32 {
        self.0.id
    }

    /// The name.
    pub fn name(&self) -> &Text {
        &self.0.name
    }

    /// The name with those of what it was defined in.
    pub fn qualname(&self) -> &Text {
        &self.0.qualname
    }

    /// The class of this class: its metaclass.
    #[inline]
    pub fn metaclass(&self) -> &Class {
        match self.0.metaclass.get() {
            Some(class) => class,
            None => root::type_(),
        }
    }

    /// The classes that it was derived from, in order.
    pub fn bases(&self) -> &[Class] {
        &self.0.bases
    }

    /// The order in which members are looked up: the class itself, and all that it derives from.
    pub fn mro(&self) -> impl Iterator<Item = &Class> {
        std::iter::once(self).chain(&self.0.ancestors)
    }

    /// Whether the other class stands in this one's MRO. [`is_subclass`](super::is_subclass) asks hooks and
    /// registrations too.
    pub fn derives_from(&self, other: &Class) -> bool {
        self.mro().any(|class| class == other)
    }

    /// The classes derived from this one that there are, in the order in which they were made.
    pub fn subclasses(&self) -> Vec<Class> {
        read(&self.0.subclasses).values().filter_map(|weak| weak.upgrade().map(Class)).collect()
    }

    /// The member of this name in the class's own body, as it stands there.
    pub fn own(&self, name: &str) -> Option<Object> {
        self.look(|members| members.get(name).cloned())
    }

    /// The member of this name along the MRO, as it stands there.
    pub fn find(&self, name: &str) -> Option<Object> {
        let version = cache::version();
        if self.0.names.lack(name, version) {
            return None;
        }
        let key = recent::Key::new(self.id(), name, version);
        if let Some(found) = key.and_then(recent::get) {
            return Some(found);
        }
        let found = self.search(name, version)?;
        if let Some(key) = key {
            recent::keep(key, &found);
        }
        Some(found)
    }

    /// The member of this name, if it is a function.
    pub(super) fn find_function(&self, name: &str) -> Option<Function> {
        let key = recent::Key::new(self.id(), name, cache::version());
        if let Some(function) = key.and_then(recent::function) {
            return Some(function);
        }
        match self.find(name) {
            Some(Object::Function(function)) => Some(function),
            _ => None,
        }
    }

    /// The member of this name, by a thread that has it not at hand.
    fn search(&self, name: &str, version: cache::Version) -> Option<Object> {
        if let Some(found) = read(&self.0.found).get(name, version) {
            return found.clone();
        }
        let found = self.mro().find_map(|class| class.own(name));
        if found.is_none() {
            self.note_names(version);
        }
        // What was kept before is dropped when the lock is free again: it may be the program's.
        let _outdated = write(&self.0.found).keep(name, version, found.as_ref());
        found
    }

    /// Keeps which names there are along the MRO, so that one that is not is not looked for again.
    fn note_names(&self, version: cache::Version) {
        let names = self.mro().map(|class| class.look(|members| absent::names(members.keys())));
        self.0.names.keep(names.fold(0, |all, names| all | names), version);
    }

    /// The members of the class's own body: Python's `vars(cls)`.
    pub fn vars(&self) -> Namespace {
        self.look(Namespace::clone)
    }

    /// Looks at the members of the class's own body; nothing of a program's may be called meanwhile.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Namespace) -> T) -> T {
        match &self.0.members {
            Members::Fixed(members) => look(members),
            Members::Open(members) => look(&read(members)),
        }
    }

    /// Changes the members, unless they are fixed, and says so to every cache.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Namespace) -> T) -> Option<T> {
        match &self.0.members {
            Members::Fixed(_) => None,
            Members::Open(members) => {
                let changed = change(&mut write(members));
                cache::invalidate();
                Some(changed)
            }
        }
    }

    /// The attribute of this name.
    ///
    /// # Errors
    /// If neither the class nor its metaclass has one, and those of a property.
    pub fn get(&self, name: &str) -> Result<Object> {
        attribute::get_of_class(self, name)
    }

    /// Whether the class has an attribute of this name.
    ///
    /// # Errors
    /// Those of a property, but for its having no such attribute.
    pub fn has(&self, name: &str) -> Result<bool> {
        attribute::present(self.get(name))
    }

    /// Sets an attribute of the class.
    ///
    /// # Errors
    /// If the class is built in or compiled, or the metaclass's property says so.
    pub fn set(&self, name: impl Into<Text>, object: impl Into<Object>) -> Result<()> {
        attribute::set_of_class(self, name.into(), object.into())
    }

    /// Deletes an attribute of the class.
    ///
    /// # Errors
    /// If its own body has none, or the class is built in or compiled.
    pub fn delete(&self, name: &str) -> Result<()> {
        attribute::delete_of_class(self, name)
    }

    /// Calls the class: as a rule, makes an instance of it.
    ///
    /// # Errors
    /// If it is abstract, and those of its `__new__` and `__init__`, or of its metaclass's `__call__`.
    pub fn call(&self, args: impl Into<Args>) -> Result<Object> {
        call::class(self, args.into())
    }

    /// Calls the attribute of this name.
    ///
    /// # Errors
    /// If there is none, and its own.
    pub fn invoke(&self, name: &str, args: impl Into<Args>) -> Result<Object> {
        self.get(name)?.call(args)
    }

    /// Has this abstract class count the other, and what derives from it, among its subclasses. Gives the other
    /// back.
    ///
    /// ```
    /// use converse_model::object::{Builtin, Class, Object, abc, is_instance};
    ///
    /// let sequence = Class::define("Sequence").base(abc()).create()?;
    /// sequence.register(Builtin::Tuple.class())?;
    /// assert!(is_instance(&Object::tuple([1, 2]), &sequence)?);
    /// # Ok::<(), converse_model::object::Error>(())
    /// ```
    ///
    /// # Errors
    /// If this class is no abstract one, or the other is already above it.
    pub fn register(&self, other: &Class) -> Result<Class> {
        self.invoke("register", [other])?.as_class().cloned()
    }

    pub(super) fn registered(&self) -> Vec<Class> {
        read(&self.0.registered).iter().filter_map(|weak| weak.upgrade().map(Class)).collect()
    }

    pub(super) fn add_registered(&self, other: &Class) {
        let mut registered = write(&self.0.registered);
        registered.retain(|weak| weak.strong_count() > 0);
        if !registered.iter().any(|weak| weak.ptr_eq(&Arc::downgrade(&other.0))) {
            registered.push(Arc::downgrade(&other.0));
        }
        drop(registered);
        cache::invalidate();
    }

    /// The names of the abstract members, sorted; none for a class that is not an abstract one.
    pub fn abstract_members(&self) -> Arc<[Text]> {
        self.tracked_abstracts().unwrap_or_default()
    }

    /// Whether the class cannot be instantiated, because members are abstract.
    pub fn is_abstract(&self) -> bool {
        read(&self.0.abstracts).as_ref().is_some_and(|names| !names.is_empty())
    }

    /// The same; nothing if nobody keeps account of the class's abstract members.
    pub(super) fn tracked_abstracts(&self) -> Option<Arc<[Text]>> {
        read(&self.0.abstracts).clone()
    }

    pub(super) fn track_abstracts(&self, names: Vec<Text>) {
        *write(&self.0.abstracts) = Some(names.into());
    }

    /// What an outer crate hung on the class itself, as its statement has it.
    pub fn slot<T: 'static>(&self) -> Option<&T> {
        self.0.slots.get()
    }

    /// A handle that does not keep the class alive.
    pub fn downgrade(&self) -> WeakClass {
        WeakClass(Arc::downgrade(&self.0))
    }
}

impl WeakClass {
    /// The class, if it is still there.
    pub fn upgrade(&self) -> Option<Class> {
        self.0.upgrade().map(Class)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        for base in &self.bases {
            write(&base.0.subclasses).remove(&self.id);
        }
        let registered = self.registered.get_mut().is_ok_and(|registered| !registered.is_empty());
        if registered || self.answers_for_parents.load(Ordering::Relaxed) {
            cache::invalidate();
        }
    }
}

impl PartialEq for Class {
    #[inline]
    fn eq(&self, other: &Class) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Class {}

impl Hash for Class {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for WeakClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<weak class {:p}>", self.0.as_ptr())
    }
}
