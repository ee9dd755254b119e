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
            for (prices, offers) in [(1, 1), (4, 2), (36, 4)] {
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
    show("down", &down, Size::A4)?;
    show("hostile", &hostile(), Size::Letter)
}

/// Long names, missing glyphs, many digits, prices that begin on other days, and much to say.
fn hostile() -> Letter {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ".repeat(3);
    let mut letter = with_offers(letter(6), 4);
    letter.customer.vat_id = "DE 123456789 / Łódź / Ελλάδα / Ștefan / Жуков".into();
    letter.reference = long.clone();
    letter.paragraphs = vec![long.repeat(9), "東京 \u{E000}\nA second paragraph.".into()];
    letter.prices[0].name = long.clone();
    letter.prices[1].from = sample::day("2027-09-30");
    (letter.prices[2].old, letter.prices[2].new) = (sample::dec("0.000012345678"), sample::dec("0.0000123457"));
    (letter.prices[3].old, letter.prices[3].quantity) = (sample::dec("0"), sample::dec("1234567.891"));
    letter.prices[4].months = 36;
    letter.offers[0].name = long;
    sum(&mut letter);
    letter
}
