//! Writes one PDF of every kind into a folder, to be looked at: `show_pdf DIR`.

mod sample;

use engine::sale::ChargeKind;
use engine::{Currency, Money};
use paper::{Brand, Colour, DirectDebit, Line, Printed, Printer, Size};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let logo = arguments.next().map(std::fs::read).transpose()?;
    std::fs::create_dir_all(&folder)?;
    let printer = Printer::new()?;
    let brand = Brand::new(Colour::parse("#1F4D45").ok_or("colour")?, logo.as_deref())?;
    let show = |name: &str, document: &Printed, size: Size| -> Result<(), Box<dyn Error>> {
        let rendered = printer.render(document, &brand, size)?;
        println!("{name}: {} pages, {} bytes, missing {:?}", rendered.pages, rendered.bytes.len(), rendered.missing);
        Ok(std::fs::write(folder.join(format!("{name}.pdf")), rendered.bytes)?)
    };
    for (size, paper) in [(Size::A4, "a4"), (Size::Letter, "letter")] {
        for lines in [1, 7, 20, 120] {
            show(&format!("{paper}-{lines}"), &sample::invoice(lines), size)?;
        }
        show(&format!("{paper}-plain-20"), &sample::plain_invoice(20), size)?;
        show(&format!("{paper}-reseller"), &sample::reseller(14), size)?;
        show(&format!("{paper}-credit"), &sample::credit_note(), size)?;
    }
    for language in ["de", "fr", "nl", "es"] {
        let mut document = sample::reseller(2);
        document.language = language.into();
        show(&format!("language-{language}"), &document, Size::A4)?;
        let mut credit = sample::credit_note();
        credit.language = language.into();
        show(&format!("credit-{language}"), &credit, Size::A4)?;
    }
    show("hostile", &hostile(), Size::A4)?;
    let mut thousand = sample::invoice(1000);
    thousand.direct_debit = Some(DirectDebit { mandate: "HV-000417".into(), on: sample::day("2026-11-23") });
    show("a4-1000", &thousand, Size::A4)
}

/// Long names, missing glyphs, many digits, a line taller than a page.
fn hostile() -> Printed {
    let mut document = sample::invoice(3);
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ".repeat(3);
    document.customer.name = format!("{long}株式会社");
    document.customer.purchase_order = "PO 4500098123 / cost centre 77-1 / Łódź / Ελλάδα / Ștefan / Жуков".into();
    document.customer.country = "PL".into();
    let yen = Currency::GBP;
    let lines = &mut document.groups[0].lines;
    lines.push(Line { name: long.clone(), ..sample::line(3, yen) });
    lines.push(Line {
        kind: ChargeKind::Usage,
        name: "Azure plan 東京 \u{E000}\u{FEFF} \"quoted\"\n; two lines".into(),
        quantity: sample::dec("123456.789012"),
        unit_price: Some(sample::dec("0.000012345678")),
        net: Money::from_minor(152, yen),
        ..sample::line(0, yen)
    });
    lines.push(Line { notes: (1..120).map(|i| format!("Part {i} of the bundle")).collect(), ..sample::line(1, yen) });
    lines.push(Line { net: Money::from_minor(98_765_432_101, yen), ..sample::line(2, yen) });
    let groups = std::mem::take(&mut document.groups);
    let sums = sample::document(groups, yen);
    document.groups = sums.groups;
    (document.net, document.gross, document.tax) = (sums.net, sums.gross, sums.tax);
    document.notes = vec![long.repeat(4), "Second note\nwith a break".into()];
    document
}
