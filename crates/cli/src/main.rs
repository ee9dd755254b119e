//! Reads arguments, calls `app`, prints. Data goes to standard output, everything else to standard error.

mod ack;
mod args;
mod keys;
mod present;
mod progress;
mod request;

use app::commands::Answer;
use app::{Exit, Failure, Session};
use args::{Cli, Command};
use clap::FromArgMatches;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let _warming = app::warm_up();
    let parsed = args::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    match &cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut args::command(), "billhook", &mut std::io::stdout());
            return ExitCode::SUCCESS;
        }
        Command::Man { dir } => {
            return match clap_mangen::generate_to(args::command(), dir) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    fail(&cli, &Failure::new("E-OUTPUT", format!("Could not write the manual pages: {error}")))
                }
            };
        }
        _ => {}
    }
    let (name, ask) = match request::of(&cli.command) {
        Ok(request) => request,
        Err(failure) => return fail(&cli, &failure),
    };
    let answered = session(&cli).and_then(|mut session| {
        let answer = app::commands::run(&mut session, name, ask);
        // Everything is in the book: it is closed while the answer is printed.
        let leaving = session.leave();
        Ok((answer?, leaving))
    });
    let (answer, _leaving) = match answered {
        Ok(answered) => answered,
        Err(failure) => return fail(&cli, &failure),
    };
    // The system takes a large answer back at once, faster than we could piece by piece.
    let answer = std::mem::ManuallyDrop::new(answer);
    match print(&cli, name, &**answer) {
        Ok(()) => ExitCode::from(app::commands::exit_of(name, &**answer)),
        // Whoever reads our output has had enough: not an error.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let failure = Failure::new("E-OUTPUT", format!("The answer could not be written: {error}."));
            let failure = failure.kept("The command itself was carried out.");
            // Not where the answer could not be written either.
            eprint!("{}", present::failure(&failure));
            ExitCode::from(exit(failure.exit))
        }
    }
}

/// What the global options say about book, keys, day and output.
fn session(cli: &Cli) -> Result<Session, Failure> {
    let today = match &cli.global.today {
        Some(text) => app::session::date(text)?,
        None => chrono::Local::now().date_naive(),
    };
    let ack = match &cli.command {
        Command::Bill(args::BillCommand::Issue(issue)) => issue.ack_fd.map(ack::open).transpose()?,
        _ => None,
    };
    Ok(Session::new(
        cli.global.book.clone(),
        Box::new(keys::FromTerminal::new(&cli.global)),
        Box::new(app::session::SystemClock),
        today,
        cli.global.dry_run,
        Box::new(progress::Bar::new(cli.global.quiet || cli.global.json, ack)),
    ))
}

fn print(cli: &Cli, name: &str, answer: &dyn Answer) -> std::io::Result<()> {
    let written = |failure: Failure| std::io::Error::other(failure.message);
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    if cli.global.json {
        // Around the answer, not with it: it can be many megabytes.
        write!(out, r#"{{"ok":true,"data":"#)?;
        out.write_all(answer.text().map_err(written)?.as_bytes())?;
        writeln!(out, "}}")?;
    } else if cli.global.jsonl {
        present::json_lines(&mut out, &answer.value().map_err(written)?)?;
    } else {
        present::human(&mut out, name, &answer.value().map_err(written)?)?;
    }
    out.flush()
}

fn fail(cli: &Cli, failure: &Failure) -> ExitCode {
    if cli.global.json || cli.global.jsonl {
        object(failure);
    } else {
        eprint!("{}", present::failure(failure));
    }
    ExitCode::from(exit(failure.exit))
}

/// Arguments that are no request, or that ask for help. Whoever reads JSON gets the same one object as always.
fn misused(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|arg| arg == "--json" || arg == "--jsonl");
    if !json || !error.use_stderr() {
        // As `error.exit` does, but by way of the end of `main`.
        let _unheard = error.print();
        return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
    }
    let text = error.render().to_string();
    let said: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let said = said.join(" ");
    let failure = Failure::usage(format!("{}.", said.trim_start_matches("error: ").trim_end_matches('.')));
    object(&failure);
    ExitCode::from(exit(failure.exit))
}

/// A failure for whoever reads JSON. Where nothing can be written the exit code says it alone.
fn object(failure: &Failure) {
    let _unheard = writeln!(std::io::stdout(), "{}", json!({"ok": false, "error": failure}));
}

fn exit(exit: Exit) -> u8 {
    exit as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    /// Every subcommand has a line of help, and every leaf is a command of the list.
    #[test]
    fn every_command_says_what_it_does() {
        fn walk(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
                let path = format!("{path} {}", sub.get_name());
                assert!(sub.get_about().is_some(), "{path} has no help");
                walk(sub, &path);
            }
        }
        walk(&Cli::command(), "billhook");
    }
}
