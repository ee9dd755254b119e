//! Failures: operations that could not be done. What happened, what was kept, what to do, under a stable code.
//!
//! Every code is in [`CODES`], which `errors list` prints and a test compares with the code base.

use schemars::JsonSchema;
use serde::Serialize;

/// The exit status a shell ends with.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// The request itself was wrong.
    Usage = 2,
    /// Another program is writing the book.
    InUse = 3,
    /// Wrong key, or locked.
    Key = 4,
    /// Input refused, nothing stored.
    Refused = 5,
    /// Storage failed, nothing changed.
    Storage = 6,
    /// The book does not verify.
    Integrity = 7,
    /// The book is newer than the program.
    TooNew = 8,
    /// The network failed.
    Network = 9,
    /// A guard holds; it can be accepted by its code.
    Guard = 10,
}

/// An operation that could not be done.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Failure {
    /// Stable code; see [`CODES`].
    pub code: String,
    /// What happened.
    pub message: String,
    /// What was kept, or that nothing changed.
    pub kept: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Details for the caller: the problems of a refused file, the guards that hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<serde_json::Value>>,
    /// Exit status.
    #[serde(skip)]
    pub exit: Exit,
}

/// One known code.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// The exit status it ends with.
    pub exit: Exit,
    /// When it appears.
    pub when: &'static str,
    /// What was kept.
    pub kept: &'static str,
    /// What to do.
    pub hint: &'static str,
}

const NOTHING: &str = "Nothing was changed.";

macro_rules! codes {
    ($($code:literal $exit:ident $when:literal, $hint:literal;)*) => {
        /// Every failure code, in order of code.
        pub const CODES: &[Code] = &[
            $(Code { code: $code, exit: Exit::$exit, when: $when, kept: NOTHING, hint: $hint },)*
        ];
    };
}

codes! {
    "E-BACKUP-DAMAGED" Integrity "The backup's bytes are not what was written.", "Use another backup; this one proves nothing.";
    "E-BOOK-DAMAGED" Integrity "The book's files are damaged.", "Restore the last good backup with `billhook book backup restore`.";
    "E-BOOK-EXISTS" Usage "Something with that name exists already; it is never overwritten.", "Choose another name.";
    "E-BOOK-FOLDER" Usage "The folder is on a network or synchronised drive, where a live book would be damaged.", "Keep the book on a local disk; backups may go there.";
    "E-BOOK-IN-USE" InUse "Another program is writing this book.", "Close it there and try again.";
    "E-BOOK-KEY" Key "The passphrase or key file does not open this book.", "Check the passphrase, or use the recovery key with --key-file.";
    "E-BOOK-NOT-FOUND" Usage "There is no book at that place.", "Give the folder with --book or BILLHOOK_BOOK, or make one with `billhook book create`.";
    "E-BOOK-PASSPHRASE" Usage "The passphrase is too short or too long.", "Use at least 12 characters.";
    "E-BOOK-READ-ONLY" Storage "The book lies where nothing can be written.", "Copy the whole folder to a disk that can be written, and open the copy.";
    "E-BOOK-TOO-NEW" TooNew "The book was last written by a newer program.", "Update the program.";
    "E-BUG" Storage "The program met a state it believed impossible.", "Send the support file; the book is as it was.";
    "E-CANCELLED" Refused "You cancelled it.", "Run it again whenever you like.";
    "E-CORRECTION" Refused "A correction names a cell that is not there or can be read as it stands.", "Correct only cells with a problem, by row and by the column as the file names it.";
    "E-FILE-BOMB" Refused "The file unpacks to far more than its size.", "Ask the sender for a plain file.";
    "E-FILE-CHANGED" Refused "The file was changed while it was read.", "Import it again when it is complete.";
    "E-FILE-CORRUPT" Refused "A packed file is damaged.", "Download it again.";
    "E-FILE-EMPTY" Refused "The file has no rows and no header.", "Export it again.";
    "E-FILE-ENCODING" Refused "The file's text could not be decoded.", "Save it as UTF-8.";
    "E-FILE-HEADER" Refused "A needed column is missing or stands there twice.", "Compare the header with `billhook import --template KIND`.";
    "E-FILE-LIMIT" Refused "The file passes a limit.", "See `billhook limits show`.";
    "E-FILE-PROBLEMS" Refused "Some rows have problems.", "Correct them, or store the good rows with --keep-good; the others then wait in `billhook costs problems`.";
    "E-FILE-QUESTION" Refused "Something in the file can be read in two ways.", "Answer the question with the option it names.";
    "E-FILE-READ" Refused "The file could not be read.", "Check the name and your rights to it.";
    "E-FILE-TOO-LARGE" Refused "The file is larger than the limit.", "See `billhook limits show`.";
    "E-FILE-TRUNCATED" Refused "The file ends in the middle of a record.", "Download it again.";
    "E-FILE-UNKNOWN" Refused "The file is of no known kind.", "Name the kind with --as, or a mapping with --mapping; `billhook import kinds` lists them.";
    "E-FILE-ZIP" Refused "The archive does not hold exactly one CSV or JSON file.", "Unpack it and import the file inside.";
    "E-GUARD" Guard "A guard holds.", "Look at it, then accept it with --accept CODE, or --accept all.";
    "E-INTEGRITY" Integrity "The book does not verify.", "Keep it as it is and restore the last verified backup beside it.";
    "E-MAPPING" Refused "A column mapping is not valid.", "Compare it with `billhook mapping show NAME`.";
    "E-NOT-FOUND" Usage "There is no such record.", "List the records to see their ids.";
    "E-OUTPUT" Storage "The output could not be written.", "Check free space and your rights to the folder.";
    "E-REPLAY" Integrity "The replayed run differs from the stored one.", "Run `billhook book check`.";
    "E-RULE" Usage "The request breaks a rule of the book.", "See the message.";
    "E-SCENARIO" Refused "A scenario is not valid, or names what the book does not have.", "Compare it with `billhook model show NAME`.";
    "E-STATE" Usage "The record is in a state that does not allow this.", "See the message.";
    "E-STORE-FULL" Storage "The disk is full.", "Free some space and run the same command again.";
    "E-STORE-IO" Storage "The disk refused a write or read.", "Check the disk and run the same command again.";
    "E-USAGE" Usage "The request is not understood.", "See --help.";
}

impl Failure {
    /// A failure of a known code with its usual words; an unknown code becomes `E-BUG`.
    pub fn new(code: &str, message: impl Into<String>) -> Failure {
        let known = CODES.iter().find(|c| c.code == code);
        let (exit, kept, hint) = known.map_or((Exit::Storage, NOTHING, ""), |c| (c.exit, c.kept, c.hint));
        Failure {
            code: known.map_or("E-BUG", |c| c.code).to_owned(),
            message: message.into(),
            kept: kept.to_owned(),
            hints: if hint.is_empty() { Vec::new() } else { vec![hint.to_owned()] },
            details: None,
            exit,
        }
    }

    /// A request that cannot be understood.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new("E-USAGE", message)
    }

    /// A record that is not there.
    pub fn not_found(kind: &str, id: &str) -> Failure {
        Failure::new("E-NOT-FOUND", format!("There is no {kind} \"{id}\" in this book."))
    }

    /// Says what was kept instead of the usual "nothing was changed".
    pub fn kept(mut self, kept: impl Into<String>) -> Failure {
        self.kept = kept.into();
        self
    }

    /// Puts one more hint first.
    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.insert(0, hint.into());
        self
    }

    /// Attaches details for the caller.
    pub fn details(mut self, details: impl Serialize) -> Failure {
        self.details = serde_json::to_value(details).ok().map(Box::new);
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.windows(2).all(|w| w[0].code < w[1].code));
    }

    #[test]
    fn the_codes_of_readers_and_of_the_store_are_known() {
        let readers =
            formats::codes().iter().map(|(code, _)| *code).filter(|c| c.starts_with("E-") && *c != "E-STOPPED");
        for code in readers.chain(store::StoreError::CODES) {
            assert!(CODES.iter().any(|c| c.code == code), "{code} has no entry");
        }
    }

    #[test]
    fn the_window_says_every_code_in_every_language() {
        let languages =
            [include_str!("../../../ui/src/text/en/words.json"), include_str!("../../../ui/src/text/de/words.json")];
        let listed = crate::facts::listed();
        for words in languages.map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap()) {
            let said = |kind: &str, code: &str| assert!(words[kind][code].is_string(), "no {kind} word for {code}");
            for code in CODES {
                said("failure", code.code);
                said("todo", code.code);
            }
            listed.problems.iter().for_each(|p| said("problem", p.code));
        }
    }

    #[test]
    fn an_unknown_code_is_a_bug() {
        assert_eq!(Failure::new("E-NONSENSE", "x").code, "E-BUG");
    }
}
