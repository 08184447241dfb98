//! Forms that are made while the server runs: `cargo run --example live_classes`.
//!
//! A form is a class. It is defined by a message, sent by its own name from then on, checked and answered like any
//! compiled one, changed, and taken away. What is filled in is kept in a table of the form, which grows with it, and is
//! there when the form is made again (`--store memory:` keeps it nowhere). The server is told what to do in its own
//! language:
//!
//! ```text
//! curl -s localhost:7117 -H 'content-type: application/json' \
//!   -d '{"DefineForm":{"name":"Visit","fields":[{"name":"guest","kind":"Text"},{"name":"days","kind":"Number"}]}}'
//! curl -s localhost:7117 -H 'content-type: application/json' -d '{"Visit":{"guest":"ada","days":"two"}}'
//! ```

use converse::model::{Class, Constraint, Field, Type};
use converse::{
    Answers, AnyMessage, App, BoxFuture, Classes, Error, Fault, Keeps, Result, Scope, Store, Terms, Value, message,
    respond, value,
};

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

#[respond]
impl DefineForm {
    fn respond(self, classes: Classes) -> Result<()> {
        let base = classes.class_of::<Form>().ok_or_else(|| Error::new("the class Form is not linked"))?;
        // The store makes the number of each that is filled in.
        let number = Field::from(("number", Type::Int { min: 0, max: 1 << 53 })).primary_key().auto();
        let mut statement = Class::define(self.name).base(&base).field(number).table().respond_later(filled);
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

/// Answers every form, whatever its fields are: it is a row of its table.
fn filled(form: AnyMessage, scope: &Scope<'_>) -> BoxFuture<Result<Filled>> {
    let store = scope.get::<Store>();
    Box::pin(async move {
        let name = form.class().name().to_owned();
        let row = store?.table_of(&name)?.insert(form.into_value()).await?;
        match row.get("number") {
            Some(Value::Int(number)) => Ok(Filled::new(name, u64::try_from(*number)?)),
            _ => Err(Error::new("a form that was kept has no number")),
        }
    })
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
    async fn respond(self, classes: Classes, store: Store) -> Result<Forms> {
        let base = classes.class_of::<Form>().ok_or_else(|| Error::new("the class Form is not linked"))?;
        let forms = classes.all().into_iter().filter(|entry| entry.class().derives_from(&base));
        let mut names: Vec<String> = forms.map(|entry| entry.name().to_owned()).collect();
        names.sort_unstable();
        let mut received = 0;
        for name in &names {
            received += store.table_of(name)?.all().count().await?;
        }
        Ok(Forms::new(names, received))
    }
}

fn main() -> std::process::ExitCode {
    // No compiled class has a table: it says that it wants a store.
    App::linked().with_store(|app, _| app).main()
}
