//! Numbers as people and programs write them.

use super::{Mark, Wrong};
use engine::Decimal;

/// Largest number accepted, in units.
const MOST: i64 = 1_000_000_000_000;

/// Reads a number. Accepts grouping, signs in front, behind or as brackets, currency signs and codes, percent signs,
/// scientific notation and the apostrophe a spreadsheet puts before a guarded cell.
pub(crate) fn read(cell: &str, mark: Option<Mark>) -> Result<Decimal, Wrong> {
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
            // Thirteen digits in front of the point are left to the careful reader, who knows the range.
            b'0'..=b'9' if count < 18 && (scale.is_some() || count < 12) => {
                value = value * 10 + i64::from(b - b'0');
                count += 1;
                scale = scale.map(|s: u32| s + 1);
            }
            b'.' if scale.is_none() && count > 0 => scale = Some(0),
            _ => return None,
        }
    }
    if count == 0 {
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
    words
        .iter()
        .find_map(|w| text.strip_prefix(w).or_else(|| text.strip_suffix(w)))
        .map_or(text, |t| t.trim_matches(sign))
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
            assert_eq!(read(cell, mark), Ok(want.parse().unwrap()), "{cell}");
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
            ("123456789012345.12", Some(Point), Wrong::NumberRange),
            ("1E999", Some(Point), Wrong::NumberRange),
            ("99999999999999999999999999999999", Some(Point), Wrong::NumberRange),
            ("(-1)", Some(Point), Wrong::Number),
            ("NaN", Some(Point), Wrong::Number),
        ] {
            assert_eq!(read(cell, mark), Err(want), "{cell}");
        }
    }
}
