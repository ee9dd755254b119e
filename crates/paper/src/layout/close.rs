//! The end of the document: tax summary and totals at the right, how to pay at the left, notes below.

use super::*;
use crate::printed::Kind;

const TOTALS_WIDTH: Mpt = mm(80);
const TOTAL_LINE: Mpt = 11_500;
const TOTAL_PAD: Mpt = 3_000;
const LAST_LINE: Mpt = 23_000;
const SPACE: Mpt = 9_000;
const PAYMENT_LINE: Mpt = 11_500;
const NOTE_LINE: Mpt = 11_000;

/// The totals, ready to be written.
struct Totals {
    rows: Vec<Total>,
    /// Right edge of the amounts taxed.
    base_edge: Mpt,
}

/// A line of the totals: what, of which amount, how much.
struct Total {
    label: Vec<String>,
    base: String,
    amount: String,
}

impl Total {
    fn height(&self) -> Mpt {
        self.label.len() as Mpt * TOTAL_LINE + TOTAL_PAD
    }
}

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

impl Composer<'_> {
    /// Room needed below the last line for totals and payment side by side.
    pub(super) fn closing_height(&self) -> Mpt {
        let totals = self.totals().rows.iter().map(Total::height).sum::<Mpt>() + LAST_LINE;
        SPACE + totals.max(self.payment().height())
    }

    pub(super) fn close(&mut self) {
        if self.y + self.closing_height() > self.bottom {
            self.new_page();
        }
        self.bookmark(self.words.document.totals.clone(), self.y);
        let top = self.y + SPACE;
        let totals = self.draw_totals(top);
        let payment = self.draw_payment(top);
        self.y = totals.max(payment);
        self.notes();
    }

    fn totals(&self) -> Totals {
        let (doc, words) = (self.doc, self.words);
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
        let widest = |style, pick: fn(&(String, String, String)) -> &String| {
            texts.iter().map(|row| self.width(pick(row), style)).max().unwrap_or_default()
        };
        let base_edge = self.right() - widest(FIGURE, |row| &row.2) - pt(14);
        let room = base_edge - widest(FAINT, |row| &row.1) - pt(8) - (self.right() - TOTALS_WIDTH);
        let rows = texts
            .into_iter()
            .map(|(label, base, amount)| Total { label: self.wrap(&label, FIGURE, room.max(pt(60))), base, amount })
            .collect();
        Totals { rows, base_edge }
    }

    fn draw_totals(&mut self, top: Mpt) -> Mpt {
        let left = self.right() - TOTALS_WIDTH;
        let table = self.sheet.element(None, Role::Table(self.words.totals.summary.clone()));
        let body = self.under(table, Role::Body);
        let totals = self.totals();
        let mut y = top;
        for total in totals.rows {
            let row = self.under(body, Role::Row);
            let header = Owner::Element(self.under(row, Role::RowHeader(1)));
            let base_cell = Owner::Element(self.under(row, Role::Cell));
            let cell = Owner::Element(self.under(row, Role::Cell));
            let end = y + total.height();
            let mut line_top = y;
            for line in total.label {
                self.write(left, line_top, TOTAL_LINE, FIGURE, line, header);
                line_top += TOTAL_LINE;
            }
            if !total.base.is_empty() {
                self.write_to(totals.base_edge, y, TOTAL_LINE, FAINT, total.base, base_cell);
            }
            self.write_to(self.right(), y, TOTAL_LINE, FIGURE, total.amount, cell);
            y = end;
        }
        self.rule(left, y + 1_500, TOTALS_WIDTH, 1_000, self.brand.accent.0);
        let row = self.under(body, Role::Row);
        let header = Owner::Element(self.under(row, Role::RowHeader(2)));
        let cell = Owner::Element(self.under(row, Role::Cell));
        let t = &self.words.totals;
        let label = if self.doc.kind == Kind::CreditNote { &t.to_credit } else { &t.to_pay };
        let label = fill(label, &[("currency", self.doc.currency.code())]);
        let big = style(Weight::SemiBold, 11_500, INK);
        self.write(left, y + 2_500, LAST_LINE - 2_500, big, label, header);
        let gross = self.words.money(self.doc.gross);
        self.write_to(self.right(), y + 2_500, LAST_LINE - 2_500, big, gross, cell);
        y + LAST_LINE
    }

    /// The sentence that says what happens next, and the bank details under it.
    fn payment(&self) -> Payment {
        let (doc, words) = (self.doc, self.words);
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
        let (doc, p) = (self.doc, &self.words.payment);
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
        let (doc, words) = (self.doc, self.words);
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
            // A break the writer made is a paragraph.
            for text in text.split('\n').filter(|t| !t.trim().is_empty()) {
                let owner = Owner::Element(self.sheet.element(None, Role::Paragraph));
                for line in self.wrap(text, note, self.content_width()) {
                    if self.y + NOTE_LINE > self.bottom {
                        self.new_page();
                    }
                    self.write(LEFT, self.y, NOTE_LINE, note, line, owner);
                    self.y += NOTE_LINE;
                }
                self.y += 3_000;
            }
        }
    }
}

/// An IBAN as people compare it: in groups of four.
fn in_fours(iban: &str) -> String {
    let signs: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
