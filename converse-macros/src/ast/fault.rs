//! An error for clients: `#[derive(Fault)]`.

use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, LitInt, LitStr};

use super::Errors;
use crate::attr;

pub(crate) struct FaultType {
    pub(crate) ident: Ident,
    pub(crate) cases: Vec<FaultCase>,
}

/// The struct itself, or one variant.
pub(crate) struct FaultCase {
    /// The variant; `None` for a struct.
    pub(crate) variant: Option<Ident>,
    /// The names of the fields; `None` where they have none.
    pub(crate) fields: Option<Vec<Ident>>,
    pub(crate) code: LitStr,
    pub(crate) status: Option<LitInt>,
    pub(crate) message: Option<LitStr>,
    pub(crate) retryable: bool,
}

impl FaultType {
    pub(crate) fn read(item: &DeriveInput) -> Result<FaultType, Errors> {
        let mut errors = Errors::default();
        let mut cases = Vec::new();
        if !item.generics.params.is_empty() {
            errors.push(syn::Error::new(item.generics.span(), "an error for clients has no parameters"));
        }
        match &item.data {
            Data::Struct(data) => {
                cases.extend(errors.take(FaultCase::read(None, &item.ident, &item.attrs, &data.fields)));
            }
            Data::Enum(data) => {
                for variant in &data.variants {
                    let name = Some(variant.ident.clone());
                    cases.extend(errors.take(FaultCase::read(name, &variant.ident, &variant.attrs, &variant.fields)));
                }
            }
            Data::Union(data) => {
                errors.push(syn::Error::new(data.union_token.span, "`Fault` is derived for structs and enums"));
            }
        }
        errors.finish(FaultType { ident: item.ident.clone(), cases })
    }
}

impl FaultCase {
    fn read(
        variant: Option<Ident>,
        place: &Ident,
        attributes: &[syn::Attribute],
        fields: &Fields,
    ) -> syn::Result<FaultCase> {
        let (mut code, mut status, mut message, mut retryable) = (None, None, None, false);
        for argument in attr::named(attributes, "fault")? {
            match argument.word.to_string().as_str() {
                "code" => code = Some(argument.text()?),
                "message" => message = Some(argument.text()?),
                "retryable" => {
                    argument.alone()?;
                    retryable = true;
                }
                "status" => status = Some(read_status(argument.expression()?)?),
                _ => {
                    let known = ["code", "status", "message", "retryable"];
                    return Err(attr::unknown(&argument.word, "`#[fault(…)]`", &known));
                }
            }
        }
        let Some(code) = code else {
            let text = "an error for clients needs a code that they can compare: #[fault(code = \"name_taken\", status = 409)]";
            return Err(syn::Error::new(place.span(), text));
        };
        let fields = match fields {
            Fields::Named(fields) => Some(fields.named.iter().filter_map(|field| field.ident.clone()).collect()),
            Fields::Unit => Some(Vec::new()),
            Fields::Unnamed(_) => None,
        };
        Ok(FaultCase { variant, fields, code, status, message, retryable })
    }
}

fn read_status(value: &syn::Expr) -> syn::Result<LitInt> {
    if let syn::Expr::Lit(literal) = value
        && let syn::Lit::Int(number) = &literal.lit
        && number.base10_parse::<u16>().is_ok_and(|status| (400..600).contains(&status))
    {
        return Ok(number.clone());
    }
    Err(syn::Error::new(value.span(), "`status` is an HTTP status of an error, 400 to 599"))
}
