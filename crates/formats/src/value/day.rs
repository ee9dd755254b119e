//! Dates as people and programs write them, with or without a time.

use super::{DateOrder, Wrong};
use engine::{Date, date};

/// What a date cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// A date within range.
    On(Date),
    /// A placeholder before all dates: year 1, 1601, 1753.
    Before,
    /// A placeholder after all dates: year 9999.
    After,
}

/// Reads a date, with or without a time behind it. A time other than midnight with an offset is moved to UTC.
pub(crate) fn read(cell: &str, order: Option<DateOrder>) -> Result<Day, Wrong> {
    let b = cell.as_bytes();
    // The vendor's own form first: 2026-10-01 or 2026-10-01T00:00:00Z.
    if let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = b
        && [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(|c| c.is_ascii_digit())
    {
        let two = |a: &u8, b: &u8| u32::from(a - b'0') * 10 + u32::from(b - b'0');
        let year = (two(y1, y2) * 100 + two(y3, y4)) as i32;
        let day = day(year, two(m1, m2), two(d1, d2))?;
        return match rest {
            [] | [b'T', b'0', b'0', b':', b'0', b'0', b':', b'0', b'0', b'Z'] => Ok(day),
            _ => with_time(day, &cell[10..]),
        };
    }
    let text = cell.trim();
    let text = text.strip_prefix('\'').unwrap_or(text).trim();
    if text.starts_with(['=', '@']) {
        return Err(Wrong::Formula);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let part = |r: std::ops::Range<usize>| text[r].parse::<u32>().map_err(|_| Wrong::Date);
        return day(part(0..4)? as i32, part(4..6)?, part(6..8)?);
    }
    let parts = Parts::of(text).ok_or(Wrong::Date)?;
    let (year, month, on) = parts.in_order(order)?;
    let day = day(year, month, on)?;
    with_time(day, parts.rest)
}

/// The date a text nearly is: the last day of its month for a day beyond it, this century for a year of two digits.
pub(crate) fn nearest(cell: &str, order: Option<DateOrder>) -> Option<Date> {
    let mut parts = Parts::of(cell.trim())?;
    if parts.third.1 == 2 && parts.first.1 <= 2 {
        parts.third = (2000 + parts.third.0, 4);
    }
    let (year, month, on) = parts.in_order(order).ok()?;
    Date::from_ymd_opt(year, month, on)
        .or_else(|| (28..on.min(32)).rev().find_map(|last| Date::from_ymd_opt(year, month, last)))
        .filter(|date| on <= 31 && date::RANGE.0 <= *date && *date <= date::RANGE.1)
}

fn day(year: i32, month: u32, on: u32) -> Result<Day, Wrong> {
    let date = Date::from_ymd_opt(year, month, on).ok_or(Wrong::Date)?;
    match year {
        1 | 1601 | 1753 => Ok(Day::Before),
        9999 => Ok(Day::After),
        _ if date::RANGE.0 <= date && date <= date::RANGE.1 => Ok(Day::On(date)),
        _ => Err(Wrong::DateRange),
    }
}

/// The three parts of a written date and what follows them.
pub(crate) struct Parts<'a> {
    first: (u32, usize),
    second: (u32, usize),
    third: (u32, usize),
    separator: char,
    named: bool,
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Finds three numbers, or two and an English month name, with one separator.
    pub(crate) fn of(text: &'a str) -> Option<Parts<'a>> {
        let mut at = 0;
        let mut found = [(0u32, 0usize); 3];
        let mut separators = [' '; 2];
        let mut named = None;
        for n in 0..3 {
            let rest = text.get(at..)?;
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            if (1..=4).contains(&digits) {
                found[n] = (rest.get(..digits)?.parse().ok()?, digits);
                at += digits;
            } else if letters >= 3 && named.is_none() {
                found[n] = (month_named(rest.get(..letters)?)?, 2);
                named = Some(n);
                at += letters;
            } else {
                return None;
            }
            if n < 2 {
                let rest = text.get(at..)?;
                let gap = rest
                    .chars()
                    .take_while(|c| matches!(c, '/' | '.' | '-' | ' ' | ','))
                    .map(char::len_utf8)
                    .sum::<usize>();
                separators[n] = rest.chars().next().filter(|_| (1..=2).contains(&gap))?;
                at += gap;
            }
        }
        let same = separators[0] == separators[1] || named.is_some();
        if named == Some(0) {
            found.swap(0, 1); // "Oct 31, 2026" is day first once the month is known
        }
        same.then(|| Parts {
            first: found[0],
            second: found[1],
            third: found[2],
            separator: separators[0],
            named: named.is_some(),
            rest: text.get(at..).unwrap_or(""),
        })
    }

    fn in_order(&self, order: Option<DateOrder>) -> Result<(i32, u32, u32), Wrong> {
        if self.first.1 == 4 {
            return Ok((self.first.0 as i32, self.second.0, self.third.0));
        }
        if self.third.1 != 4 {
            return Err(Wrong::Date);
        }
        let year = self.third.0 as i32;
        let order = match self.shown_order() {
            Some(shown) => {
                // A cell that shows another order than its file is wrong, not an exception.
                if self.evidence().is_some() && order.is_some_and(|o| o != shown) {
                    return Err(Wrong::Date);
                }
                shown
            }
            None => order.ok_or(Wrong::DateAmbiguous)?,
        };
        Ok(match order {
            DateOrder::Dmy => (year, self.second.0, self.first.0),
            DateOrder::Mdy => (year, self.first.0, self.second.0),
        })
    }

    /// The order this date shows by itself.
    pub(crate) fn shown_order(&self) -> Option<DateOrder> {
        let day_first = self.named || self.separator == '.' || self.first.0 == self.second.0 || self.first.0 > 12;
        match (day_first, self.second.0 > 12) {
            (true, _) => Some(DateOrder::Dmy),
            (false, true) => Some(DateOrder::Mdy),
            (false, false) => None,
        }
    }

    /// What the cell proves about the file's order; `None` for ISO, dotted and named dates, which prove nothing.
    pub(crate) fn evidence(&self) -> Option<Option<DateOrder>> {
        let slashed = self.first.1 != 4 && self.third.1 == 4 && !self.named && self.separator != '.';
        let equal = self.first.0 == self.second.0;
        (slashed && !equal).then(|| self.shown_order())
    }
}

fn month_named(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_ascii_lowercase();
    MONTHS.iter().position(|m| word.starts_with(m)).map(|n| n as u32 + 1)
}

/// Checks the time behind a date and moves a day whose offset time is not midnight to UTC.
fn with_time(day: Day, rest: &str) -> Result<Day, Wrong> {
    let time: String = rest.trim_start_matches(['T', 't', ',']).chars().filter(|c| !c.is_whitespace()).collect();
    if time.is_empty() {
        return Ok(day);
    }
    let upper = time.to_ascii_uppercase();
    let (clock, zone) = match upper.find(['Z', '+', '-']) {
        Some(at) => upper.split_at(at),
        None => (upper.as_str(), ""),
    };
    let (clock, half) = match (clock.strip_suffix("AM"), clock.strip_suffix("PM")) {
        (Some(c), _) => (c, Some(0)),
        (_, Some(c)) => (c, Some(12)),
        _ => (clock, None),
    };
    let mut fields = clock.split([':', '.']).map(|f| f.parse::<i64>().ok().filter(|_| f.len() <= 9));
    let mut field = |most: i64| match fields.next() {
        None => Ok(0),
        Some(Some(n)) if (0..=most).contains(&n) => Ok(n),
        Some(_) => Err(Wrong::Date),
    };
    let (hour, minute, _second, _fraction) = (field(24)?, field(59)?, field(60)?, field(999_999_999)?);
    if fields.next().is_some() || !clock.contains(':') {
        return Err(Wrong::Date);
    }
    let hour = match half {
        Some(half) => hour % 12 + half,
        None => hour,
    };
    let minutes = hour * 60 + minute;
    let offset = match zone {
        "" | "Z" => 0,
        _ => {
            let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
            let n: i64 = digits.parse().ok().filter(|_| digits.len() == 4 || digits.len() == 2).ok_or(Wrong::Date)?;
            let minutes = if digits.len() == 2 { n * 60 } else { n / 100 * 60 + n % 100 };
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    Ok(match day {
        Day::On(date) if minutes != 0 && offset != 0 => {
            Day::On(engine::date::add_days(date, (minutes - offset).div_euclid(24 * 60)))
        }
        day => day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_dress() {
        use DateOrder::{Dmy, Mdy};
        for (cell, order, want) in [
            ("2026-10-31", None, "2026-10-31"),
            ("2026-10-31T00:00:00Z", None, "2026-10-31"),
            ("2026-10-31T23:59:59.9999999Z", None, "2026-10-31"),
            ("2026-10-31 06: 41: 12Z", None, "2026-10-31"),
            ("2026-10-31T00:00:00-08:00", None, "2026-10-31"),
            ("2026-10-31T17:00:00-08:00", None, "2026-11-01"),
            ("31/10/2026", None, "2026-10-31"),
            ("10/31/2026", None, "2026-10-31"),
            ("31.10.2026", None, "2026-10-31"),
            ("5.6.2026", Some(Mdy), "2026-06-05"),
            ("10/3/2026 12:00:00 AM", Some(Mdy), "2026-10-03"),
            ("10/3/2026", Some(Dmy), "2026-03-10"),
            ("05/05/2026", None, "2026-05-05"),
            ("2026/10/31", None, "2026-10-31"),
            ("20261031", None, "2026-10-31"),
            ("31 Oct 2026", None, "2026-10-31"),
            ("October 31, 2026", None, "2026-10-31"),
            ("'2026-10-31", None, "2026-10-31"),
        ] {
            assert_eq!(read(cell, order), Ok(Day::On(want.parse().unwrap())), "{cell}");
        }
        assert_eq!(read("9999-12-31", None), Ok(Day::After));
        assert_eq!(read("11/30/9999 11:59:59 PM", None), Ok(Day::After));
        assert_eq!(read("0001-01-01T00:00:00", None), Ok(Day::Before));
        for (cell, order, want) in [
            ("10/3/2026", None, Wrong::DateAmbiguous),
            ("31/10/2026", Some(Mdy), Wrong::Date),
            ("2026-02-30", None, Wrong::Date),
            ("1899-12-31", None, Wrong::DateRange),
            ("2101-01-01", None, Wrong::DateRange),
            ("31/10/26", None, Wrong::Date),
            ("soon", None, Wrong::Date),
            ("2026-10-31x", None, Wrong::Date),
            ("=TODAY()", None, Wrong::Formula),
            ("", None, Wrong::Date),
        ] {
            assert_eq!(read(cell, order), Err(want), "{cell}");
        }
    }
}
