//! Files the user asked for: made new, never over something else.

use crate::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Makes a new file and fills it; a file half written is removed again.
pub fn create(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Failure::new("E-OUTPUT", format!("{} exists already.", path.display()))
                .hint("Choose another name, or remove it first.")
        } else {
            Failure::new("E-OUTPUT", format!("{} could not be written: {error}.", path.display()))
        }
    };
    let mut out = BufWriter::new(File::create_new(path).map_err(failed)?);
    let written = fill(&mut out).and_then(|()| out.flush()).and_then(|()| out.get_ref().sync_all());
    written.map_err(|error| {
        // It was made a moment ago, by us.
        let _ = std::fs::remove_file(path);
        failed(error)
    })
}
