//! A run payer by payer: what is to be drafted for whom, cut into parts that any threads draft.
//!
//! Everything of one payer is charged, sorted, added up and handed on before the next payer's turn, so that a run of a
//! hundred thousand lines never holds more than a few of them, and a thread frees what it made itself.

use super::guards::{self, Before};
use super::people::{People, Tree};
use super::timeline::{self, Window};
use super::{BillInput, Desk, Minimum, Written, passed, totals};
use crate::IdMap;
use crate::invoice::{Draft, Guard};
use crate::rate::NoPrice;
use crate::register::{EventKind, Product, ProductKey, Subscription};
use std::collections::BTreeSet;
use std::ops::Range;

/// A run that is being drafted.
pub struct Plan<'a> {
    input: &'a BillInput<'a>,
    tree: Tree<'a>,
    products: IdMap<ProductKey, &'a Product>,
    window: Window,
    before: Before<'a>,
    /// The places of the subscriptions of each payer. A moved one stands with each payer it ever had.
    charged: Piles,
    /// Payer and minimum, by payer.
    minimums: Vec<(u32, &'a Minimum)>,
    /// What is charged beside subscriptions, by payer, until it is given to the parts.
    others: Vec<Written>,
    /// Guards about what is left out of every draft.
    guards: Vec<Guard>,
}

/// Whole payers, to be drafted by one thread.
pub struct Part {
    payers: Range<u32>,
    others: Vec<Written>,
}

/// What was seen while a part was drafted.
#[derive(Default)]
pub struct Look {
    pub(super) guards: Vec<Guard>,
    /// The accounts charged, where a run before asks for them.
    pub(super) charged: BTreeSet<crate::Id>,
}

/// Subscriptions and other charges of a part: enough that its offers are worked out for many.
pub(super) const PART: usize = 8192;

impl<'a> Plan<'a> {
    /// Sorts what is to be charged by who pays.
    pub fn of(input: &'a BillInput<'a>) -> Plan<'a> {
        let mut plan = Plan {
            input,
            tree: Tree::new(input.accounts, input.names),
            products: input.products.iter().map(|p| (p.key, p)).collect(),
            window: Window::of(input),
            before: Before::of(input.last),
            charged: Piles::default(),
            minimums: Vec::new(),
            others: Vec::new(),
            guards: Vec::new(),
        };
        let mut desk = plan.desk();
        passed::charge_all(&mut desk);
        input.one_offs.iter().for_each(|charge| desk.one_off(charge));
        let Desk { people, mut lines, guards, .. } = desk;
        lines.sort_by_key(|written| written.payer);
        // Nobody pays for an account that is not in the book: its charges are refused after all others.
        let rank = |id| people.payer_rank(id).unwrap_or(people.end());
        let wanted =
            |rank: u32| input.only.is_none_or(|only| rank < people.end() && only.contains(&people.by_rank(rank).id));
        let mut charged = Vec::with_capacity(input.subscriptions.len());
        for (at, subscription) in (0..).zip(input.subscriptions) {
            charged.extend(payers(subscription, rank).filter(|payer| wanted(*payer)).map(|payer| (payer, at)));
        }
        let charged = Piles::of(&charged, people.end());
        let minimums = input.minimums.iter().map(|m| (rank(m.account), m)).filter(|(payer, _)| wanted(*payer));
        let mut minimums: Vec<_> = minimums.collect();
        minimums.sort_by_key(|(payer, _)| *payer);
        (plan.others, plan.guards, plan.charged, plan.minimums) = (lines, guards, charged, minimums);
        plan
    }

    fn desk(&self) -> Desk<'_> {
        Desk::new(self.input, &self.tree, &self.products)
    }

    /// The parts, in the order of payers; to be taken once.
    pub fn parts(&mut self) -> Vec<Part> {
        let end = People::of(&self.tree).end();
        let mut others = std::mem::take(&mut self.others).into_iter().peekable();
        let mut parts = Vec::new();
        let (mut first, mut weight) = (0, 0);
        let mut of_part = Vec::new();
        for payer in 0..=end {
            let before = of_part.len();
            of_part.extend(std::iter::from_fn(|| others.next_if(|written| written.payer == payer)));
            weight += self.charged.of_payer(payer).len() + of_part.len() - before;
            if weight >= PART || payer == end {
                parts.push(Part { payers: first..payer + 1, others: std::mem::take(&mut of_part) });
                (first, weight) = (payer + 1, 0);
            }
        }
        parts
    }

    /// Drafts a part: hands on each draft, payer by payer and by currency, and says what was seen.
    pub fn draft(&self, part: Part, mut each: impl FnMut(Draft)) -> Look {
        let mut desk = self.desk();
        let mut look = Look::default();
        let mut others = part.others.into_iter().peekable();
        let first = self.minimums.partition_point(|(payer, _)| *payer < part.payers.start);
        let mut minimums = self.minimums[first..].iter().peekable();
        for payer in part.payers {
            desk.payer = Some(payer);
            for at in self.charged.of_payer(payer) {
                timeline::charge_one(&mut desk, &self.input.subscriptions[*at as usize], &self.window);
            }
            while let Some(written) = others.next_if(|written| written.payer == payer) {
                desk.lines.push(written);
            }
            while let Some((_, minimum)) = minimums.next_if(|(of, _)| *of == payer) {
                desk.minimum(minimum);
            }
            self.finish(&mut desk, payer, &mut look, &mut each);
        }
        look.guards.append(&mut desk.guards);
        look
    }

    /// Sorts and adds up the lines of a payer: a draft for each currency.
    fn finish(&self, desk: &mut Desk, payer: u32, look: &mut Look, each: &mut impl FnMut(Draft)) {
        let currency = |written: &Written| written.line.net.currency();
        desk.lines
            .sort_by(|a, b| currency(a).cmp(&currency(b)).then_with(|| a.place.order(&b.place, self.input.names)));
        let mut lines = desk.lines.drain(..).peekable();
        while let Some(first) = lines.next() {
            let of = currency(&first);
            let mut own = Vec::with_capacity(lines.len() + 1);
            own.push(first.line);
            own.extend(std::iter::from_fn(|| lines.next_if(|next| currency(next) == of)).map(|written| written.line));
            let payer = desk.people.by_rank(payer);
            match totals::total(payer, of, self.input, own) {
                Ok(draft) => {
                    self.before.look(self.input, &desk.people, &draft, look);
                    each(draft);
                }
                Err(_) => look.guards.push(guards::no_price(payer.id, None, &NoPrice::TooLarge, self.input.names)),
            }
        }
    }

    /// The guards of the run: what was seen in its parts, given in their order, by account, code and subscription.
    pub fn guards(self, looks: Vec<Look>) -> Vec<Guard> {
        let first = Look { guards: self.guards, ..Look::default() };
        let looks = std::iter::once(first).chain(looks).collect();
        self.before.all(self.input, &People::of(&self.tree), looks)
    }
}

/// The payers of a subscription by their ranks: of its account, and of those it was moved to.
fn payers(subscription: &Subscription, rank: impl Fn(crate::Id) -> u32) -> impl Iterator<Item = u32> {
    let moved = subscription.events.iter().filter_map(|event| match event.kind {
        EventKind::Moved { account } => Some(account),
        _ => None,
    });
    let first = rank(subscription.account);
    let mut others: Vec<u32> = moved.map(rank).filter(|payer| *payer != first).collect();
    others.sort_unstable();
    others.dedup();
    std::iter::once(first).chain(others)
}

/// Places in a list, pile by pile.
#[derive(Default)]
struct Piles {
    /// Where each pile begins, and where the last ends.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl Piles {
    /// Puts places on the piles given with them, each in its order; `last` is the last pile.
    fn of(given: &[(u32, u32)], last: u32) -> Piles {
        let mut starts = vec![0; last as usize + 2];
        given.iter().for_each(|(pile, _)| starts[*pile as usize + 1] += 1);
        for pile in 1..starts.len() {
            starts[pile] += starts[pile - 1];
        }
        let (mut next, mut places) = (starts.clone(), vec![0; given.len()]);
        for (pile, place) in given {
            let at = &mut next[*pile as usize];
            places[*at as usize] = *place;
            *at += 1;
        }
        Piles { starts, places }
    }

    fn of_payer(&self, payer: u32) -> &[u32] {
        let [first, end] = [payer, payer + 1].map(|at| self.starts[at as usize] as usize);
        &self.places[first..end]
    }
}
