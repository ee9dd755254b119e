//! The lines of an invoice: grouped by who uses the services, with sums carried over page ends.

use super::invoice::Invoice;
use super::table::{GAP, Row, Table};
use super::*;
use crate::printed::Line;
use chrono::Datelike;
use engine::Money;
use engine::sale::ChargeKind;

const GROUP: Mpt = 19_000;
/// Height of a row that carries an amount to the next page.
const CARRY: Mpt = pt(18);

impl Composer<'_, Invoice<'_>> {
    pub(super) fn lines(&mut self) -> Result<(), PaperError> {
        let doc = self.doc.printed;
        let figures: Vec<Vec<Row>> =
            doc.groups.iter().map(|group| group.lines.iter().map(|line| self.figures(line)).collect()).collect();
        let t = &self.words.table;
        let amount = fill(&t.amount, &[("currency", doc.currency.code())]);
        let headers = vec![t.description.clone(), t.quantity.clone(), t.price.clone(), t.tax.clone(), amount];
        self.bookmark(self.words.document.lines.clone(), self.y);
        let table = self.open_table(&t.summary, headers, figures.iter().flatten(), CARRY);
        let mut left: usize = figures.iter().map(Vec::len).sum();
        let closing = self.closing_height();
        // A row is kept together unless that would leave a third of a page empty.
        let keep = (self.bottom - TOP_AGAIN) / 3;
        // Whether a row has been printed on this page; a page that has none cannot be turned.
        let mut begun = false;
        for (group, rows) in doc.groups.iter().zip(figures) {
            let mut heading = !group.name.is_empty();
            for (line, mut row) in group.lines.iter().zip(rows) {
                left -= 1;
                row.text = self.described(line, table.description);
                let needed =
                    row.height().min(keep) + if heading { GROUP } else { 0 } + if left == 0 { closing } else { CARRY };
                if begun && self.y + needed > self.bottom {
                    self.turn_page(&table, if heading { "" } else { &group.name });
                }
                if heading {
                    self.group_head(&group.name, group_sum(&group.lines, doc.currency)?, table.body);
                    heading = false;
                }
                self.doc.running = self.doc.running.plus(line.net)?;
                self.row(&table, &row, |composer| composer.turn_page(&table, &group.name));
                begun = true;
            }
        }
        Ok(())
    }

    fn figures(&self, line: &Line) -> Row {
        let words = self.words;
        let price = line.unit_price.map(|p| words.price(p, self.doc.printed.currency)).unwrap_or_default();
        let texts = [words.number(line.quantity), price, words.percent(line.tax_percent), words.money(line.net)];
        Row { text: Vec::new(), figures: texts.into_iter().map(|text| self.figure(text)).collect() }
    }

    fn described(&self, line: &Line, width: Mpt) -> Vec<(Style, String)> {
        let mut sentence = self.words.sentence(line, self.doc.period, self.doc.printed.issued.year());
        // A top-up is of no product: what it is, the sentence says in the customer's language.
        let name = if line.kind == ChargeKind::Minimum { std::mem::take(&mut sentence) } else { line.name.clone() };
        let notes = line.notes.iter().map(String::as_str);
        self.description(&name, std::iter::once(sentence.as_str()).chain(notes), width)
    }

    fn group_head(&mut self, name: &str, sum: Money, body: usize) {
        self.bookmark(clean(name), self.y);
        self.rule(LEFT - pt(4), self.y, self.content_width() + pt(8), GROUP - 500, GROUND);
        let row = self.under(body, Role::Row);
        let header = self.under(row, Role::RowHeader(4));
        let sum_text = self.words.money(sum);
        let room = self.content_width() - self.width(&sum_text, FIGURE) - GAP;
        let name = self.clip(name, STRONG, room);
        self.write(LEFT, self.y, GROUP - 500, STRONG, name, Owner::Element(header));
        let cell = self.under(row, Role::Cell);
        let soft = Style { colour: SOFT, ..FIGURE };
        self.write_to(self.right(), self.y, GROUP - 500, soft, sum_text, Owner::Element(cell));
        self.y += GROUP;
    }

    /// Ends the page with the sum so far and begins the next with it.
    fn turn_page(&mut self, table: &Table, group: &str) {
        self.carried(self.words.table.carried.clone());
        self.new_page();
        self.table_head(table, None);
        self.carried(self.words.table.brought.clone());
        self.rule(LEFT, self.y - 500, self.content_width(), 500, LINE);
        if !group.is_empty() {
            let text = say(&self.words.table.continued, &[("name", group)]);
            let text = self.clip(&text, STRONG, self.content_width());
            self.rule(LEFT - pt(4), self.y, self.content_width() + pt(8), GROUP - 500, GROUND);
            self.write(LEFT, self.y, GROUP - 500, STRONG, text, Owner::Furniture);
            self.y += GROUP;
        }
    }

    fn carried(&mut self, label: String) {
        let soft = Style { colour: SOFT, ..FIGURE };
        self.write(LEFT, self.y, CARRY, soft, label, Owner::Furniture);
        let sum = self.words.money(self.doc.running);
        self.write_to(self.right(), self.y, CARRY, Style { weight: Weight::SemiBold, ..soft }, sum, Owner::Furniture);
        self.y += CARRY;
    }
}

fn group_sum(lines: &[Line], currency: engine::Currency) -> Result<Money, PaperError> {
    lines.iter().try_fold(Money::zero(currency), |sum, line| Ok(sum.plus(line.net)?))
}
