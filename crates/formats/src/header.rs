//! Column names: what a header says, and where a wanted column stands.
//!
//! Meaning comes from names only, never from position. Names are compared folded: letters and digits in lower case, so
//! that `PCToBCExchangeRate`, `pcToBCExchangeRate`, `ERP Price` and `erp_price` find their column.

use std::collections::HashMap;

/// A name reduced to what is compared.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The columns of a file in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    names: Vec<String>,
    exact: HashMap<String, usize>,
    folded: HashMap<String, usize>,
}

impl Header {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Header {
        let mut header = Header::default();
        for name in names {
            header.push(name);
        }
        header
    }

    fn push(&mut self, name: String) {
        let at = self.names.len();
        self.exact.entry(name.clone()).or_insert(at);
        self.folded.entry(folded(&name)).or_insert(at);
        self.names.push(name);
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether this very name stands at a place.
    pub(crate) fn is_at(&self, place: usize, name: &str) -> bool {
        self.names.get(place).is_some_and(|n| n == name)
    }

    /// The place of a name, folded if need be.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.exact.get(name).or_else(|| self.folded.get(&folded(name))).copied()
    }
}
