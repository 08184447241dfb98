//! The tower of numbers.

use converse_model::object::{Builtin, Result, is_instance, is_subclass, numbers};

use crate::{define, mro, refused};

#[test]
fn the_built_in_numbers_stand_at_their_places() -> Result<()> {
    let levels = [numbers::number(), numbers::complex(), numbers::real(), numbers::rational(), numbers::integral()];
    let upto = |class: Builtin| -> Result<Vec<bool>> {
        levels.iter().map(|level| is_subclass(class.class(), *level)).collect()
    };
    assert_eq!(upto(Builtin::Int)?, [true; 5]);
    assert_eq!(upto(Builtin::Bool)?, [true; 5]);
    assert_eq!(upto(Builtin::Float)?, [true, true, true, false, false]);
    assert_eq!(upto(Builtin::Complex)?, [true, true, false, false, false]);
    assert_eq!(upto(Builtin::Str)?, [false; 5]);
    assert!(is_instance(&7.into(), numbers::integral())? && !is_instance(&7.5.into(), numbers::rational())?);
    Ok(())
}

#[test]
fn the_tower_is_a_line_of_abstract_classes() -> Result<()> {
    let line = ["Integral", "Rational", "Real", "Complex", "Number", "object"];
    assert_eq!(mro(numbers::integral()), line);
    assert_eq!(numbers::integral().to_string(), "<class 'numbers.Integral'>");
    numbers::number().call(())?;
    let words = refused(numbers::complex().call(())).1;
    assert!(words.starts_with("Can't instantiate abstract class Complex with abstract methods __abs__, __add__, "));
    let fixed = define("Fixed").create()?;
    numbers::rational().register(&fixed)?;
    assert!(is_subclass(&fixed, numbers::real())? && !is_subclass(&fixed, numbers::integral())?);
    Ok(())
}
