//! Forms that are made while the server runs: `cargo run --example live_classes`.
//!
//! A form is a class. It is defined by a message, sent by its own name from then on, checked and answered like any
//! compiled one, changed, and taken away. The server is told what to do in its own language:
//!
//! ```text
//! curl -s localhost:7117 -H 'content-type: application/json' \
//!   -d '{"DefineForm":{"name":"Visit","fields":[{"name":"guest","kind":"Text"},{"name":"days","kind":"Number"}]}}'
//! curl -s localhost:7117 -H 'content-type: application/json' -d '{"Visit":{"guest":"ada","days":"two"}}'
//! ```

use std::sync::Mutex;

use converse::model::{Class, Constraint, Field, Type};
use converse::{Answers, AnyMessage, App, Classes, Error, Fault, Result, Scope, State, Terms, message, respond, value};

/// What every form has: it is derived from by those that are made, and never sent itself.
#[message(abstract)]
struct Form {
    /// Whoever fills it in may leave a note.
    #[field(max_length = 200)]
    note: Option<String>,
}

/// A form is made, or takes the place of the one that has its name.
#[message]
struct DefineForm {
    #[field(pattern = r"^[A-Z][A-Za-z0-9]*$", max_length = 40, example = "Visit")]
    name: String,
    #[field(min_items = 1, max_items = 50)]
    fields: Vec<FormField>,
}

/// A field of a form.
#[value]
struct FormField {
    #[field(pattern = r"^[a-z][a-z0-9_]*$", max_length = 40, example = "guest")]
    name: String,
    kind: FieldKind,
    #[field(default = true)]
    required: bool,
}

/// What stands in a field.
#[value]
enum FieldKind {
    Text,
    Number,
    Truth,
}

/// A form is taken away.
#[message]
struct DropForm {
    name: String,
}

/// Which forms there are, and what came in.
#[message]
struct ListForms {}

#[message]
struct Forms {
    names: Vec<String>,
    received: u64,
}

/// A form was filled in, and kept under this number.
#[message]
struct Filled {
    form: String,
    number: u64,
}

#[derive(Debug, Fault)]
enum FormError {
    #[fault(code = "no_form", status = 404, message = "there is no form {name}; DefineForm makes one")]
    Unknown { name: String },
    #[fault(code = "bad_form", status = 422, message = "{why}")]
    Bad { why: String },
}

/// What came in.
#[derive(Default)]
pub struct Received(Mutex<Vec<String>>);

impl Received {
    fn keep(&self, form: &AnyMessage) -> Result<u64> {
        let json = form.to_json()?;
        let mut all = self.0.lock().map_err(|_| Error::new("another thread panicked while it kept a form"))?;
        all.push(json);
        Ok(all.len() as u64)
    }
}

#[respond]
impl DefineForm {
    fn respond(self, classes: Classes) -> Result<()> {
        let base = classes.class_of::<Form>().ok_or_else(|| Error::new("the class Form is not linked"))?;
        let mut statement = Class::define(self.name).base(&base).respond(filled);
        for field in self.fields {
            statement = statement.field(described(field));
        }
        let bad = |why: String| FormError::Bad { why };
        let form = statement.create().map_err(|error| bad(error.to_string()))?;
        // Only a form is replaced: not a class that the program itself is made of.
        if let Some(other) = classes.get(form.name())
            && !other.class().derives_from(&base)
        {
            return Err(bad(format!("{} is not a form", form.name())).into());
        }
        classes.replace(&form, Terms::default()).map_err(|problems| bad(problems.to_string()))?;
        Ok(())
    }
}

fn described(field: FormField) -> Field {
    let (ty, constraints) = match field.kind {
        FieldKind::Text => (Type::Text, vec![Constraint::MinLength(1), Constraint::MaxLength(1000)]),
        FieldKind::Number => (Type::Float { bits: 64 }, Vec::new()),
        FieldKind::Truth => (Type::Bool, Vec::new()),
    };
    let ty = if field.required { ty } else { ty.optional() };
    Field { constraints: constraints.into(), ..(field.name, ty).into() }
}

/// Answers every form, whatever its fields are.
#[allow(clippy::needless_pass_by_value, reason = "a handler is given its message")]
fn filled(form: AnyMessage, scope: &Scope<'_>) -> Result<Filled> {
    let received = scope.get::<State<Received>>()?;
    Ok(Filled::new(form.class().name(), received.keep(&form)?))
}

#[respond]
impl DropForm {
    fn respond(self, classes: Classes) -> Result<()> {
        let base = classes.class_of::<Form>();
        let is_form = |name: &str| {
            classes.get(name).zip(base.as_ref()).is_some_and(|(form, base)| form.class().derives_from(base))
        };
        if !is_form(&self.name) {
            return Err(FormError::Unknown { name: self.name }.into());
        }
        classes.remove(&self.name);
        Ok(())
    }
}

#[respond]
impl ListForms {
    fn respond(self, classes: Classes, received: State<Received>) -> Result<Forms> {
        let base = classes.class_of::<Form>().ok_or_else(|| Error::new("the class Form is not linked"))?;
        let forms = classes.all().into_iter().filter(|entry| entry.class().derives_from(&base));
        let mut names: Vec<String> = forms.map(|entry| entry.name().to_owned()).collect();
        names.sort_unstable();
        let received = received.0.lock().map_err(|_| Error::new("another thread panicked while it kept a form"))?;
        Ok(Forms::new(names, received.len() as u64))
    }
}

fn main() -> std::process::ExitCode {
    App::linked().state(Received::default()).main()
}
