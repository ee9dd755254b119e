//! An issued invoice or credit note, or a letter about new prices, as a PDF.
//!
//! In: a [`Printed`] document or a [`Letter`], the seller's [`Brand`], a paper [`Size`]. Out: the bytes of one file, and
//! the characters the faces could not show. What always holds:
//!
//! * The same document gives the same bytes; the file's only date is the day of issue.
//! * The file keeps PDF/A-3a and PDF/UA-1, checked as it is written: fonts embedded, everything tagged, language and
//!   title set, nothing remote, no script.
//! * No amount is computed but differences of printed ones. Sums a page break asks for ("carried forward") are made of the
//!   printed lines, and a document whose lines do not add up to its net amount is refused, as is a letter whose year is
//!   not that of its prices.
//! * Any text can be printed: what the faces lack is shown as a box, keeps its own text for copying, and is reported.
//!
//! [`layout`](self) works in whole thousandths of a point and writes a sheet of marks and meaning; `pdf` draws the sheet.
//! A [`Printer`] holds what all documents share and may be used from several threads at once.
//!
//! ```
//! # use paper::*; use engine::{Currency, Money};
//! # fn document() -> Printed { Printed { kind: Kind::Invoice, language: "en".into(), number: "INV-1".into(),
//! #   issued: "2026-11-09".parse().unwrap(), due: None, tax_point: None, period: None, seller: Seller::default(),
//! #   customer: Customer::default(), currency: Currency::EUR, groups: vec![], tax: vec![], home_tax: None,
//! #   net: Money::zero(Currency::EUR), gross: Money::zero(Currency::EUR), corrects: vec![], direct_debit: None,
//! #   notes: vec![], anchor: String::new() } }
//! let printer = Printer::new()?;
//! let rendered = printer.render(&document(), &Brand::default(), Size::A4)?;
//! assert!(rendered.bytes.starts_with(b"%PDF-1.7") && rendered.pages == 1 && rendered.missing.is_empty());
//! # Ok::<(), PaperError>(())
//! ```

// The samples in `examples/` name this crate as its users do.
#[cfg(test)]
extern crate self as paper;

mod brand;
mod face;
mod layout;
mod letter;
mod pdf;
mod printed;
mod sheet;
mod words;

pub use brand::{Brand, Colour};
pub use letter::{Letter, NewPrice, Offer};
pub use printed::{Bank, Corrects, Customer, DirectDebit, Group, HomeTax, Kind, Line, Printed, Seller};

use chrono::Datelike;
use engine::{Date, Money, Period, money::MoneyError};
use face::{Face, Mpt};
use krilla::configure::Configuration;
use layout::{Faces, Press};
use sheet::Sheet;
use words::Words;

/// The size of a sheet of paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Size {
    fn extent(self) -> (Mpt, Mpt) {
        match self {
            Size::A4 => (595_276, 841_890),
            Size::Letter => (612_000, 792_000),
        }
    }
}

/// Why a document could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The lines do not add up to the document's net amount, or the prices of a letter to its year.
    #[error("the lines add up to {lines}, the document says {net} {}", net.currency())]
    Sum {
        /// Sum of the lines.
        lines: Money,
        /// Net amount of the document, or of the year.
        net: Money,
    },
    /// Amounts of the lines did not combine.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The logo cannot be used.
    #[error("the logo cannot be used: {0}")]
    Logo(String),
    /// The faces or texts shipped with the program are damaged.
    #[error("the program's own fonts or texts are damaged: {0}")]
    Shipped(String),
    /// Something was laid out where no paper is.
    #[error("a part of the document does not fit any page")]
    Place,
    /// The file would break a standard it must keep.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Characters shown as a box because the faces lack them, in order.
    pub missing: Vec<char>,
}

/// A line in the words of its paper, without the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The sentence under the line; empty where there is none.
    pub note: String,
    /// Units.
    pub quantity: String,
    /// Price of one.
    pub unit_price: String,
    /// Net amount.
    pub net: String,
}

/// The headings of a document's lines (description, quantity, price, amount), and each line as it would be printed.
pub fn said(
    language: &str,
    lines: &[Line],
    period: Option<Period>,
    issued: Date,
) -> Result<([String; 4], Vec<Said>), PaperError> {
    let all = words::all().map_err(|error| PaperError::Shipped(error.to_string()))?;
    let words = of_language(&all, language)?;
    let said = lines.iter().map(|line| Said {
        note: words.sentence(line, period, issued.year()),
        quantity: words.number(line.quantity),
        unit_price: line.unit_price.map(|p| words.price(p, line.net.currency())).unwrap_or_default(),
        net: words.money(line.net),
    });
    let currency = lines.first().map(|line| line.net.currency());
    let values = [("currency", currency.as_ref().map_or("", |c| c.code()))];
    let amount = words::fill(&words.table.amount, &values);
    let table = &words.table;
    Ok(([table.description.clone(), table.quantity.clone(), table.price.clone(), amount], said.collect()))
}

/// What all documents share: faces and texts, read once.
pub struct Printer {
    faces: Faces,
    words: Vec<Words>,
    standards: Configuration,
}

impl Printer {
    /// Reads the faces and texts shipped with the program.
    pub fn new() -> Result<Printer, PaperError> {
        let face = |name: &str, data| Face::parse(data).ok_or_else(|| PaperError::Shipped(name.to_owned()));
        let faces = Faces {
            regular: face("Inter-Regular.ttf", include_bytes!("../fonts/Inter-Regular.ttf"))?,
            semibold: face("Inter-SemiBold.ttf", include_bytes!("../fonts/Inter-SemiBold.ttf"))?,
        };
        let words = words::all().map_err(|error| PaperError::Shipped(error.to_string()))?;
        let standards = pdf::standards().ok_or_else(|| PaperError::Shipped("PDF/A-3a with PDF/UA-1".into()))?;
        Ok(Printer { faces, words, standards })
    }

    /// Renders a document.
    pub fn render(&self, document: &Printed, brand: &Brand, size: Size) -> Result<Rendered, PaperError> {
        self.print(&document.language, brand, size, |press| layout::invoice::compose(press, document))
    }

    /// Renders a letter about new prices.
    ///
    /// Fails with [`PaperError::Sum`] when what it says a year costs is not what its prices come to, and with
    /// [`PaperError::Money`] when an amount is in another currency.
    pub fn letter(&self, letter: &Letter, brand: &Brand, size: Size) -> Result<Rendered, PaperError> {
        self.print(&letter.language, brand, size, |press| layout::letter::compose(press, letter))
    }

    fn print(
        &self,
        language: &str,
        brand: &Brand,
        size: Size,
        compose: impl FnOnce(Press<'_>) -> Result<Sheet, PaperError>,
    ) -> Result<Rendered, PaperError> {
        let words = self.words(language)?;
        let sheet = compose(Press { faces: &self.faces, words, brand, size })?;
        let (bytes, missing) = pdf::write(&sheet, &self.faces, brand, &words.language, self.standards)?;
        Ok(Rendered { bytes, pages: sheet.pages.len(), missing: missing.into_iter().collect() })
    }

    /// The texts of a language; English where there are none.
    fn words(&self, language: &str) -> Result<&Words, PaperError> {
        of_language(&self.words, language)
    }
}

fn of_language<'w>(all: &'w [Words], language: &str) -> Result<&'w Words, PaperError> {
    let wanted = language.get(..2).unwrap_or_default();
    let found = all.iter().find(|w| w.language.eq_ignore_ascii_case(wanted)).or(all.first());
    found.ok_or_else(|| PaperError::Shipped("no texts".into()))
}
