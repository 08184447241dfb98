//! Writes an untyped value.

use converse_model::{Text, Value};
use converse_wire::{Key, Limits, Push, Unwritable};

enum Open {
    List(Vec<Value>),
    /// Members, and the name of the one whose value comes next.
    Map(Vec<(Text, Value)>, Text),
}

/// A writer of one value.
#[derive(Default)]
pub(crate) struct ValueWriter {
    done: Value,
    open: Vec<Open>,
    failed: Option<Unwritable>,
}

impl ValueWriter {
    pub(crate) fn finish(self) -> Value {
        self.done
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.done = value,
            Some(Open::List(items)) => items.push(value),
            Some(Open::Map(members, name)) => {
                members.push((std::mem::replace(name, Text::Static("")), value));
            }
        }
    }

    fn enter(&mut self, open: Open) -> bool {
        if self.open.len() >= usize::from(Limits::DEFAULT.depth) {
            self.put(Value::None);
            self.fail(Unwritable::TooDeep);
            return false;
        }
        self.open.push(open);
        true
    }

    fn leave(&mut self) {
        match self.open.pop() {
            Some(Open::List(items)) => self.put(Value::List(items)),
            Some(Open::Map(members, _)) => self.put(Value::Map(members)),
            None => {}
        }
    }

    fn name(&mut self, new: Text) {
        if let Some(Open::Map(_, name)) = self.open.last_mut() {
            *name = new;
        }
    }
}

impl Push for ValueWriter {
    fn null(&mut self) {
        self.put(Value::None);
    }

    fn bool(&mut self, value: bool) {
        self.put(Value::Bool(value));
    }

    fn u64(&mut self, value: u64) {
        self.put(Value::Int(value.into()));
    }

    fn i64(&mut self, value: i64) {
        self.put(Value::Int(value.into()));
    }

    fn f64(&mut self, value: f64) {
        self.put(Value::Float(value));
    }

    fn f32(&mut self, value: f32) {
        self.put(Value::Float(value.into()));
    }

    fn str(&mut self, value: &str) {
        self.put(Value::Str(value.to_owned().into()));
    }

    fn bytes(&mut self, value: &[u8]) {
        self.put(Value::Bytes(value.to_vec()));
    }

    fn record(&mut self, members: usize) -> bool {
        self.map(members)
    }

    fn member(&mut self, key: &Key) {
        self.name(Text::Static(key.name));
    }

    fn end_record(&mut self) {
        self.leave();
    }

    fn list(&mut self, items: usize) -> bool {
        self.enter(Open::List(Vec::with_capacity(items)))
    }

    fn item(&mut self) {}

    fn end_list(&mut self) {
        self.leave();
    }

    fn map(&mut self, members: usize) -> bool {
        self.enter(Open::Map(Vec::with_capacity(members), Text::Static("")))
    }

    fn key(&mut self, key: &str) {
        self.name(Text::from(key.to_owned()));
    }

    fn end_map(&mut self) {
        self.leave();
    }

    fn nulls(&self) -> bool {
        false
    }

    fn fail(&mut self, why: Unwritable) {
        self.failed.get_or_insert(why);
    }

    fn failed(&self) -> Option<Unwritable> {
        self.failed
    }
}
