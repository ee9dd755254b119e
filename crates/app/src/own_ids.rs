//! Ids for what is entered by hand where the person names none: `A-0001`, `A-0002` and so on.

/// The id after the highest of `PREFIX-n` that is taken. It does not depend on chance or on the time, so that the same
/// history gives the same ids.
pub fn next(prefix: &str, taken: impl Iterator<Item = String>) -> String {
    let number = |id: String| id.strip_prefix(prefix)?.strip_prefix('-')?.parse::<u32>().ok();
    let highest = taken.filter_map(number).max().unwrap_or(0);
    format!("{prefix}-{:04}", highest.saturating_add(1))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_next_id_is_above_every_one_taken() {
        let next = |taken: &[&str]| super::next("S", taken.iter().map(|id| (*id).to_owned()));
        assert_eq!(next(&[]), "S-0001");
        assert_eq!(next(&["S-0002", "S-9", "S-care", "A-0050", "care-1"]), "S-0010");
    }
}
