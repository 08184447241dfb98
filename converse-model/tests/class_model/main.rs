//! The class model, behaviour by behaviour: what Python's own tests say of classes, said of ours.
//! `docs/class-model.md` has a row for each of theirs, with the name of the test here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::many_single_char_names,
    reason = "a test says what it expects by failing, and Python's cases call their classes A, B and C"
)]

mod abstract_classes;
mod abstract_members;
mod attributes;
mod compiled;
mod conformance;
mod generic_classes;
mod instances;
mod limits;
mod metaclasses;
mod mro;
mod numbers;
mod operators;
mod page;
mod protocols;
mod soundness;
mod structural_checks;
mod subclass_init;

use converse_model::object::{Class, Error, ErrorKind, Object, Result, Statement};

/// A class statement.
fn define(name: &'static str) -> Statement {
    Class::define(name)
}

/// A class without a body.
fn plain(name: &'static str) -> Class {
    Class::define(name).create().unwrap()
}

/// A class without a body, derived from others.
fn derived(name: &'static str, bases: &[&Class]) -> Class {
    try_derived(name, bases).unwrap()
}

fn try_derived(name: &'static str, bases: &[&Class]) -> Result<Class> {
    bases.iter().fold(Class::define(name), |statement, base| statement.base(*base)).create()
}

fn names(classes: &[Class]) -> Vec<&str> {
    classes.iter().map(|class| class.name().as_str()).collect()
}

fn mro(class: &Class) -> Vec<&str> {
    class.mro().map(|class| class.name().as_str()).collect()
}

/// What went wrong: which of Python's exceptions, and its words.
#[track_caller]
fn refused<T>(result: Result<T>) -> (ErrorKind, String) {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => said(&error),
    }
}

fn said(error: &Error) -> (ErrorKind, String) {
    assert!(!error.remedy().is_empty(), "no remedy for {error}");
    (error.kind(), error.to_string())
}

fn words(objects: &Object) -> Vec<String> {
    objects.sequence().unwrap().iter().map(ToString::to_string).collect()
}
