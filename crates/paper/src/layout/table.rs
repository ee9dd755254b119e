//! A table over as many pages as it needs: a description, and columns as wide as their figures.
//!
//! Always: the header stands again on every page, a figure's point stands below the one above it, a row taller than what
//! is left of the page goes on over the next. What else a turned page says is the caller's.

use super::*;

pub(super) const NAME_LINE: Mpt = 11_000;
const DETAIL_LINE: Mpt = 9_500;
/// Space above and below the text of a row.
const PAD: Mpt = 2_250;
pub(super) const HEAD: Mpt = 17_000;
pub(super) const GAP: Mpt = 14_000;
/// The description keeps at least this much, whatever the figures need.
const LEAST_DESCRIPTION: Mpt = 120_000;

/// A table being written.
pub(super) struct Table {
    /// The element its rows belong to.
    pub(super) body: usize,
    /// Room for the description.
    pub(super) description: Mpt,
    /// Headers of the description and of each column.
    headers: Vec<String>,
    /// Right edges of the columns.
    edges: Vec<Mpt>,
    /// The widest fraction of each column, so that points stand below each other; 0 for flush right.
    fractions: Vec<Mpt>,
    /// Kept free at the end of a page a row is broken over.
    carry: Mpt,
}

/// A row: what is said, and a figure for each column.
pub(super) struct Row {
    /// Lines of the description: the name, then what is said about it.
    pub(super) text: Vec<(Style, String)>,
    pub(super) figures: Vec<Figure>,
}

/// A figure, how wide it is up to its point, and from there.
pub(super) struct Figure {
    text: String,
    whole: Mpt,
    fraction: Mpt,
}

impl Row {
    pub(super) fn height(&self) -> Mpt {
        self.text.iter().map(|(style, _)| line_of(*style)).sum::<Mpt>().max(NAME_LINE) + 2 * PAD
    }
}

fn line_of(style: Style) -> Mpt {
    if style == NAME { NAME_LINE } else { DETAIL_LINE }
}

impl<D> Composer<'_, D> {
    pub(super) fn figure(&self, text: String) -> Figure {
        let (whole, fraction) = text.split_at(self.words.point(&text));
        let (whole, fraction) = (self.width(whole, FIGURE), self.width(fraction, FIGURE));
        Figure { text, whole, fraction }
    }

    /// A name and what is said about it, broken to the room a table has for them.
    pub(super) fn description<'t>(
        &self,
        name: &str,
        said: impl IntoIterator<Item = &'t str>,
        width: Mpt,
    ) -> Vec<(Style, String)> {
        let mut text: Vec<(Style, String)> = self.wrap(name, NAME, width).into_iter().map(|l| (NAME, l)).collect();
        for said in said {
            text.extend(self.wrap(said, DETAIL, width).into_iter().map(|l| (DETAIL, l)));
        }
        text
    }

    /// Opens a table for these rows and writes its header.
    pub(super) fn open_table<'r>(
        &mut self,
        summary: &str,
        headers: Vec<String>,
        rows: impl Iterator<Item = &'r Row>,
        carry: Mpt,
    ) -> Table {
        let element = self.sheet.element(None, Role::Table(summary.to_owned()));
        let head = self.under(element, Role::Head);
        let head = self.under(head, Role::Row);
        let mut table = self.columns(headers, rows, carry);
        self.table_head(&table, Some(head));
        table.body = self.under(element, Role::Body);
        table
    }

    fn columns<'r>(&self, headers: Vec<String>, rows: impl Iterator<Item = &'r Row>, carry: Mpt) -> Table {
        let count = headers.len().saturating_sub(1);
        let (mut wholes, mut fractions, mut widest) = (vec![0; count], vec![0; count], vec![0; count]);
        for row in rows {
            for (i, figure) in row.figures.iter().enumerate().take(count) {
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
        let mut edges = vec![0; count];
        for (i, place) in edges.iter_mut().enumerate().rev() {
            *place = edge - GAP;
            let header = headers.get(i + 1).map_or(0, |text| self.width(text, FAINT));
            edge = *place - header.max(wholes[i] + fractions[i]);
        }
        let description = (edge - GAP - LEFT).max(LEAST_DESCRIPTION);
        Table { body: 0, description, headers, edges, fractions, carry }
    }

    /// The header of a table: part of the tree the first time, furniture when repeated.
    pub(super) fn table_head(&mut self, table: &Table, row: Option<usize>) {
        for (i, text) in table.headers.iter().enumerate() {
            let owner = match row {
                Some(row) => Owner::Element(self.under(row, Role::ColumnHeader)),
                None => Owner::Furniture,
            };
            match i.checked_sub(1).and_then(|i| table.edges.get(i)) {
                None => self.write(LEFT, self.y, HEAD - pt(3), FAINT, text.as_str(), owner),
                Some(edge) => self.write_to(*edge, self.y, HEAD - pt(3), FAINT, text.as_str(), owner),
            }
        }
        self.rule(LEFT, self.y + HEAD - 1_000, self.content_width(), 800, INK);
        self.y += HEAD;
    }

    /// Prints a row; one too tall for what is left of the page goes on over the next, which `turn` begins.
    pub(super) fn row(&mut self, table: &Table, row: &Row, turn: impl Fn(&mut Self)) {
        let element = self.under(table.body, Role::Row);
        let cells: Vec<usize> = table.headers.iter().map(|_| self.under(element, Role::Cell)).collect();
        let owner = move |i: usize| Owner::Element(cells.get(i).copied().unwrap_or(element));
        self.y += PAD;
        // The figures stand beside the first line, and are written after the description: the order of reading.
        let mut beside = Some(self.y);
        let rest = row.text.len();
        for (i, (style, line)) in row.text.iter().enumerate() {
            let height = line_of(*style);
            if self.y + height + PAD + table.carry > self.bottom && i > 0 {
                if let Some(top) = beside.take() {
                    self.row_figures(table, &row.figures, top, &owner);
                }
                turn(self);
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
            self.row_figures(table, &row.figures, top, &owner);
        }
        self.y += PAD;
        self.rule(LEFT, self.y - 500, self.content_width(), 500, LINE);
    }

    fn row_figures(&mut self, table: &Table, figures: &[Figure], top: Mpt, owner: impl Fn(usize) -> Owner) {
        let columns = table.edges.iter().zip(&table.fractions);
        for (i, (figure, (edge, fraction))) in figures.iter().zip(columns).enumerate() {
            if figure.text.is_empty() {
                continue;
            }
            let after = if *fraction == 0 { figure.fraction } else { *fraction };
            self.write(edge - after - figure.whole, top, NAME_LINE, FIGURE, figure.text.as_str(), owner(i + 1));
        }
    }
}
