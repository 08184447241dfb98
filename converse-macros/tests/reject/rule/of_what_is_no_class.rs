use converse::Problem;
use converse::model::{Class, Namespace};

struct Plain;

#[converse::init_subclass(Plain)]
fn documented(_class: &Class, _keywords: &Namespace) -> Result<(), Problem> {
    Ok(())
}

#[converse::init_subclass("Plain")]
fn named(_class: &Class, _keywords: &Namespace) -> Result<(), Problem> {
    Ok(())
}

fn main() {}
