//! Where everything goes: a document in, a [`Sheet`] out.
//!
//! Top to bottom: [`head`] (seller, address at the envelope's window, facts), what the document says, [`foot`] (on every
//! page, last, because only then the number of pages is known). An [`invoice`] says [`lines`] and then [`close`]s with tax
//! summary, totals, payment and notes; a [`letter`] is paragraphs around its prices. Both are written with [`table`] and
//! [`totals`]. Always: no mark leaves its page, a row is kept together unless it is taller than a page, and totals never
//! stand alone on a page without the last line.

mod close;
mod foot;
mod head;
pub(crate) mod invoice;
pub(crate) mod letter;
mod lines;
mod table;
#[cfg(test)]
mod tests;
mod totals;

use crate::brand::Brand;
use crate::face::{Face, Mpt, clean, mm, pt};
use crate::printed::{Customer, Seller};
use crate::sheet::{Mark, Owner, Role, Sheet, Style, Weight};
use crate::words::{Words, fill};
use crate::{PaperError, Size};
use engine::Date;

const INK: [u8; 3] = [0x1A, 0x1C, 0x19];
const SOFT: [u8; 3] = [0x50, 0x53, 0x4D];
const LABEL: [u8; 3] = [0x6A, 0x6D, 0x66];
const LINE: [u8; 3] = [0xE5, 0xE5, 0xE0];
const GROUND: [u8; 3] = [0xF6, 0xF6, 0xF3];

const fn style(weight: Weight, size: Mpt, colour: [u8; 3]) -> Style {
    Style { weight, size, colour }
}

const BODY: Style = style(Weight::Regular, 9_000, INK);
const STRONG: Style = style(Weight::SemiBold, 9_000, INK);
const NAME: Style = style(Weight::SemiBold, 8_500, INK);
const FIGURE: Style = style(Weight::Regular, 8_500, INK);
const DETAIL: Style = style(Weight::Regular, 7_500, SOFT);
const FAINT: Style = style(Weight::Regular, 7_500, LABEL);
const SMALL: Style = style(Weight::Regular, 6_750, LABEL);

/// Left edge of the content: inside the windows of C5/6, DL and #10 envelopes.
const LEFT: Mpt = mm(24);
/// Space right of the content.
const RIGHT: Mpt = mm(20);
/// Where the content of a following page begins.
const TOP_AGAIN: Mpt = mm(24);

/// The two faces.
pub(crate) struct Faces {
    pub(crate) regular: Face,
    pub(crate) semibold: Face,
}

impl Faces {
    pub(crate) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }
}

/// What every document is laid out with.
#[derive(Clone, Copy)]
pub(crate) struct Press<'a> {
    pub(crate) faces: &'a Faces,
    pub(crate) words: &'a Words,
    pub(crate) brand: &'a Brand,
    pub(crate) size: Size,
}

/// A document being laid out: what all share, and what it is about.
struct Composer<'a, D> {
    faces: &'a Faces,
    words: &'a Words,
    brand: &'a Brand,
    seller: &'a Seller,
    customer: &'a Customer,
    doc: D,
    sheet: Sheet,
    /// Where the next thing goes.
    y: Mpt,
    /// The seller's lines in the footer.
    footer: Vec<String>,
    /// Where the footer begins.
    bottom: Mpt,
}

impl<'a, D> Composer<'a, D> {
    /// An empty first page.
    fn begin(
        press: Press<'a>,
        title: String,
        issued: Date,
        (seller, customer): (&'a Seller, &'a Customer),
        doc: D,
    ) -> Composer<'a, D> {
        let Press { faces, words, brand, size } = press;
        let (width, height) = size.extent();
        let author = clean(&seller.name).into_owned();
        let sheet = Sheet {
            width,
            height,
            title,
            author,
            issued,
            pages: vec![Vec::new()],
            elements: Vec::new(),
            bookmarks: Vec::new(),
        };
        let footer = Vec::new();
        let mut composer = Composer { faces, words, brand, seller, customer, doc, sheet, y: 0, footer, bottom: 0 };
        composer.footer = composer.footer_lines();
        composer.bottom = foot::top(height, composer.footer.len());
        composer
    }

    /// Right edge of the content.
    fn right(&self) -> Mpt {
        self.sheet.width - RIGHT
    }

    fn content_width(&self) -> Mpt {
        self.right() - LEFT
    }

    fn width(&self, text: &str, style: Style) -> Mpt {
        self.faces.of(style.weight).width(text, style.size)
    }

    fn wrap(&self, text: &str, style: Style, width: Mpt) -> Vec<String> {
        self.faces.of(style.weight).wrap(&clean(text), style.size, width)
    }

    fn clip(&self, text: &str, style: Style, width: Mpt) -> String {
        self.faces.of(style.weight).clip(&clean(text), style.size, width)
    }

    /// Writes a line of text from `x` rightwards; `top` and `line` are the box it stands in the middle of.
    fn write(&mut self, x: Mpt, top: Mpt, line: Mpt, style: Style, text: impl Into<String>, owner: Owner) {
        // Capitals of the face are 0.727 of its size: that is what the eye centres.
        let y = top + (line + style.size * 727 / 1000) / 2;
        self.sheet.mark(Mark::Text { x, y, style, text: text.into(), owner });
    }

    /// Writes a line of text that ends at `right`.
    fn write_to(&mut self, right: Mpt, top: Mpt, line: Mpt, style: Style, text: impl Into<String>, owner: Owner) {
        let text = text.into();
        let x = right - self.width(text.trim_end(), style);
        self.write(x, top, line, style, text, owner);
    }

    /// A rule of a thickness, its upper edge at `y`.
    fn rule(&mut self, x: Mpt, y: Mpt, width: Mpt, height: Mpt, colour: [u8; 3]) {
        self.sheet.mark(Mark::Fill { x, y, width, height, colour });
    }

    fn under(&mut self, parent: usize, role: Role) -> usize {
        self.sheet.element(Some(parent), role)
    }

    fn bookmark(&mut self, text: impl Into<String>, y: Mpt) {
        let page = self.sheet.pages.len() - 1;
        self.sheet.bookmarks.push(crate::sheet::Bookmark { text: text.into(), page, y });
    }

    /// Begins a following page with its running header.
    fn new_page(&mut self) {
        self.sheet.pages.push(Vec::new());
        let (top, line) = (mm(13), pt(11));
        let half = self.content_width() / 2 - pt(6);
        let seller = self.clip(&self.seller.name, NAME, half);
        self.write(LEFT, top, line, NAME, seller, Owner::Furniture);
        let title = self.clip(&format!("{} · {}", self.sheet.title, self.customer.name), DETAIL, half);
        self.write_to(self.right(), top, line, DETAIL, title, Owner::Furniture);
        self.rule(LEFT, top + pt(17), self.content_width(), 500, LINE);
        self.y = TOP_AGAIN;
    }

    /// Begins a page when less than `needed` is left of this one.
    fn make_room(&mut self, needed: Mpt) {
        if self.y > TOP_AGAIN && self.y + needed > self.bottom {
            self.new_page();
        }
    }

    /// Writes a text over as many lines and pages as it needs; a break the writer made is a paragraph.
    fn paragraphs(&mut self, text: &str, style: Style, line: Mpt, gap: Mpt) {
        for text in text.split('\n').filter(|t| !t.trim().is_empty()) {
            let owner = Owner::Element(self.sheet.element(None, Role::Paragraph));
            for text in self.wrap(text, style, self.content_width()) {
                self.make_room(line);
                self.write(LEFT, self.y, line, style, text, owner);
                self.y += line;
            }
            self.y += gap;
        }
    }
}

/// Fills the braces of a text with cleaned values.
fn say(text: &str, values: &[(&str, &str)]) -> String {
    clean(&fill(text, values)).into_owned()
}
