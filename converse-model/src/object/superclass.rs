//! The members of the classes above one: Python's `super`.

use super::{Args, Class, Error, Object, Result, attribute};

/// The members of the classes that stand after one in the MRO of an object's class, read for that object.
#[derive(Debug, Clone)]
pub struct Super {
    home: Class,
    this: Object,
    /// The class whose MRO is followed.
    start: Class,
}

impl Super {
    /// What stands after `home`, for an object or a class that derives from it.
    ///
    /// # Errors
    /// If it does not derive from it.
    pub fn of(home: Class, this: &Object) -> Result<Super> {
        let start = match this {
            Object::Class(class) if class.derives_from(&home) => class.clone(),
            other if other.class().derives_from(&home) => other.class().clone(),
            _ => {
                let what = "super(type, obj): obj must be an instance or subtype of type";
                return Err(Error::Type(what.into()));
            }
        };
        Ok(Super { home, this: this.clone(), start })
    }

    /// The member of this name.
    ///
    /// # Errors
    /// If no class after `home` has one, and those of a property.
    pub fn get(&self, name: &str) -> Result<Object> {
        let after = self.start.mro().skip_while(|class| *class != &self.home).skip(1);
        let Some(found) = after.into_iter().find_map(|class| class.own(name)) else {
            return Err(Error::NoAttribute { class: "super".into(), name: name.to_owned().into() });
        };
        match &self.this {
            Object::Class(class) if *class == self.start => Ok(attribute::bind_to_class(found, class)),
            this => attribute::bind(found, this),
        }
    }

    /// The class above which the members are looked up, and the class whose MRO is followed.
    pub(super) fn between(&self) -> (&Class, &Class) {
        (&self.home, &self.start)
    }

    /// Calls the member of this name.
    ///
    /// # Errors
    /// If there is none, and its own.
    pub fn invoke(&self, name: &str, args: impl Into<Args>) -> Result<Object> {
        self.get(name)?.call(args)
    }
}
