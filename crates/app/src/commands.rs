//! The command list: every use case by name, declared once for the command line, the window and the tests.

use crate::{Failure, Session};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One use case.
pub struct Command {
    /// Name, as words of the command line.
    pub name: &'static str,
    /// Whether it changes the book.
    pub writes: bool,
    run: Run,
}

/// Asks of a use case what a shell was asked.
type Run = fn(&mut Session, Value) -> Result<Box<dyn Answer>, Failure>;

/// What a command answers. It can be many megabytes, which a shell that wants text need not have as a value first.
pub trait Answer {
    /// As a value.
    fn value(&self) -> Result<Value, Failure>;
    /// As JSON text.
    fn text(&self) -> Result<String, Failure>;
}

impl<T: Serialize> Answer for T {
    fn value(&self) -> Result<Value, Failure> {
        serde_json::to_value(self).map_err(unwritten)
    }

    fn text(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(unwritten)
    }
}

fn unwritten(error: serde_json::Error) -> Failure {
    Failure::new("E-BUG", format!("The answer could not be written: {error}."))
}

macro_rules! commands {
    ($($name:literal $kind:ident $($function:ident)::+;)*) => {
        /// Every command, in order of the month.
        pub const COMMANDS: &[Command] = &[
            $(Command {
                name: $name,
                writes: matches!(stringify!($kind).as_bytes(), b"writes"),
                run: |session, ask| Ok(Box::new(crate::$($function)::+(session, request($name, ask)?)?)),
            },)*
        ];

        /// The shapes of every command's request and answer, for the types of the window's pages.
        #[cfg(test)]
        pub(crate) fn shapes() -> Vec<(&'static str, schemars::Schema, schemars::Schema)> {
            vec![$(typescript::shapes($name, crate::$($function)::+),)*]
        }
    };
}

commands! {
    "demo" writes demo::run;
    "book create" writes book::create;
    "book info" reads book::info;
    "book check" reads book::check;
    "book backup create" reads book::backup_create;
    "book backup verify" reads book::backup_verify;
    "book backup restore" reads book::backup_restore;
    "book passphrase" writes book::passphrase;
    "book recovery-key" writes book::recovery_key;
    "book export" reads book::export;
    "book settings" reads settings::show;
    "book set" writes settings::set;
    "book rates" reads rates::list;
    "book rate" writes rates::set;
    "import" writes import::run;
    "import fix" writes import::fix;
    "import look" reads import::look;
    "import kinds" reads import::kinds;
    "import template" reads import::template;
    "mapping list" reads mapping::list;
    "mapping show" reads mapping::show;
    "mapping save" writes mapping::save;
    "mapping test" reads mapping::test;
    "accounts list" reads accounts::list;
    "accounts tree" reads registers::accounts::tree;
    "accounts show" reads accounts::show;
    "accounts add" writes accounts::add;
    "accounts set" writes accounts::set;
    "accounts end" writes accounts::end;
    "catalogue list" reads catalogue::list;
    "catalogue register" reads registers::products::register;
    "catalogue show" reads catalogue::show;
    "catalogue add" writes catalogue::add;
    "catalogue set" writes catalogue::set;
    "catalogue end" writes catalogue::end;
    "catalogue price" writes list_price::set;
    "prices list" reads prices::list;
    "prices show" reads prices::show;
    "prices add" writes prices::add;
    "prices set" writes prices::set;
    "prices end" writes prices::end;
    "prices try" reads prices::try_rule;
    "prices why" reads prices::why;
    "prices ask" reads prices::ask;
    "prices lists" reads price_lists::lists;
    "prices diff" reads price_lists::diff;
    "prices adopt" writes price_lists::adopt;
    "prices drop" writes price_lists::drop;
    "prices take" writes price_lists::take_up;
    "prices history" reads registers::history::history;
    "prices order" reads registers::rules::order;
    "promotions list" reads promotions::list;
    "promotions show" reads promotions::show;
    "promotions add" writes promotions::add;
    "promotions set" writes promotions::set;
    "promotions end" writes promotions::end;
    "promotions take" writes promotions::take;
    "bundles list" reads bundles::list;
    "bundles margin" reads registers::bundles::margin;
    "bundles show" reads bundles::show;
    "bundles add" writes bundles::add;
    "bundles set" writes bundles::set;
    "bundles end" writes bundles::end;
    "bundles swap" writes bundles::swap;
    "bundles preview" reads bundles::preview;
    "subscriptions list" reads subscriptions::list;
    "subscriptions register" reads registers::subscriptions::register;
    "subscriptions show" reads subscriptions::show;
    "subscriptions add" writes subscriptions::add;
    "subscriptions set" writes subscriptions::set;
    "subscriptions end" writes subscriptions::end;
    "subscriptions cycles" reads subscriptions::cycles;
    "tenants list" reads tenants::list;
    "tenants show" reads tenants::show;
    "tenants add" writes tenants::add;
    "tenants set" writes tenants::set;
    "tenants end" writes tenants::end;
    "contacts list" reads contacts::list;
    "contacts show" reads contacts::show;
    "contacts add" writes contacts::add;
    "contacts set" writes contacts::set;
    "contacts end" writes contacts::end;
    "notes list" reads notes::list;
    "notes show" reads notes::show;
    "notes add" writes notes::add;
    "notes set" writes notes::set;
    "notes end" writes notes::end;
    "costs documents" reads costs::documents;
    "costs list" reads costs::list;
    "costs lines" reads costs::lines;
    "costs show" reads costs::show;
    "costs events" reads costs::events;
    "costs problems" reads costs::problems;
    "costs unmapped" reads costs::unmapped;
    "month" reads month::glance;
    "reconcile" writes reconcile::run;
    "reconcile ties" reads reconcile::ties;
    "reconcile accounts" reads reconcile::accounts;
    "reconcile rows" reads reconcile::rows;
    "findings list" reads findings::list;
    "findings show" reads findings::show;
    "findings accept" writes findings::accept;
    "findings ignore" writes findings::ignore;
    "findings fix" writes findings::fix;
    "findings reopen" writes findings::reopen;
    "bill draft" writes bill::draft;
    "bill accept" writes bill::accept;
    "bill issue" writes bill::issue;
    "bill replay" reads bill::replay;
    "bill runs" reads bill::runs;
    "bill charge" writes bill::charge;
    "bill uncharge" writes bill::uncharge;
    "bill kept" reads bill::kept;
    "bill lines" reads bill::lines;
    "invoices list" reads invoices::list;
    "invoices show" reads invoices::show;
    "invoices pdf" writes invoices::pdf;
    "invoices preview" reads invoices::preview;
    "invoices paper" reads invoices::paper;
    "invoices save" reads invoices::save;
    "invoices credits" reads invoices::credits;
    "invoices behind" reads invoices::behind;
    "invoices credit" writes invoices::credit;
    "why" reads why::run;
    "model list" reads model::list;
    "model show" reads model::show;
    "model save" writes model::save;
    "model drop" writes model::drop;
    "model run" reads model::run;
    "model quick" reads model::quick;
    "model account" reads model::account;
    "model compare" reads model::compare;
    "model why" reads model::why;
    "model apply" writes model::apply;
    "model applied" reads model::applied;
    "model undo" writes model::undo;
    "model letters" writes model::letters;
    "model campaigns" reads model::campaigns;
    "model answer" writes model::answer;
    "report margin" reads report::margin;
    "report sales" reads report::sales;
    "ledger trial-balance" reads ledger::trial_balance;
    "ledger export" reads ledger::export;
    "errors list" reads facts::errors;
    "limits show" reads facts::limits;
    "security show" reads facts::security;
}

#[cfg(test)]
mod typescript;

/// Finds a command by name.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|c| c.name == name)
}

/// Calls a command. A panic inside becomes `E-BUG`: its transaction was never committed, so the book is as it was.
pub fn call(session: &mut Session, name: &str, ask: Value) -> Result<Value, Failure> {
    run(session, name, ask)?.value()
}

/// The same, with the answer as JSON text: a long list is much faster written than built.
pub fn call_for_text(session: &mut Session, name: &str, ask: Value) -> Result<String, Failure> {
    run(session, name, ask)?.text()
}

/// The same, with the answer in no form yet.
pub fn run(session: &mut Session, name: &str, ask: Value) -> Result<Box<dyn Answer>, Failure> {
    let command = find(name).ok_or_else(|| Failure::usage(format!("There is no command \"{name}\".")))?;
    let run = std::panic::AssertUnwindSafe(|| (command.run)(session, ask));
    std::panic::catch_unwind(run).unwrap_or_else(|_| {
        Err(Failure::new("E-BUG", format!("The command \"{name}\" met a state it believed impossible.")))
    })
}

/// The exit status of an answer that is data and bad news at once: a book that does not verify.
pub fn exit_of(name: &str, answer: &dyn Answer) -> u8 {
    let good = match name {
        "book check" | "book backup verify" => "verified",
        "bill replay" => "identical",
        _ => return 0,
    };
    let bad = answer.value().is_ok_and(|answer| answer.get(good).and_then(Value::as_bool) == Some(false));
    if bad { crate::Exit::Integrity as u8 } else { 0 }
}

fn request<T: DeserializeOwned>(name: &str, ask: Value) -> Result<T, Failure> {
    serde_json::from_value(ask)
        .map_err(|error| Failure::usage(format!("The request to \"{name}\" is not understood: {error}.")))
}
