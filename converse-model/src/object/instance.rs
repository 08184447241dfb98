//! Instances of classes: identity, class, attributes.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

use super::absent::Had;
use super::class::Body;
use super::layout;
use super::lock::{read, write};
use super::{Class, Namespace, Object};
use crate::Text;

/// An instance of a class. It is equal to itself only; its class never changes.
#[derive(Clone)]
pub struct Instance(Arc<Inner>);

struct Inner {
    class: Class,
    attributes: RwLock<Namespace>,
    had: Had,
    /// Which attributes there are, as a number; 0 until somebody asks.
    layout: AtomicU32,
}

impl Instance {
    pub(super) fn new(class: &Class, attributes: Namespace) -> Instance {
        let had = Had::default();
        attributes.keys().for_each(|name| had.add(name));
        let (class, attributes) = (class.clone(), RwLock::new(attributes));
        Instance(Arc::new(Inner { class, attributes, had, layout: AtomicU32::new(0) }))
    }

    /// Its class.
    #[inline]
    pub fn class(&self) -> &Class {
        &self.0.class
    }

    /// Whether it may have an attribute of this name: not, if it never had one.
    #[inline]
    pub(super) fn had(&self, name: &str) -> bool {
        !self.0.had.never(name)
    }

    /// Its own attribute of this name.
    #[inline]
    pub fn own(&self, name: &str) -> Option<Object> {
        if !self.had(name) {
            return None;
        }
        read(&self.0.attributes).get(name).cloned()
    }

    /// Its own attributes: Python's `vars(object)`.
    pub fn vars(&self) -> Namespace {
        read(&self.0.attributes).clone()
    }

    /// Whether it may have an attribute of this name.
    pub(super) fn accepts(&self, name: &str) -> bool {
        self.class().body().accepts(name)
    }

    pub(super) fn set_own(&self, name: Text, object: Object) {
        let mut attributes = write(&self.0.attributes);
        self.0.had.add(&name);
        let before = attributes.set(name, object);
        if before.is_none() {
            self.0.layout.store(0, Ordering::Release);
        }
        // What was there may be the program's, and is dropped when the lock is free again.
        drop(attributes);
        drop(before);
    }

    pub(super) fn delete_own(&self, name: &str) -> bool {
        let mut attributes = write(&self.0.attributes);
        let deleted = attributes.remove(name);
        if deleted.is_some() {
            self.0.layout.store(0, Ordering::Release);
        }
        drop(attributes);
        deleted.is_some()
    }

    /// Which attributes it has, as a number that every instance of the class with the same ones shares.
    #[inline]
    pub(super) fn layout(&self) -> u32 {
        match self.0.layout.load(Ordering::Acquire) {
            0 => self.find_layout(),
            known => known,
        }
    }

    /// The attributes, and the number under which they go.
    pub(super) fn snapshot(&self) -> (u32, Namespace) {
        let attributes = read(&self.0.attributes);
        (self.class().body().layouts.of(&attributes), attributes.clone())
    }

    #[cold]
    fn find_layout(&self) -> u32 {
        // Whoever changes the attributes must wait, or the number would be that of others.
        let attributes = read(&self.0.attributes);
        let layout = self.class().body().layouts.of(&attributes);
        if layout != layout::UNKNOWN {
            self.0.layout.store(layout, Ordering::Release);
        }
        layout
    }

    pub(super) fn address(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }
}

impl Body {
    /// Whether instances may have an attribute of this name.
    fn accepts(&self, name: &str) -> bool {
        let slots = |body: &Body| body.holds.slots.iter().any(|slot| slot == name);
        self.holds.any || slots(self) || self.ancestors.iter().any(|class| slots(class.body()))
    }
}

impl PartialEq for Instance {
    fn eq(&self, other: &Instance) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} object at {:p}>", self.class().full_name(), self.address())
    }
}
