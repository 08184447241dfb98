//! From a message to bytes, in the form in which its request came.

use converse_model::report::Issue;
use converse_model::{Shape, report};
use converse_wire::json::{Writer, write_str};
use converse_wire::{Encode, Head, Limits, Push, Unwritable, envelope, key};

use crate::decode::ONE_READER;
use crate::explain::read_whole;
use crate::reply::{Form, Outgoing};
use crate::value::Dynamic;
use crate::{Error, Fault};

impl Outgoing<'_> {
    /// Writes a value behind the start of a message of its class, as [`Classed::HEAD`] has it.
    ///
    /// [`Classed::HEAD`]: converse_model::Classed::HEAD
    #[inline]
    pub(crate) fn body<T: Encode>(&mut self, head: &str, value: &T) -> Result<(), Error> {
        if ONE_READER { self.untyped(head, value) } else { self.typed(head, value) }
    }

    /// The same by an encoder that is compiled for the type and JSON.
    #[inline]
    pub(crate) fn typed<T: Encode>(&mut self, head: &str, value: &T) -> Result<(), Error> {
        if !self.begin(head) {
            return self.other(head, value);
        }
        let mut writer = Writer::new(self.out, Limits::DEFAULT.depth);
        value.encode(&mut writer);
        let failed = writer.failed();
        self.end(failed)
    }

    /// The same for a value whose type is forgotten.
    fn untyped(&mut self, head: &str, value: &dyn Body) -> Result<(), Error> {
        if !self.begin(head) {
            return self.other(head, value);
        }
        let mut writer = Writer::new(self.out, Limits::DEFAULT.depth);
        value.write(&mut writer);
        let failed = writer.failed();
        self.end(failed)
    }

    /// Writes what stands before a body that is JSON itself; false for any other form.
    #[inline]
    fn begin(&mut self, head: &str) -> bool {
        match self.form {
            Form::Bare => true,
            Form::Envelope { string_body: true, .. } | Form::Other { .. } => false,
            Form::Envelope { id, string_body: false } => {
                envelope::write_head(self.out, head, id);
                true
            }
        }
    }

    /// Writes what stands behind such a body.
    #[inline]
    fn end(&mut self, failed: Option<Unwritable>) -> Result<(), Error> {
        if let Some(why) = failed {
            return Err(why.into());
        }
        if !matches!(self.form, Form::Bare) {
            envelope::write_tail(self.out);
        }
        Ok(())
    }

    /// Writes a message in every other form: through `dyn Push`, for which an encoder is compiled once.
    #[cold]
    fn other(&mut self, head: &str, value: &dyn Body) -> Result<(), Error> {
        let body = &|push: &mut dyn Push| value.write(push);
        match self.form {
            Form::Other { format, bare: true, .. } => format.write_body(body, self.out)?,
            Form::Other { format, id, bare: false } => {
                let head = Head { class: self.class.as_str().into(), id: id.lend(), ..Head::default() };
                format.write(&head, body, self.out)?;
            }
            Form::Envelope { id, .. } => {
                // The guide's own form: the body is a JSON text, with what is absent as `null`.
                let mut text = Vec::new();
                encode(value, true, &mut text)?;
                envelope::write_head(self.out, head, id);
                write_str(self.out, &String::from_utf8_lossy(&text));
                envelope::write_tail(self.out);
            }
            Form::Bare => encode(value, false, self.out)?,
        }
        Ok(())
    }

    /// Writes that a handler has finished and returns nothing; as a bare reply that is nothing at all.
    pub(crate) fn done(&mut self) {
        if !self.form.is_bare() {
            // An empty object can always be written.
            let _ = self.body("{\"Done\":", &Empty);
        }
    }

    pub(crate) fn fault(&mut self, fault: &Fault) {
        // A fault holds no number that could be NaN, and nests three deep.
        let _ = self.body("{\"Fault\":", fault);
    }
}

/// A value, without its type: written through `dyn Push`, for which its encoder is compiled once.
pub(crate) trait Body {
    fn write(&self, push: &mut dyn Push);
}

impl<T: Encode> Body for T {
    fn write(&self, push: &mut dyn Push) {
        self.encode(push);
    }
}

/// Writes a value as JSON; `nulls` says whether what is absent is written as `null`.
pub(crate) fn encode(value: &dyn Body, nulls: bool, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut writer = Writer::new(out, Limits::DEFAULT.depth).with_nulls(nulls);
    value.write(&mut writer);
    match writer.failed() {
        None => Ok(()),
        Some(why) => Err(why.into()),
    }
}

/// A reply that breaks its own rules: the server's failure, for the log.
#[cold]
pub(crate) fn unfit(shape: &Shape, reply: &dyn Body) -> Error {
    let mut json = Vec::new();
    if let Err(error) = encode(reply, false, &mut json) {
        return error;
    }
    match read_whole(&String::from_utf8_lossy(&json), &Limits::DEFAULT) {
        Ok(value) => Error::new(format!("the reply {} breaks its own rules: {}", shape.name, report(shape, &value))),
        Err(fault) => fault.into(),
    }
}

struct Empty;

impl Encode for Empty {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        if push.record(0) {
            push.end_record();
        }
    }
}

impl Encode for Fault {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        let optional = [!self.errors.is_empty(), self.more > 0, self.executed.is_some(), self.retry_after_ms.is_some()];
        let members = 3 + optional.iter().filter(|there| **there).count();
        if !push.record(members) {
            return;
        }
        push.member(key!("code"));
        push.str(&self.code);
        push.member(key!("message"));
        push.str(&self.message);
        if !self.errors.is_empty() {
            push.member(key!("errors"));
            Errors(&self.errors).encode(push);
        }
        if self.more > 0 {
            push.member(key!("more"));
            self.more.encode(push);
        }
        push.member(key!("retryable"));
        push.bool(self.retryable);
        if let Some(executed) = self.executed {
            push.member(key!("executed"));
            push.bool(executed);
        }
        if let Some(milliseconds) = self.retry_after_ms {
            push.member(key!("retry_after_ms"));
            push.u64(milliseconds);
        }
        push.end_record();
    }
}

/// The errors of a refused message, as a fault lists them.
pub struct Errors<'f>(pub &'f [Issue]);

impl Encode for Errors<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        if !push.list(self.0.len()) {
            return;
        }
        for issue in self.0 {
            push.item();
            if !push.record(3 + usize::from(!issue.params.is_empty())) {
                continue;
            }
            push.member(key!("pointer"));
            push.str(&issue.pointer);
            push.member(key!("rule"));
            push.str(&issue.rule);
            push.member(key!("message"));
            push.str(&issue.message);
            if !issue.params.is_empty() {
                push.member(key!("params"));
                Dynamic::members(&issue.params, push);
            }
            push.end_record();
        }
        push.end_list();
    }
}
