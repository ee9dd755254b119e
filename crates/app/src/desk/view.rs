//! Windows on long lists: a list is opened once, sorted and searched here, and handed out a screenful at a time.

use super::long::{self, Long};
use super::rows::Rows;
use super::sieve::Sieve;
use crate::{Failure, Session, commands, progress};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::tables;

/// Which rows of a list are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Window {
    /// The first row, from 0.
    #[serde(default)]
    pub from: usize,
    /// At most so many.
    #[serde(default)]
    pub count: usize,
    /// Sorted by this field; in the list's own order without one.
    #[serde(default)]
    pub sort: Option<String>,
    /// From the greatest down.
    #[serde(default)]
    pub descending: bool,
    /// Only rows in which every word of this occurs somewhere, in any case.
    #[serde(default)]
    pub find: String,
    /// Only rows whose fields have one of these values.
    #[serde(default)]
    pub only: Map<String, Value>,
}

/// Rows of a list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// All rows of the list.
    pub all: usize,
    /// Those that were looked for.
    pub found: usize,
    /// The rows of the window.
    pub rows: Vec<Value>,
    /// What the answer says beside its rows.
    pub beside: Value,
}

/// The lists opened so far, the one looked at last behind the others.
#[derive(Default)]
pub(super) struct Views(Vec<View>);

/// Lists kept at a time: those of one screen.
const KEPT: usize = 4;

/// The lists of places one goes to first, as their pages ask for them.
fn first() -> [(&'static str, &'static str, Value); 2] {
    [("subscriptions register", "subscriptions", json!({})), ("accounts tree", "accounts", json!({}))]
}

/// How many subscriptions a book has at most for lists to be opened that nobody asked for: they take some forty megabytes.
const FEW: usize = 150_000;

struct View {
    /// Command, array and request.
    of: (String, String, Value),
    list: List,
    /// The places of the rows found, in order, for the last window asked for that was not the list as it is.
    order: Option<(Sieve, Vec<u32>)>,
}

enum List {
    /// Read whole: the rows, and what the answer says beside them.
    Held(Rows, Value),
    /// Read where it lies.
    Long(Box<dyn Long>),
}

impl Views {
    /// Opens the lists somebody may look at next. Says whether it came to its end.
    pub(super) fn prepare(&mut self, session: &mut Session) -> bool {
        let few = session.read(|book| Ok(tables::subscriptions::count(book.conn())? <= FEW));
        for (name, rows, ask) in first().into_iter().filter(|_| matches!(few, Ok(true))) {
            let of = (name.to_owned(), rows.to_owned(), ask);
            if self.0.iter().any(|view| view.of == of) {
                continue;
            }
            // Why one cannot be opened is told to who asks for it.
            if let Ok(view) = View::open(session, of) {
                self.0.insert(0, view);
            }
            if progress::go_on(session.progress()).is_err() {
                return false;
            }
        }
        self.0.drain(..self.0.len().saturating_sub(KEPT));
        true
    }

    /// A window on a list, opened if it was not yet.
    pub(super) fn page(
        &mut self,
        session: &mut Session,
        name: &str,
        rows: &str,
        ask: Value,
        window: &Window,
    ) -> Result<Value, Failure> {
        let of = (name.to_owned(), rows.to_owned(), ask);
        let mut view = match self.0.iter().position(|view| view.of == of) {
            Some(at) => self.0.remove(at),
            None => View::open(session, of)?,
        };
        let page = view.page(session, window);
        self.0.push(view);
        self.0.drain(..self.0.len().saturating_sub(KEPT));
        long::written(&page?)
    }
}

impl View {
    fn open(session: &mut Session, of: (String, String, Value)) -> Result<View, Failure> {
        let (name, rows, ask) = &of;
        let list = match long::open(session, name, rows, ask) {
            Some(long) => List::Long(long?),
            None => {
                let answer = commands::call_for_text(session, name, ask.clone())?;
                let missing = || Failure::usage(format!("\"{name}\" has no list \"{rows}\"."));
                let (rows, beside) = Rows::read(answer, rows).ok_or_else(missing)?;
                List::Held(rows, beside)
            }
        };
        Ok(View { of, list, order: None })
    }

    fn page(&mut self, session: &mut Session, window: &Window) -> Result<Page, Failure> {
        let all = self.list.len();
        let sieve = Sieve::of(window);
        let span = |len: usize| window.from.min(len)..window.from.saturating_add(window.count).min(len);
        let (found, places): (usize, Vec<usize>) = if sieve.is_open() {
            (all, span(all).collect())
        } else {
            let order = match self.order.take() {
                Some((last, order)) if last == sieve => order,
                _ => self.list.order(session, &sieve)?,
            };
            let places = order[span(order.len())].iter().map(|at| *at as usize).collect();
            let found = order.len();
            self.order = Some((sieve, order));
            (found, places)
        };
        let (rows, beside) = match &self.list {
            List::Held(rows, beside) => (places.into_iter().map(|at| rows.object(at)).collect(), beside.clone()),
            List::Long(long) => (long.rows(session, &places)?, long.beside()),
        };
        Ok(Page { all, found, rows, beside })
    }
}

impl List {
    fn len(&self) -> usize {
        match self {
            List::Held(rows, _) => rows.len(),
            List::Long(long) => long.len(),
        }
    }

    fn order(&self, session: &mut Session, sieve: &Sieve) -> Result<Vec<u32>, Failure> {
        let found = match self {
            List::Held(rows, _) => {
                let mut looker = sieve.looker();
                looker.see_all(rows);
                looker.found()
            }
            List::Long(long) => {
                let mut lookers: Vec<_> = (0..engine::cores::count()).map(|_| sieve.looker()).collect();
                long.each(session, &mut lookers)?;
                lookers.into_iter().flat_map(super::sieve::Looker::found).collect()
            }
        };
        Ok(sieve.order(found))
    }
}
