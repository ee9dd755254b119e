//! Renders N one-page invoices of 20 lines and prints the time: `bench_pdf [N] [LINES]`.

mod sample;

use paper::{Brand, Printer, Size};
use std::time::Instant;

fn main() -> Result<(), paper::PaperError> {
    let mut arguments = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (count, lines) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(20));
    let start = Instant::now();
    let printer = Printer::new()?;
    let ready = start.elapsed();
    let brand = Brand::default();
    let mut document = sample::plain_invoice(lines);
    let (mut bytes, mut pages) = (0, 0);
    let start = Instant::now();
    for i in 0..count {
        document.number = format!("INV-2026-{i:04}");
        let rendered = printer.render(&document, &brand, Size::A4)?;
        bytes += rendered.bytes.len();
        pages += rendered.pages;
    }
    let took = start.elapsed();
    let each = took.as_micros() / count.max(1) as u128;
    println!(
        "{count} invoices of {lines} lines, {pages} pages, {bytes} bytes: {} ms, {each} µs each; ready in {} µs",
        took.as_millis(),
        ready.as_micros()
    );
    Ok(())
}
