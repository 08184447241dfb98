//! Behaviour that is chosen by what a message is, and not by a list of classes: `cargo run --example audited`.
//!
//! A small bank. Whatever has a `tenant_id` is for members of that tenant; whatever is `Audited` is written to the
//! books, with what came of it; what is costly has a quota; and no class is audited that does not say for how long its
//! entries are kept. Who adds a message writes none of that: it is enough what the message is.
//!
//! Two people are known, by their tokens: `ada-token` belongs to the tenant `acme`, `josh-token` to `globex`.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use converse::model::{Class, Namespace};
use converse::{
    Answered, AnyMessage, App, BearerTokens, Fault, InvalidPrincipal, Principal, Problem, Result, State, View, after,
    before, init_subclass, message, protocol, respond, union,
};

// What there is ------------------------------------------------------------------------------------------------------

/// Whatever belongs to a tenant: any message with this field, of any crate.
#[protocol]
struct HasTenant {
    tenant_id: String,
}

/// What is written to the books. It is never sent itself.
#[message(abstract)]
struct Audited {
    /// Why it is done, in the words of who does it.
    reason: String,
}

/// Moves money.
#[message(extends(Audited, kwargs(keep = "ten years")))]
struct Transfer {
    tenant_id: String,
    #[field(min_length = 3)]
    reason: String,
    #[field(ge = 1)]
    amount: u32,
}

/// Moves it back. It has no handler of its own: that of a transfer will do.
#[message(extends(Transfer, kwargs(keep = "ten years")))]
struct Refund {
    tenant_id: String,
    reason: String,
    amount: u32,
    /// The transfer.
    of: u32,
}

/// Asks for what was done; it takes a while.
#[message]
struct Report {
    tenant_id: String,
}

/// It was there before the books were, and derives from nothing.
#[message]
struct Close {
    tenant_id: String,
    #[field(default = "not said".to_owned())]
    reason: String,
}

// It counts as audited all the same, and the compiler sees to it that it belongs to a tenant.
converse::register!(Audited: Close);
converse::assert_conforms!(Close: HasTenant);

/// What nobody may ask for too often.
#[union]
enum Costly {
    Transfer(Transfer),
    Report(Report),
}

/// It was done.
#[message]
#[derive(Debug)]
struct Receipt {
    text: String,
}

/// What was done, a line for each.
#[message]
#[derive(Debug)]
struct Lines {
    lines: Vec<String>,
}

// What holds for all that is of a kind -------------------------------------------------------------------------------

/// The message is for somebody else.
#[derive(Debug, Fault)]
#[fault(code = "another_tenant", status = 403, message = "you do not belong to {tenant}")]
struct AnotherTenant {
    tenant: String,
}

/// Enough for now.
#[derive(Debug, Fault)]
#[fault(code = "quota", status = 429, message = "that is all for today")]
struct NoMore;

#[before(HasTenant)]
fn is_for_members(message: View<HasTenant>, who: Principal) -> Result<()> {
    if who.has_role(&message.tenant_id) {
        return Ok(());
    }
    Err(AnotherTenant { tenant: message.tenant_id.clone() }.into())
}

/// A union is more special than `HasTenant`, since all that is costly has a tenant: what is refused there costs nothing.
#[before(Costly)]
fn has_a_quota(message: View<Costly>, who: Principal, quotas: State<Quotas>) -> Result<()> {
    let cost = match &*message {
        Costly::Transfer(_) => 1,
        Costly::Report(_) => 2,
    };
    if quotas.take(who.id(), cost) { Ok(()) } else { Err(NoMore.into()) }
}

/// Whatever came of it: also of what a hook has refused.
#[after(Audited)]
fn is_written_down(message: View<Audited>, answered: Answered, who: Principal, books: State<Books>) {
    let end = answered.fault().map_or("done", |fault| &fault.code);
    books.add(format!("{}: {} of {}, because: {}", end, message.class().name(), who.id(), message.reason));
}

/// A rule of the house, which is looked at when the program starts: without `kwargs(keep = …)` it does not.
#[init_subclass(Audited)]
fn says_how_long_it_is_kept(class: &Class, keywords: &Namespace) -> Result<(), Problem> {
    if keywords.contains("keep") {
        return Ok(());
    }
    Err(Problem {
        what: "nobody knows how long its entries are kept".to_owned(),
        remedy: format!("write in `extends(…)` of `{}`: kwargs(keep = \"ten years\")", class.name()),
    })
}

// What each message does ---------------------------------------------------------------------------------------------

#[respond]
fn transfer(message: View<Transfer>) -> Receipt {
    match message.downcast::<Refund>() {
        Some(refund) => Receipt::new(format!("moved {} back, of transfer {}", refund.amount, refund.of)),
        None => Receipt::new(format!("moved {}", message.amount)),
    }
}

#[respond]
fn report(_message: Report, books: State<Books>) -> Lines {
    Lines::new(books.lines())
}

#[respond]
fn close(message: Close) -> Receipt {
    Receipt::new(format!("closed {}", message.tenant_id))
}

/// The books.
#[derive(Default)]
struct Books(Mutex<Vec<String>>);

impl Books {
    fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How much each has had today.
#[derive(Default)]
struct Quotas(Mutex<HashMap<String, u32>>);

impl Quotas {
    const MOST: u32 = 5;

    fn take(&self, who: &str, cost: u32) -> bool {
        let mut had = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let had = had.entry(who.to_owned()).or_default();
        let enough = *had + cost <= Quotas::MOST;
        if enough {
            *had += cost;
        }
        enough
    }
}

/// Says of every message that it came, before anything else: a protocol that asks for nothing is of every class.
#[protocol]
struct Anything {}

#[before(Anything)]
fn came(message: AnyMessage) {
    eprintln!("{} came", message.class().name());
}

/// Who is known.
fn tokens() -> Result<BearerTokens, InvalidPrincipal> {
    let ada = Principal::new("ada")?.with_role("acme");
    let josh = Principal::new("josh")?.with_role("globex");
    Ok(BearerTokens::new().with("ada-token", ada).with("josh-token", josh))
}

fn main() -> ExitCode {
    match tokens() {
        Ok(tokens) => App::linked().state(Books::default()).state(Quotas::default()).authenticate(tokens).main(),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A program is tested without a socket: `cargo test --example audited`.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use converse::{App, Fault, Principal, TestApp, block_on};

    use super::{Books, Close, Lines, Quotas, Receipt, Refund, Report, Transfer, tokens};

    fn bank() -> (TestApp, Principal, Principal) {
        let app = App::test().state(Books::default()).state(Quotas::default()).authenticate(tokens().unwrap());
        let member = |id, tenant| Principal::new(id).unwrap().with_role(tenant);
        (app, member("ada", "acme"), member("josh", "globex"))
    }

    #[test]
    fn what_a_message_is_decides_what_holds_for_it() {
        let (app, ada, josh) = bank();
        block_on(async {
            let as_ada = app.as_principal(ada);
            let done: Receipt = as_ada.call(Transfer::new("acme", "rent", 3u32)).await.unwrap();
            assert_eq!(done.text, "moved 3");
            let done: Receipt = as_ada.call(Refund::new("acme", "too much", 1u32, 7u32)).await.unwrap();
            assert_eq!(done.text, "moved 1 back, of transfer 7", "the handler of a transfer");
            let refused: Result<Receipt, Fault> =
                app.as_principal(josh).call(Transfer::new("acme", "mine", 3u32)).await;
            assert_eq!(refused.unwrap_err().code, "another_tenant");
            let done: Receipt = as_ada.call(Close::new("acme")).await.unwrap();
            assert_eq!(done.text, "closed acme");
            let Lines { lines } = as_ada.call(Report::new("acme")).await.unwrap();
            let expected = [
                "done: Transfer of ada, because: rent",
                "done: Refund of ada, because: too much",
                "another_tenant: Transfer of josh, because: mine",
                "done: Close of ada, because: not said",
            ];
            assert_eq!(lines, expected);
            // A transfer, a refund and a report are four; a report is two.
            let refused: Result<Lines, Fault> = as_ada.call(Report::new("acme")).await;
            assert_eq!(refused.unwrap_err().code, "quota");
            let last: Result<Receipt, Fault> = as_ada.call(Transfer::new("acme", "rent", 1u32)).await;
            assert!(last.is_ok(), "one is left");
        });
    }
}
