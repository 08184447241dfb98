//! The classes of `conformance/pydantic/classes.py` in our words. The judge reads them, and
//! `tests/witnesses` does too.

mod containers;
mod enums;
mod fields;
mod numbers;
mod rules;
mod texts;

use conformance::{Witness, witnesses};

/// Every class.
pub(crate) const CLASSES: &[Witness] = witnesses![
    "Flags" is numbers::Flags,
    "Small" is numbers::Small,
    "Large" is numbers::Large,
    "Floats" is numbers::Floats,
    "Bounds" is numbers::Bounds,
    "Multiples" is numbers::Multiples,
    "Lengths" is texts::Lengths,
    "Patterns" is texts::Patterns,
    "Cleaned" is texts::Cleaned,
    "Letters" is texts::Letters,
    "Mail" is texts::Mail,
    "Pictures" is texts::Pictures,
    "Hidden" is texts::Hidden,
    "Machines" is texts::Machines,
    "Instants" is texts::Instants,
    "Clocks" is texts::Clocks,
    "Ids" is texts::Ids,
    "Amounts" is texts::Amounts,
    "Links" is texts::Links,
    "Absent" is fields::Absent,
    "Defaults" is fields::Defaults,
    "Aliased" is fields::Aliased,
    "Camel" is fields::Camel,
    "Closed" is fields::Closed,
    "Patch" is fields::Patch,
    "SignIn" is fields::SignIn,
    "SignInResponse" is fields::SignInResponse,
    "Many" is fields::Many,
    "Lists" is containers::Lists,
    "Maps" is containers::Maps,
    "Keys" is containers::Keys,
    "Sets" is containers::Sets,
    "Weights" is containers::Weights,
    "Tuples" is containers::Tuples,
    "Anything" is containers::Anything,
    "Tree" is containers::Tree,
    "Household" is containers::Household,
    "Paint" is enums::Paint,
    "Inside" is enums::Inside,
    "Beside" is enums::Beside,
    "Loose" is enums::Loose,
    "Figures" is enums::Figures,
    "Checked" is rules::Checked,
    "Twice" is rules::Twice,
    "Given" is rules::Given,
];
