//! Things worth telling beside an answer: a stable code with its values for a shell that speaks another language, and the
//! sentence in English for everybody else.

use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::Input;

/// Something worth telling.
#[derive(Clone, Debug, JsonSchema, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable code: `N-…`.
    pub code: &'static str,
    /// The sentence.
    pub text: String,
    /// What its gaps are filled with.
    pub values: Vec<Input>,
}

impl Note {
    /// A note of this code; `text` names its values in braces.
    pub fn new(code: &'static str, text: &str, values: &[(&str, &str)]) -> Note {
        let filled =
            values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        let value = |(name, value): &(&str, &str)| Input { name: (*name).to_owned(), value: (*value).to_owned() };
        Note { code, text: filled, values: values.iter().map(value).collect() }
    }
}

impl From<&formats::Note> for Note {
    fn from(note: &formats::Note) -> Note {
        let values: Vec<(&str, &str)> = note.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Note::new(note.code, note.text, &values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_sentence_and_its_parts() {
        let note =
            Note::new("N-SAME-BYTES", "Same bytes as {file} of {day}.", &[("file", "a.csv"), ("day", "2026-10-31")]);
        assert_eq!(note.text, "Same bytes as a.csv of 2026-10-31.");
        assert_eq!(note.values.len(), 2);
    }
}
