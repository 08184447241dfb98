//! A fault as it comes from a server, which may be newer than this client, or none of ours.

use std::borrow::Cow;

use converse_model::Value;
use converse_model::report::{Issue, Report};

use crate::{Fault, FaultKind};

/// Reads the body of a fault. What is missing, or of the wrong kind, is as if it had not been said: a
/// caller must learn that there was a fault, whatever else is wrong.
pub(super) fn read(body: &Value) -> Fault {
    let code = text(body, "code").unwrap_or("internal");
    let kind = FaultKind::ALL.iter().find(|kind| kind.code == code);
    let listed = list(body, "errors");
    let errors: Vec<Issue> = listed.iter().take(Report::LIMIT).map(issue).collect();
    Fault {
        code: kind.map_or_else(|| Cow::Owned(code.to_owned()), |kind| Cow::Borrowed(kind.code)),
        message: text(body, "message").unwrap_or("the server did not say why").to_owned(),
        more: whole::<usize>(body, "more").unwrap_or(0).saturating_add(listed.len() - errors.len()),
        errors,
        // Without a word about it, nothing may be assumed: neither that it is safe, nor that nothing ran.
        retryable: flag(body, "retryable").unwrap_or(false),
        executed: flag(body, "executed"),
        retry_after_ms: whole(body, "retry_after_ms"),
        status: kind.map_or(422, |kind| kind.status),
    }
}

fn issue(value: &Value) -> Issue {
    Issue {
        pointer: text(value, "pointer").unwrap_or_default().to_owned(),
        rule: text(value, "rule").unwrap_or_default().to_owned().into(),
        message: text(value, "message").unwrap_or_default().to_owned(),
        params: match value.get("params") {
            Some(Value::Map(params)) => params.clone(),
            _ => Vec::new(),
        },
    }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    if let Some(Value::Str(text)) = value.get(name) { Some(text) } else { None }
}

fn flag(value: &Value, name: &str) -> Option<bool> {
    if let Some(Value::Bool(flag)) = value.get(name) { Some(*flag) } else { None }
}

fn whole<T: TryFrom<i128>>(value: &Value, name: &str) -> Option<T> {
    if let Some(Value::Int(number)) = value.get(name) { T::try_from(*number).ok() } else { None }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    if let Some(Value::List(items)) = value.get(name) { items } else { &[] }
}

#[cfg(test)]
mod tests {
    use converse_model::Value;
    use converse_model::report::{Issue, Report};
    use converse_wire::{Cbor, Encode, Format, Head, Id, Json, Limits, MsgPack};

    use crate::{Fault, FaultKind, Incoming};

    fn written(fault: &Fault, format: &dyn Format) -> Vec<u8> {
        let head = Head { class: "Fault".into(), id: Id::Int(7), ..Head::default() };
        let mut out = Vec::new();
        format.write(&head, &|push| fault.encode(push), &mut out).unwrap();
        out
    }

    #[test]
    fn a_fault_comes_back_as_it_was_sent_in_every_format() {
        let issue = Issue {
            pointer: "/username".to_owned(),
            rule: "of_this_house".into(),
            message: "is not ours".to_owned(),
            params: vec![("min_length".into(), Value::Int(1))],
        };
        let mut faults = vec![Fault::refused("SignIn", Report { issues: vec![issue], more: 2 })];
        faults.extend(FaultKind::ALL.iter().map(|kind| Fault::of(*kind, "why")));
        faults.push(Fault::new("name_taken", "choose another").with_retry_after_ms(250));
        for format in [&Json as &dyn Format, &MsgPack, &Cbor] {
            for fault in &faults {
                let bytes = written(fault, format);
                let incoming = Incoming::read_format(&bytes, format, &Limits::DEFAULT).unwrap();
                assert_eq!(*incoming.id(), Id::Int(7));
                assert_eq!(incoming.fault().as_ref(), Some(fault), "{}", format.name());
            }
        }
    }

    #[test]
    fn a_fault_of_a_strange_server_is_still_one() {
        for (body, code) in [("{}", "internal"), ("[]", "internal"), ("null", "internal"), ("{\"code\":7}", "internal")]
        {
            let text = format!("{{\"Fault\":{body}}}");
            let fault = Incoming::read(text.as_bytes()).unwrap().fault().unwrap();
            assert_eq!((&*fault.code, fault.retryable, fault.executed), (code, false, None), "{body}");
        }
        let issues = "{},".repeat(70) + "{}";
        let text = format!("{{\"Fault\":{{\"code\":\"validation\",\"errors\":[{issues}],\"more\":-1}}}}");
        let fault = Incoming::read(text.as_bytes()).unwrap().fault().unwrap();
        assert_eq!((fault.errors.len(), fault.more, fault.status), (64, 7, 422));
        assert_eq!(Incoming::read(b"{\"Done\":{}}").unwrap().fault(), None);
    }

    #[test]
    fn what_a_server_sends_of_its_own_accord_is_known_by_its_topic() {
        let push = |text: &str| Incoming::read(text.as_bytes()).map(|it| it.push().map(str::to_owned));
        assert_eq!(push("{\"$push\":\"rooms/1\",\"Said\":{}}").unwrap().as_deref(), Some("rooms/1"));
        assert_eq!(push("{\"Said\":{},\"$push\":true}").unwrap().as_deref(), Some(""));
        assert_eq!(push("{\"Said\":{},\"$push\":false,\"$new\":[1]}").unwrap(), None);
        assert_eq!(push("{\"Said\":{},\"$push\":{\"a\":1}}").unwrap(), None);
        assert!(push("{\"$push\":true,\"Said\":{},\"$push\":true}").is_err());
    }
}
