//! What a documented column is: its name, whether it is needed, what its cells hold and mean.

use crate::header::Header;

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Any text.
    Text,
    /// An id: a GUID in any case, or a text.
    Id,
    /// A decimal number.
    Number,
    /// An amount of money: a number within 10^12 minor units.
    Amount,
    /// A calendar date, with or without a time.
    Date,
    /// A three-letter currency code.
    Currency,
    /// Yes or no.
    Flag,
}

/// One documented column of a kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the header.
    pub name: &'static str,
    /// Whether a file without it is refused.
    pub required: bool,
    /// What it holds.
    pub holds: Holds,
    /// What it means, in words for the user guide.
    pub meaning: &'static str,
    /// Other names under which it is accepted, folded.
    pub also: &'static [&'static str],
}

impl Column {
    /// Where the column stands in a file, its own name before its other ones.
    pub(crate) fn place(&self, header: &Header) -> Option<usize> {
        std::iter::once(&self.name).chain(self.also).find_map(|name| header.find(name))
    }
}

/// Declares the columns of a kind: a constant for each place in the table, and the table.
macro_rules! columns {
    ($table:ident: $($id:ident $name:literal $holds:ident $need:ident $meaning:literal $([$($also:literal)*])?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($id),* }
        $(pub(crate) const $id: usize = Place::$id as usize;)*
        /// The columns of this kind in their documented order.
        pub(crate) static $table: &[$crate::column::Column] = &[$($crate::column::Column {
            name: $name,
            required: columns!(@ $need),
            holds: $crate::column::Holds::$holds,
            meaning: $meaning,
            also: &[$($($also),*)?],
        }),*];
    };
    (@ needed) => { true };
    (@ optional) => { false };
}
pub(crate) use columns;
