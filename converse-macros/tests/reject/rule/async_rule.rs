use converse::Problem;
use converse::model::{Class, Namespace};

#[converse::init_subclass]
async fn documented(_class: &Class, _keywords: &Namespace) -> Result<(), Problem> {
    Ok(())
}

fn main() {}
