//! Cells to values: numbers, dates, currencies and flags in every notation that is met, and never a guess.
//!
//! A file has one [`Dialect`], found by looking at all its cells ([`crate::dialect`]). What the dialect leaves open is a
//! fault of the cell, not a choice made here.

use engine::{Currency, Date, Decimal, date};

/// Which mark separates the whole from the fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

/// The order of day and month in `10/03/2026`. Dotted dates are always day first, ISO dates year first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// How the cells of one file are written. `None` is "not shown by any cell": an ambiguous cell is then a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Delimiter between fields; 0 for JSON.
    pub delimiter: u8,
    /// Decimal mark.
    pub decimal: Option<Mark>,
    /// Order of day and month.
    pub dates: Option<DateOrder>,
}

/// Why a cell has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Number,
    NumberAmbiguous,
    NumberRange,
    Date,
    DateAmbiguous,
    DateRange,
    Formula,
}

/// Largest number accepted, in units.
const MOST: i64 = 1_000_000_000_000;

/// Reads a number. Accepts grouping, signs in front, behind or as brackets, currency signs and codes, percent signs,
/// scientific notation and the apostrophe a spreadsheet puts before a guarded cell.
pub(crate) fn number(cell: &str, mark: Option<Mark>) -> Result<Decimal, Wrong> {
    match plain(cell.as_bytes()) {
        Some(value) if !(mark != Some(Mark::Point) && cell.contains('.')) => Ok(value),
        _ => dressed(cell, mark),
    }
}

/// The common case: an optional minus, at most 18 digits, at most one point.
fn plain(cell: &[u8]) -> Option<Decimal> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let (mut value, mut scale, mut count) = (0i64, None, 0);
    for &b in digits {
        match b {
            b'0'..=b'9' if count < 18 => {
                value = value * 10 + i64::from(b - b'0');
                count += 1;
                scale = scale.map(|s: u32| s + 1);
            }
            b'.' if scale.is_none() && count > 0 => scale = Some(0),
            _ => return None,
        }
    }
    if count == 0 || (scale.unwrap_or(0) == 0 && value > MOST) {
        return None;
    }
    Some(Decimal::new(if negative { -value } else { value }, scale.unwrap_or(0)))
}

fn dressed(cell: &str, mark: Option<Mark>) -> Result<Decimal, Wrong> {
    let text = cell.trim();
    let text = text.strip_prefix('\'').unwrap_or(text).trim();
    if text.starts_with(['=', '@']) {
        return Err(Wrong::Formula);
    }
    let (text, bracketed) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let text = undressed(text);
    let (text, behind) = match text.strip_suffix('-') {
        Some(front) if !front.ends_with(['e', 'E']) => (undressed(front), true),
        _ => (text, false),
    };
    let (text, negative) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (undressed(rest), true),
        None => (undressed(text.strip_prefix('+').unwrap_or(text)), false),
    };
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((front, power)) => (front, power.parse::<i32>().map_err(|_| Wrong::Number)?),
        None => (text, 0),
    };
    let digits = ungrouped(text, mark)?;
    let value = scaled(&digits, exponent)?;
    let minus = [bracketed, behind, negative].into_iter().filter(|&m| m).count();
    match minus {
        0 => Ok(value),
        1 => Ok(-value),
        _ => Err(Wrong::Number),
    }
}

/// Without spaces, currency signs, currency codes and percent signs at either end.
fn undressed(text: &str) -> &str {
    let sign = |c: char| c.is_whitespace() || matches!(c, '€' | '£' | '$' | '¥' | '₹' | '₺' | '₩' | '%');
    let text = text.trim_matches(sign);
    let code = |t: &str| t.len() == 3 && t.bytes().all(|b| b.is_ascii_uppercase());
    let words = ["zł", "kr", "Kč", "Fr."];
    for (at, front) in [(3, true), (text.len().wrapping_sub(3), false)] {
        if let Some((left, right)) = text.split_at_checked(at) {
            let (dress, body) = if front { (left, right) } else { (right, left) };
            if code(dress) && !body.is_empty() {
                return body.trim_matches(sign);
            }
        }
    }
    words.iter().find_map(|w| text.strip_prefix(w).or_else(|| text.strip_suffix(w))).map_or(text, |t| t.trim_matches(sign))
}

/// Digits with at most one point, grouping marks checked and dropped.
fn ungrouped(text: &str, mark: Option<Mark>) -> Result<String, Wrong> {
    let mark = match mark.or_else(|| shown_mark(text)) {
        Some(mark) => mark,
        None if is_ambiguous(text) => return Err(Wrong::NumberAmbiguous),
        None => Mark::Point,
    };
    let (point, group) = match mark {
        Mark::Point => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(point).map_or((text, None), |(w, f)| (w, Some(f)));
    let is_group = |c: char| c == group || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    let groups: Vec<&str> = whole.split(is_group).collect();
    let grouped = groups.len() > 1;
    let right = |g: &str| g.bytes().all(|b| b.is_ascii_digit());
    let lengths = !grouped || (groups[1..].iter().all(|g| g.len() == 3) && (1..=3).contains(&groups[0].len()));
    let fraction = fraction.unwrap_or("");
    let digits = whole.len() + fraction.len() > 0 && groups.iter().all(|g| right(g)) && right(fraction);
    if !digits || !lengths {
        return Err(Wrong::Number);
    }
    let whole = groups.concat();
    if whole.is_empty() && fraction.is_empty() {
        return Err(Wrong::Number);
    }
    Ok(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

/// The decimal mark a number shows by itself: the last of two different marks, or one not followed by three digits.
pub(crate) fn shown_mark(text: &str) -> Option<Mark> {
    let point = text.rfind('.');
    let comma = text.rfind(',');
    let of = |at: usize, mark: Mark, other: Mark| {
        let (whole, rest) = (&text[..at], &text[at + 1..]);
        let sign = if mark == Mark::Point { '.' } else { ',' };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let before: String = whole.chars().filter(char::is_ascii_digit).collect();
        if whole.contains(sign) {
            Some(other) // twice the same mark groups
        } else if digits != 3 || before.len() > 3 || before.is_empty() || before == "0" {
            Some(mark)
        } else {
            None
        }
    };
    match (point, comma) {
        (Some(p), Some(c)) if p > c => Some(Mark::Point),
        (Some(_), Some(_)) => Some(Mark::Comma),
        (Some(p), None) => of(p, Mark::Point, Mark::Comma),
        (None, Some(c)) => of(c, Mark::Comma, Mark::Point),
        (None, None) => None,
    }
}

/// Whether the one mark of a number could be either.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    text.contains(['.', ',']) && shown_mark(text).is_none()
}

/// Digits with a point, times a power of ten. Digits beyond the 28th are rounded off; a number too large is refused.
fn scaled(digits: &str, exponent: i32) -> Result<Decimal, Wrong> {
    let all_zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    if all_zero {
        return Ok(Decimal::ZERO);
    }
    let value = if exponent == 0 {
        digits.parse::<Decimal>().map_err(|_| Wrong::NumberRange)?
    } else {
        if !(-60..=30).contains(&exponent) {
            return Err(Wrong::NumberRange);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (mut shifted, point) = (format!("{whole}{fraction}"), whole.len() as i32 + exponent);
        if point <= 0 {
            shifted = format!("0.{}{shifted}", "0".repeat(point.unsigned_abs() as usize));
        } else if (point as usize) < shifted.len() {
            shifted.insert(point as usize, '.');
        } else {
            shifted.push_str(&"0".repeat(point as usize - shifted.len()));
        }
        shifted.parse::<Decimal>().map_err(|_| Wrong::NumberRange)?
    };
    if value.abs() > Decimal::from(MOST) { Err(Wrong::NumberRange) } else { Ok(value) }
}

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
pub(crate) fn date(cell: &str, order: Option<DateOrder>) -> Result<Day, Wrong> {
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
                let gap = rest.chars().take_while(|c| matches!(c, '/' | '.' | '-' | ' ' | ',')).map(char::len_utf8).sum::<usize>();
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
        if self.named || self.separator == '.' || self.first.0 == self.second.0 {
            Some(DateOrder::Dmy)
        } else if self.first.0 > 12 {
            Some(DateOrder::Dmy)
        } else if self.second.0 > 12 {
            Some(DateOrder::Mdy)
        } else {
            None
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

/// Reads a currency: a code, or the sign of one that has no rival.
pub(crate) fn currency(cell: &str) -> Option<Currency> {
    match cell.trim() {
        "€" => Some(Currency::EUR),
        "£" => Some(Currency::GBP),
        code => Currency::parse(code),
    }
}

/// Reads a yes or no; empty is no.
pub(crate) fn flag(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "n" => Some(false),
        "1" | "true" | "yes" | "y" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_dress() {
        use Mark::{Comma, Point};
        for (cell, mark, want) in [
            ("1.86", Some(Point), "1.86"),
            ("-12.30", Some(Point), "-12.30"),
            ("1,234.56", Some(Point), "1234.56"),
            ("1.234,56", Some(Comma), "1234.56"),
            ("1.234,56", None, "1234.56"),
            ("12,5", None, "12.5"),
            ("1.234", Some(Comma), "1234"),
            ("1.234", Some(Point), "1.234"),
            ("0E-20", Some(Point), "0"),
            ("1.5E+3", Some(Point), "1500"),
            ("2.5e-3", Some(Point), "0.0025"),
            ("'22.00", Some(Point), "22.00"),
            ("€ 1 234,50", Some(Comma), "1234.50"),
            ("1\u{a0}234,50 EUR", Some(Comma), "1234.50"),
            ("EUR 12.00", Some(Point), "12.00"),
            ("1'234.50", Some(Point), "1234.50"),
            ("(12.30)", Some(Point), "-12.30"),
            ("12.30-", Some(Point), "-12.30"),
            ("-€12.30", Some(Point), "-12.30"),
            ("15 %", Some(Point), "15"),
            ("11.752258064516129032", Some(Point), "11.752258064516129032"),
            ("22.000000000000000000", Some(Point), "22"),
            ("007", None, "7"),
        ] {
            assert_eq!(number(cell, mark), Ok(want.parse().unwrap()), "{cell}");
        }
        for (cell, mark, want) in [
            ("1.234", None, Wrong::NumberAmbiguous),
            ("1,234", None, Wrong::NumberAmbiguous),
            ("1,23", Some(Point), Wrong::Number),
            ("abc", Some(Point), Wrong::Number),
            ("", Some(Point), Wrong::Number),
            ("-", Some(Point), Wrong::Number),
            (".", Some(Point), Wrong::Number),
            ("1.2.3", Some(Point), Wrong::Number),
            ("=1+1", Some(Point), Wrong::Formula),
            ("1E999", Some(Point), Wrong::NumberRange),
            ("99999999999999999999999999999999", Some(Point), Wrong::NumberRange),
            ("(-1)", Some(Point), Wrong::Number),
            ("NaN", Some(Point), Wrong::Number),
        ] {
            assert_eq!(number(cell, mark), Err(want), "{cell}");
        }
    }

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
            assert_eq!(date(cell, order), Ok(Day::On(want.parse().unwrap())), "{cell}");
        }
        assert_eq!(date("9999-12-31", None), Ok(Day::After));
        assert_eq!(date("11/30/9999 11:59:59 PM", None), Ok(Day::After));
        assert_eq!(date("0001-01-01T00:00:00", None), Ok(Day::Before));
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
            assert_eq!(date(cell, order), Err(want), "{cell}");
        }
    }
}
