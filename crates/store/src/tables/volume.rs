//! Volume breaks: whole sets, append-only; the one recorded last counts.

use engine::Decimal;
use engine::price::{Band, VolumeBreaks};
use rusqlite::Connection;

use super::cell::{Columns, cells};
use super::products::known;
use super::seal::{Table, Writer};
use crate::StoreError;

pub(crate) const VOLUME_BREAKS: Table = Table { name: "volume_breaks", columns: &["recorded", "quantity", "discount"] };

/// What a set without breaks is recorded as.
const NO_BREAK: Band = Band { from: Decimal::ZERO, value: Decimal::ZERO };

/// Volume breaks, by quantity.
pub fn load(conn: &Connection) -> Result<VolumeBreaks, StoreError> {
    load_as_of(conn, None)
}

/// The same as they were when the counter of prices stood at `prices`.
pub fn load_as_of(conn: &Connection, prices: Option<u64>) -> Result<VolumeBreaks, StoreError> {
    let last = "SELECT max(recorded) FROM volume_breaks WHERE recorded <= ?1";
    let mut statement = conn.prepare_cached(&format!("{} WHERE recorded = ({last})", VOLUME_BREAKS.select()))?;
    let mut rows = statement.query([known(prices)])?;
    let mut bands = Vec::new();
    while let Some(row) = rows.next()? {
        bands.push(Band { from: row.decimal(1)?, value: row.decimal(2)? });
    }
    bands.retain(|band| *band != NO_BREAK);
    bands.sort_by_key(|band| band.from);
    Ok(VolumeBreaks { bands })
}

impl Writer<'_> {
    /// Makes these the volume breaks; whether that changed anything.
    pub fn set_volume(&self, breaks: &VolumeBreaks) -> Result<bool, StoreError> {
        let mut wanted = breaks.clone();
        wanted.bands.sort_by_key(|band| band.from);
        if load(self.conn())? == wanted {
            return Ok(false);
        }
        let recorded = self.next_of_prices()?;
        if wanted.bands.is_empty() {
            wanted.bands.push(NO_BREAK);
        }
        let mut insert = self.insert(&VOLUME_BREAKS)?;
        for band in &wanted.bands {
            insert.add(&cells![recorded, band.from, band.value])?;
        }
        insert.finish()?;
        self.count("prices")?;
        Ok(true)
    }
}
