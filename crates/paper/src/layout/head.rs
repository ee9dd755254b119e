//! The top of the first page: seller and title, the address where an envelope's window is, the facts beside it.

use super::*;

/// The address stands between 50 and 86 mm from the top: seen in the windows of DIN long, DL and #10 envelopes alike.
const ADDRESS_TOP: Mpt = mm(53);
const ADDRESS_WIDTH: Mpt = mm(85);
const ADDRESS_LINE: Mpt = 12_000;
/// More lines than any post takes.
const ADDRESS_MOST: usize = 10;
const FACTS_WIDTH: Mpt = mm(64);
const TABLE_TOP: Mpt = mm(90);

impl<D> Composer<'_, D> {
    /// The top of the first page: what the document calls itself, if it does so up there, and label and value of its facts.
    pub(super) fn head(&mut self, title: Option<&str>, facts: Vec<(&str, String)>) {
        self.seller(title);
        let address = self.address();
        let facts = self.facts(facts);
        self.y = TABLE_TOP.max(address + mm(5)).max(facts + mm(5));
    }

    /// Logo or name at the left, the document's title at the right.
    fn seller(&mut self, title: Option<&str>) {
        let (top, height) = (mm(15), mm(15));
        let mut x = LEFT;
        let mut named = true;
        if let Some(logo) = self.brand.logo.clone() {
            let name = clean(&self.seller.name).trim().to_owned();
            let alt = if name.is_empty() { self.sheet.title.clone() } else { name };
            let figure = self.sheet.element(None, Role::Figure(alt));
            let (w, h) = (i64::from(logo.width), i64::from(logo.height));
            let high = i64::from(height).min(i64::from(mm(62)) * h / w).max(1);
            let (width, high) = ((high * w / h).max(1) as Mpt, high as Mpt);
            let y = top + (height - high) / 2;
            self.sheet.mark(Mark::Logo { x, y, width, height: high, owner: Owner::Element(figure) });
            x += width + pt(9);
            // A wide logo carries the name; a mark needs it beside it.
            named = w < 2 * h;
        }
        let big = style(Weight::SemiBold, 18_000, self.brand.accent.0);
        let heading = title.map(|_| self.sheet.element(None, Role::Heading(1, self.sheet.title.clone())));
        let taken = title.map_or(0, |text| self.width(text, big) + pt(12));
        if named {
            let style = style(Weight::SemiBold, 11_500, INK);
            let paragraph = self.sheet.element(None, Role::Paragraph);
            let name = self.clip(&self.seller.name, style, self.right() - taken - x);
            self.write(x, top, height, style, name, Owner::Element(paragraph));
        }
        if let (Some(text), Some(heading)) = (title, heading) {
            self.write_to(self.right(), top, height, big, text, Owner::Element(heading));
        }
        self.bookmark(self.sheet.title.clone(), 0);
    }

    /// The customer's address below the seller's in small print. Returns where it ends.
    fn address(&mut self) -> Mpt {
        let seller = self.seller;
        let back: Vec<&str> =
            std::iter::once(seller.name.as_str()).chain(seller.address.iter().map(String::as_str)).collect();
        let back = self.clip(&back.join(" · "), SMALL, ADDRESS_WIDTH);
        // The sender's line is for the post; the footer says it to the reader.
        self.write(LEFT, ADDRESS_TOP - pt(14), pt(9), SMALL, back, Owner::Furniture);

        let customer = &self.customer;
        let mut lines: Vec<(Style, String)> = Vec::new();
        lines.extend(self.wrap(&customer.name, STRONG, ADDRESS_WIDTH).into_iter().map(|l| (STRONG, l)));
        for line in &customer.address {
            lines.extend(self.wrap(line, BODY, ADDRESS_WIDTH).into_iter().map(|l| (BODY, l)));
        }
        if !customer.country.is_empty() && customer.country != seller.country {
            lines.push((BODY, clean(self.words.country(&customer.country)).into_owned()));
        }
        lines.truncate(ADDRESS_MOST);
        let paragraph = self.sheet.element(None, Role::Paragraph);
        let mut y = ADDRESS_TOP;
        for (style, line) in lines {
            self.write(LEFT, y, ADDRESS_LINE, style, format!("{} ", line.trim_end()), Owner::Element(paragraph));
            y += ADDRESS_LINE;
        }
        y
    }

    /// Number, dates and references, label and value per row. Returns where they end.
    fn facts(&mut self, rows: Vec<(&str, String)>) -> Mpt {
        let mut y = ADDRESS_TOP;
        let left = self.right() - FACTS_WIDTH;
        for (i, (label, value)) in rows.into_iter().enumerate() {
            let style = if i == 0 { STRONG } else { BODY };
            let label_style = Style { size: 8_000, ..FAINT };
            let paragraph = self.sheet.element(None, Role::Paragraph);
            let owner = Owner::Element(paragraph);
            self.write(left, y, ADDRESS_LINE, label_style, format!("{label} "), owner);
            let room = FACTS_WIDTH - self.width(label, label_style) - pt(8);
            // A value too long to stand beside its label takes the lines below it.
            let lines = if self.width(&clean(&value), style) <= room {
                vec![clean(&value).into_owned()]
            } else {
                y += ADDRESS_LINE;
                self.wrap(&value, style, FACTS_WIDTH)
            };
            for line in lines.into_iter().take(4) {
                self.write_to(self.right(), y, ADDRESS_LINE, style, line, owner);
                y += ADDRESS_LINE;
            }
        }
        y
    }
}
