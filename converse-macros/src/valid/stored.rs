//! What can be known to be wrong about a table before the compiler looks at types.

use crate::ast::{Class, Errors, Field, Kind};

pub(super) fn check(class: &Class, errors: &mut Errors) {
    let stored = &class.stored;
    if let (Some(_), Some((word, _))) = (&stored.table, &stored.journal) {
        let message = "a class has a table of its own rows, or a journal of what was sent, and both would have one name; leave one of the two out";
        errors.push(syn::Error::new(word.span(), message));
    }
    if let (None, Some(text)) = (&stored.table, &stored.renamed_from) {
        errors.push(syn::Error::new(text.span(), "`renamed_from` is for a table, and this class has none"));
    }
    if let (Some((word, _)), Some(_)) = (&stored.journal, class.params.first()) {
        errors.push(syn::Error::new(
            word.span(),
            "a class with parameters has no journal: each would have one of its own",
        ));
    }
    match (&stored.table, &class.kind) {
        (Some(_), Kind::Record(fields)) => check_columns(class, fields, errors),
        (Some(word), _) => {
            errors.push(syn::Error::new(word.span(), "a table has columns: write a struct with named fields"));
        }
        (None, _) => {
            for field in class.fields() {
                if let Some(span) = field.column.said() {
                    let message = "this is about a column, and the class has no table; write `#[table]` or `#[message(table)]` above it";
                    errors.push(syn::Error::new(span, message));
                }
            }
        }
    }
}

fn check_columns(class: &Class, fields: &[Field], errors: &mut Errors) {
    if let Some(first) = class.params.first() {
        errors.push(syn::Error::new(first.span(), "a table has no parameters: each would be a table of its own"));
    }
    let keys: Vec<&Field> = fields.iter().filter(|field| field.column.primary_key.is_some()).collect();
    if keys.is_empty() {
        let message = "a table needs a key, by which a row is found: write `#[field(primary_key)]` above a field, or add `#[field(primary_key, auto)] id: i64`";
        errors.push(syn::Error::new(class.ident.span(), message));
    }
    if keys.len() > 6 {
        errors.push(syn::Error::new(class.ident.span(), "a key has at most six fields"));
    }
    let mut versions = fields.iter().filter_map(|field| field.column.version.as_ref());
    if let (Some(_), Some(second)) = (versions.next(), versions.next()) {
        errors.push(syn::Error::new(second.span(), "a row has one version"));
    }
    for field in fields {
        let column = &field.column;
        if let Some(word) = &column.auto
            && (column.primary_key.is_none() || keys.len() > 1)
        {
            let message = "`auto` is for a key of one field: the store makes it for each new row";
            errors.push(syn::Error::new(word.span(), message));
        }
        if let (Some(word), Some(_)) = (&column.version, &column.primary_key) {
            errors.push(syn::Error::new(word.span(), "a version changes, and a key does not"));
        }
        if let (Some(word), Some(_)) = (&column.unique, &column.primary_key)
            && keys.len() == 1
        {
            errors.push(syn::Error::new(word.span(), "a key is unique already"));
        }
    }
}
