//! The steps of `graph.rs`, taken by the class model here; `answer.py` takes them in Python.

use std::collections::HashMap;

use converse_model::Text;
use converse_model::object::{
    Builtin, Call, Class, Descriptor, Error, ErrorKind, Function, Hook, Object, Property, Result, Statement, Super,
    WeakClass, abc, abc_meta, is_instance, is_subclass, object, protocol, runtime_checkable, type_,
    update_abstract_members,
};

/// What the names of a graph stand for.
#[derive(Default)]
pub(crate) struct Steps {
    names: HashMap<String, Object>,
}

impl Steps {
    /// The answer to a line.
    pub(crate) fn answer(&mut self, line: &str) -> String {
        let parts: Vec<&str> = line.split('\t').collect();
        match self.step(&parts) {
            Ok(answer) => answer,
            Err(error) => worded(&error),
        }
    }

    fn step(&mut self, parts: &[&str]) -> Result<String> {
        Ok(match *parts {
            ["fresh"] => {
                self.names.clear();
                "fresh".into()
            }
            ["meta", name, bases, check] => self.meta(name, bases, check)?,
            ["class", name, bases, metaclass, body] => self.class(name, bases, metaclass, body)?,
            ["runtime", name] => {
                runtime_checkable(self.named(name)?.as_class()?)?;
                "checkable".into()
            }
            ["register", name, other] => {
                let register = self.named(name)?.get("register")?;
                register.call([self.named(other)?])?.as_class()?.name().to_string()
            }
            ["change", name, what, "delete"] => {
                self.named(name)?.delete(what)?;
                "changed".into()
            }
            ["change", name, what, words] => {
                let owner = self.named(name)?;
                owner.set(what.to_owned(), self.member(what, words)?)?;
                "changed".into()
            }
            ["instance", name, of] => {
                let made = self.named(of)?.call(())?;
                let class = made.class().name().to_string();
                self.names.insert(name.into(), made);
                class
            }
            ["update", name] => {
                update_abstract_members(self.named(name)?.as_class()?)?;
                "updated".into()
            }
            ["mro", name] => words(self.named(name)?.as_class()?.mro()),
            ["below", name] => words(&self.named(name)?.as_class()?.subclasses()),
            ["get", name, what] => self.named(name)?.get(what)?.class().name().to_string(),
            ["abstract", name] => {
                let names = self.named(name)?.as_class()?.abstract_members();
                names.iter().map(Text::as_str).collect::<Vec<_>>().join(" ")
            }
            ["issubclass", name, others] => {
                let class = self.named(name)?;
                Object::Bool(is_subclass(class.as_class()?, &self.classes(others)?)?).to_string()
            }
            ["isinstance", name, others] => {
                Object::Bool(is_instance(&self.named(name)?, &self.classes(others)?)?).to_string()
            }
            _ => unreachable!("{parts:?}"),
        })
    }

    /// As Python says it of a name that a failed step did not make.
    fn named(&self, name: &str) -> Result<Object> {
        Ok(match name {
            "object" => object().into(),
            "type" => type_().into(),
            "int" => Builtin::Int.into(),
            "bool" => Builtin::Bool.into(),
            "float" => Builtin::Float.into(),
            "str" => Builtin::Str.into(),
            "tuple" => Builtin::Tuple.into(),
            "list" => Builtin::List.into(),
            "NoneType" => Builtin::None.into(),
            "ABC" => abc().into(),
            "ABCMeta" => abc_meta().into(),
            "Protocol" => protocol().into(),
            "1" => 1.into(),
            "True" => true.into(),
            "2.5" => 2.5.into(),
            "'s'" => "s".into(),
            "()" => Object::tuple::<Object>([]),
            "[]" => Object::list::<Object>([]),
            "None" => Object::None,
            other => return self.names.get(other).cloned().ok_or_else(|| Error::Key(format!("'{other}'"))),
        })
    }

    fn classes(&self, names: &str) -> Result<Object> {
        let found: Vec<Object> = names.split(',').map(|name| self.named(name)).collect::<Result<_>>()?;
        Ok(if let [only] = found.as_slice() { only.clone() } else { Object::tuple(found) })
    }

    fn bases(&self, mut statement: Statement, names: &str) -> Result<Statement> {
        for name in names.split(',').filter(|name| !name.is_empty()) {
            statement = statement.base(self.named(name)?);
        }
        Ok(statement)
    }

    fn meta(&mut self, name: &str, bases: &str, check: &str) -> Result<String> {
        let (kind, of) = check.split_once(':').unwrap_or((check, ""));
        let of = of.to_owned();
        let statement = self.bases(Class::define(name.to_owned()), bases)?;
        let statement = match kind {
            "subclass" => statement.method("__subclasscheck__", move |call| {
                let named = call.arg(1)?.as_class()?.name().starts_with(&of);
                Ok(if named { true.into() } else { above(call)?.invoke("__subclasscheck__", call.rest())? })
            }),
            "instance" => statement.method("__instancecheck__", move |call| {
                let has = call.arg(1)?.has(&of)?;
                Ok(if has { true.into() } else { above(call)?.invoke("__instancecheck__", call.rest())? })
            }),
            _ => statement,
        };
        let made = statement.create()?;
        self.names.insert(name.into(), made.into());
        Ok("made".into())
    }

    fn class(&mut self, name: &str, bases: &str, metaclass: &str, body: &str) -> Result<String> {
        let mut statement = self.bases(Class::define(name.to_owned()), bases)?;
        if !metaclass.is_empty() {
            statement = statement.metaclass(self.named(metaclass)?);
        }
        for part in body.split(';').filter(|part| !part.is_empty()) {
            let (member, words) = part.split_once('=').expect("a name and what it is");
            statement = match words.strip_prefix("slots:") {
                Some(slots) => statement.slots(slots.split(',').map(str::to_owned)),
                None if words == "annotation" => statement.annotation(member.to_owned(), object()),
                None => statement.attribute(member.to_owned(), self.member(member, words)?),
            };
        }
        let made = statement.create()?;
        let metaclass = made.metaclass().name().to_string();
        self.names.insert(name.into(), made.into());
        Ok(metaclass)
    }

    fn member(&self, name: &str, words: &str) -> Result<Object> {
        let plain = |name: &str| Function::new(name.to_owned(), |_: &Call<'_>| Ok(()));
        let (kind, of) = words.split_once(':').unwrap_or((words, ""));
        Ok(match kind {
            "function" => plain(name).into(),
            "abstract" => plain(name).made_abstract().into(),
            "classmethod" => Descriptor::Class(plain(name)).into(),
            "static" => Descriptor::Static(plain(name)).into(),
            "property" => Property::new(Function::new(name.to_owned(), |_: &Call<'_>| Ok(1))).into(),
            "failing" => Property::new(Function::new(name.to_owned(), |_: &Call<'_>| -> Result<()> {
                Err(Error::NoAttribute { class: "now".into(), name: "not".into() })
            }))
            .into(),
            "hook" => self.hook(of)?,
            "none" => Object::None,
            "one" => 1.into(),
            other => unreachable!("{other}"),
        })
    }

    fn hook(&self, words: &str) -> Result<Object> {
        let (kind, of) = words.split_once(':').unwrap_or((words, ""));
        let (kind, of) = (kind.to_owned(), of.to_owned());
        // It is held weakly, or a class that asks about itself would never go.
        let below = if kind == "below" { Some(self.named(&of)?.as_class()?.downgrade()) } else { None };
        let code = move |call: &Call<'_>| -> Result<Object> {
            let (class, other) = (call.class()?, call.arg(1)?.as_class()?);
            let said = |yes: bool| if yes { Hook::Yes } else { Hook::NotImplemented };
            Ok(match kind.as_str() {
                "named" => said(other.name().starts_with(&of)).into(),
                "has" => said(other.mro().any(|above| above.own(&of).is_some())).into(),
                "unlike" => if other.name().ends_with(&of) { Hook::No } else { Hook::NotImplemented }.into(),
                "below" => match below.as_ref().and_then(WeakClass::upgrade) {
                    Some(named) => said(is_subclass(other, &named)?).into(),
                    None => return Err(Error::Key(format!("'{of}'"))),
                },
                "like" => said(other.name().chars().last() == class.name().chars().last()).into(),
                "fails" if other.name().ends_with(&of) => {
                    return Err(Error::Type(format!("{} is not asked about {}", class.name(), other.name())));
                }
                "odd" if other.name().ends_with(&of) => 1.into(),
                _ => Object::NotImplemented,
            })
        };
        Ok(Descriptor::Class(Function::new("__subclasshook__", code)).into())
    }
}

fn above(call: &Call<'_>) -> Result<Super> {
    call.superclass()
}

fn words<'a>(classes: impl IntoIterator<Item = &'a Class>) -> String {
    classes.into_iter().map(|class| class.name().as_str()).collect::<Vec<_>>().join(" ")
}

/// An error as Python's answers have it.
fn worded(error: &Error) -> String {
    let kind = match error.kind() {
        ErrorKind::Recursion => return "RecursionError".into(),
        ErrorKind::Attribute => "AttributeError",
        ErrorKind::Assertion => "AssertionError",
        ErrorKind::Key => "KeyError",
        ErrorKind::Runtime => "RuntimeError",
        ErrorKind::Value => "ValueError",
        _ => "TypeError",
    };
    let words = format!("{kind}: {error}").replace('\n', " ");
    // Python does not always know the property's name.
    if words.starts_with("AttributeError: property") { "AttributeError: property".into() } else { words }
}
