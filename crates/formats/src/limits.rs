//! How much of a file is read before it is refused. Nothing outside may cost more than these.

/// The limits of one reading. [`Limits::default`] holds the shipped ones; tests make them small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a text document once unpacked (CSV, JSON).
    pub text: u64,
    /// Bytes of a packed text document (gzip, ZIP).
    pub packed: u64,
    /// Times a packed text may grow.
    pub ratio: u64,
    /// Bytes of a packed XLSX.
    pub xlsx_packed: u64,
    /// Bytes of an unpacked XLSX, all entries together.
    pub xlsx: u64,
    /// Times an XLSX entry, and all of them together, may grow.
    pub xlsx_ratio: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Data rows of a text document.
    pub rows: u32,
    /// Data rows of an XLSX sheet.
    pub xlsx_rows: u32,
    /// Columns.
    pub columns: usize,
    /// Bytes of one field.
    pub field: usize,
    /// Bytes of one row.
    pub line: usize,
    /// Nesting of JSON.
    pub depth: usize,
    /// Problems kept with their text; the rest are counted.
    pub problems: usize,
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            text: 2048 * MIB,
            packed: 256 * MIB,
            ratio: 200,
            xlsx_packed: 64 * MIB,
            xlsx: 512 * MIB,
            xlsx_ratio: 100,
            entries: 2_000,
            rows: 2_000_000,
            xlsx_rows: 1_000_000,
            columns: 512,
            field: 64 * KIB as usize,
            line: MIB as usize,
            depth: 64,
            problems: 100_000,
        }
    }
}

/// One line of the table `limits show` prints: what, how much, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is limited.
    pub name: &'static str,
    /// How much is accepted, with its unit.
    pub value: String,
    /// The code of the refusal or problem beyond it.
    pub code: &'static str,
}

/// The shipped limits as a table for people.
pub fn limits() -> Vec<Limit> {
    let l = Limits::default();
    let mib = |bytes: u64| format!("{} MiB", bytes / MIB);
    let row = |name, value, code| Limit { name, value, code };
    vec![
        row("CSV or JSON document, unpacked", mib(l.text), "E-FILE-TOO-LARGE"),
        row("gzip or ZIP document, packed", mib(l.packed), "E-FILE-TOO-LARGE"),
        row("growth of a packed document", format!("{}:1", l.ratio), "E-FILE-BOMB"),
        row("XLSX, packed", mib(l.xlsx_packed), "E-FILE-TOO-LARGE"),
        row("XLSX, unpacked", mib(l.xlsx), "E-FILE-BOMB"),
        row("growth of an XLSX", format!("{}:1", l.xlsx_ratio), "E-FILE-BOMB"),
        row("entries of an archive", l.entries.to_string(), "E-FILE-LIMIT"),
        row("rows of a CSV or JSON document", l.rows.to_string(), "E-FILE-LIMIT"),
        row("rows of an XLSX sheet", l.xlsx_rows.to_string(), "E-FILE-LIMIT"),
        row("columns", l.columns.to_string(), "E-FILE-LIMIT"),
        row("one field", format!("{} KiB", l.field as u64 / KIB), "P-FIELD-TOO-LONG"),
        row("one row", mib(l.line as u64), "P-ROW-TOO-LONG"),
        row("nesting of JSON", l.depth.to_string(), "P-JSON"),
        row("amounts, in minor units", "10^12 either way".into(), "P-AMOUNT-RANGE"),
        row("dates", "2000-01-01 to 2100-12-31".into(), "P-DATE-RANGE"),
    ]
}
