use converse::Problem;
use converse::model::{Class, Namespace};

#[converse::init_subclass]
fn alone(_class: &Class) -> Result<(), Problem> {
    Ok(())
}

#[converse::init_subclass]
fn by_value(_class: Class, _keywords: &Namespace) -> Result<(), Problem> {
    Ok(())
}

fn main() {}
