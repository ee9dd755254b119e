//! The table of lines: columns as wide as their figures, rows kept together, sums carried over page ends.

use super::*;
use crate::printed::Line;
use chrono::Datelike;
use engine::sale::ChargeKind;

const NAME_LINE: Mpt = 11_000;
const DETAIL_LINE: Mpt = 9_500;
/// Space above and below the text of a row.
const PAD: Mpt = 2_250;
const HEAD: Mpt = 17_000;
const GROUP: Mpt = 19_000;
const GAP: Mpt = 14_000;
/// The description keeps at least this much, whatever the figures need.
const LEAST_DESCRIPTION: Mpt = 120_000;

/// Right edges of the columns of figures (quantity, price, tax, amount), and the room for the description.
struct Columns {
    description: Mpt,
    edges: [Mpt; 4],
    /// The widest fraction of each column, so that points stand below each other; 0 for flush right.
    fractions: [Mpt; 4],
}

struct Row {
    /// Lines of the description: the name, then what is said about it.
    text: Vec<(Style, String)>,
    figures: [Figure; 4],
    net: Money,
}

/// A figure, how wide it is up to its point, and from there.
struct Figure {
    text: String,
    whole: Mpt,
    fraction: Mpt,
}

impl Row {
    fn height(&self) -> Mpt {
        self.text.iter().map(|(style, _)| line_of(*style)).sum::<Mpt>().max(NAME_LINE) + 2 * PAD
    }
}

fn line_of(style: Style) -> Mpt {
    if style == NAME { NAME_LINE } else { DETAIL_LINE }
}

impl Composer<'_> {
    pub(super) fn lines(&mut self) -> Result<(), PaperError> {
        let doc = self.doc;
        let figures: Vec<Vec<Row>> =
            doc.groups.iter().map(|group| group.lines.iter().map(|line| self.figures(line)).collect()).collect();
        let columns = self.columns(figures.iter().flatten());
        let table = self.sheet.element(None, Role::Table(self.words.table.summary.clone()));
        self.bookmark(self.words.document.lines.clone(), self.y);
        let head = self.under(table, Role::Head);
        let head = self.under(head, Role::Row);
        self.table_head(&columns, Some(head));
        let body = self.under(table, Role::Body);
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
                self.describe(line, &mut row, columns.description);
                let needed =
                    row.height().min(keep) + if heading { GROUP } else { 0 } + if left == 0 { closing } else { CARRY };
                if begun && self.y + needed > self.bottom {
                    self.turn_page(&columns, if heading { "" } else { &group.name });
                }
                if heading {
                    self.group_head(&group.name, group_sum(&group.lines, doc.currency)?, body);
                    heading = false;
                }
                self.row(&columns, &row, body, &group.name)?;
                begun = true;
            }
        }
        Ok(())
    }

    fn figures(&self, line: &Line) -> Row {
        let words = self.words;
        let price = line.unit_price.map(|p| words.price(p, self.doc.currency)).unwrap_or_default();
        let texts = [words.number(line.quantity), price, words.percent(line.tax_percent), words.money(line.net)];
        let figures = texts.map(|text| {
            let (whole, fraction) = text.split_at(words.point(&text));
            let (whole, fraction) = (self.width(whole, FIGURE), self.width(fraction, FIGURE));
            Figure { text, whole, fraction }
        });
        Row { text: Vec::new(), figures, net: line.net }
    }

    fn describe(&self, line: &Line, row: &mut Row, width: Mpt) {
        let mut sentence = self.words.sentence(line, self.period, self.doc.issued.year());
        // A top-up is of no product: what it is, the sentence says in the customer's language.
        let name = if line.kind == ChargeKind::Minimum { std::mem::take(&mut sentence) } else { line.name.clone() };
        let mut text: Vec<(Style, String)> = self.wrap(&name, NAME, width).into_iter().map(|l| (NAME, l)).collect();
        for said in std::iter::once(&sentence).chain(&line.notes) {
            text.extend(self.wrap(said, DETAIL, width).into_iter().map(|l| (DETAIL, l)));
        }
        row.text = text;
    }

    fn columns<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> Columns {
        let (mut wholes, mut fractions, mut widest) = ([0; 4], [0; 4], [0; 4]);
        for row in rows {
            for (i, figure) in row.figures.iter().enumerate() {
                wholes[i] = figure.whole.max(wholes[i]);
                fractions[i] = figure.fraction.max(fractions[i]);
                widest[i] = (figure.whole + figure.fraction).max(widest[i]);
            }
        }
        // A column of very long fractions stays flush right: points below each other would pull the short ones off their header.
        let longest = self.width(".0000", FIGURE);
        for (i, fraction) in fractions.iter_mut().enumerate().filter(|(_, fraction)| **fraction > longest) {
            wholes[i] = widest[i];
            *fraction = 0;
        }
        let mut edge = self.right() + GAP;
        let mut edges = [0; 4];
        let headers = self.headers();
        for (i, place) in edges.iter_mut().enumerate().rev() {
            *place = edge - GAP;
            let header = headers.get(i + 1).map_or(0, |text| self.width(text, FAINT));
            edge = *place - header.max(wholes[i] + fractions[i]);
        }
        Columns { description: (edge - GAP - LEFT).max(LEAST_DESCRIPTION), edges, fractions }
    }

    /// The headers of the five columns.
    fn headers(&self) -> [String; 5] {
        let t = &self.words.table;
        let amount = fill(&t.amount, &[("currency", self.doc.currency.code())]);
        [t.description.clone(), t.quantity.clone(), t.price.clone(), t.tax.clone(), amount]
    }

    /// The header of the table: part of the tree the first time, furniture when repeated.
    fn table_head(&mut self, columns: &Columns, row: Option<usize>) {
        for (i, text) in self.headers().into_iter().enumerate() {
            let owner = match row {
                Some(row) => Owner::Element(self.under(row, Role::ColumnHeader)),
                None => Owner::Furniture,
            };
            match i.checked_sub(1).and_then(|i| columns.edges.get(i)) {
                None => self.write(LEFT, self.y, HEAD - pt(3), FAINT, text, owner),
                Some(edge) => self.write_to(*edge, self.y, HEAD - pt(3), FAINT, text, owner),
            }
        }
        self.rule(LEFT, self.y + HEAD - 1_000, self.content_width(), 800, INK);
        self.y += HEAD;
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

    /// Prints a row; one too tall for what is left of the page goes on over the next.
    fn row(&mut self, columns: &Columns, row: &Row, body: usize, group: &str) -> Result<(), PaperError> {
        let element = self.under(body, Role::Row);
        let cells: [usize; 5] = std::array::from_fn(|_| self.under(element, Role::Cell));
        let owner = move |i: usize| Owner::Element(cells.get(i).copied().unwrap_or(element));
        self.running = self.running.plus(row.net)?;
        self.y += PAD;
        // The figures stand beside the first line, and are written after the description: the order of reading.
        let mut beside = Some(self.y);
        let rest = row.text.len();
        for (i, (style, line)) in row.text.iter().enumerate() {
            let height = line_of(*style);
            if self.y + height + PAD + CARRY > self.bottom && i > 0 {
                if let Some(top) = beside.take() {
                    self.row_figures(columns, &row.figures, top, owner);
                }
                self.turn_page(columns, group);
                self.y += PAD;
            }
            let join = if i + 1 < rest { " " } else { "" };
            self.write(LEFT, self.y, height, *style, format!("{}{join}", line.trim_end()), owner(0));
            self.y += height;
        }
        if rest == 0 {
            self.y += NAME_LINE;
        }
        if let Some(top) = beside {
            self.row_figures(columns, &row.figures, top, owner);
        }
        self.y += PAD;
        self.rule(LEFT, self.y - 500, self.content_width(), 500, LINE);
        Ok(())
    }

    fn row_figures(&mut self, columns: &Columns, figures: &[Figure; 4], top: Mpt, owner: impl Fn(usize) -> Owner) {
        for (i, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.text.is_empty()) {
            let after = if columns.fractions[i] == 0 { figure.fraction } else { columns.fractions[i] };
            let x = columns.edges[i] - after - figure.whole;
            self.write(x, top, NAME_LINE, FIGURE, figure.text.as_str(), owner(i + 1));
        }
    }

    /// Ends the page with the sum so far and begins the next with it.
    fn turn_page(&mut self, columns: &Columns, group: &str) {
        self.carried(self.words.table.carried.clone());
        self.new_page();
        self.table_head(columns, None);
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
        let sum = self.words.money(self.running);
        self.write_to(self.right(), self.y, CARRY, Style { weight: Weight::SemiBold, ..soft }, sum, Owner::Furniture);
        self.y += CARRY;
    }
}

fn group_sum(lines: &[Line], currency: engine::Currency) -> Result<Money, PaperError> {
    lines.iter().try_fold(Money::zero(currency), |sum, line| Ok(sum.plus(line.net)?))
}
