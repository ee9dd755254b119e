//! The end of the document: tax summary and totals at the right, how to pay at the left, notes below.

use super::invoice::Invoice;
use super::totals::{TOTAL_PAD, TOTALS_WIDTH, Totals};
use super::*;
use crate::printed::Kind;

const SPACE: Mpt = 9_000;
const PAYMENT_LINE: Mpt = 11_500;
const NOTE_LINE: Mpt = 11_000;

/// How to pay: a sentence, and labels with values under it.
struct Payment {
    sentence: Vec<String>,
    indent: Mpt,
    rows: Vec<(String, Vec<String>)>,
}

impl Payment {
    fn height(&self) -> Mpt {
        let lines = 1 + self.sentence.len() + self.rows.iter().map(|(_, value)| value.len()).sum::<usize>();
        lines as Mpt * PAYMENT_LINE + 2 * TOTAL_PAD
    }
}

impl Composer<'_, Invoice<'_>> {
    /// Room needed below the last line for totals and payment side by side.
    pub(super) fn closing_height(&self) -> Mpt {
        SPACE + self.totals().height().max(self.payment().height())
    }

    pub(super) fn close(&mut self) {
        self.make_room(self.closing_height());
        self.bookmark(self.words.document.totals.clone(), self.y);
        let top = self.y + SPACE;
        let totals = self.totals();
        let totals = self.draw_block(top, &self.words.totals.summary, totals);
        let payment = self.draw_payment(top);
        self.y = totals.max(payment);
        self.notes();
    }

    fn totals(&self) -> Totals {
        let (doc, words) = (self.doc.printed, self.words);
        let t = &words.totals;
        let mut texts = vec![(t.net.clone(), String::new(), words.money(doc.net))];
        for line in &doc.tax {
            let label = match words.treatment(line.treatment) {
                Some((name, _)) => name.to_owned(),
                None => fill(&t.tax, &[("rate", &words.percent(line.percent))]),
            };
            let base = fill(&t.on, &[("base", &words.money(line.base))]);
            texts.push((label, base, words.money(line.tax)));
        }
        let label = if doc.kind == Kind::CreditNote { &t.to_credit } else { &t.to_pay };
        self.block(texts, (fill(label, &[("currency", doc.currency.code())]), words.money(doc.gross)))
    }

    /// The sentence that says what happens next, and the bank details under it.
    fn payment(&self) -> Payment {
        let (doc, words) = (self.doc.printed, self.words);
        let p = &words.payment;
        let amount = words.money_in_full(doc.gross);
        let mut rows: Vec<(&str, String)> = Vec::new();
        let sentence = if doc.kind == Kind::CreditNote || doc.gross.minor() < 0 {
            p.credited.clone()
        } else if doc.gross.minor() == 0 {
            p.nothing.clone()
        } else if let Some(debit) = &doc.direct_debit {
            rows.push((&p.mandate, debit.mandate.clone()));
            fill(&p.collected, &[("amount", &amount), ("date", &words.date(debit.on))])
        } else {
            rows = self.bank();
            match doc.due {
                Some(due) => fill(&p.by, &[("amount", &amount), ("date", &words.date(due))]),
                None => fill(&p.now, &[("amount", &amount)]),
            }
        };
        rows.retain(|(_, value)| !value.is_empty());
        let width = self.content_width() - TOTALS_WIDTH - mm(8);
        let indent = rows.iter().map(|(label, _)| self.width(label, FAINT)).max().unwrap_or_default() + pt(8);
        let rows = rows
            .into_iter()
            .map(|(label, value)| (label.to_owned(), self.wrap(&value, FIGURE, width - indent)))
            .collect();
        Payment { sentence: self.wrap(&sentence, FIGURE, width), indent, rows }
    }

    /// Where to pay; nothing when no account is known.
    fn bank(&self) -> Vec<(&str, String)> {
        let (doc, p) = (self.doc.printed, &self.words.payment);
        let bank = &doc.seller.bank;
        if bank.iban.is_empty() && bank.account.is_empty() {
            return Vec::new();
        }
        let holder = if bank.holder.is_empty() { &doc.seller.name } else { &bank.holder };
        vec![
            (&p.holder, holder.clone()),
            (&p.bank, bank.name.clone()),
            (&p.iban, in_fours(&bank.iban)),
            (&p.bic, bank.bic.clone()),
            (&p.sort_code, bank.sort_code.clone()),
            (&p.account, bank.account.clone()),
            (&p.reference, doc.number.clone()),
        ]
    }

    fn draw_payment(&mut self, top: Mpt) -> Mpt {
        let payment = self.payment();
        let end = top + payment.height();
        let mut y = top;
        let title = self.words.payment.heading.clone();
        let heading = self.sheet.element(None, Role::Heading(2, title.clone()));
        self.write(LEFT, y, PAYMENT_LINE, NAME, title, Owner::Element(heading));
        y += PAYMENT_LINE + TOTAL_PAD;
        let paragraph = self.sheet.element(None, Role::Paragraph);
        for line in payment.sentence {
            self.write(LEFT, y, PAYMENT_LINE, FIGURE, line, Owner::Element(paragraph));
            y += PAYMENT_LINE;
        }
        y += TOTAL_PAD;
        for (label, value) in payment.rows {
            let owner = Owner::Element(self.sheet.element(None, Role::Paragraph));
            self.write(LEFT, y, PAYMENT_LINE, FAINT, format!("{label} "), owner);
            for line in value {
                self.write(LEFT + payment.indent, y, PAYMENT_LINE, FIGURE, line, owner);
                y += PAYMENT_LINE;
            }
        }
        end
    }

    /// Tax in the home currency, the legal sentences of the treatments used, and the document's own notes.
    fn notes(&mut self) {
        let (doc, words) = (self.doc.printed, self.words);
        let mut notes: Vec<String> = Vec::new();
        if let Some(home) = &doc.home_tax {
            let values = [
                ("home", home.tax.currency().code().to_owned()),
                ("currency", doc.currency.code().to_owned()),
                ("rate", words.number(home.rate)),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
            notes.push(format!("{}: {}", fill(&words.totals.home_tax, &values), words.money(home.tax)));
        }
        let mut said = Vec::new();
        for line in &doc.tax {
            if let Some((_, note)) = words.treatment(line.treatment)
                && !said.contains(&note)
            {
                said.push(note);
            }
        }
        notes.extend(said.into_iter().map(str::to_owned));
        notes.extend(doc.notes.iter().cloned());
        self.y += SPACE;
        let note = style(Weight::Regular, 8_000, SOFT);
        for text in notes {
            self.paragraphs(&text, note, NOTE_LINE, 3_000);
        }
    }
}

/// An IBAN as people compare it: in groups of four.
fn in_fours(iban: &str) -> String {
    let signs: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
