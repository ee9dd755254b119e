//! The two faces on paper: which glyph shows a character, how wide a text is, where it breaks.
//!
//! The faces are prepared so that a character is a glyph (`fonts/make.py`); what remains of shaping is kerning, and that
//! is left out beside digits, so that figures stay in their columns. A character the faces lack is drawn as a box, keeps
//! its own text for copying and reading aloud, and is reported.

use krilla::text::{Font, GlyphId};
use std::borrow::Cow;
use std::ops::Range;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A length on paper in thousandths of a point. Whole numbers, so that layout is exact and the same everywhere.
pub(crate) type Mpt = i32;

/// Millimetres as thousandths of a point.
pub(crate) const fn mm(length: i32) -> Mpt {
    length * 283_465 / 100
}

/// Points as thousandths of a point.
pub(crate) const fn pt(length: i32) -> Mpt {
    length * 1000
}

/// A length as the PDF library takes it.
#[allow(clippy::float_arithmetic, reason = "drawing coordinates, not money; made once, at the edge")]
pub(crate) fn points(length: Mpt) -> f32 {
    length as f32 / 1000.0
}

/// Shown for a character the faces lack.
const BOX: char = '\u{25A1}';
/// Characters below this are looked up by index.
const TABLE: usize = 0x2600;
/// Characters below this have their kerning in a table.
const ASCII: usize = 0x80;

#[derive(Clone, Copy, Default)]
struct Entry {
    glyph: u16,
    advance: u16,
}

/// One glyph of a text, as the PDF library asks for it.
pub(crate) struct Placed {
    glyph: u16,
    /// Font units, kerning to the next glyph included.
    advance: i32,
    units: u16,
    range: Range<usize>,
}

#[allow(clippy::float_arithmetic, reason = "drawing coordinates, not money")]
impl krilla::text::Glyph for Placed {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(u32::from(self.glyph))
    }
    fn text_range(&self) -> Range<usize> {
        self.range.clone()
    }
    fn x_advance(&self, size: f32) -> f32 {
        self.advance as f32 / f32::from(self.units) * size
    }
    fn x_offset(&self, _: f32) -> f32 {
        0.0
    }
    fn y_offset(&self, _: f32) -> f32 {
        0.0
    }
    fn y_advance(&self, _: f32) -> f32 {
        0.0
    }
    fn location(&self) -> Option<krilla::surface::Location> {
        None
    }
}

/// One face, parsed once and shared by every document.
pub(crate) struct Face {
    font: Font,
    units: u16,
    table: Vec<Entry>,
    missing: Entry,
    kerning: Vec<Vec<PairAdjustment<'static>>>,
    ascii_kerning: Vec<i16>,
}

impl Face {
    /// Parses a face; `None` when the data is not a font with a box in it.
    pub(crate) fn parse(data: &'static [u8]) -> Option<Face> {
        let parsed = ttf_parser::Face::parse(data, 0).ok()?;
        let entry = |c: char| {
            let id = parsed.glyph_index(c)?;
            Some(Entry { glyph: id.0, advance: parsed.glyph_hor_advance(id)? })
        };
        let table = (0..TABLE).map(|n| char::from_u32(n as u32).and_then(entry).unwrap_or_default()).collect();
        let missing = entry(BOX)?;
        let mut face = Face {
            font: Font::new(data.into(), 0)?,
            units: parsed.units_per_em(),
            table,
            missing,
            kerning: kerning(&parsed),
            ascii_kerning: Vec::new(),
        };
        face.ascii_kerning = (0..ASCII * ASCII)
            .map(|pair| face.look_up_kerning(face.table[pair / ASCII].glyph, face.table[pair % ASCII].glyph))
            .collect();
        Some(face)
    }

    /// The font as the PDF library knows it.
    pub(crate) fn font(&self) -> Font {
        self.font.clone()
    }

    /// Whether the face can show a character.
    pub(crate) fn has(&self, c: char) -> bool {
        self.table.get(c as usize).is_some_and(|e| e.glyph != 0)
    }

    fn entry(&self, c: char) -> Entry {
        self.table.get(c as usize).copied().filter(|e| e.glyph != 0).unwrap_or(self.missing)
    }

    fn kern(&self, first: char, second: char) -> i32 {
        if first.is_ascii_digit() || second.is_ascii_digit() {
            return 0;
        }
        let (a, b) = (first as usize, second as usize);
        let value = if a < ASCII && b < ASCII {
            self.ascii_kerning.get(a * ASCII + b).copied().unwrap_or_default()
        } else {
            self.look_up_kerning(self.entry(first).glyph, self.entry(second).glyph)
        };
        i32::from(value)
    }

    /// Applies each lookup once: within it, the first subtable that knows the pair decides.
    fn look_up_kerning(&self, first: u16, second: u16) -> i16 {
        let (first, second) = (ttf_parser::GlyphId(first), ttf_parser::GlyphId(second));
        let mut sum = 0i16;
        for lookup in &self.kerning {
            let found = lookup.iter().find_map(|subtable| match subtable {
                PairAdjustment::Format1 { coverage, sets } => {
                    sets.get(coverage.get(first)?)?.get(second).map(|(value, _)| value.x_advance)
                }
                PairAdjustment::Format2 { coverage, classes, matrix } => {
                    coverage.get(first)?;
                    matrix.get((classes.0.get(first), classes.1.get(second))).map(|(value, _)| value.x_advance)
                }
            });
            sum = sum.saturating_add(found.unwrap_or_default());
        }
        sum
    }

    /// The width of a text of one line.
    pub(crate) fn width(&self, text: &str, size: Mpt) -> Mpt {
        let mut units = 0i64;
        let mut before = None;
        for c in text.chars() {
            units += i64::from(self.entry(c).advance);
            if let Some(before) = before {
                units += i64::from(self.kern(before, c));
            }
            before = Some(c);
        }
        Mpt::try_from(units * i64::from(size) / i64::from(self.units)).unwrap_or(Mpt::MAX)
    }

    /// The glyphs of a text of one line, in `out`.
    pub(crate) fn place(&self, text: &str, out: &mut Vec<Placed>) {
        out.clear();
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let entry = self.entry(c);
            let kern = chars.peek().map_or(0, |(_, next)| self.kern(c, *next));
            out.push(Placed {
                glyph: entry.glyph,
                advance: i32::from(entry.advance) + kern,
                units: self.units,
                range: at..at + c.len_utf8(),
            });
        }
    }

    /// Breaks a text into lines no wider than `width`: between words, and inside one only if it is wider alone.
    ///
    /// Every line but the last keeps the space it broke at, so that reading aloud does not join words.
    pub(crate) fn wrap(&self, text: &str, size: Mpt, width: Mpt) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            let fits = line.is_empty() || self.width(&line, size) + self.width(&format!(" {word}"), size) <= width;
            if !fits {
                line.push(' ');
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            while self.width(&line, size) > width {
                let cut = self.fitting(&line, size, width);
                if cut >= line.len() {
                    break;
                }
                let rest = line.split_off(cut);
                lines.push(std::mem::replace(&mut line, rest));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Shortens a text to one line, with an ellipsis where something is left out.
    pub(crate) fn clip(&self, text: &str, size: Mpt, width: Mpt) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let cut = self.fitting(text, size, width - self.width("…", size));
        format!("{}…", text[..cut].trim_end())
    }

    /// How many bytes of a text fit a width: at least its first character.
    fn fitting(&self, text: &str, size: Mpt, width: Mpt) -> usize {
        let mut end = 0;
        for (at, c) in text.char_indices() {
            let next = at + c.len_utf8();
            if at > 0 && self.width(&text[..next], size) > width {
                break;
            }
            end = next;
        }
        end
    }
}

fn kerning(face: &ttf_parser::Face<'static>) -> Vec<Vec<PairAdjustment<'static>>> {
    let Some(gpos) = face.tables().gpos else { return Vec::new() };
    let kern = ttf_parser::Tag::from_bytes(b"kern");
    let mut indices: Vec<u16> =
        gpos.features.into_iter().filter(|f| f.tag == kern).flat_map(|f| f.lookup_indices.into_iter()).collect();
    indices.sort_unstable();
    indices.dedup();
    indices
        .into_iter()
        .filter_map(|index| gpos.lookups.get(index))
        .map(|lookup| {
            lookup
                .subtables
                .into_iter::<PositioningSubtable<'static>>()
                .filter_map(|subtable| match subtable {
                    PositioningSubtable::Pair(pair) => Some(pair),
                    _ => None,
                })
                .collect()
        })
        .collect()
}

/// A text as paper can carry it: composed, on one line, without characters that are no text.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7F).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let plain = text.chars().all(|c| kept(c) == Some(c)) && is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if plain { Cow::Borrowed(text) } else { Cow::Owned(text.chars().filter_map(kept).nfc().collect()) }
}

/// What becomes of a character: breaks become spaces, invisible marks go, codes without a meaning are shown as unknown.
fn kept(c: char) -> Option<char> {
    match c {
        '\u{00}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => None,
        '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..='\u{10FFFF}' => {
            Some('\u{FFFD}')
        }
        c if (c as u32) & 0xFFFE == 0xFFFE => Some('\u{FFFD}'),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        Face::parse(include_bytes!("../fonts/Inter-Regular.ttf")).unwrap()
    }

    #[test]
    fn figures_are_tabular_and_never_kerned() {
        let face = face();
        for text in ["1,111.11", "7,777.77", "4,040.40"] {
            assert_eq!(face.width(text, pt(10)), face.width("8,888.88", pt(10)), "{text}");
        }
        assert!(face.width("AVAV", pt(10)) < 2 * face.width("A", pt(10)) + 2 * face.width("V", pt(10)), "letters are");
    }

    #[test]
    fn names_of_europe_are_covered() {
        let face = face();
        for c in "ŁódźΕλλάδαȘțЖукőğİß€£₺₴−–—’“”…·™×ĐđĲĳŒœẞñçàéîü".chars()
        {
            assert!(face.has(c), "{c}");
        }
        assert!(!face.has('漢'));
    }

    #[test]
    fn lines_break_between_words_and_lose_nothing() {
        let face = face();
        let text =
            "Microsoft 365 Business Premium (no Teams) for Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau";
        let lines = face.wrap(text, pt(9), pt(110));
        assert_eq!(lines.concat(), text);
        for line in &lines {
            assert!(face.width(line.trim_end(), pt(9)) <= pt(110), "{line}");
        }
        assert!(face.wrap("", pt(9), pt(110)).is_empty());
        assert_eq!(face.wrap("WW", pt(9), 1).len(), 2, "a width too small for anything still ends");
        assert_eq!(face.clip("Contoso", pt(9), pt(200)), "Contoso");
        assert!(face.clip("Contoso Ltd", pt(9), pt(30)).ends_with('…'));
    }

    #[test]
    fn what_is_no_text_does_not_reach_paper() {
        assert_eq!(clean("Lo\u{301}dz\nx\u{200B}\u{E000}\u{FEFF}\0"), "L\u{F3}dz x\u{FFFD} ");
        assert!(matches!(clean("Łódź"), Cow::Borrowed(_)));
    }
}
