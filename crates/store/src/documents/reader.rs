//! Reading a kept document back.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::file::ChunkFile;

/// The raw bytes of a kept document. Seeking inflates only the chunk it lands in.
pub struct Reader {
    size: u64,
    position: u64,
    from: From,
}

enum From {
    Memory(Cursor<Vec<u8>>),
    File { file: ChunkFile, starts: Vec<u64>, chunk: Option<(usize, Vec<u8>)> },
}

impl Reader {
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Reader {
        Reader { size: bytes.len() as u64, position: 0, from: From::Memory(Cursor::new(bytes)) }
    }

    pub(super) fn of_file(file: ChunkFile) -> Reader {
        let mut size = 0;
        let mut starts = Vec::with_capacity(file.index.len());
        for chunk in &file.index {
            starts.push(size);
            size += u64::from(chunk.raw);
        }
        Reader { size, position: 0, from: From::File { file, starts, chunk: None } }
    }

    /// Number of raw bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where to begin reading to meet a row: a row at or before it, and the first byte of the chunk that row begins in.
    /// `None` when rows were not noted; the chunk may begin with the rest of the row before.
    pub fn near_row(&self, row: u32) -> Option<(u32, u64)> {
        let From::File { file, starts, .. } = &self.from else { return None };
        file.index
            .iter()
            .zip(starts)
            .rfind(|(chunk, _)| chunk.first_row != 0 && chunk.first_row <= row)
            .map(|(chunk, start)| (chunk.first_row, *start))
    }
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.from {
            From::Memory(bytes) => {
                bytes.set_position(self.position);
                bytes.read(out)?
            }
            From::File { file, starts, chunk } => {
                if self.position >= self.size || out.is_empty() {
                    return Ok(0);
                }
                let number = starts.partition_point(|start| *start <= self.position).saturating_sub(1);
                if chunk.as_ref().is_none_or(|(loaded, _)| *loaded != number) {
                    *chunk = Some((number, file.chunk(number)?));
                }
                let start = starts.get(number).copied().unwrap_or(0);
                let raw = chunk.as_ref().map_or(&[][..], |(_, raw)| raw);
                let offset = usize::try_from(self.position - start).map_err(io::Error::other)?;
                raw.get(offset..).unwrap_or_default().read(out)?
            }
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(n) => Some(n),
            SeekFrom::Current(n) => self.position.checked_add_signed(n),
            SeekFrom::End(n) => self.size.checked_add_signed(n),
        };
        self.position = target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "before the beginning"))?;
        Ok(self.position)
    }
}
