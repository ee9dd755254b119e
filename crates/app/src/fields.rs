//! Fields of a request, taken one by one and checked; what is left over is a mistake.

use crate::Failure;
use engine::{Currency, Date, Decimal};
use std::collections::BTreeMap;

/// The fields given for a record.
pub struct Fields {
    given: BTreeMap<String, String>,
    /// The first that holds a character no text of the book may hold.
    suspicious: Option<String>,
}

impl Fields {
    /// As given.
    pub fn new(fields: BTreeMap<String, String>) -> Fields {
        let suspicious = fields.iter().find(|(_, text)| formats::has_suspicious(text)).map(|(name, _)| name.clone());
        Fields { given: fields, suspicious }
    }

    /// A text, if given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.given.remove(name)
    }

    /// A text that must be given.
    pub fn required(&mut self, name: &str) -> Result<String, Failure> {
        self.text(name).filter(|t| !t.is_empty()).ok_or_else(|| Failure::usage(format!("{name}=... is needed.")))
    }

    /// A value read by a function, if given; `must` says what would be right.
    pub fn read<T>(
        &mut self,
        name: &str,
        must: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        match self.text(name) {
            None => Ok(None),
            Some(text) => read(&text)
                .map(Some)
                .ok_or_else(|| Failure::usage(format!("{name}=\"{text}\" is not understood: give {must}."))),
        }
    }

    /// A number.
    pub fn number(&mut self, name: &str) -> Result<Option<Decimal>, Failure> {
        self.read(name, "a number such as 12.50", |t| t.parse().ok())
    }

    /// A date.
    pub fn date(&mut self, name: &str) -> Result<Option<Date>, Failure> {
        self.text(name).map(|t| crate::session::date(&t)).transpose()
    }

    /// A currency.
    pub fn currency(&mut self, name: &str) -> Result<Option<Currency>, Failure> {
        self.read(name, "a code such as GBP", Currency::listed)
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Failure> {
        self.read(name, "yes or no", |t| match t.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" | "on" => Some(true),
            "no" | "false" | "0" | "off" => Some(false),
            _ => None,
        })
    }

    /// Fails when fields are left that nobody took, or one held what a file's cell must not hold either.
    pub fn done(self, known: &str) -> Result<(), Failure> {
        if let Some(name) = self.suspicious {
            return Err(
                Failure::usage(format!("{name} holds a control or text-direction character.")).hint("Type it anew.")
            );
        }
        match self.given.keys().next() {
            None => Ok(()),
            Some(name) => {
                Err(Failure::usage(format!("There is no field \"{name}\" here.")).hint(format!("Fields: {known}.")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_must_not_hold_no_field_holds() {
        let of = |text: &str| {
            let mut fields = Fields::new([("name".to_owned(), text.to_owned())].into());
            fields.text("name");
            fields.done("name")
        };
        assert!(of("Zoë Łąka\nEinkauf").is_ok());
        for text in ["Zo\u{7}", "\u{202e}eoZ", "a\u{0}b"] {
            assert_eq!(of(text).map_err(|f| f.code), Err(Failure::usage("").code), "{text:?}");
        }
    }
}
