//! Between the wire and values without a compiled type.

mod reader;
mod shaped;
mod writer;

use converse_model::{Text, Value};
use converse_wire::json::{Reader, Writer};
use converse_wire::{Decode, Encode, Kind, Limits, Number, Pull, Push, Refused, Result, Unwritable};

pub(crate) use reader::ValueReader;
pub(crate) use shaped::{Shaped, write_tagged};
pub(crate) use writer::ValueWriter;

/// A typed value, untyped. What it holds is all there, secrets included.
///
/// A part that no format can write (NaN, nesting beyond the limit) becomes nothing.
pub fn to_value<T: Encode + ?Sized>(value: &T) -> Value {
    let mut writer = ValueWriter::default();
    // Through `dyn`, so that each type's encoder is compiled once for all formats but JSON.
    value.encode::<dyn Push>(&mut writer);
    writer.finish()
}

/// An untyped value, typed.
///
/// # Errors
/// [`Refused`] if it is not a valid value of the type.
pub fn from_value<T: Decode>(value: &Value) -> std::result::Result<T, Refused> {
    T::decode::<dyn Pull + '_>(&mut ValueReader::new(value))
}

/// Appends an untyped value as JSON.
///
/// # Errors
/// What of it cannot be written; what was appended is of no use then.
pub fn write_value(value: &Value, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
    let mut writer = Writer::new(out, Limits::DEFAULT.depth);
    Dynamic(value).encode(&mut writer);
    writer.failed().map_or(Ok(()), Err)
}

/// An untyped value from JSON, read as strictly as a message is.
///
/// # Errors
/// [`Refused`] if it is not one value.
pub fn value_from_json(json: &str) -> std::result::Result<Value, Refused> {
    let mut reader = Reader::of(json, &Limits::DEFAULT);
    let value = read_value(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// An untyped value as JSON. A part that cannot be written becomes `null`.
pub fn value_to_json(value: &Value) -> String {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, Limits::DEFAULT.depth);
    Dynamic(value).encode(&mut writer);
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads any value. Members stay in their order, and names that stand twice stay twice: what that
/// means is for the shape to say.
pub(crate) fn read_value<P: Pull + ?Sized>(pull: &mut P) -> Result<Value> {
    Ok(match pull.kind()? {
        Kind::Null => {
            pull.null()?;
            Value::None
        }
        Kind::Bool => Value::Bool(pull.bool()?),
        Kind::Number => match pull.number()? {
            Number::Int(value) => Value::Int(value),
            Number::Float(value) => Value::Float(value),
        },
        Kind::Text if pull.is_binary()? => Value::Bytes(pull.bytes()?),
        Kind::Text => Value::Str(pull.string()?.into()),
        Kind::List => {
            let mut at = pull.list()?;
            let mut items = Vec::new();
            while pull.item(&mut at)? {
                items.push(read_value(pull)?);
            }
            Value::List(items)
        }
        Kind::Map => {
            let mut at = pull.map()?;
            let mut members = Vec::new();
            while let Some(name) = pull.key(&mut at)? {
                let name = Text::from(name.to_owned());
                members.push((name, read_value(pull)?));
            }
            Value::Map(members)
        }
    })
}

/// Writes an untyped value.
pub(crate) struct Dynamic<'v>(pub(crate) &'v Value);

impl Dynamic<'_> {
    pub(crate) fn members<P: Push + ?Sized>(members: &[(Text, Value)], push: &mut P) {
        if push.map(members.len()) {
            for (name, value) in members {
                push.key(name);
                Dynamic(value).encode(push);
            }
            push.end_map();
        }
    }
}

impl Encode for Dynamic<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match self.0 {
            Value::None => push.null(),
            Value::Bool(value) => push.bool(*value),
            Value::Int(value) => int(*value, push),
            Value::Float(value) => push.f64(*value),
            Value::Str(text) => push.str(text),
            Value::Bytes(bytes) => push.bytes(bytes),
            Value::List(items) => {
                if push.list(items.len()) {
                    for item in items {
                        push.item();
                        Dynamic(item).encode(push);
                    }
                    push.end_list();
                }
            }
            Value::Map(members) => Dynamic::members(members, push),
        }
    }
}

fn int<P: Push + ?Sized>(value: i128, push: &mut P) {
    if let Ok(value) = i64::try_from(value) {
        push.i64(value);
    } else if let Ok(value) = u64::try_from(value) {
        push.u64(value);
    } else {
        #[allow(clippy::cast_precision_loss, reason = "no class has integers beyond 64 bits")]
        push.f64(value as f64);
    }
}
