//! From an issued invoice to its paper: what was printed is kept with the invoice, so a reprint never depends on today.
//!
//! The *letterhead* (seller, brand, logo) is kept once among the documents and named by its hash; the *snapshot* holds what
//! belongs to one invoice. Together with the lines they give the same bytes whenever the PDF is made.

use super::snapshot::{KeptHomeTax, Snapshot, in_order_of_lines};
use crate::Failure;
use crate::session::Book;
use crate::settings::Settings;
use crate::told::Note;
use engine::register::TaxTreatment;
use engine::{Decimal, Id, Money};
use paper::{Bank, Brand, Colour, Corrects, Customer, Group, Kind, Line, Printed, Printer, Rendered, Seller, Size};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::Read;
use store::documents::Finished;
use store::tables::invoices::{Invoice, InvoiceKind, InvoiceLine};
use store::{StoreError, tables};

/// What all invoices of a seller have in common at one time.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Letterhead {
    name: String,
    address: Vec<String>,
    country: String,
    vat_id: String,
    registration: String,
    contact: Vec<String>,
    bank: String,
    iban: String,
    bic: String,
    footer: String,
    colour: String,
    /// PNG or JPEG in base64; empty for none.
    logo: String,
    paper: String,
}

impl Letterhead {
    /// As the settings say now.
    pub fn of(settings: &Settings) -> Letterhead {
        let text = |name: &str| settings.get(name).to_owned();
        Letterhead {
            name: text("seller.name"),
            address: settings.address(),
            country: text("seller.country"),
            vat_id: text("seller.vat_id"),
            registration: text("seller.registration"),
            contact: ["seller.phone", "seller.email", "seller.website"]
                .map(text)
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect(),
            bank: text("seller.bank"),
            iban: text("seller.iban"),
            bic: text("seller.bic"),
            footer: text("seller.footer"),
            colour: text("brand.colour"),
            logo: text("brand.logo"),
            paper: text("brand.paper"),
        }
    }

    /// The seller as printed.
    pub fn seller(&self) -> Seller {
        let Letterhead { name, address, country, vat_id, registration, contact, .. } = self.clone();
        let bank = Bank { name: self.bank.clone(), iban: self.iban.clone(), bic: self.bic.clone(), ..Bank::default() };
        let footer = Some(self.footer.clone()).filter(|f| !f.is_empty()).into_iter().collect();
        Seller { name, address, country, vat_id, registration, contact, bank, footer }
    }

    /// The brand as printed: the house blue where the colour cannot be read.
    pub fn brand(&self) -> Result<Brand, Failure> {
        let logo = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &self.logo).unwrap_or_default();
        let colour = Colour::parse(&self.colour).unwrap_or(Colour([0x0B, 0x61, 0x87]));
        Brand::new(colour, (!logo.is_empty()).then_some(logo.as_slice()))
            .map_err(|error| Failure::new("E-RULE", format!("The logo cannot be printed: {error}.")))
    }

    /// The size of its paper.
    pub fn size(&self) -> Size {
        if self.paper == "letter" { Size::Letter } else { Size::A4 }
    }

    /// As a document, to be kept with the first invoice that has it; the same one is kept once.
    pub fn taken_in(&self, book: &Book<'_>) -> Result<Finished, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::new("E-BUG", format!("The letterhead: {e}."));
        let mut writer = book.store.document_writer();
        serde_json::to_writer(&mut writer, self).map_err(|e| failed(&e))?;
        Ok(writer.finish()?)
    }
}

/// Lower-case hexadecimal: how a snapshot names its letterhead.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(out)
}

/// Makes papers; fonts are read once, letterheads and brands once each.
pub struct Press {
    printer: Printer,
    letterheads: HashMap<String, (Letterhead, Brand)>,
}

impl Press {
    /// Reads the fonts.
    pub fn new() -> Result<Press, Failure> {
        let printer = Printer::new().map_err(|error| Failure::new("E-BUG", format!("The printer: {error}.")))?;
        Ok(Press { printer, letterheads: HashMap::new() })
    }

    /// Loads what a document needs before it can be rendered on any thread.
    pub fn prepare(&mut self, book: &Book<'_>, snapshot: &Snapshot) -> Result<(), Failure> {
        if self.letterheads.contains_key(&snapshot.letterhead) {
            return Ok(());
        }
        let damaged = |what: String| Failure::new("E-BOOK-DAMAGED", format!("A letterhead cannot be read: {what}."));
        let hash = unhex(&snapshot.letterhead).ok_or_else(|| damaged("its name is none".into()))?;
        let mut bytes = Vec::new();
        book.store.document(&hash)?.read_to_end(&mut bytes).map_err(|e| damaged(e.to_string()))?;
        let letterhead: Letterhead = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        let brand = letterhead.brand()?;
        self.letterheads.insert(snapshot.letterhead.clone(), (letterhead, brand));
        Ok(())
    }

    /// Renders one prepared document. Safe to call from several threads.
    pub fn render(&self, paper: &Paper) -> Result<Rendered, Failure> {
        let (letterhead, brand) = self
            .letterheads
            .get(&paper.snapshot.letterhead)
            .ok_or_else(|| Failure::new("E-BUG", "A letterhead was not prepared."))?;
        let printed = printed(paper, letterhead)?;
        let rendered = self.printer.render(&printed, brand, letterhead.size());
        rendered.map_err(|error| Failure::new("E-RULE", format!("{} cannot be printed: {error}.", paper.invoice.label)))
    }
}

/// A document with everything its paper shows.
pub struct Paper {
    /// The document.
    pub invoice: Invoice,
    lines: Vec<InvoiceLine>,
    snapshot: Snapshot,
    corrects: Vec<Corrects>,
    anchor: String,
}

impl Paper {
    /// Loads one.
    pub fn load(book: &Book<'_>, invoice: Invoice) -> Result<Paper, Failure> {
        let corrected = invoice.corrects.map(|id| tables::invoices::by_id(book.conn(), id)).transpose()?.flatten();
        let link = tables::glance::link_of_invoice(book.conn(), invoice.no)?;
        let snapshot = Snapshot::read(book, &invoice)?;
        Ok(Paper {
            lines: tables::invoices::bare_lines(book.conn(), &invoice)?,
            corrects: match corrected {
                Some(i) => vec![Corrects { number: i.label, issued: i.issued }],
                None => snapshot.gives_back(),
            },
            snapshot,
            anchor: link.map(|mac| hex(&mac[..8])).unwrap_or_default(),
            invoice,
        })
    }

    /// The lines in the order they are printed, by their number: those of one account stand together.
    pub fn order(&self) -> Vec<u32> {
        let accounts = in_order_of_lines(self.lines.iter().map(|l| l.line.account));
        let of = |account: Id| self.lines.iter().filter(move |l| l.line.account == account).map(|l| l.position);
        accounts.into_iter().flat_map(of).collect()
    }

    /// What is printed beside lines and totals.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

fn treatment(word: &str) -> TaxTreatment {
    [TaxTreatment::Domestic, TaxTreatment::ReverseCharge, TaxTreatment::Export, TaxTreatment::Exempt]
        .into_iter()
        .find(|t| crate::people::treatment(*t) == word)
        .unwrap_or(TaxTreatment::Domestic)
}

fn printed(paper: &Paper, letterhead: &Letterhead) -> Result<Printed, Failure> {
    let Paper { invoice, lines, snapshot, corrects, anchor } = paper;
    let credit = invoice.kind == InvoiceKind::CreditNote;
    // A credit note is kept negative, so that sums over documents are right, and printed positive, so that people are.
    let shown = |money: Money| if credit { money.negated() } else { money };
    let tax_percent: Decimal = snapshot.tax_percent.parse().unwrap_or_default();
    let treatment = treatment(&snapshot.treatment);
    let mut groups: Vec<(Id, Group)> = Vec::new();
    for InvoiceLine { line, .. } in lines {
        let at = match groups.iter().position(|(id, _)| *id == line.account) {
            Some(at) => at,
            None => {
                let name = snapshot.users.get(groups.len()).cloned().unwrap_or_default();
                groups.push((line.account, Group { name, lines: Vec::new() }));
                groups.len() - 1
            }
        };
        groups[at].1.lines.push(Line {
            kind: line.key.kind,
            name: line.name.clone(),
            period: line.period,
            cycle: line.cycle,
            quantity: if credit { -line.quantity } else { line.quantity },
            unit_price: Some(line.unit_price),
            net: shown(line.net),
            treatment,
            tax_percent,
            notes: Vec::new(),
        });
    }
    let mut tax = invoice.tax_lines.clone();
    for line in &mut tax {
        line.base = shown(line.base);
        line.tax = shown(line.tax);
    }
    let notes = if snapshot.reason.is_empty() { Vec::new() } else { vec![snapshot.reason.clone()] };
    Ok(Printed {
        kind: if credit { Kind::CreditNote } else { Kind::Invoice },
        language: snapshot.language.clone(),
        number: invoice.label.clone(),
        issued: invoice.issued,
        due: (!credit).then_some(invoice.due),
        tax_point: None,
        period: Some(invoice.period.period()),
        seller: letterhead.seller(),
        customer: Customer {
            name: snapshot.name.clone(),
            address: snapshot.address.clone(),
            country: snapshot.country.clone(),
            vat_id: snapshot.vat_id.clone(),
            purchase_order: snapshot.purchase_order.clone(),
        },
        currency: invoice.net.currency(),
        groups: groups.into_iter().map(|(_, g)| g).collect(),
        tax,
        home_tax: snapshot
            .home_tax()
            .and_then(KeptHomeTax::read)
            .map(|home| paper::HomeTax { tax: shown(home.tax), rate: home.rate.per_unit }),
        net: shown(invoice.net),
        gross: shown(invoice.gross),
        corrects: corrects.clone(),
        direct_debit: None,
        notes,
        anchor: anchor.clone(),
    })
}

/// Renders papers on all cores and keeps them, one transaction. The answer names what could not be shown as written.
pub fn keep(book: &mut Book<'_>, press: &mut Press, invoices: Vec<Invoice>) -> Result<Vec<Note>, Failure> {
    let mut papers = Vec::with_capacity(invoices.len());
    for invoice in invoices {
        let paper = Paper::load(book, invoice)?;
        press.prepare(book, paper.snapshot())?;
        papers.push(paper);
    }
    let rendered = in_parallel(press, &papers)?;
    let writer = book.writer()?;
    let mut notes = Vec::new();
    for (paper, Rendered { bytes, missing, .. }) in papers.iter().zip(&rendered) {
        let kept = book.tx()?.keep_bytes(bytes)?;
        if !missing.is_empty() {
            let shown: String = missing.iter().collect();
            let text = "{invoice}: the fonts lack {letters}; a box stands in their place.";
            notes.push(Note::new("N-LETTERS", text, &[("invoice", &paper.invoice.label), ("letters", &shown)]));
        }
        writer.add_paper(paper.invoice.id, "pdf", &kept.hash)?;
    }
    Ok(notes)
}

fn in_parallel(press: &Press, papers: &[Paper]) -> Result<Vec<Rendered>, Failure> {
    let workers = engine::cores::count();
    let share = papers.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let running: Vec<_> = papers
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(|p| press.render(p)).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut all = Vec::with_capacity(papers.len());
        for worker in running {
            let part = worker.join().map_err(|_| Failure::new("E-BUG", "Printing met a state believed impossible."))?;
            all.extend(part?);
        }
        Ok(all)
    })
}

/// The stored bytes of a document's PDF.
pub fn stored(book: &Book<'_>, invoice: &Invoice) -> Result<Option<Vec<u8>>, Failure> {
    let Some(hash) = tables::invoices::paper(book.conn(), invoice.id, "pdf")? else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut reader = book.store.document(&hash)?;
    reader.read_to_end(&mut bytes).map_err(|error| {
        Failure::from(StoreError::Damaged(format!("the PDF of {} cannot be read: {error}", invoice.label)))
    })?;
    Ok(Some(bytes))
}
