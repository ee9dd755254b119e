//! Where a passphrase comes from: a key file, standard input, or a prompt. Never an argument or the environment.

use crate::args::Global;
use app::Failure;
use app::session::{Keys, Purpose, Secret};
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Asks the terminal, or reads what the global options name.
pub struct FromTerminal {
    key_file: Option<PathBuf>,
    stdin: bool,
    /// Lines of standard input not used yet: an old and a new passphrase may come one after the other.
    lines: Option<Vec<Zeroizing<String>>>,
    /// What unlocked the book: a command may open it twice, and asks once.
    said: Option<Zeroizing<String>>,
}

impl FromTerminal {
    /// As the options say.
    pub fn new(global: &Global) -> FromTerminal {
        FromTerminal { key_file: global.key_file.clone(), stdin: global.passphrase_stdin, lines: None, said: None }
    }

    fn next_line(&mut self) -> Result<Option<Zeroizing<String>>, Failure> {
        if self.lines.is_none() {
            let mut text = Zeroizing::new(String::new());
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::usage(format!("Standard input could not be read: {error}.")))?;
            let mut lines: Vec<_> = text.lines().map(|l| Zeroizing::new(l.to_owned())).collect();
            lines.reverse();
            self.lines = Some(lines);
        }
        Ok(self.lines.as_mut().and_then(Vec::pop))
    }

    fn heard(&mut self, purpose: Purpose, passphrase: Zeroizing<String>) -> Zeroizing<String> {
        if purpose == Purpose::Unlock {
            self.said = Some(passphrase.clone());
        }
        passphrase
    }
}

impl Keys for FromTerminal {
    fn secret(&mut self, purpose: Purpose) -> Result<Option<Secret>, Failure> {
        if purpose == Purpose::Unlock
            && let Some(file) = &self.key_file
        {
            let bytes = std::fs::read(file).map_err(|error| {
                Failure::new("E-BOOK-KEY", format!("The key file {} could not be read: {error}.", file.display()))
            })?;
            return Ok(Some(Secret::KeyFile(Zeroizing::new(bytes))));
        }
        if purpose == Purpose::Unlock
            && let Some(said) = &self.said
        {
            return Ok(Some(Secret::Passphrase(said.clone())));
        }
        if self.stdin {
            return match self.next_line()? {
                Some(line) => Ok(Some(Secret::Passphrase(self.heard(purpose, line)))),
                None if purpose == Purpose::Unlock => {
                    Err(Failure::new("E-BOOK-KEY", "Standard input held no passphrase."))
                }
                None => Ok(None),
            };
        }
        if !std::io::stdin().is_terminal() {
            return match purpose {
                Purpose::Unlock => {
                    Err(Failure::new("E-BOOK-KEY", "The book is locked and there is no terminal to ask.")
                        .hint("Use --key-file FILE or --passphrase-stdin."))
                }
                Purpose::New => Ok(None),
            };
        }
        let prompt = match purpose {
            Purpose::Unlock => "Passphrase: ",
            Purpose::New => "New passphrase (at least 12 characters): ",
        };
        let first = ask(prompt)?;
        if purpose == Purpose::New && *ask("Once more: ")? != *first {
            return Err(Failure::new("E-BOOK-PASSPHRASE", "The two passphrases differ."));
        }
        Ok(Some(Secret::Passphrase(self.heard(purpose, first))))
    }
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|error| Failure::new("E-BOOK-KEY", format!("The passphrase could not be read: {error}.")))
}
