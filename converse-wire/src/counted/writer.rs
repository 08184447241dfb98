//! The canonical writer: every item in its shortest form, members in the order of the class.

use std::marker::PhantomData;

use crate::push::{Key, Push, Unwritable};

use super::{Item, Items};

/// Writes one value after another at the end of a buffer.
pub struct Writer<'o, I> {
    out: &'o mut Vec<u8>,
    depth: u16,
    failed: Option<Unwritable>,
    items: PhantomData<fn() -> I>,
}

impl<'o, I: Items> Writer<'o, I> {
    /// A writer that nests records, lists and maps at most `depth` deep.
    pub fn new(out: &'o mut Vec<u8>, depth: u16) -> Writer<'o, I> {
        Writer { out, depth, failed: None, items: PhantomData }
    }

    fn put(&mut self, item: Item) {
        I::write(item, self.out);
    }

    fn open(&mut self, item: Item) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                self.put(item);
                true
            }
            None => {
                self.null();
                self.fail(Unwritable::TooDeep);
                false
            }
        }
    }

    fn float(&mut self, value: f64) {
        if value.is_finite() {
            self.put(Item::Float(value));
        } else {
            self.null();
            self.fail(Unwritable::NotFinite);
        }
    }
}

impl<I: Items> Push for Writer<'_, I> {
    fn null(&mut self) {
        self.put(Item::Null);
    }

    fn bool(&mut self, value: bool) {
        self.put(Item::Bool(value));
    }

    fn u64(&mut self, value: u64) {
        self.put(Item::Int(value.into()));
    }

    fn i64(&mut self, value: i64) {
        self.put(Item::Int(value.into()));
    }

    fn f64(&mut self, value: f64) {
        self.float(value);
    }

    fn f32(&mut self, value: f32) {
        self.float(value.into());
    }

    fn str(&mut self, value: &str) {
        self.put(Item::Text(value.len()));
        self.out.extend_from_slice(value.as_bytes());
        if value.as_bytes().contains(&0) {
            self.fail(Unwritable::Nul);
        }
    }

    fn bytes(&mut self, value: &[u8]) {
        self.put(Item::Bytes(value.len()));
        self.out.extend_from_slice(value);
    }

    fn record(&mut self, members: usize) -> bool {
        self.open(Item::Map(members))
    }

    fn member(&mut self, key: &Key) {
        self.str(key.name);
    }

    fn end_record(&mut self) {
        self.depth += 1;
    }

    fn list(&mut self, items: usize) -> bool {
        self.open(Item::List(items))
    }

    fn item(&mut self) {}

    fn end_list(&mut self) {
        self.depth += 1;
    }

    fn map(&mut self, members: usize) -> bool {
        self.open(Item::Map(members))
    }

    fn key(&mut self, key: &str) {
        self.str(key);
    }

    fn end_map(&mut self) {
        self.depth += 1;
    }

    fn nulls(&self) -> bool {
        false
    }

    #[cold]
    fn fail(&mut self, why: Unwritable) {
        self.failed.get_or_insert(why);
    }

    fn failed(&self) -> Option<Unwritable> {
        self.failed
    }
}
