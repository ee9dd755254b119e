//! A look at a file before it is read: what it seems to be, what is not clear, how it begins.

use super::way::{OnDisk, Way, asked, capital, refused};
use crate::told::Note;
use crate::{Failure, Session};
use formats::Limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The first rows shown.
const ROWS: usize = 100;

/// A file, and what is known of how to read it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Ask {
    /// The file.
    pub file: PathBuf,
    /// How to read it.
    #[serde(default)]
    pub way: Way,
}

/// What a file seems to be.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Look {
    /// Its kind, where it is known.
    kind: Option<&'static str>,
    /// The mapping it is read with.
    mapping: Option<String>,
    /// Whether a person compared a file of this mapping with an invoice.
    confirmed: bool,
    /// The file's columns in order.
    columns: Vec<Column>,
    /// Its first rows as they stand there.
    rows: Vec<Vec<String>>,
    /// What only a person can say.
    questions: Vec<Question>,
    /// Why it cannot be read.
    problem: Option<Problem>,
    notes: Vec<Note>,
}

/// A column of the file.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Column {
    /// As the file names it.
    theirs: String,
    /// As we do, where it is one we read.
    ours: Option<&'static str>,
}

/// Something that can be read in two ways.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Question {
    /// What answers it: `date_order` or `decimal`.
    field: &'static str,
    answers: Vec<&'static str>,
    /// The question in words, with a cell as an example.
    text: String,
}

/// Why a file cannot be read.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Problem {
    code: String,
    message: String,
    hints: Vec<String>,
}

/// Looks at a file.
pub fn look(session: &mut Session, ask: Ask) -> Result<Look, Failure> {
    session.read(|book| {
        let asked = asked(book, &ask.way)?;
        let source = OnDisk::new(&ask.file);
        let limits = Limits::default();
        let start = formats::glimpse(&source, &limits, &asked, ROWS);
        let found = formats::recognise(&source, &limits, &asked);
        let start = start.unwrap_or_default();
        let mut look = Look {
            kind: None,
            mapping: None,
            confirmed: true,
            columns: start.columns.into_iter().map(|theirs| Column { theirs, ours: None }).collect(),
            rows: start.rows,
            questions: Vec::new(),
            problem: None,
            notes: Vec::new(),
        };
        match found {
            Ok(file) => {
                look.kind = Some(file.kind.name());
                look.mapping =
                    file.mapping.as_ref().map(|m| if m.title.is_empty() { m.name.clone() } else { m.title.clone() });
                look.confirmed = file.mapping.as_ref().is_none_or(|m| m.confirmed);
                for (ours, theirs) in file.filled() {
                    if let Some(column) = look.columns.iter_mut().find(|c| c.theirs == theirs) {
                        column.ours = Some(ours);
                    }
                }
                let question = |q: &formats::Question| Question {
                    field: if q.option.contains("date") { "date_order" } else { "decimal" },
                    answers: q.answers.to_vec(),
                    text: capital(&q.text),
                };
                look.questions = file.questions.iter().map(question).collect();
                look.notes = file.notes.iter().map(Into::into).collect();
            }
            Err(refusal) => {
                let failure = refused(refusal);
                look.problem = Some(Problem { code: failure.code, message: failure.message, hints: failure.hints });
            }
        }
        Ok(look)
    })
}
