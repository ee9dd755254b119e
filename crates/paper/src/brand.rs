//! The seller's look: one colour and a logo.

use crate::PaperError;
use krilla::image::Image;

/// A colour by its red, green and blue parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#0B6187`, with or without the mark.
    pub fn parse(text: &str) -> Option<Colour> {
        let text = text.trim();
        let hex = text.strip_prefix('#').unwrap_or(text);
        if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        Some(Colour([part(0)?, part(2)?, part(4)?]))
    }

    /// The same hue, darkened until text in it reads well on white (WCAG 2.2: a contrast of 4.5).
    ///
    /// Luminance is reckoned with squares, which comes out slightly too bright: never too pale.
    fn readable(self) -> Colour {
        let mut colour = self;
        while colour.luminance() > 1833 {
            colour.0 = colour.0.map(|part| (u16::from(part) * 31 / 32) as u8);
        }
        colour
    }

    /// Relative luminance in ten-thousandths.
    fn luminance(self) -> u32 {
        let [r, g, b] = self.0.map(|part| u32::from(part) * u32::from(part));
        (2126 * r + 7152 * g + 722 * b) / (255 * 255)
    }
}

/// How a seller's paper looks. Decoded once, shared by every document of a run.
#[derive(Clone)]
pub struct Brand {
    pub(crate) accent: Colour,
    pub(crate) logo: Option<Logo>,
}

#[derive(Clone)]
pub(crate) struct Logo {
    pub(crate) image: Image,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Default for Brand {
    /// Billhook's own blue and no logo.
    fn default() -> Brand {
        Brand { accent: Colour([0x0B, 0x61, 0x87]), logo: None }
    }
}

/// The largest logo in pixels: at 17 mm high that is finer than any printer.
const LARGEST: u32 = 4_000_000;

impl Brand {
    /// A brand of a colour and the bytes of a PNG or JPEG logo, if there is one.
    ///
    /// Too pale a colour is darkened. A logo in CMYK, in another format or of more than four million pixels is refused.
    pub fn new(colour: Colour, logo: Option<&[u8]>) -> Result<Brand, PaperError> {
        Ok(Brand { accent: colour.readable(), logo: logo.map(Logo::read).transpose()? })
    }
}

impl Logo {
    fn read(bytes: &[u8]) -> Result<Logo, PaperError> {
        let data = bytes.to_vec().into();
        let image = if bytes.starts_with(b"\x89PNG") {
            Image::from_png(data, false)
        } else if bytes.starts_with(b"\xFF\xD8") {
            if jpeg_components(bytes) == Some(4) {
                return Err(PaperError::Logo("it is a CMYK JPEG; save it as RGB".into()));
            }
            Image::from_jpeg(data, false)
        } else {
            Err("it is neither PNG nor JPEG".to_owned())
        };
        let image = image.map_err(PaperError::Logo)?;
        let (width, height) = image.size();
        if width == 0 || height == 0 || width.saturating_mul(height) > LARGEST {
            return Err(PaperError::Logo(format!("it has {width} x {height} pixels; at most 4 million fit")));
        }
        Ok(Logo { image, width, height })
    }
}

/// The number of colour parts of a JPEG, from its frame header.
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
            return bytes.get(at + 9).copied();
        }
        let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
        at += 2 + usize::from(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_strictly_and_darkened_to_be_readable() {
        assert_eq!(Colour::parse("#0b6187"), Some(Colour([0x0B, 0x61, 0x87])));
        for bad in ["", "#12345", "#12345G", "0b61870", "#+1+2+3", "#éab1"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
        assert_eq!(Brand::new(Colour([0, 60, 90]), None).unwrap().accent, Colour([0, 60, 90]));
        let yellow = Brand::new(Colour([255, 230, 0]), None).unwrap().accent;
        assert!(yellow.luminance() <= 1833 && yellow.0[0] > 90, "{yellow:?}");
    }

    #[test]
    fn a_logo_of_another_kind_is_refused() {
        for bad in [&b"GIF89a"[..], b"", b"\x89PNG", b"\xFF\xD8\xFF"] {
            assert!(Brand::new(Colour([0; 3]), Some(bad)).is_err());
        }
    }
}
