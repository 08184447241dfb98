//! Values without parts.

use super::Walk;
use crate::{Text, TextFormat, Type, Value};

impl Walk {
    pub(super) fn scalar(&mut self, ty: &Type, value: &Value) {
        match (ty, value) {
            (Type::Bool, Value::Bool(_)) | (Type::Text, Value::Str(_)) | (Type::Bytes, Value::Bytes(_)) => {}
            (Type::Bool, value) if self.lax && is_like_bool(value) => {
                self.wrong("bool_parsing", "must be true or false, or a word or number for one of them");
            }
            (Type::Bool, _) => self.wrong("bool_type", "must be true or false"),
            (Type::Int { .. }, Value::Str(_)) if self.lax => {
                self.wrong("int_parsing", "must be a whole number, or a text that is one");
            }
            (Type::Float { .. }, Value::Str(_)) if self.lax => {
                self.wrong("float_parsing", "must be a number, or a text that is one");
            }
            (Type::Int { min, max }, value) => self.int(*min, *max, value),
            (Type::Float { bits }, value) => self.float(*bits, value),
            (Type::Char, Value::Str(text)) => self.char(text),
            (Type::Bytes, Value::Str(text)) => self.form(TextFormat::Base64, text),
            (Type::Bytes, _) => self.wrong("bytes_type", "must be bytes"),
            (Type::Format(format), Value::Str(text)) => self.form(*format, text),
            _ => self.wrong("string_type", "must be a text"),
        }
    }

    fn form(&mut self, format: TextFormat, text: &str) {
        if !format.holds(text) {
            let row = format.row();
            self.wrong(row.rule, row.sentence);
        }
    }

    fn char(&mut self, text: &str) {
        let (rule, bound) = match text.chars().count() {
            1 => return,
            0 => ("string_too_short", "min_length"),
            _ => ("string_too_long", "max_length"),
        };
        self.issue(rule, "must be one character", vec![(Text::Static(bound), Value::Int(1))]);
    }

    fn int(&mut self, min: i128, max: i128, value: &Value) {
        let value = match value {
            Value::Int(value) => *value,
            // Beyond i128, in which every bound lies.
            Value::Float(value) if value.abs() > 1e37 => {
                if *value > 0.0 {
                    i128::MAX
                } else {
                    i128::MIN
                }
            }
            Value::Float(value) => match integral(*value) {
                Some(value) => value,
                None => {
                    let message = "must be a whole number; write it without point and exponent";
                    return self.wrong("int_from_float", message);
                }
            },
            _ => return self.wrong("int_type", "must be a whole number"),
        };
        if value < min {
            let params = vec![(Text::Static("ge"), Value::Int(min))];
            self.issue("greater_than_equal", format!("must be greater than or equal to {min}"), params);
        } else if value > max {
            let params = vec![(Text::Static("le"), Value::Int(max))];
            self.issue("less_than_equal", format!("must be less than or equal to {max}"), params);
        }
    }

    fn float(&mut self, bits: u8, value: &Value) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "rounded as the type does")]
        let overflows = match value {
            Value::Float(value) if bits == 32 => !(*value as f32).is_finite(),
            Value::Float(value) => !value.is_finite(),
            Value::Int(value) if bits == 32 => !(*value as f64 as f32).is_finite(),
            Value::Int(_) => false,
            _ => return self.wrong("float_type", "must be a number"),
        };
        if overflows {
            self.out_of_range(bits);
        }
    }

    pub(super) fn out_of_range(&mut self, bits: u8) {
        self.wrong("number_out_of_range", &format!("must be a number that {bits} bits can hold"));
    }
}

/// Whether a value is of a kind in which true and false may be written, besides their own.
fn is_like_bool(value: &Value) -> bool {
    match value {
        Value::Str(_) => true,
        Value::Int(value) => i64::try_from(*value).is_ok(),
        Value::Float(value) => value.fract() == 0.0 && value.abs() < 9e18,
        _ => false,
    }
}

/// The integer that a float is, if it is one and every integer up to it is a float too.
pub fn integral(value: f64) -> Option<i128> {
    #[allow(clippy::cast_possible_truncation, reason = "whole, and at most 2^53")]
    (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i128)
}
