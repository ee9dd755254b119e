//! A letter about new prices: the seller's words, the prices, what they come to in a year, what would cost less.

use super::table::{NAME_LINE, Row, Table};
use super::totals::{TOTALS_WIDTH, Totals};
use super::*;
use crate::letter::Letter;
use engine::Money;

const TEXT_LINE: Mpt = 13_000;
/// Between paragraphs.
const SPACE: Mpt = 6_500;
/// Between parts: around a table.
const PART: Mpt = 11_000;
/// Room to sign between the closing words and the name.
const SIGN: Mpt = 20_000;
/// The header of a table and its first row, unless its text is long.
const HEAD_AND_ROW: Mpt = 45_000;
const HEADING: Style = style(Weight::SemiBold, 10_000, INK);

/// Lays out a letter.
pub(crate) fn compose(press: Press<'_>, letter: &Letter) -> Result<Sheet, PaperError> {
    let more = letter.more()?;
    let words = press.words;
    let title = words.subject(letter.prices.len(), letter.from);
    let mut composer = Composer::begin(press, title, letter.issued, (&letter.seller, &letter.customer), letter);
    let facts = [
        (words.letter.reference.as_str(), letter.reference.clone()),
        (&words.facts.issued, words.date(letter.issued)),
        (&words.facts.customer_tax_id, letter.customer.vat_id.clone()),
    ];
    composer.head(None, facts.into_iter().filter(|(_, value)| !value.is_empty()).collect());
    composer.opening();
    composer.prices(more);
    composer.offers();
    composer.closing();
    composer.foot("");
    Ok(composer.sheet)
}

impl Composer<'_, &Letter> {
    /// Subject, salutation, what the letter is about, and the seller's own words.
    fn opening(&mut self) {
        let subject = style(Weight::SemiBold, 14_000, self.brand.accent.0);
        let heading = Owner::Element(self.sheet.element(None, Role::Heading(1, self.sheet.title.clone())));
        for line in self.wrap(&self.sheet.title, subject, self.content_width()) {
            self.write(LEFT, self.y, 18_000, subject, line, heading);
            self.y += 18_000;
        }
        self.y += SPACE;
        let opening = self.words.opening(self.doc.prices.len());
        for text in [&self.words.letter.salutation, &opening].into_iter().chain(&self.doc.paragraphs) {
            self.paragraphs(text, BODY, TEXT_LINE, SPACE);
        }
        self.y += PART - SPACE;
    }

    /// The prices that change, and what they come to in a year.
    fn prices(&mut self, more: Money) {
        let (doc, words) = (self.doc, self.words);
        let p = &words.letter.prices;
        let currency = [("currency", doc.currency.code())];
        let headers =
            vec![p.product.clone(), p.from.clone(), fill(&p.old, &currency), fill(&p.new, &currency), p.change.clone()];
        let figures = doc.prices.iter().map(|price| {
            let change = price.percent().map(|percent| words.change(percent)).unwrap_or_default();
            let (old, new) = (words.price(price.old, doc.currency), words.price(price.new, doc.currency));
            [words.date(price.from), old, new, change]
        });
        let rows = self.rows(figures);
        let totals = self.year(more);
        let year = PART + totals.height().max(self.year_note().1);
        let closing = year + if doc.offers.is_empty() { PART + self.closing_height() } else { 0 };
        let said = doc.prices.iter().map(|price| (price.name.as_str(), words.price_line(price, doc.currency)));
        self.make_room(HEAD_AND_ROW + if doc.prices.len() == 1 { closing } else { 0 });
        self.list(&p.summary, headers, rows, said, closing);
        self.make_room(year);
        let top = self.y + PART;
        let note = self.draw_year_note(top);
        let totals = self.draw_block(top, &words.letter.year.summary, totals);
        self.y = note.max(totals) + PART;
    }

    fn year(&self, more: Money) -> Totals {
        let (doc, words) = (self.doc, self.words);
        let y = &words.letter.year;
        let row = |label: &String, amount| (label.clone(), String::new(), words.money(amount));
        self.block(vec![row(&y.before, doc.year_before), row(&y.after, doc.year_after)], words.difference(more))
    }

    /// What is said beside the year's totals, and how high it is.
    fn year_note(&self) -> (Vec<String>, Mpt) {
        let text = fill(&self.words.letter.year.note, &[("date", &self.words.date(self.doc.from))]);
        let lines = self.wrap(&text, FIGURE, self.content_width() - TOTALS_WIDTH - mm(8));
        let height = (lines.len() as Mpt + 1) * TEXT_LINE;
        (lines, height)
    }

    fn draw_year_note(&mut self, top: Mpt) -> Mpt {
        let title = self.words.letter.year.heading.clone();
        self.bookmark(title.clone(), top);
        let heading = Owner::Element(self.sheet.element(None, Role::Heading(2, title.clone())));
        self.write(LEFT, top, NAME_LINE, NAME, title, heading);
        let (lines, height) = self.year_note();
        let owner = Owner::Element(self.sheet.element(None, Role::Paragraph));
        let mut y = top + TEXT_LINE + 1_500;
        for line in lines {
            self.write(LEFT, y, NAME_LINE, FIGURE, line, owner);
            y += NAME_LINE + 500;
        }
        top + height
    }

    /// What would cost less.
    fn offers(&mut self) {
        let (doc, words) = (self.doc, self.words);
        if doc.offers.is_empty() {
            return;
        }
        let o = &words.letter.offers;
        let currency = [("currency", doc.currency.code())];
        let headers = vec![o.product.clone(), fill(&o.price, &currency), fill(&o.saving, &currency)];
        let rows = self
            .rows(doc.offers.iter().map(|offer| [words.price(offer.price, doc.currency), words.money(offer.saving)]));
        let said = doc.offers.iter().map(|offer| {
            let now = doc.price_of(&offer.name);
            (offer.name.as_str(), words.offer_line(offer, now, doc.currency))
        });
        let closing = PART + self.closing_height();
        // The heading stands on the page of the first offer.
        self.make_room(TEXT_LINE + SPACE + HEAD_AND_ROW + if doc.offers.len() == 1 { closing } else { 0 });
        self.bookmark(o.heading.clone(), self.y);
        let heading = Owner::Element(self.sheet.element(None, Role::Heading(2, o.heading.clone())));
        self.write(LEFT, self.y, TEXT_LINE, HEADING, o.heading.as_str(), heading);
        self.y += TEXT_LINE + SPACE;
        self.list(&o.summary, headers, rows, said, closing);
        self.y += PART;
    }

    fn rows<const N: usize>(&self, figures: impl Iterator<Item = [String; N]>) -> Vec<Row> {
        figures
            .map(|texts| Row { text: Vec::new(), figures: texts.into_iter().map(|text| self.figure(text)).collect() })
            .collect()
    }

    /// A table of names and what is said about them; `closing` is kept on the page of its last row.
    fn list<'t>(
        &mut self,
        summary: &str,
        headers: Vec<String>,
        mut rows: Vec<Row>,
        said: impl Iterator<Item = (&'t str, String)>,
        closing: Mpt,
    ) {
        let table = self.open_table(summary, headers, rows.iter(), 0);
        for (row, (name, said)) in rows.iter_mut().zip(said) {
            row.text = self.description(name, [said.as_str()], table.description);
        }
        let turn = |composer: &mut Self, table: &Table| {
            composer.new_page();
            composer.table_head(table, None);
        };
        let keep = (self.bottom - TOP_AGAIN) / 3;
        let last = rows.len().saturating_sub(1);
        for (i, row) in rows.iter().enumerate() {
            let needed = row.height().min(keep) + if i == last { closing } else { 0 };
            if i > 0 && self.y + needed > self.bottom {
                turn(self, &table);
            }
            self.row(&table, row, |composer| turn(composer, &table));
        }
    }

    /// What the customer is asked to do; empty when nothing is.
    fn answer(&self) -> String {
        let asked = |by| self.words.answer(by, !self.doc.offers.is_empty());
        self.doc.answer_by.map(asked).unwrap_or_default()
    }

    /// Room the closing needs, which is kept together.
    fn closing_height(&self) -> Mpt {
        let lines = |text: &str| self.wrap(text, BODY, self.content_width()).len() as Mpt * TEXT_LINE;
        let closing = lines(&self.answer()) + lines(&self.words.letter.closing) + lines(&self.seller.name);
        (closing + SPACE + SIGN).min((self.bottom - TOP_AGAIN) / 2)
    }

    /// What the customer is asked to do, and who asks it.
    fn closing(&mut self) {
        self.make_room(self.closing_height());
        self.paragraphs(&self.answer(), BODY, TEXT_LINE, SPACE);
        self.paragraphs(&self.words.letter.closing, BODY, TEXT_LINE, SIGN);
        self.paragraphs(&self.seller.name, STRONG, TEXT_LINE, 0);
    }
}
