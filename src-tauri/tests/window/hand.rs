//! What a person does, said once and done in two ways: with the mouse, or with the keyboard alone.

use crate::driver::{Outcome, Window, within_patience};
use serde_json::Value;

/// How a person works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    Mouse,
    Keyboard,
}

/// Places by their key: Ctrl with its number, and with nought for the tenth.
const PLACES: [&str; 10] = [
    "Month",
    "Accounts",
    "Catalogue",
    "Subscriptions",
    "Costs",
    "Reconcile",
    "Billing",
    "Invoices",
    "Model",
    "Settings",
];

/// WebDriver's codes of the keys that have no letter.
pub const ENTER: char = '\u{E007}';
pub const CONTROL: char = '\u{E009}';
pub const F10: char = '\u{E03A}';
const TAB: char = '\u{E004}';
const HOME: char = '\u{E011}';
const RIGHT: char = '\u{E014}';
const DOWN: char = '\u{E015}';

/// What an element is called, as somebody hears it who does not see it; a name may be cut with " …". What lies behind an open dialog is out of reach.
const SAYS: &str = "
    const tidy = (text) => (text ?? '').replace(/\\s+/g, ' ').trim();
    const says = (e) => tidy(e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || e.title);
    const same = (text, name) => name.endsWith(' …') ? text.startsWith(name.slice(0, -2)) : text === name;
    const top = document.querySelector('dialog[open]') ?? document;
    const shown = (e) => e.getClientRects().length > 0 && !e.disabled;
    const find = (kinds, name) => [...top.querySelectorAll(kinds)].find((e) => shown(e) && same(says(e), name)) ?? null;
    const named = (name) => !document.activeElement?.matches('body') && same(says(document.activeElement), name);
";

/// A person at the window.
pub struct Person<'a> {
    window: &'a Window,
    hand: Hand,
}

impl<'a> Person<'a> {
    /// Sits down.
    pub fn at(window: &'a Window, hand: Hand) -> Person<'a> {
        Person { window, hand }
    }

    fn says(&self, script: &str, args: &[&str]) -> Outcome<Value> {
        self.window.script_with(&format!("{SAYS} {script}"), args)
    }

    /// The element of one of these kinds that is called so, once it is there.
    fn found(&self, kinds: &str, name: &str) -> Outcome<String> {
        within_patience(|| {
            let found = self.says("return find(arguments[0], arguments[1])", &[kinds, name])?;
            let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
            Ok(id.ok_or_else(|| format!("no {kinds} is called \"{name}\": {}", self.text()))?.to_owned())
        })
    }

    /// Goes on with Tab until what has the focus is called so.
    fn tab_to(&self, kinds: &str, name: &str) -> Outcome<()> {
        self.found(kinds, name)?;
        for _ in 0..200 {
            if self
                .says("return document.activeElement.matches(arguments[0]) && named(arguments[1])", &[kinds, name])?
                == true
            {
                return Ok(());
            }
            self.window.chord(&[TAB])?;
        }
        Err(format!("\"{name}\" is out of the keyboard's reach").into())
    }

    /// Presses a button.
    pub fn press(&self, name: &str) -> Outcome<()> {
        match self.hand {
            Hand::Mouse => within_patience(|| self.window.click_on(&self.found("button", name)?)),
            Hand::Keyboard => {
                self.tab_to("button", name)?;
                self.window.chord(&[ENTER])
            }
        }
    }

    /// Chooses one of a few that exclude each other.
    pub fn pick(&self, name: &str) -> Outcome<()> {
        let kinds = "input[type=radio]";
        let element = self.found(kinds, name)?;
        if self.hand == Hand::Mouse {
            return self.window.click_on(&element);
        }
        // Tab stops at the group, the arrows go through it.
        let group = "return document.activeElement.name !== undefined && document.activeElement.name === find(arguments[0], arguments[1]).name";
        let there = "return named(arguments[1])";
        for _ in 0..200 {
            let key = match (self.says(there, &[kinds, name])? == true, self.says(group, &[kinds, name])? == true) {
                (true, _) => return Ok(()),
                (_, true) => RIGHT,
                _ => TAB,
            };
            self.window.chord(&[key])?;
        }
        Err(format!("\"{name}\" is out of the keyboard's reach").into())
    }

    /// Writes into a field, over what is there.
    pub fn write(&self, name: &str, text: &str) -> Outcome<()> {
        let kinds = "input, textarea";
        match self.hand {
            Hand::Mouse => self.window.click_on(&self.found(kinds, name)?)?,
            Hand::Keyboard => self.tab_to(kinds, name)?,
        }
        self.window.chord(&[CONTROL, 'a'])?;
        self.window.letters(text)
    }

    /// Chooses in a list that drops down.
    pub fn choose(&self, name: &str, choice: &str) -> Outcome<()> {
        match self.hand {
            Hand::Mouse => drop(self.found("select", name)?),
            Hand::Keyboard => self.tab_to("select", name)?,
        }
        // The list itself is the system's and no part of the page: the driver and the keys both choose without opening it.
        let chosen =
            || self.says("const list = find('select', arguments[0]); return list.selectedOptions[0]?.text", &[name]);
        if self.hand == Hand::Keyboard {
            self.window.chord(&[HOME])?;
        }
        for _ in 0..80 {
            if chosen()? == choice {
                return Ok(());
            }
            match self.hand {
                Hand::Mouse => {
                    let script =
                        "return [...find('select', arguments[0]).options].find((o) => o.text === arguments[1])";
                    let option = self.says(script, &[name, choice])?;
                    let id = option.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
                    self.window.click_on(id.ok_or_else(|| format!("{name} has no \"{choice}\""))?)?;
                }
                Hand::Keyboard => self.window.chord(&[DOWN])?,
            }
        }
        Err(format!("{name} stays at {}", chosen()?).into())
    }

    /// Goes to a place.
    pub fn go(&self, place: &str) -> Outcome<()> {
        match self.hand {
            Hand::Mouse => self.window.click(&format!("nav button[title={place}]"))?,
            Hand::Keyboard => {
                let number = (1..).zip(PLACES).find(|(_, name)| *name == place).map_or(0, |(number, _)| number);
                self.window.chord(&[CONTROL, char::from_digit(number % 10, 10).ok_or("no such place")?])?;
            }
        }
        self.window.wait_for("h1", place)
    }

    /// Opens the row of the table that has these words.
    pub fn open(&self, words: &str) -> Outcome<()> {
        let row = "return [...document.querySelectorAll('[role=grid] .row')].find((r) => r.innerText.includes(arguments[0])) ?? null";
        match self.hand {
            Hand::Mouse => within_patience(|| {
                let found = self.window.script_with(row, &[words])?;
                let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
                self.window.click_on(id.ok_or_else(|| format!("no row has \"{words}\": {}", self.text()))?)
            }),
            Hand::Keyboard => {
                within_patience(|| match self.window.script_with(row, &[words])? {
                    Value::Null => Err(format!("no row has \"{words}\": {}", self.text()).into()),
                    _ => Ok(()),
                })?;
                let table =
                    self.window.script("return document.querySelector('[role=grid]').getAttribute('aria-label')")?;
                self.tab_to("[role=grid]", table.as_str().unwrap_or_default())?;
                self.window.chord(&[HOME])?;
                let at = "const at = document.activeElement.getAttribute('aria-activedescendant');\
                          return document.getElementById(at)?.innerText.includes(arguments[0]) ?? false";
                for _ in 0..100 {
                    if self.window.script_with(at, &[words])? == true {
                        return self.window.chord(&[ENTER]);
                    }
                    self.window.chord(&[DOWN])?;
                }
                Err(format!("the arrows do not reach \"{words}\"").into())
            }
        }
    }

    /// Waits until the window says this.
    pub fn reads(&self, words: &str) -> Outcome<()> {
        within_patience(|| {
            let text = self.text();
            if text.contains(words) { Ok(()) } else { Err(format!("\"{words}\" is not in: {text}").into()) }
        })
    }

    /// Everything the window says, on one line.
    fn text(&self) -> String {
        let text = self.says("return tidy(document.body.innerText)", &[]);
        text.ok().and_then(|t| t.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
