//! Accepting guards: one by one or by code, each with its own reason, kept with the run. An acceptance is of what the guard
//! said: drafted again with other figures, it is looked at anew.

use super::issue::has_invoices;
use crate::people::People;
use crate::{Failure, Session};
use engine::invoice::Guard;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::tables;
use store::tables::runs::{Run, RunState};

/// Which guards of a month's draft, and why.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    period: String,
    /// Marks of guards, or codes; `all` for every one.
    guards: Vec<String>,
    /// Why they may stand.
    #[serde(default)]
    reason: String,
    /// Takes an acceptance back instead.
    #[serde(default)]
    undo: bool,
}

/// The guards of the draft as they stand now.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Accepted {
    run: String,
    period: String,
    /// How many were accepted, or taken back.
    changed: usize,
    guards: Vec<super::ShownGuard>,
}

/// What a person said to a guard.
#[derive(Clone, Debug, JsonSchema, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// Why it may stand; empty where it was accepted while issuing, by its code alone.
    pub reason: String,
    /// The business day it was accepted on.
    pub day: String,
}

/// What was accepted of a run, by the guards' marks.
pub type Acceptances = BTreeMap<String, Acceptance>;

/// What tells a guard from the others of a run: ten digits of what it is about and what it says (FNV-1a).
pub fn mark(guard: &Guard) -> String {
    let texts = guard.facts.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let parts = [guard.code.as_bytes(), &guard.account.0, guard.subscription.as_ref().map_or(&[], |s| &s.0[..])];
    let hash = parts.into_iter().chain(texts).fold(0xcbf2_9ce4_8422_2325_u64, |hash, part| {
        // A byte no text has parts the parts.
        part.iter().chain(&[0xff]).fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
    });
    format!("{:010x}", hash >> 24)
}

/// Reads them off a run.
pub fn of(run: &Run) -> Acceptances {
    let kept = run.facts.get("accepted").and_then(Value::as_object);
    let text = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let one =
        |(mark, v): (&String, &Value)| (mark.clone(), Acceptance { reason: text(v, "reason"), day: text(v, "day") });
    kept.into_iter().flatten().map(one).collect()
}

/// Puts them on a run; those of guards it does not have are forgotten.
pub fn put(run: &mut Run, mut accepted: Acceptances) {
    let marks: std::collections::BTreeSet<String> = run.guards.iter().map(mark).collect();
    accepted.retain(|mark, _| marks.contains(mark));
    let Some(facts) = run.facts.as_object_mut() else { return };
    if accepted.is_empty() {
        facts.remove("accepted");
        return;
    }
    let kept: Map<String, Value> =
        accepted.into_iter().map(|(mark, a)| (mark, json!({"reason": a.reason, "day": a.day}))).collect();
    facts.insert("accepted".into(), kept.into());
}

/// Whether a word names a guard: by its mark, by its code, or as one of all.
pub fn names(word: &str, guard: &Guard) -> bool {
    word == "all" || word == guard.code || word == mark(guard)
}

/// Accepts guards of a month's draft, or takes that back.
pub fn accept(session: &mut Session, ask: Ask) -> Result<Accepted, Failure> {
    let month = crate::session::month(&ask.period)?;
    let reason = ask.reason.trim();
    if reason.is_empty() && !ask.undo {
        return Err(Failure::usage("Say why with --reason; it is kept with the run."));
    }
    session.write(|book| {
        let runs = tables::runs::of_period(book.conn(), month)?;
        let run = runs.into_iter().rev().find(|r| r.state == RunState::Draft);
        let mut run = run.ok_or_else(|| Failure::not_found("draft of", &ask.period))?;
        if has_invoices(book, &run)? {
            return Err(Failure::new("E-STATE", "Issuing this run has begun: its guards are settled."));
        }
        let mut accepted = of(&run);
        let mut changed = 0;
        for word in &ask.guards {
            let mut named = run.guards.iter().filter(|g| names(word, g)).peekable();
            if named.peek().is_none() {
                return Err(Failure::not_found("guard", word));
            }
            for guard in named {
                let said = Acceptance { reason: reason.to_owned(), day: book.today.to_string() };
                let mark = mark(guard);
                let other = if ask.undo {
                    accepted.remove(&mark).is_some()
                } else {
                    accepted.insert(mark, said.clone()).as_ref() != Some(&said)
                };
                changed += usize::from(other);
            }
        }
        put(&mut run, accepted);
        book.writer()?.put_run(&run)?;
        let mut names = book.names()?;
        let people = People::load(book, &mut names)?;
        Ok(Accepted {
            run: run.id.to_string(),
            period: month.to_string(),
            changed,
            guards: super::shown_guards(&run, &people, &names),
        })
    })
}
