//! Replay: a past run rebuilt from what the book held then, and compared line by line with what was issued.

use super::inputs::{Inputs, Options};
use crate::people::People;
use crate::{Failure, Session};
use engine::bill::Past;
use engine::invoice::TaxLine;
use engine::{Id, Month};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::tables;
use store::tables::invoices::Filter;
use store::tables::runs::Run;

/// Which run.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    run: String,
}

/// Whether the rebuilt run is the stored one.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Replayed {
    run: String,
    period: String,
    identical: bool,
    invoices: usize,
    lines: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
}

/// Rebuilds a run and compares.
pub fn replay(session: &mut Session, ask: Ask) -> Result<Replayed, Failure> {
    session.read(|book| {
        let run = match Id::parse(&ask.run) {
            Some(id) => tables::runs::by_id(book.conn(), id)?,
            // A month stands for its last run.
            None => Month::parse(&ask.run)
                .map(|m| tables::runs::of_period(book.conn(), m))
                .transpose()?
                .and_then(|mut runs| runs.pop()),
        };
        let run: Run = run.ok_or_else(|| Failure::not_found("run", &ask.run))?;
        let options = Options::of(&run);
        let only = options.account.map(|a| [a].into());
        let inputs = Inputs::as_of(book, &run, &options, only.as_ref())?;
        let drafted = inputs.draft(only.as_ref());
        let (mut stored, mut taxed, mut invoices) = (BTreeMap::new(), BTreeMap::new(), 0);
        tables::invoices::each_page(
            book.conn(),
            Filter { run: Some(run.id), ..Filter::default() },
            |invoice, lines| {
                invoices += 1;
                taxed.insert((invoice.account, invoice.net.currency()), invoice.tax_lines.clone());
                for line in lines {
                    let line = line.line;
                    stored.insert(line.key, (invoice.account, Past::from(&line), line.name, line.why));
                }
                Ok(())
            },
        )?;
        let (mut rebuilt, mut retaxed) = (BTreeMap::new(), BTreeMap::new());
        for draft in drafted.drafts {
            retaxed.insert((draft.bill_to, draft.currency), draft.tax);
            for line in draft.lines {
                rebuilt.insert(line.key, (draft.bill_to, Past::from(&line), line.name, line.why));
            }
        }
        let people = People::load(book, &mut book.names()?)?;
        let difference =
            stored.keys().chain(rebuilt.keys()).find(|key| stored.get(key) != rebuilt.get(key)).map(|key| {
                let side = |of: Option<&(Id, Past, String, _)>| {
                    of.map_or("nothing".into(), |(payer, p, name, _)| {
                        format!("{name}, {} x {} = {} for {}", p.quantity, p.unit_price, p.net, people.name(*payer))
                    })
                };
                format!(
                    "{} on {}: issued {}, rebuilt {}",
                    super::kind_word(key.kind),
                    key.date,
                    side(stored.get(key)),
                    side(rebuilt.get(key))
                )
            });
        let difference = difference.or_else(|| {
            let of = |tax: Option<&Vec<TaxLine>>| match tax.and_then(|lines| lines.first()) {
                None => "nothing".to_owned(),
                Some(t) => format!("{} at {} %", t.tax, t.percent.normalize()),
            };
            let payer = taxed.keys().chain(retaxed.keys()).find(|payer| taxed.get(payer) != retaxed.get(payer))?;
            let (issued, now) = (of(taxed.get(payer)), of(retaxed.get(payer)));
            Some(format!("tax of {}: issued {issued}, rebuilt {now}", people.name(payer.0)))
        });
        Ok(Replayed {
            run: run.id.to_string(),
            period: run.period.to_string(),
            identical: difference.is_none(),
            invoices,
            lines: stored.len(),
            difference,
        })
    })
}
