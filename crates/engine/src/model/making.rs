//! Making a book ready: a row for each stretch of an agreement in which nothing about it changes, a class for what is priced
//! alike.

mod within;

use super::alike::{Alike, alike};
use super::base::{Agreement, Base, Buyer, Class, Input, LeftOut, Row, Sized, units};
use super::run::Figures;
use super::tariff::Tariff;
use super::times::{Days, On};
use super::{ModelError, Scenario, run};
use crate::bill::{charged_cycles, is_running, whole_cycle};
use crate::bundle::{Bundle, BundlePolicy};
use crate::cycle::{Anchor, anchor, cycles, term_on};
use crate::price::{Hold, Method, PriceBook};
use crate::rate::{Ask, NoPrice, Prices};
use crate::register::{Account, ProductKey, State, Subscription, Timing};
use crate::{Date, Id, IdMap, Month, Period, date};
use chrono::Datelike;
use std::collections::HashMap;

/// Makes a book ready.
pub(super) fn make(input: &Input) -> Result<Base, ModelError> {
    let prices = Prices::new(input.prices);
    let mut making = Making::new(input, &prices);
    for subscription in input.subscriptions {
        making.add(subscription);
    }
    making.finish()
}

struct Making<'i, 'p> {
    input: &'i Input<'i>,
    prices: &'i Prices<'p>,
    days: (Date, Date),
    buyers: Vec<Buyer>,
    places: IdMap<Id, u32>,
    agreements: Vec<Agreement>,
    left_out: Vec<LeftOut>,
    rows: Vec<Row>,
    classes: Vec<Class>,
    alike: HashMap<Alike, u32>,
    /// Days within the horizon on which some rule begins or ends.
    rule_days: Vec<Date>,
}

impl<'i, 'p> Making<'i, 'p> {
    fn new(input: &'i Input<'i>, prices: &'i Prices<'p>) -> Making<'i, 'p> {
        let days = input.horizon.days();
        let parents: IdMap<Id, Option<Id>> = input.accounts.iter().map(|a| (a.id, a.parent)).collect();
        let above = |account: &Account| {
            let mut all = Vec::new();
            let mut next = account.parent;
            while let Some(id) = next.filter(|id| !all.contains(id)) {
                all.push(id);
                next = parents.get(&id).copied().flatten();
            }
            all
        };
        let buyers: Vec<Buyer> = input
            .accounts
            .iter()
            .map(|a| Buyer {
                id: a.id,
                above: above(a),
                segment: a.segment,
                currency: a.currency,
                payment_days: a.payment_days,
            })
            .collect();
        let priced = input.prices.rules.iter().filter(|r| !matches!(r.method, Method::Minimum { .. }));
        let mut rule_days: Vec<Date> = priced
            .flat_map(|r| {
                let steps = match &r.method {
                    Method::Ramp { steps } => steps.iter().map(|(day, _)| *day).collect(),
                    _ => Vec::new(),
                };
                [Some(r.from), r.until].into_iter().flatten().chain(steps)
            })
            .filter(|day| days.0 < *day && *day < days.1)
            .collect();
        rule_days.sort_unstable();
        rule_days.dedup();
        let places = buyers.iter().enumerate().map(|(at, b)| (b.id, at as u32)).collect();
        Making {
            input,
            prices,
            days,
            buyers,
            places,
            agreements: Vec::new(),
            left_out: Vec::new(),
            rows: Vec::new(),
            classes: Vec::new(),
            alike: HashMap::new(),
            rule_days,
        }
    }

    /// Adds a subscription: a row for each stretch of days in which nothing about it changes, and one for each change within
    /// a cycle.
    fn add(&mut self, subscription: &Subscription) {
        let (opens, _) = self.days;
        let first_row = self.rows.len();
        if let Err(why) = self.stretches(subscription).and_then(|()| self.changes(subscription)) {
            self.rows.truncate(first_row);
            self.left_out.push(LeftOut { id: subscription.id, why });
            return;
        }
        let Some(row) = self.rows.get(first_row) else { return };
        let class = &self.classes[row.class as usize];
        let renews = self.term_after(subscription, opens).filter(|day| *day < self.days.1);
        self.agreements.push(Agreement {
            id: subscription.id,
            source: subscription.source,
            buyer: row.buyer as usize,
            product: class.product,
            name: subscription.name,
            term: subscription.term,
            plan: subscription.plan,
            plan_sold: subscription.plan_sold(),
            quantity: row.change.map_or(row.quantity, |within| within.opening),
            renews,
        });
    }

    /// The days from which cycles may begin whose charges fall due in the horizon.
    fn since(&self, subscription: &Subscription) -> Date {
        match subscription.timing {
            Timing::Advance => self.days.0,
            // In arrears a charge falls due in the horizon although its cycle began before.
            Timing::Arrears => date::add_months(self.days.0, -(subscription.plan_sold().months().max(1) as i32)),
        }
    }

    /// The rows of what cycles open with.
    fn stretches(&mut self, subscription: &Subscription) -> Result<(), NoPrice> {
        let (opens, closes) = self.days;
        let since = self.since(subscription);
        let due = |cycle: &Period| match subscription.timing {
            Timing::Advance => Month::of(cycle.start),
            Timing::Arrears => Month::of(cycle.last()),
        };
        let sold = charged_cycles(subscription, since, closes);
        let sold: Vec<(Period, usize)> = sold.into_iter().filter_map(|c| Some((c, self.place(due(&c))?))).collect();
        let bought = cycles(subscription, opens, closes);
        let bought: Vec<(Period, usize)> =
            bought.into_iter().filter_map(|c| Some((c, self.place(Month::of(c.start))?))).collect();
        if sold.is_empty() && bought.is_empty() {
            return Ok(());
        }
        let mut turns: Vec<Date> = subscription.events.iter().map(|e| e.date).filter(|day| *day > since).collect();
        turns.dedup();
        let mut from = since;
        for until in turns.into_iter().chain([Date::MAX]) {
            let stretch = Period { start: from, end: until };
            let state = subscription.on(from);
            from = until;
            let within = |all: &[(Period, usize)]| -> Vec<(Period, usize)> {
                all.iter().filter(|(cycle, _)| stretch.contains(cycle.start)).copied().collect()
            };
            let (sold, bought) = (within(&sold), within(&bought));
            if is_running(state.status) && !state.quantity.is_zero() && stretch.start < closes {
                self.rows_of(subscription, &state, stretch, &sold, &bought)?;
            }
        }
        Ok(())
    }

    fn place(&self, month: Month) -> Option<usize> {
        self.input.horizon.place(month)
    }

    /// The first day of the first term that begins on or after a day.
    fn term_after(&self, subscription: &Subscription, day: Date) -> Option<Date> {
        let term = term_on(subscription, subscription.term_end, day)?;
        let next = if term.start == day { term.start } else { term.end };
        let ended = subscription.on(next).status.has_ended();
        (!ended).then_some(next)
    }

    fn rows_of(
        &mut self,
        subscription: &Subscription,
        state: &State,
        stretch: Period,
        sold: &[(Period, usize)],
        bought: &[(Period, usize)],
    ) -> Result<(), NoPrice> {
        let begins = sold.iter().chain(bought).map(|(c, _)| c.start).min();
        let begins = begins.unwrap_or(stretch.start.max(subscription.start));
        let buyer = *self.places.get(&state.account).ok_or(NoPrice::UnknownAccount)?;
        let term = |day| subscription.on(day).term.unwrap_or(Period { start: subscription.start, end: Date::MAX });
        let term_start = term(begins).start;
        let class = self.class(subscription, state, buyer, term_start, self.days.0)?;
        let (charged, renewed) = self.beats(subscription, sold, &term);
        let (bought, rebought) = self.beats(subscription, bought, &term);
        let row = Row {
            agreement: self.agreements.len() as u32,
            buyer,
            class,
            quantity: state.quantity,
            units: units(state.quantity),
            charged,
            bought,
            renewed,
            rebought,
            term_start,
            part: None,
            days: stretch,
            change: None,
            reshaped: false,
        };
        // A cycle cut short is charged in part: a row of its own.
        let mut whole = row;
        for (cycle, at) in sold {
            let nominal = whole_cycle(subscription, *cycle);
            if nominal.days() != cycle.days() {
                let bit = 1u64 << at;
                whole.charged.bits &= !bit;
                let days = |p: Period| u32::try_from(p.days()).unwrap_or(1);
                self.rows.push(Row {
                    charged: Days { bits: bit, ..row.charged },
                    bought: Days { bits: 0, ..row.bought },
                    part: Some((days(*cycle), days(nominal))),
                    ..row
                });
            }
        }
        self.rows.push(whole);
        Ok(())
    }

    /// The months of cycles, and those of them that begin a term.
    fn beats(
        &self,
        subscription: &Subscription,
        cycles: &[(Period, usize)],
        term: &impl Fn(Date) -> Period,
    ) -> (Days, Days) {
        let of = |day: Date, at: usize| self.days_of(subscription, day, at);
        let Some((first, at)) = cycles.first() else {
            let never = Days { bits: 0, on: On(anchor(subscription)), lag: 0 };
            return (never, never);
        };
        let mut all = of(first.start, *at);
        let mut starts: Option<Days> = None;
        let mut running: Option<Period> = None;
        for (cycle, at) in cycles {
            all.bits |= 1 << at;
            if running.is_some_and(|term| term.contains(cycle.start)) {
                continue;
            }
            let begun = term(cycle.start);
            if running.is_some() || begun.start == cycle.start {
                starts.get_or_insert_with(|| of(begun.start, *at)).bits |= 1 << at;
            }
            running = Some(begun);
        }
        (all, starts.unwrap_or(Days { bits: 0, ..all }))
    }

    /// A day on which something of an agreement happens each month, which counts to a place of the horizon; in no month yet.
    fn days_of(&self, subscription: &Subscription, day: Date, at: usize) -> Days {
        let usual = anchor(subscription);
        let on = if usual.in_month(Month::of(day)) == day { usual } else { Anchor::Day(day.day()) };
        let lag = self.input.horizon.first.plus(at as i32).ordinal() - Month::of(day).ordinal();
        Days { bits: 0, on: On(on), lag }
    }

    /// The class of a state, made where there is none yet.
    fn class(
        &mut self,
        subscription: &Subscription,
        state: &State,
        buyer: u32,
        term_start: Date,
        first_day: Date,
    ) -> Result<u32, NoPrice> {
        let (pricing, billing) = (subscription.pricing_currency, self.buyers[buyer as usize].currency);
        let known_rate = self.input.rates.iter().any(|(from, to, _)| (*from, *to) == (pricing, billing));
        let class = Class {
            subscription: Some(subscription.id),
            buyer,
            product: state.product,
            term: subscription.term,
            plan: subscription.plan,
            sold: subscription.sold_plan.filter(|sold| *sold != subscription.plan),
            since: subscription.start,
            customer_term: subscription.customer_term,
            own_days: false,
            notices: Vec::new(),
            own: state.price,
            bundle: subscription.bundle,
            policy: subscription.bundle_policy,
            edition: state.edition,
            quantity: state.quantity,
            // Without a rate the list in the buyer's own currency is all there is.
            pricing: if known_rate { subscription.pricing_currency } else { billing },
            first_term: term_start,
            first_day,
            rule_days: Vec::new(),
            imagined: false,
            sized: Sized::No,
            origin: None,
            resized: false,
            extended: None,
        };
        let rules = self.rules(&class);
        // A bundle changes with the customer's own term, where there is one.
        let bundled = [class.product.product, class.bundle].into_iter().any(|code| self.prices.bundle(code).is_some());
        let by_bundle = bundled && class.policy == BundlePolicy::Renewal && class.customer_term.is_some();
        let own_days = by_bundle || rules.iter().any(|r| r.hold != Hold::VendorTerm || r.uplift.is_some());
        let notices = rules.iter().filter_map(|r| match r.hold {
            Hold::Float { notice_days } => Some(notice_days),
            Hold::VendorTerm | Hold::CustomerTerm => None,
        });
        let class = Class { own_days, notices: notices.collect(), ..class };
        let (alike, sized) = alike(&class, &self.buyers, self.prices, self.input.prices, &self.rule_days);
        if let Some(known) = self.alike.get(&alike) {
            let known_class = &mut self.classes[*known as usize];
            known_class.first_term = known_class.first_term.min(term_start);
            return Ok(*known);
        }
        // Asked once here, so that what has no price is left out with its reason.
        self.prices.offer(&class.ask(&self.buyers, term_start, first_day, None))?;
        let at = self.classes.len() as u32;
        let mut rule_days = self.rule_days.clone();
        rule_days.extend(self.own_days(&class));
        rule_days.sort_unstable();
        rule_days.dedup();
        self.classes.push(Class { rule_days, sized, ..class });
        self.alike.insert(alike, at);
        Ok(at)
    }

    /// The rules that may price a class or a part of it within the horizon.
    fn rules(&self, class: &Class) -> Vec<&'p crate::price::PriceRule> {
        let parts = [self.prices.bundle(class.product.product), self.prices.bundle(class.bundle)];
        let parts = parts.into_iter().flatten().flat_map(Bundle::products);
        let products: Vec<ProductKey> = std::iter::once(class.product).chain(parts).collect();
        let days = std::iter::once(class.first_day).chain(self.rule_days.iter().copied());
        let asks = days.flat_map(|day| products.iter().map(move |product| (day, *product)));
        let winner = |(day, product)| {
            let ask = class.ask(&self.buyers, class.first_term, day, None);
            self.prices.winner(&Ask { product, ..ask })
        };
        asks.filter_map(winner).collect()
    }

    /// Days within the horizon on which a class is priced otherwise because of the days of its own agreement.
    fn own_days(&self, class: &Class) -> Vec<Date> {
        if !class.own_days {
            return Vec::new();
        }
        let (opens, closes) = self.days;
        let mut days: Vec<Date> = Vec::new();
        let uplifts = self.rules(class).into_iter().filter_map(|r| r.uplift).map(|u| u.from);
        let customers = class.customer_term.map(|term| term.from);
        for from in [class.since].into_iter().chain(customers).chain(uplifts) {
            let years = (0..).map(|n| date::add_months(from, 12 * n));
            days.extend(years.take_while(|day| *day < closes).filter(|day| opens < *day));
        }
        if let Some(term) = class.customer_term {
            let next = |day: &Date| term.on(*day).map(|t| t.end);
            let first = term.on(opens).map_or(term.from, |t| t.end);
            days.extend(std::iter::successors(Some(first), next).take_while(|day| *day < closes));
        }
        let buyer = &self.buyers[class.buyer as usize];
        for notice in &class.notices {
            for plan in [Some(class.plan), class.sold].into_iter().flatten() {
                let listed = self.prices.listed_from(class.product, class.term, plan, buyer.currency);
                days.extend(listed.into_iter().map(|day| date::add_days(day, i64::from(*notice))));
            }
        }
        days.retain(|day| opens < *day && *day < closes);
        days
    }

    fn finish(mut self) -> Result<Base, ModelError> {
        self.rows.sort_by_key(|row| row.buyer);
        let used: std::collections::HashSet<ProductKey> = self
            .classes
            .iter()
            .map(|c| c.product)
            .chain(self.input.prices.bundles.iter().flat_map(Bundle::products))
            .collect();
        let list = self.input.prices.list.iter().filter(|row| used.contains(&row.product)).cloned().collect();
        let prices = PriceBook { list, ..self.input.prices.clone() };
        let rates = self.input.rates.iter().map(|(from, to, rate)| ((*from, *to), *rate)).collect();
        let mut base = Base {
            horizon: self.input.horizon,
            buyers: self.buyers,
            agreements: self.agreements,
            left_out: self.left_out,
            figures: Figures::default(),
            prices,
            rates,
            rows: self.rows,
            classes: self.classes,
            tariffs: Vec::new(),
        };
        let index = Prices::new(&base.prices);
        let tariffs: Vec<Tariff> = base.classes.iter().map(|class| Tariff::of(class, &base, &index)).collect();
        base.tariffs = tariffs;
        base.figures = run(&base, &Scenario::default())?.figures;
        Ok(base)
    }
}
