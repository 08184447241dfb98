//! A class statement, said in Rust: name, bases, metaclass, keyword arguments, body.

use std::sync::Arc;

use super::compiled::ShapeOf;
use super::{
    Builtin, Call, Class, Descriptor, Error, Function, Hook, Namespace, Object, Operator, Property, Result, abc,
    create, hooks, protocol, special,
};
use crate::{Field, Shape, Slots, Text};

type Step = Box<dyn FnOnce(&mut Namespace) -> Result<()> + Send>;

/// A class statement in the making; [`create`](Statement::create) carries it out:
///
/// 1. bases that stand for others are replaced (`__mro_entries__`);
/// 2. the most derived metaclass is chosen, or the conflict is reported;
/// 3. the metaclass prepares the body (`__prepare__`);
/// 4. the body is filled, in the order of the calls here;
/// 5. the metaclass is called: its `__new__`, down to `type`'s own, which computes the MRO, makes the class, tells
///    the members their names (`__set_name__`), tells the parent (`__init_subclass__`, with the keyword arguments);
///    then its `__init__`.
///
/// ```
/// use converse_model::object::{Class, type_};
///
/// let meta = Class::define("Meta")
///     .base(type_())
///     .init(|call| {
///         // The class is made; this sets it up, with the keyword arguments of its statement.
///         let policy = call.keyword("policy").cloned().unwrap_or("none".into());
///         call.class()?.set("policy", policy)
///     })
///     .new_(|call| call.superclass()?.invoke("__new__", call.positional()))
///     .create()?;
/// let ticket = Class::define("Ticket").metaclass(&meta).keyword("policy", "strict").create()?;
/// assert_eq!(ticket.get("policy")?, "strict".into());
/// # Ok::<(), converse_model::object::Error>(())
/// ```
#[must_use = "a class statement does nothing until it is created"]
pub struct Statement {
    pub(super) name: Text,
    pub(super) bases: Vec<Object>,
    pub(super) metaclass: Option<Object>,
    pub(super) keywords: Namespace,
    module: Text,
    steps: Vec<Step>,
    shape: Option<ShapeOf>,
    fields: Vec<Field>,
    slots: Slots,
    runtime_checkable: bool,
}

impl Statement {
    pub(super) fn new(name: Text) -> Statement {
        Statement {
            name,
            bases: Vec::new(),
            metaclass: None,
            keywords: Namespace::new(),
            module: "__main__".into(),
            steps: Vec::new(),
            shape: None,
            fields: Vec::new(),
            slots: Slots::default(),
            runtime_checkable: false,
        }
    }

    /// Derives from one more class, or from those that an object with `__mro_entries__` stands for.
    pub fn base(mut self, base: impl Into<Object>) -> Statement {
        self.bases.push(base.into());
        self
    }

    /// Is made by this class of classes, or by any callable: of name, bases and body.
    pub fn metaclass(mut self, metaclass: impl Into<Object>) -> Statement {
        self.metaclass = Some(metaclass.into());
        self
    }

    /// Is made by [`abc_meta`](super::abc_meta): an abstract base class, with registrations and a subclass hook.
    pub fn abc(self) -> Statement {
        self.metaclass(abc::abc_meta())
    }

    /// Is a protocol: one more base, [`protocol`](super::protocol).
    pub fn protocol(self) -> Statement {
        self.base(protocol::protocol())
    }

    /// Is a protocol that may be asked about objects and classes.
    pub fn runtime_checkable(mut self) -> Statement {
        self.runtime_checkable = true;
        self
    }

    /// A keyword argument, for `__prepare__`, the metaclass's `__new__` and `__init__`, and `__init_subclass__`.
    pub fn keyword(mut self, name: impl Into<Text>, object: impl Into<Object>) -> Statement {
        self.keywords.set(name, object);
        self
    }

    /// Where the class stands; `__main__` unless it is said.
    pub fn module(mut self, module: impl Into<Text>) -> Statement {
        self.module = module.into();
        self
    }

    /// The documentation.
    pub fn doc(self, doc: impl Into<Text>) -> Statement {
        self.attribute(special::DOC, doc.into())
    }

    /// Has a shape: its instances hold the shape's fields and nothing else, and are checked when they are made.
    pub fn shape(mut self, shape: Arc<Shape>) -> Statement {
        self.shape = Some(ShapeOf::Shared(shape));
        self
    }

    /// One more field, beside those of its bases: a [`Field`], or a name and a [`Type`](crate::Type).
    ///
    /// Instances of a class with fields hold these and nothing else, and are checked when they are made. A field of
    /// the name of a base's takes its place.
    pub fn field(mut self, field: impl Into<Field>) -> Statement {
        self.fields.push(field.into());
        self
    }

    /// Hangs typed data of an outer crate on the class, where [`Class::slot`] finds it.
    pub fn slot<T: Send + Sync + 'static>(mut self, value: T) -> Statement {
        self.slots.put(value);
        self
    }

    pub(crate) fn compiled_shape(mut self, shape: &'static Shape) -> Statement {
        self.shape = Some(ShapeOf::Static(shape));
        self
    }

    /// A piece of the body: it sees what was prepared and what stands before it.
    pub fn body(mut self, step: impl FnOnce(&mut Namespace) -> Result<()> + Send + 'static) -> Statement {
        self.steps.push(Box::new(step));
        self
    }

    /// A member.
    pub fn attribute(self, name: impl Into<Text>, object: impl Into<Object>) -> Statement {
        let (name, object) = (name.into(), object.into());
        self.body(move |body| {
            body.set(name, object);
            Ok(())
        })
    }

    /// A member that instances will have, and what it is: data of a protocol, if there is no attribute of the name.
    pub fn annotation(self, name: impl Into<Text>, object: impl Into<Object>) -> Statement {
        let (name, object) = (name.into(), object.into());
        self.body(move |body| {
            let mut annotations = match body.get(special::ANNOTATIONS) {
                Some(annotations) => (**annotations.namespace()?).clone(),
                None => Namespace::new(),
            };
            annotations.set(name, object);
            body.set(special::ANNOTATIONS, annotations);
            Ok(())
        })
    }

    /// Instances hold attributes of these names and no others, unless a base is open.
    pub fn slots<T: Into<Text>>(self, names: impl IntoIterator<Item = T>) -> Statement {
        let names: Vec<Object> = names.into_iter().map(|name| Object::Str(name.into())).collect();
        self.attribute(special::SLOTS, Object::Tuple(names.into()))
    }

    fn function<R: Into<Object>>(
        &self,
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Function {
        Function::new(name, code).in_class(&self.name)
    }

    /// A method: its first argument is the instance.
    pub fn method<R: Into<Object>>(
        self,
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        let function = self.function(name, code);
        self.attribute(function.name().clone(), function)
    }

    /// A class method: its first argument is the class.
    pub fn class_method<R: Into<Object>>(
        self,
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        let function = self.function(name, code);
        self.attribute(function.name().clone(), Descriptor::Class(function))
    }

    /// A static method: it gets nothing but its arguments.
    pub fn static_method<R: Into<Object>>(
        self,
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        let function = self.function(name, code);
        self.attribute(function.name().clone(), Descriptor::Static(function))
    }

    /// An attribute of instances that is read by a function. One that is also set is an
    /// [`attribute`](Statement::attribute) that is a [`Property`].
    pub fn property<R: Into<Object>>(
        self,
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        let function = self.function(name, code);
        self.attribute(function.name().clone(), Property::new(function))
    }

    fn missing(&self, name: Text) -> Function {
        self.function(name, |_| Ok(())).made_abstract()
    }

    /// A method that a class which is not abstract must define.
    pub fn abstract_method(self, name: impl Into<Text>) -> Statement {
        let function = self.missing(name.into());
        self.attribute(function.name().clone(), function)
    }

    /// A class method that a class which is not abstract must define.
    pub fn abstract_class_method(self, name: impl Into<Text>) -> Statement {
        let function = self.missing(name.into());
        self.attribute(function.name().clone(), Descriptor::Class(function))
    }

    /// A static method that a class which is not abstract must define.
    pub fn abstract_static_method(self, name: impl Into<Text>) -> Statement {
        let function = self.missing(name.into());
        self.attribute(function.name().clone(), Descriptor::Static(function))
    }

    /// A property that a class which is not abstract must define.
    pub fn abstract_property(self, name: impl Into<Text>) -> Statement {
        let function = self.missing(name.into());
        self.attribute(function.name().clone(), Property::new(function))
    }

    /// What makes an instance, or of a metaclass, a class: a static method of the class and the arguments.
    pub fn new_<R: Into<Object>>(self, code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static) -> Statement {
        self.static_method(special::NEW, code)
    }

    /// What sets up an instance, or of a metaclass, a class.
    pub fn init(self, code: impl Fn(&Call<'_>) -> Result<()> + Send + Sync + 'static) -> Statement {
        self.method(special::INIT, code)
    }

    /// Of a metaclass: what the body of a class begins with.
    pub fn prepare(self, code: impl Fn(&Call<'_>) -> Result<Namespace> + Send + Sync + 'static) -> Statement {
        self.class_method(special::PREPARE, code)
    }

    /// What is called for every class derived from this one, with its keyword arguments.
    pub fn init_subclass(self, code: impl Fn(&Call<'_>) -> Result<()> + Send + Sync + 'static) -> Statement {
        self.class_method(special::INIT_SUBCLASS, code)
    }

    /// What instances that stand in a class's body are told: the class, and their name there.
    pub fn set_name(self, code: impl Fn(&Call<'_>) -> Result<()> + Send + Sync + 'static) -> Statement {
        self.method(special::SET_NAME, code)
    }

    /// What is called when an instance is called.
    pub fn on_call<R: Into<Object>>(self, code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static) -> Statement {
        self.method(special::CALL, code)
    }

    /// What `class[key]` is; a metaclass's own `__getitem__` goes first.
    pub fn class_getitem<R: Into<Object>>(
        self,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        self.class_method(special::CLASS_GETITEM, code)
    }

    /// How instances print.
    pub fn repr(self, code: impl Fn(&Call<'_>) -> Result<String> + Send + Sync + 'static) -> Statement {
        self.method(special::REPR, code)
    }

    /// What an operator gives, with an instance on its left.
    pub fn operator<R: Into<Object>>(
        self,
        operator: Operator,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Statement {
        self.method(operator.name(), code)
    }

    /// Of an abstract class: whether a class is a subclass of it.
    pub fn subclass_hook(self, hook: impl Fn(&Class, &Class) -> Result<Hook> + Send + Sync + 'static) -> Statement {
        self.attribute(special::SUBCLASS_HOOK, hooks::subclass_hook(special::SUBCLASS_HOOK, hook))
    }

    /// Of a metaclass: whether an object is an instance of one of its classes. It is not asked about an object whose
    /// class is that very class.
    pub fn instance_check(self, check: impl Fn(&Class, &Object) -> Result<bool> + Send + Sync + 'static) -> Statement {
        self.attribute(special::INSTANCE_CHECK, hooks::instance_check(special::INSTANCE_CHECK, check))
    }

    /// Of a metaclass: whether a class is a subclass of one of its classes.
    pub fn subclass_check(self, check: impl Fn(&Class, &Class) -> Result<bool> + Send + Sync + 'static) -> Statement {
        self.attribute(special::SUBCLASS_CHECK, hooks::subclass_check(special::SUBCLASS_CHECK, check))
    }

    /// Runs the body.
    pub(super) fn fill(&mut self, body: &mut Namespace) -> Result<()> {
        body.set(special::MODULE, self.module.clone());
        body.set(special::QUALNAME, self.name.clone());
        body.shape = self.shape.take();
        body.fields = std::mem::take(&mut self.fields);
        body.slots = Some(Arc::new(std::mem::take(&mut self.slots)));
        for step in self.steps.drain(..) {
            step(body)?;
        }
        Ok(())
    }

    /// Makes the class.
    ///
    /// # Errors
    /// Those of each step, and that the metaclass made something else than a class.
    pub fn create(self) -> Result<Class> {
        let name = self.name.clone();
        match self.create_object()? {
            Object::Class(class) => Ok(class),
            other => Err(Error::Type(format!(
                "the metaclass of `{name}` made {other}, a '{}', which is no class; take it with `create_object`",
                other.class().name()
            ))),
        }
    }

    /// Makes the class, or whatever the metaclass makes of it.
    ///
    /// # Errors
    /// Those of each step.
    pub fn create_object(self) -> Result<Object> {
        let runtime_checkable = self.runtime_checkable;
        let made = create::run(self)?;
        if runtime_checkable {
            protocol::runtime_checkable(made.as_class()?)?;
        }
        Ok(made)
    }
}

/// A built-in class can stand for itself as a base or a metaclass.
impl From<Builtin> for Object {
    fn from(builtin: Builtin) -> Object {
        builtin.class().into()
    }
}
