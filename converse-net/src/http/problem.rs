//! A fault as `application/problem+json` (RFC 9457).

use converse_dispatch::{Errors, Fault};
use converse_wire::json::Writer;
use converse_wire::{Encode, Limits, Push, key};
use hyper::StatusCode;

/// The body of the answer: RFC 9457's members, then converse's own; absent parts are left out.
pub(super) fn problem(fault: &Fault) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    // A fault holds no number that JSON has not, and nests three deep: it can always be written.
    Problem(fault).encode(&mut Writer::new(&mut out, Limits::DEFAULT.depth));
    out
}

struct Problem<'f>(&'f Fault);

impl Encode for Problem<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        let fault = self.0;
        let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let optional =
            [!fault.errors.is_empty(), fault.more > 0, fault.executed.is_some(), fault.retry_after_ms.is_some()];
        if !push.record(6 + optional.iter().filter(|there| **there).count()) {
            return;
        }
        push.member(key!("type"));
        push.str("about:blank");
        push.member(key!("title"));
        push.str(status.canonical_reason().unwrap_or("Error"));
        push.member(key!("status"));
        push.u64(status.as_u16().into());
        push.member(key!("detail"));
        push.str(&fault.message);
        push.member(key!("code"));
        push.str(&fault.code);
        if !fault.errors.is_empty() {
            push.member(key!("errors"));
            Errors(&fault.errors).encode(push);
        }
        if fault.more > 0 {
            push.member(key!("more"));
            fault.more.encode(push);
        }
        push.member(key!("retryable"));
        push.bool(fault.retryable);
        if let Some(executed) = fault.executed {
            push.member(key!("executed"));
            push.bool(executed);
        }
        if let Some(milliseconds) = fault.retry_after_ms {
            push.member(key!("retry_after_ms"));
            push.u64(milliseconds);
        }
        push.end_record();
    }
}

#[cfg(test)]
mod tests {
    use converse_dispatch::{Fault, FaultKind};
    use converse_model::report::{Issue, Report};
    use converse_model::{Text, Value};

    use super::problem;

    #[test]
    fn a_fault_with_everything() {
        let issue = Issue {
            pointer: "/username".to_owned(),
            rule: "string_too_short".into(),
            message: "at least 1 character".to_owned(),
            params: vec![(Text::from("min_length"), Value::Int(1))],
        };
        let fault = Fault::refused("SignIn", Report { issues: vec![issue], more: 2 }).with_retry_after_ms(1500);
        assert_eq!(
            String::from_utf8(problem(&fault)).unwrap(),
            "{\"type\":\"about:blank\",\"title\":\"Unprocessable Entity\",\"status\":422,\
             \"detail\":\"3 validation errors for SignIn\",\"code\":\"validation\",\
             \"errors\":[{\"pointer\":\"/username\",\"rule\":\"string_too_short\",\
             \"message\":\"at least 1 character\",\"params\":{\"min_length\":1}}],\
             \"more\":2,\"retryable\":true,\"executed\":false,\"retry_after_ms\":1500}"
        );
    }

    #[test]
    fn absent_parts_are_left_out() {
        let fault = Fault::of(FaultKind::INTERNAL, "say \"why\"");
        assert_eq!(
            String::from_utf8(problem(&fault)).unwrap(),
            "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,\
             \"detail\":\"say \\\"why\\\"\",\"code\":\"internal\",\"retryable\":false}"
        );
    }
}
