//! Where bytes come from. This crate never sees a path: whoever calls it hands over something that can be opened.

use std::io::{self, Cursor, Read};

/// A document that can be opened from its start as often as needed.
pub trait Source: Sync {
    /// Its name, for messages only; nothing is decided by it.
    fn name(&self) -> &str;
    /// Opens it from the start.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
    /// Its length in bytes, where known; for progress only.
    fn len(&self) -> Option<u64>;
    /// Whether it is known to have no bytes.
    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

/// A document held in memory.
#[derive(Clone, Debug)]
pub struct Bytes {
    name: String,
    bytes: std::sync::Arc<[u8]>,
}

impl Bytes {
    /// A document of these bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Bytes {
        Bytes { name: name.into(), bytes: bytes.into().into() }
    }
}

impl Source for Bytes {
    fn name(&self) -> &str {
        &self.name
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.bytes.clone())))
    }

    fn len(&self) -> Option<u64> {
        Some(self.bytes.len() as u64)
    }
}
