//! A document laid out: marks at places on pages, and the tree of what they mean.
//!
//! Layout writes this, drawing reads it, tests look at it. Lengths are thousandths of a point from the top left corner.

use crate::face::Mpt;
use engine::Date;

/// Which of the two faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size: Mpt,
    pub(crate) colour: [u8; 3],
}

/// Who a mark belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An element of the tree, by number: read aloud once, in the tree's order.
    Element(usize),
    /// What only the page needs: rules, repeated headers, page numbers.
    Furniture,
}

/// Something drawn.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// One line of text; `y` is its baseline.
    Text { x: Mpt, y: Mpt, style: Style, text: String, owner: Owner },
    /// A filled rectangle: a rule or a ground.
    Fill { x: Mpt, y: Mpt, width: Mpt, height: Mpt, colour: [u8; 3] },
    /// The logo.
    Logo { x: Mpt, y: Mpt, width: Mpt, height: Mpt, owner: Owner },
}

/// What an element of the tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A heading of a level; the title is for lists of headings.
    Heading(u16, String),
    Paragraph,
    Figure(String),
    Table(String),
    Head,
    Body,
    Row,
    ColumnHeader,
    /// A header of its row, over so many columns.
    RowHeader(u32),
    Cell,
}

/// A node of the tree of meaning.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) role: Role,
    pub(crate) parent: Option<usize>,
}

/// A place a reader can jump to.
#[derive(Clone, Debug)]
pub(crate) struct Bookmark {
    pub(crate) text: String,
    pub(crate) page: usize,
    pub(crate) y: Mpt,
}

/// The whole document.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) width: Mpt,
    pub(crate) height: Mpt,
    pub(crate) title: String,
    /// Who issues it.
    pub(crate) author: String,
    /// Day of issue: the only date in the file.
    pub(crate) issued: Date,
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) elements: Vec<Element>,
    pub(crate) bookmarks: Vec<Bookmark>,
}

impl Sheet {
    /// Adds an element under a parent, after those already there.
    pub(crate) fn element(&mut self, parent: Option<usize>, role: Role) -> usize {
        self.elements.push(Element { role, parent });
        self.elements.len() - 1
    }

    /// Marks on the page being written.
    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The texts of a page, in the order they were written.
    #[cfg(test)]
    pub(crate) fn texts(&self, page: usize) -> Vec<&str> {
        self.pages[page]
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}
