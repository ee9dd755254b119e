//! Writes letters about new prices into a folder, to be looked at: `show_letter DIR`.

mod sample;

use paper::{Brand, Colour, Letter, Printer, Size};
use sample::letter::{letter, sum, with_offers};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let printer = Printer::new()?;
    let brand = Brand::new(Colour::parse("#1F4D45").ok_or("colour")?, None)?;
    let show = |name: &str, letter: &Letter, size: Size| -> Result<(), Box<dyn Error>> {
        let rendered = printer.letter(letter, &brand, size)?;
        println!("{name}: {} pages, {} bytes, missing {:?}", rendered.pages, rendered.bytes.len(), rendered.missing);
        Ok(std::fs::write(folder.join(format!("{name}.pdf")), rendered.bytes)?)
    };
    for (size, paper) in [(Size::A4, "a4"), (Size::Letter, "letter")] {
        for language in ["en", "de", "fr", "nl", "es"] {
            for (prices, offers) in [(1, 1), (4, 2), (50, 8)] {
                let letter = Letter { language: language.into(), ..with_offers(letter(prices), offers) };
                show(&format!("{paper}-{language}-{prices}"), &letter, size)?;
            }
        }
    }
    let mut down = letter(3);
    for price in &mut down.prices {
        std::mem::swap(&mut price.old, &mut price.new);
    }
    sum(&mut down);
    (down.answer_by, down.reference) = (None, String::new());
    down.paragraphs.clear();
    show("down", &down, Size::A4)
}
