//! The class statement: every step from its words to a class, in order. `type`'s own part is in `make`.

use super::{Args, Class, Error, Namespace, Object, Result, Statement, metaclass, special};

/// Makes the class, or whatever the metaclass makes of it.
pub(super) fn run(mut statement: Statement) -> Result<Object> {
    let bases = mro_entries(&statement.bases)?;
    let metaclass = metaclass::choose(statement.metaclass.clone(), &bases)?;
    let mut body = prepare(&metaclass, &statement, &bases)?;
    statement.fill(&mut body)?;
    if bases.len() != statement.bases.len() || bases.iter().zip(&statement.bases).any(|(one, other)| !one.is(other)) {
        body.set(special::ORIGINAL_BASES, Object::tuple(&statement.bases));
    }
    metaclass.call(Class::arguments(&statement.name, &bases, body, &statement.keywords))
}

/// The bases, with what stands for others replaced by them.
fn mro_entries(named: &[Object]) -> Result<Vec<Object>> {
    let all = Object::tuple(named);
    let mut bases = Vec::new();
    for base in named {
        let entries = match base {
            Object::Instance(_) => base.get(special::MRO_ENTRIES),
            other => {
                bases.push(other.clone());
                continue;
            }
        };
        match entries {
            Ok(entries) => match entries.call([&all])? {
                Object::Tuple(classes) => bases.extend(classes.iter().cloned()),
                _ => return Err(Error::Type("__mro_entries__ must return a tuple".into())),
            },
            Err(error) if error.kind() == super::ErrorKind::Attribute => bases.push(base.clone()),
            Err(error) => return Err(error),
        }
    }
    Ok(bases)
}

/// The body to begin with.
fn prepare(metaclass: &Object, statement: &Statement, bases: &[Object]) -> Result<Namespace> {
    if !metaclass.has(special::PREPARE)? {
        return Ok(Namespace::new());
    }
    let positional = vec![statement.name.clone().into(), Object::tuple(bases)];
    let args = Args { positional, keywords: statement.keywords.clone() };
    match metaclass.invoke(special::PREPARE, args)? {
        Object::Map(body) => Ok((*body).clone()),
        other => {
            let maker = match metaclass {
                Object::Class(class) => class.name().as_str(),
                _ => "<metaclass>",
            };
            let what = format!("{maker}.__prepare__() must return a mapping, not {}", other.class().name());
            Err(Error::Type(what))
        }
    }
}
