//! Which automatic backups to make and which to let go: a decision over names and days, without touching a file.
//!
//! Kept: the newest of each of the last 7 days, 5 weeks and 12 months that have one. Always: the newest is kept.

use std::collections::BTreeSet;

use engine::Date;
use engine::date::add_days;

use super::EXTENSION;

/// A backup as its file name tells it: `BOOK-20261122-114000.billhook-backup`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    /// Day it was made (UTC).
    pub day: Date,
    /// Time of that day, and what makes the name unique: sorts by age.
    pub time: String,
    /// The file's name.
    pub name: String,
}

impl Dated {
    /// Reads a file name; `None` if it is not a backup of the book with this folder stem.
    pub fn parse(stem: &str, name: &str) -> Option<Dated> {
        let rest = name.strip_prefix(stem)?.strip_prefix('-')?;
        let (day, time) = rest.strip_suffix(EXTENSION)?.strip_suffix('.')?.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if day.len() != 8 || !digits(day) || !time.get(..6).is_some_and(digits) {
            return None;
        }
        Some(Dated { day: Date::parse_from_str(day, "%Y%m%d").ok()?, time: time.into(), name: name.into() })
    }
}

/// The day and time of a moment as names write them: `2026-11-22T11:40:00Z` is that day and `114000`.
pub(super) fn moment(utc: &str) -> Option<(Date, String)> {
    let (day, time) = utc.split_once('T')?;
    Some((day.parse().ok()?, time.chars().filter(char::is_ascii_digit).collect()))
}

/// Whether an automatic backup is due: none yet, or the newest is from before yesterday at this time.
/// `now` is the moment as in a name: day, and `HHMMSS`.
pub fn is_due(backups: &[Dated], now: (Date, &str)) -> bool {
    let yesterday = (add_days(now.0, -1), now.1);
    backups.iter().max().is_none_or(|newest| (newest.day, newest.time.get(..6).unwrap_or("")) <= yesterday)
}

/// The names to remove, oldest first, once a new backup was verified.
pub fn to_remove(backups: &[Dated], today: Date) -> Vec<String> {
    let mut newest_first: Vec<&Dated> = backups.iter().collect();
    newest_first.sort();
    newest_first.reverse();
    let mut keep = BTreeSet::new();
    let newest_per = |slots: usize, slot: fn(Date) -> String, keep: &mut BTreeSet<String>| {
        let mut seen = BTreeSet::new();
        for backup in &newest_first {
            if seen.len() < slots && seen.insert(slot(backup.day)) {
                keep.insert(backup.name.clone());
            }
        }
    };
    newest_per(7, |day| day.to_string(), &mut keep);
    newest_per(5, |day| day.format("%G-%V").to_string(), &mut keep);
    newest_per(12, |day| day.format("%Y-%m").to_string(), &mut keep);
    // Never one from a day that has not come yet: the clock was wrong, not the backup.
    let gone = newest_first.iter().rev().filter(|b| b.day <= today && !keep.contains(&b.name));
    gone.map(|b| b.name.clone()).collect()
}

/// Days for which the database of before an upgrade is kept.
const BEFORE_UPGRADE: i64 = 90;

/// Of the files in the folder of backups and the days they were written: the databases kept from before upgrades
/// (`before-0003.db`) that are old enough to go.
pub fn upgraded_long_ago(files: &[(String, Date)], today: Date) -> Vec<String> {
    let is_copy = |name: &str| {
        let number = name.strip_prefix("before-").and_then(|rest| rest.strip_suffix(".db"));
        number.is_some_and(|number| number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let old = |(name, written): &&(String, Date)| is_copy(name) && add_days(*written, BEFORE_UPGRADE) < today;
    files.iter().filter(old).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn daily(from: &str, days: i64) -> Vec<Dated> {
        (0..days)
            .map(|n| {
                let name = format!("hazel-{}-120000.{EXTENSION}", add_days(day(from), n).format("%Y%m%d"));
                Dated::parse("hazel", &name).expect("a name")
            })
            .collect()
    }

    #[test]
    fn names_are_read_strictly() {
        for name in ["hazel-20261122-114000.billhook-backup", "hazel-20261122-114000-2.billhook-backup"] {
            assert_eq!(Dated::parse("hazel", name).expect("a name").day, day("2026-11-22"));
        }
        for name in [
            "hazel-2026112-114000.billhook-backup",
            "hazelnut-20261122-114000.billhook-backup",
            "hazel-20261122-114000.zip",
            "hazel-20261322-114000.billhook-backup",
        ] {
            assert_eq!(Dated::parse("hazel", name), None, "{name}");
        }
    }

    #[test]
    fn databases_of_before_upgrades_go_after_ninety_days() {
        let files: Vec<(String, Date)> = [
            ("before-0002.db", "2026-08-23"),
            ("before-0003.db", "2026-08-24"),
            ("before-0001.db", "2020-01-01"),
            ("before-1.db", "2020-01-01"),
            ("before-0001.db.zip", "2020-01-01"),
            ("hazel-20200101-120000.billhook-backup", "2020-01-01"),
        ]
        .map(|(name, written)| (name.to_owned(), day(written)))
        .into();
        assert_eq!(upgraded_long_ago(&files, day("2026-11-22")), ["before-0002.db", "before-0001.db"]);
    }

    #[test]
    fn a_year_of_days_leaves_days_weeks_and_months() {
        let backups = daily("2025-11-23", 365);
        let gone = to_remove(&backups, day("2026-11-22"));
        let kept: Vec<_> = backups.iter().filter(|b| !gone.contains(&b.name)).map(|b| b.day.to_string()).collect();
        // Twelve months (the newest of each), five weeks (Sundays; today is one), seven days.
        let expected = [
            "2025-12-31",
            "2026-01-31",
            "2026-02-28",
            "2026-03-31",
            "2026-04-30",
            "2026-05-31",
            "2026-06-30",
            "2026-07-31",
            "2026-08-31",
            "2026-09-30",
            "2026-10-25",
            "2026-10-31",
            "2026-11-01",
            "2026-11-08",
            "2026-11-15",
            "2026-11-16",
            "2026-11-17",
            "2026-11-18",
            "2026-11-19",
            "2026-11-20",
            "2026-11-21",
            "2026-11-22",
        ];
        assert_eq!(kept, expected);
    }

    #[test]
    fn the_last_one_always_stays_and_one_a_day_is_due() {
        let one = daily("2020-01-01", 1);
        assert!(to_remove(&one, day("2026-11-22")).is_empty());
        assert!(is_due(&[], (day("2026-11-22"), "000000")));
        assert!(is_due(&one, (day("2020-01-02"), "120000")));
        assert!(!is_due(&one, (day("2020-01-02"), "115959")));
    }
}
