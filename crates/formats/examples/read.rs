//! Reads a file and prints what it came to: `cargo run -p billhook-formats --release --example read -- FILE [KIND]`.
//! A measuring aid; the program itself never opens paths in this crate.

use billhook_formats as formats;
use formats::{Asked, Kind, Limits, Source};
use std::io::Read;
use std::time::Instant;

struct Path(String);

impl Source for Path {
    fn name(&self) -> &str {
        &self.0
    }

    fn open(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(std::fs::File::open(&self.0)?))
    }

    fn len(&self) -> Option<u64> {
        std::fs::metadata(&self.0).ok().map(|m| m.len())
    }
}

fn main() -> Result<(), formats::Refusal> {
    let mut args = std::env::args().skip(1);
    let source = Path(args.next().unwrap_or_default());
    let kind = args.next().and_then(|k| Kind::parse(&k));
    let limits = Limits::default();
    let started = Instant::now();
    let asked = Asked { kind, mappings: formats::shipped(), ..Asked::default() };
    let file = formats::recognise(&source, &limits, &asked)?;
    let recognised = started.elapsed();
    let mut names = engine::Names::default();
    let mut progress = |_| Ok(());
    let summary = if file.kind.is_costs() {
        formats::read_costs(&source, &file, &limits, 1, &mut names, &mut |_| Ok(()), &mut progress)?
    } else if file.kind == Kind::Sales {
        formats::read_sales(&source, &file, &limits, 1, &mut names, &mut |_| Ok(()), &mut progress)?
    } else {
        formats::read_records(&source, &file, &limits, &mut names, &mut progress)?.summary
    };
    println!("{} {:?} {:?} {:?} {:?}", file.kind.name(), file.packing, file.form, file.encoding, file.dialect);
    println!("unknown {:?} questions {:?} notes {:?}", file.unknown, file.questions, summary.notes);
    println!("rows {} good {} problems {}", summary.rows, summary.good, summary.problem_count);
    for problem in summary.problems.iter().take(5) {
        println!("  {problem}");
    }
    println!("totals {:?} invoices {:?} months {:?}", summary.totals, summary.invoices, summary.months);
    println!("names {} recognised in {recognised:?}, all in {:?}", names.len(), started.elapsed());
    Ok(())
}
