//! A block of totals at the right: lines of what and how much, and below a coloured rule what they come to.

use super::*;

pub(super) const TOTALS_WIDTH: Mpt = mm(80);
const TOTAL_LINE: Mpt = 11_500;
pub(super) const TOTAL_PAD: Mpt = 3_000;
const LAST_LINE: Mpt = 23_000;

/// Totals, ready to be written.
pub(super) struct Totals {
    rows: Vec<Total>,
    /// Right edge of the amounts they are of.
    base_edge: Mpt,
    /// What they come to: label and amount.
    last: (String, String),
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

impl Totals {
    pub(super) fn height(&self) -> Mpt {
        self.rows.iter().map(Total::height).sum::<Mpt>() + LAST_LINE
    }
}

impl<D> Composer<'_, D> {
    /// Totals of lines (what, of which amount, how much) and of what they come to.
    pub(super) fn block(&self, texts: Vec<(String, String, String)>, last: (String, String)) -> Totals {
        let widest = |style, pick: fn(&(String, String, String)) -> &String| {
            texts.iter().map(|row| self.width(pick(row), style)).max().unwrap_or_default()
        };
        let base_edge = self.right() - widest(FIGURE, |row| &row.2) - pt(14);
        let room = base_edge - widest(FAINT, |row| &row.1) - pt(8) - (self.right() - TOTALS_WIDTH);
        let rows = texts
            .into_iter()
            .map(|(label, base, amount)| Total { label: self.wrap(&label, FIGURE, room.max(pt(60))), base, amount })
            .collect();
        Totals { rows, base_edge, last }
    }

    /// Writes totals; returns where they end.
    pub(super) fn draw_block(&mut self, top: Mpt, summary: &str, totals: Totals) -> Mpt {
        let left = self.right() - TOTALS_WIDTH;
        let table = self.sheet.element(None, Role::Table(summary.to_owned()));
        let body = self.under(table, Role::Body);
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
        let big = style(Weight::SemiBold, 11_500, INK);
        let (label, amount) = totals.last;
        self.write(left, y + 2_500, LAST_LINE - 2_500, big, label, header);
        self.write_to(self.right(), y + 2_500, LAST_LINE - 2_500, big, amount, cell);
        y + LAST_LINE
    }
}
