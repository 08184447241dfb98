//! A fault as `application/problem+json` (RFC 9457).

use converse_dispatch::Fault;
use hyper::StatusCode;

use super::json::{comma, object, string, write_to};

/// The body of the answer: RFC 9457's members, then converse's own; absent parts are left out.
pub(super) fn problem(fault: &Fault) -> String {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut out = String::with_capacity(256);
    out.push_str("{\"type\":\"about:blank\",\"title\":");
    string(&mut out, status.canonical_reason().unwrap_or("Error"));
    write_to(&mut out, format_args!(",\"status\":{}", status.as_u16()));
    out.push_str(",\"detail\":");
    string(&mut out, &fault.message);
    out.push_str(",\"code\":");
    string(&mut out, &fault.code);
    errors(&mut out, fault);
    if fault.more > 0 {
        write_to(&mut out, format_args!(",\"more\":{}", fault.more));
    }
    write_to(&mut out, format_args!(",\"retryable\":{}", fault.retryable));
    if let Some(executed) = fault.executed {
        write_to(&mut out, format_args!(",\"executed\":{executed}"));
    }
    if let Some(milliseconds) = fault.retry_after_ms {
        write_to(&mut out, format_args!(",\"retry_after_ms\":{milliseconds}"));
    }
    out.push('}');
    out
}

fn errors(out: &mut String, fault: &Fault) {
    if fault.errors.is_empty() {
        return;
    }
    out.push_str(",\"errors\":[");
    for (at, issue) in fault.errors.iter().enumerate() {
        comma(out, at);
        out.push_str("{\"pointer\":");
        string(out, &issue.pointer);
        out.push_str(",\"rule\":");
        string(out, issue.rule);
        out.push_str(",\"message\":");
        string(out, &issue.message);
        if !issue.params.is_empty() {
            out.push_str(",\"params\":");
            object(out, issue.params.iter().map(|(name, value)| (name.as_str(), value)));
        }
        out.push('}');
    }
    out.push(']');
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
            rule: "string_too_short",
            message: "at least 1 character".to_owned(),
            params: vec![(Text::from("min_length"), Value::Int(1))],
        };
        let fault = Fault::refused("SignIn", Report { issues: vec![issue], more: 2 }).with_retry_after_ms(1500);
        assert_eq!(
            problem(&fault),
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
            problem(&fault),
            "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,\
             \"detail\":\"say \\\"why\\\"\",\"code\":\"internal\",\"retryable\":false}"
        );
    }
}
