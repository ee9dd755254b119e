//! The foot of every page: who sells, which page of how many, and the record that anchors the document.

use super::*;

const FOOT_LINE: Mpt = 9_000;
/// From the last line of the footer to the edge of the paper.
const EDGE: Mpt = mm(10);
/// More lines than any law asks for.
const MOST: usize = 7;
const SIDE: Mpt = mm(40);

/// Where the content of a page ends.
pub(super) fn top(height: Mpt, lines: usize) -> Mpt {
    height - EDGE - FOOT_LINE * lines.max(2) as Mpt - pt(10)
}

impl<D> Composer<'_, D> {
    /// The seller's lines, broken to width.
    pub(super) fn footer_lines(&self) -> Vec<String> {
        let seller = self.seller;
        let mut place: Vec<String> = vec![seller.name.clone()];
        place.extend(seller.address.iter().cloned());
        if seller.country != self.customer.country && !seller.country.is_empty() {
            place.push(self.words.country(&seller.country).to_owned());
        }
        let f = &self.words.footer;
        let mut ids: Vec<String> = Vec::new();
        if !seller.vat_id.is_empty() {
            ids.push(fill(&f.tax_id, &[("id", &seller.vat_id)]));
        }
        if !seller.registration.is_empty() {
            // A bare number needs a word before it; "HRB 999999, Amtsgericht Hamburg" brings its own.
            let bare = seller.registration.starts_with(|c: char| c.is_ascii_digit());
            let form = if bare { f.registration.as_str() } else { "{id}" };
            ids.push(fill(form, &[("id", &seller.registration)]));
        }
        let mut lines = Vec::new();
        let width = self.content_width() - SIDE;
        let own = seller.footer.iter().flat_map(|text| text.lines());
        let said = [place.join(", "), ids.join(" · "), seller.contact.join(" · ")];
        for text in said.iter().map(String::as_str).chain(own) {
            lines.extend(self.wrap(text, SMALL, width));
        }
        lines.truncate(MOST);
        lines
    }

    /// Writes the footer on every page, with the record that anchors the document if there is one: in the tree on the
    /// first, furniture on the others.
    pub(super) fn foot(&mut self, record: &str) {
        let lines = std::mem::take(&mut self.footer);
        let pages = self.sheet.pages.len();
        let paragraph = self.sheet.element(None, Role::Paragraph);
        let all = std::mem::take(&mut self.sheet.pages);
        for (i, page) in all.into_iter().enumerate() {
            self.sheet.pages.push(page);
            let mut y = self.bottom + pt(10);
            self.rule(LEFT, y - pt(5), self.content_width(), 500, LINE);
            let owner = if i == 0 { Owner::Element(paragraph) } else { Owner::Furniture };
            let number =
                fill(&self.words.footer.page, &[("page", &(i + 1).to_string()), ("pages", &pages.to_string())]);
            self.write_to(self.right(), y, FOOT_LINE, Style { colour: SOFT, ..SMALL }, number, Owner::Furniture);
            if !record.is_empty() {
                let text = self.clip(record, SMALL, SIDE - pt(6));
                self.write_to(self.right(), y + FOOT_LINE, FOOT_LINE, SMALL, text, Owner::Furniture);
            }
            for line in &lines {
                self.write(LEFT, y, FOOT_LINE, SMALL, format!("{} ", line.trim_end()), owner);
                y += FOOT_LINE;
            }
        }
    }
}
