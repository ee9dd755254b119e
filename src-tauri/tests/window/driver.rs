//! A hand on the real window: a screen without a monitor, WebKit's own driver, and the few WebDriver words needed.

use crate::wire::{base64, http};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What may go wrong is only shown.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How long a window may take for anything; generous, for a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program as it was built.
const PROGRAM: &str = env!("CARGO_BIN_EXE_billhook-desktop");

/// A person's computer: their files, what the program remembers there, and what they answer when it asks for a file.
pub struct Home(tempfile::TempDir);

impl Home {
    /// A computer on which the program never ran. It is 9 November 2026.
    pub fn new() -> Outcome<Home> {
        let home = Home(tempfile::tempdir()?);
        std::fs::write(home.path("today"), "2026-11-09")?;
        Ok(home)
    }

    /// A file on it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Goes away, for as long as the person said the book may stay open alone.
    pub fn leave(&self) -> Outcome<()> {
        Ok(std::fs::write(self.path("left"), "")?)
    }

    /// Chooses these files in the dialog that opens next.
    pub fn will_choose(&self, names: &[&str]) -> Outcome<()> {
        let paths: Vec<_> = names.iter().map(|name| self.path(name).display().to_string()).collect();
        Ok(std::fs::write(self.path("chosen"), paths.join("\n"))?)
    }
}

/// A running window.
pub struct Window {
    screen: Child,
    driver: Child,
    port: u16,
    session: String,
}

impl Window {
    /// Starts the program with these arguments and waits until its window can be driven.
    pub fn open(home: &Home, args: &[&str]) -> Outcome<Window> {
        let (screen, number) = screen()?;
        let (port, native) = (free_port()?, free_port()?);
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{number}"))
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{native}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("BILLHOOK_DRIVEN", home.0.path())
            .env("XDG_DATA_HOME", home.0.path())
            .env("XDG_CACHE_HOME", home.0.path())
            .env("XDG_CONFIG_HOME", home.0.path())
            .env("LANGUAGE", "en_GB")
            .env("NO_AT_BRIDGE", "1")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("WebKitWebDriver did not start ({e}); `cargo xtask test` installs it"))?;
        let mut window = Window { screen, driver, port, session: String::new() };
        let options = json!({ "binary": PROGRAM, "args": args });
        let ask = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let answer = within_patience(|| http(window.port, "POST", "/session", Some(&ask)))?;
        window.session = answer["sessionId"].as_str().ok_or_else(|| format!("no session: {answer}"))?.to_owned();
        Ok(window)
    }

    /// Waits for the first element that the CSS selector finds.
    pub fn find(&self, selector: &str) -> Outcome<String> {
        let ask = json!({ "using": "css selector", "value": selector });
        let answer = within_patience(|| self.say("POST", "element", Some(&ask)))?;
        let id = answer.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
        Ok(id.ok_or_else(|| format!("{selector}: {answer}"))?.to_owned())
    }

    /// Waits until the text of what the selector finds contains these words.
    pub fn wait_for(&self, selector: &str, words: &str) -> Outcome<()> {
        within_patience(|| {
            let id = self.find(selector)?;
            let text = self.say("GET", &format!("element/{id}/text"), None)?;
            let text = text.as_str().unwrap_or_default();
            if text.contains(words) {
                Ok(())
            } else {
                Err(format!("{selector} says \"{text}\", not \"{words}\"").into())
            }
        })
    }

    /// Clicks on what the selector finds.
    pub fn click(&self, selector: &str) -> Outcome<()> {
        within_patience(|| self.click_on(&self.find(selector)?))
    }

    /// Clicks on an element, in its middle.
    pub fn click_on(&self, element: &str) -> Outcome<()> {
        self.say("POST", &format!("element/{element}/click"), Some(&json!({}))).map(drop)
    }

    /// Replaces the text of a field.
    pub fn fill(&self, selector: &str, text: &str) -> Outcome<()> {
        let id = self.find(selector)?;
        self.say("POST", &format!("element/{id}/clear"), Some(&json!({})))?;
        self.say("POST", &format!("element/{id}/value"), Some(&json!({ "text": text }))).map(drop)
    }

    /// Presses keys together, one after the other down and in turn up again, in WebDriver's code for them.
    pub fn chord(&self, keys: &[char]) -> Outcome<()> {
        let down = keys.iter().map(|key| key_step("keyDown", *key));
        self.keys(down.chain(keys.iter().rev().map(|key| key_step("keyUp", *key))).collect())
    }

    /// Types a text, letter by letter.
    pub fn letters(&self, text: &str) -> Outcome<()> {
        self.keys(text.chars().flat_map(|key| [key_step("keyDown", key), key_step("keyUp", key)]).collect())
    }

    fn keys(&self, steps: Vec<Value>) -> Outcome<()> {
        let ask = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] });
        self.say("POST", "actions", Some(&ask)).map(drop)
    }

    /// Runs a script in the page, and gives what it returns.
    pub fn script(&self, body: &str) -> Outcome<Value> {
        self.script_with(body, &[])
    }

    /// Runs a script with arguments.
    pub fn script_with(&self, body: &str, args: &[&str]) -> Outcome<Value> {
        self.say("POST", "execute/sync", Some(&json!({ "script": body, "args": args })))
    }

    /// Runs a script that answers by calling its last argument.
    pub fn script_async(&self, body: &str) -> Outcome<Value> {
        self.say("POST", "execute/async", Some(&json!({ "script": body, "args": [] })))
    }

    /// How often these words stand in the memory of the program, the web view's own process aside.
    pub fn remembers(&self, words: &str) -> Outcome<usize> {
        let below = Command::new("ps").args(["-o", "pid=", "--ppid", &self.driver.id().to_string()]).output()?;
        let program = String::from_utf8(below.stdout)?.trim().to_owned();
        let maps = std::fs::read_to_string(format!("/proc/{program}/maps"))?;
        let mut memory = std::fs::File::open(format!("/proc/{program}/mem"))?;
        let mut found = 0;
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).ok_or("a range")?;
            let (from, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
            // Larger ranges are room the web view's library has set aside, not taken.
            if to - from > 1 << 28 {
                continue;
            }
            let mut bytes = vec![0; usize::try_from(to - from)?];
            memory.seek(SeekFrom::Start(from))?;
            // What the program gave back meanwhile cannot be read, and holds nothing.
            if memory.read_exact(&mut bytes).is_ok() {
                found += memchr::memmem::find_iter(&bytes, words).count();
            }
        }
        Ok(found)
    }

    /// Saves a picture of the window as it is now. WebKit hands out the frame it draws next, and a page at rest draws none:
    /// a speck in the corner changes as long as the picture takes.
    pub fn picture(&self, file: &Path) -> Outcome<()> {
        let begin = "const speck = document.createElement('i');\
                     Object.assign(speck.style, {position: 'fixed', right: 0, bottom: 0, width: '1px', height: '1px'});\
                     document.body.append(speck);\
                     let n = 0;\
                     window.speck = setInterval(() => { speck.style.background = `rgb(${n++ % 256},0,0)`; }, 20);\
                     setTimeout(arguments[0], 200);";
        self.script_async(begin)?;
        let png = self.say("GET", "screenshot", None)?;
        self.script("clearInterval(window.speck); document.body.lastElementChild.remove()")?;
        Ok(std::fs::write(file, base64(png.as_str().unwrap_or_default()))?)
    }

    fn say(&self, method: &str, what: &str, ask: Option<&Value>) -> Outcome<Value> {
        http(self.port, method, &format!("/session/{}/{what}", self.session), ask)
    }
}

impl Drop for Window {
    /// Ends everything that was started. The driver has its own process group, because the window would outlive it.
    fn drop(&mut self) {
        let _asked_to_close = http(self.port, "DELETE", &format!("/session/{}", self.session), None);
        let group = format!("-{}", self.driver.id());
        let _killed = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _reaped = self.driver.wait();
        let _screen_off = self.screen.kill();
        let _screen_reaped = self.screen.wait();
    }
}

fn key_step(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key.to_string() })
}

/// A screen nobody sees, and its number.
fn screen() -> Outcome<(Child, String)> {
    let mut screen = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("Xvfb did not start ({e}); `cargo xtask test` installs it"))?;
    let mut number = String::new();
    BufReader::new(screen.stdout.take().ok_or("no output")?).read_line(&mut number)?;
    Ok((screen, number.trim().to_owned()))
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

pub fn within_patience<T>(mut attempt: impl FnMut() -> Outcome<T>) -> Outcome<T> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(_) if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(50)),
            outcome => return outcome,
        }
    }
}
