//! Reads an untyped value as if it came over the wire.

use converse_model::{Text, Value, integral};
use converse_wire::base64;
use converse_wire::{At, Kind, Mark, Names, Number, Pull, Refused, Result, Why};

/// The members that are left of an open container.
enum Open<'v> {
    Map(std::slice::Iter<'v, (Text, Value)>),
    List(std::slice::Iter<'v, Value>),
}

/// A reader of one value.
pub(crate) struct ValueReader<'v> {
    next: &'v Value,
    open: Vec<Open<'v>>,
    wide: Vec<u64>,
    /// Where values began that may be read again.
    marks: Vec<&'v Value>,
    why: Why,
}

impl<'v> ValueReader<'v> {
    pub(crate) fn new(value: &'v Value) -> ValueReader<'v> {
        ValueReader { next: value, open: Vec::new(), wide: Vec::new(), marks: Vec::new(), why: Why::Unfit }
    }

    fn unfit<T>(&mut self) -> Result<T> {
        Err(self.refuse(Why::Unfit))
    }

    /// The next member of the open map; its value comes next.
    fn member(&mut self) -> Option<&'v Text> {
        if let Some(Open::Map(members)) = self.open.last_mut()
            && let Some((name, value)) = members.next()
        {
            self.next = value;
            return Some(name);
        }
        self.open.pop();
        None
    }

    fn int(&self) -> Option<i128> {
        match self.next {
            Value::Int(value) => Some(*value),
            Value::Float(value) => integral(*value),
            _ => None,
        }
    }
}

impl Pull for ValueReader<'_> {
    fn kind(&mut self) -> Result<Kind> {
        Ok(match self.next {
            Value::None => Kind::Null,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) | Value::Float(_) => Kind::Number,
            Value::Str(_) | Value::Bytes(_) => Kind::Text,
            Value::List(_) => Kind::List,
            Value::Map(_) => Kind::Map,
        })
    }

    fn null(&mut self) -> Result<bool> {
        Ok(*self.next == Value::None)
    }

    fn bool(&mut self) -> Result<bool> {
        if let Value::Bool(value) = self.next { Ok(*value) } else { self.unfit() }
    }

    fn u64(&mut self) -> Result<u64> {
        match self.int().and_then(|value| u64::try_from(value).ok()) {
            Some(value) => Ok(value),
            None => self.unfit(),
        }
    }

    fn i64(&mut self) -> Result<i64> {
        match self.int().and_then(|value| i64::try_from(value).ok()) {
            Some(value) => Ok(value),
            None => self.unfit(),
        }
    }

    fn f64(&mut self) -> Result<f64> {
        #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
        let value = match self.next {
            Value::Int(value) => *value as f64,
            Value::Float(value) => *value,
            _ => return self.unfit(),
        };
        if value.is_finite() { Ok(value) } else { self.unfit() }
    }

    fn f32(&mut self) -> Result<f32> {
        #[allow(clippy::cast_possible_truncation, reason = "the nearest float is what is asked for")]
        let value = self.f64()? as f32;
        if value.is_finite() { Ok(value) } else { self.unfit() }
    }

    fn number(&mut self) -> Result<Number> {
        match self.next {
            Value::Int(value) => Ok(Number::Int(*value)),
            Value::Float(value) => Ok(Number::Float(*value)),
            _ => self.unfit(),
        }
    }

    fn text(&mut self) -> Result<&str> {
        if let Value::Str(text) = self.next { Ok(text) } else { self.unfit() }
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        match self.next {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            Value::Str(text) => match base64(text) {
                Some(bytes) => Ok(bytes),
                None => self.unfit(),
            },
            _ => self.unfit(),
        }
    }

    fn mark(&mut self) -> Mark {
        self.marks.push(self.next);
        Mark { at: self.marks.len() - 1, depth: self.open.len() }
    }

    fn reset(&mut self, mark: Mark) {
        if let Some(value) = self.marks.get(mark.at) {
            self.next = value;
        }
        self.marks.truncate(mark.at);
        self.open.truncate(mark.depth);
    }

    fn record(&mut self) -> Result<At> {
        self.map()
    }

    fn field(&mut self, names: &Names, at: &mut At) -> Result<Option<usize>> {
        while let Some(name) = self.member() {
            match names.position(name) {
                Some(index) if at.mark(index, names.own.len(), &mut self.wide) => return Ok(Some(index)),
                Some(_) => return Err(self.refuse(Why::DuplicateKey)),
                None if names.closed => return self.unfit(),
                None => {}
            }
        }
        at.finish(&mut self.wide);
        Ok(None)
    }

    fn list(&mut self) -> Result<At> {
        let Value::List(items) = self.next else { return self.unfit() };
        self.open.push(Open::List(items.iter()));
        Ok(At::start(items.len()))
    }

    fn item(&mut self, _at: &mut At) -> Result<bool> {
        if let Some(Open::List(items)) = self.open.last_mut()
            && let Some(item) = items.next()
        {
            self.next = item;
            return Ok(true);
        }
        self.open.pop();
        Ok(false)
    }

    fn map(&mut self) -> Result<At> {
        let Value::Map(members) = self.next else { return self.unfit() };
        self.open.push(Open::Map(members.iter()));
        Ok(At::start(members.len()))
    }

    fn key(&mut self, _at: &mut At) -> Result<Option<&str>> {
        Ok(self.member().map(Text::as_str))
    }

    fn tag(&mut self, names: &[&str]) -> Result<usize> {
        if let Value::Map(members) = self.next
            && let [(name, value)] = members.as_slice()
            && let Some(position) = names.iter().position(|known| name == *known)
        {
            self.next = value;
            return Ok(position);
        }
        self.unfit()
    }

    fn end_tag(&mut self) -> Result<()> {
        Ok(())
    }

    fn skip(&mut self) -> Result<()> {
        Ok(())
    }

    fn refuse(&mut self, why: Why) -> Refused {
        self.why = why;
        Refused
    }

    fn why(&self) -> (Why, usize) {
        (self.why, 0)
    }
}
