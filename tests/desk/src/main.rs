//! Serves the window's pages and the desk behind them on loopback, so that the pages can be tested in a browser with a real
//! book behind them. Test-only: no book of anybody's is ever served by what is shipped.
//!
//! `desk-server PAGES TODAY [--book BOOK --key-file FILE] [--file FILE]... [--out FOLDER]` prints its address. The dialogs of
//! the system are answered from the command line: files to pick, a folder to save into.

mod http;

use app::desk::{Desk, Step, Window};
use app::session::{Secret, date};
use app::{Failure, commands};
use http::{Answer, Request};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// What the command line says.
#[derive(Default)]
struct Given {
    pages: PathBuf,
    today: String,
    book: Option<PathBuf>,
    key_file: Option<PathBuf>,
    files: Vec<PathBuf>,
    out: Option<PathBuf>,
}

fn given() -> Result<Given, String> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let mut given = Given {
        pages: args.next().ok_or("name the folder of pages")?,
        today: args.next().ok_or("name the business day")?.display().to_string(),
        ..Given::default()
    };
    while let Some(option) = args.next() {
        let value = args.next().ok_or_else(|| format!("{} needs a value", option.display()))?;
        match option.to_str() {
            Some("--book") => given.book = Some(value),
            Some("--key-file") => given.key_file = Some(value),
            Some("--file") => given.files.push(value),
            Some("--out") => given.out = Some(value),
            _ => return Err(format!("{} is not an option", option.display())),
        }
    }
    Ok(given)
}

struct Server {
    given: Given,
    desk: Desk,
    step: Arc<Mutex<Option<Step>>>,
    look: Mutex<Value>,
}

fn main() {
    let started = given().and_then(|given| Server::new(given).map_err(|f| f.to_string()));
    let server = match started {
        Ok(server) => Arc::new(server),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(2);
        }
    };
    let served = http::serve(|address| println!("http://{address}"), move |request| server.answer(request));
    if let Err(error) = served {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

impl Server {
    fn new(given: Given) -> Result<Server, Failure> {
        let today = date(&given.today)?;
        let step = Arc::new(Mutex::new(None));
        let told = step.clone();
        let listener = Arc::new(move |step| *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(step));
        let desk = Desk::new(Arc::new(move || today), listener);
        if let Some(book) = &given.book {
            desk.choose(book.clone());
        }
        if let Some(file) = &given.key_file {
            let key = std::fs::read(file).map_err(|e| Failure::usage(format!("{}: {e}", file.display())))?;
            let key = Zeroizing::new(key);
            desk.unlock(|| Secret::KeyFile(key.clone()))?;
        }
        Ok(Server { given, desk, step, look: Mutex::new(json!({})) })
    }

    fn answer(&self, request: &Request) -> Answer {
        match request.path.strip_prefix("/desk/") {
            Some(what) if request.method == "POST" => {
                let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                match self.desk(what, &body) {
                    Ok(value) => Answer::json(200, &value),
                    Err(failure) => Answer::json(409, &serde_json::to_value(failure).unwrap_or_default()),
                }
            }
            _ => self.page(&request.path),
        }
    }

    fn page(&self, path: &str) -> Answer {
        let name = match path.trim_start_matches('/') {
            "" => "browser.html",
            name => name,
        };
        let plain = Path::new(name).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        match plain.then(|| std::fs::read(self.given.pages.join(name))) {
            Some(Ok(bytes)) => Answer::file(name, bytes),
            _ => Answer::json(404, &Value::Null),
        }
    }

    fn desk(&self, what: &str, body: &Value) -> Result<Value, Failure> {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let value = |v: Result<Value, serde_json::Error>| v.map_err(|e| Failure::usage(e.to_string()));
        let place = || value(serde_json::to_value(self.desk.place()));
        match what {
            "today" => Ok(self.desk.today().to_string().into()),
            "look" => Ok(self.look.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            "keep_look" => {
                *self.look.lock().unwrap_or_else(PoisonError::into_inner) = body["look"].clone();
                Ok(Value::Null)
            }
            "place" | "choose" | "sample" => place(),
            "recent" => Ok(json!([])),
            "create" | "restore" => Ok(Value::Null),
            "unlock" => {
                let passphrase = Zeroizing::new(text("passphrase"));
                self.desk.unlock(|| Secret::Passphrase(passphrase.clone()))?;
                Ok(Value::Null)
            }
            "lock" => {
                self.desk.lock();
                Ok(Value::Null)
            }
            "call" => self.desk.call(&text("name"), body["ask"].clone(), body["trial"] == true),
            "page" => {
                let window: Window = serde_json::from_value(body["wanted"].clone())
                    .map_err(|e| Failure::usage(format!("The window is not understood: {e}.")))?;
                let page = self.desk.page(&text("name"), &text("rows"), body["ask"].clone(), window)?;
                value(serde_json::to_value(page))
            }
            "cancel" => {
                self.desk.cancel();
                Ok(Value::Null)
            }
            "step" => value(serde_json::to_value(self.step.lock().unwrap_or_else(PoisonError::into_inner).clone())),
            "pick_files" => {
                let picked: Vec<_> = self.given.files.iter().map(|f| self.desk.handle(f.clone())).collect();
                value(serde_json::to_value(picked))
            }
            "save_as" => {
                let to = self.given.out.as_ref().map(|out| self.desk.handle(out.join(text("name"))));
                value(serde_json::to_value(to))
            }
            "pick_folder" => {
                value(serde_json::to_value(self.given.out.as_ref().map(|out| self.desk.handle(out.clone()))))
            }
            "save_text" => {
                let Some(out) = &self.given.out else { return Ok(false.into()) };
                let written = std::fs::write(out.join(text("name")), text("text"));
                written.map_err(|e| Failure::new("E-OUTPUT", e.to_string()))?;
                Ok(true.into())
            }
            "commands" => Ok(commands::COMMANDS.iter().map(|c| c.name).collect()),
            _ => Err(Failure::usage(format!("The desk has no \"{what}\"."))),
        }
    }
}
