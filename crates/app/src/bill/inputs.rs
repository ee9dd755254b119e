//! Everything a draft depends on, loaded once.

use crate::invoices::History;
use crate::people::People;
use crate::session::Book;
use crate::settings::Settings;
use crate::{Failure, costs, prices};
use engine::bill::{BillInput, Billed, Drafted, LastRun, OneOff, Passed};
use engine::bundle::Bundle;
use engine::exchange::Rates;
use engine::invoice::TaxRounding;
use engine::money::Totals;
use engine::price::{Basis, Method, PriceBook, PriceRule};
use engine::rate::Prices;
use engine::register::{EventKind, Product, ProductKey, Subscription};
use engine::{Currency, Date, Id, Money, Month, Names};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::tables;
use store::tables::runs::{Run, RunState};
use store::tables::subscriptions::Scope;

/// What a run is drafted with, beside the book: kept with the run, so that it can be drafted the same way again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// One basis for everything.
    pub basis: Option<Basis>,
    /// Only this account and what it pays for.
    pub account: Option<Id>,
}

impl Options {
    /// Those a run was drafted with.
    pub fn of(run: &Run) -> Options {
        Options {
            basis: run.facts["basis"].as_str().and_then(crate::accounts::basis_of),
            account: run.facts["account"].as_str().and_then(Id::parse),
        }
    }
}

/// The inputs of a draft.
pub struct Inputs {
    /// Texts.
    pub names: Names,
    /// Accounts.
    pub people: People,
    /// Products, for names and kinds.
    pub products: Vec<Product>,
    month: Month,
    subscriptions: Vec<Subscription>,
    prices: PriceBook,
    one_offs: Vec<OneOff>,
    costs: Vec<Passed>,
    unagreed: Totals,
    billed: Billed,
    earlier: Vec<Month>,
    last: Option<LastRun>,
    tax_rounding: TaxRounding,
    rates: Rates,
    today: Date,
    /// Net amounts on invoices of the month already, where a minimum charge asks for them.
    issued: HashMap<(Id, Currency), Money>,
}

impl Inputs {
    /// Loads them: of all payers, or of these only. The texts and accounts of the book are loaded already.
    pub fn load(
        book: &mut Book<'_>,
        month: Month,
        options: &Options,
        only: Option<&BTreeSet<Id>>,
        (mut names, mut people): (Names, People),
        settings: &Settings,
    ) -> Result<Inputs, Failure> {
        book.progress.step("Loading the register", 0, None);
        let default = crate::accounts::basis_of(settings.get("bill.basis"));
        for account in &mut people.accounts {
            account.basis = options.basis.or(account.basis).or(default);
        }
        let users: Option<Vec<Id>> = only.map(|payers| people.paid_by(payers));
        let scope = users.as_deref().map_or(Scope::All, Scope::Accounts);
        let mut subscriptions = tables::subscriptions::load_as_of(book.conn(), &mut names, scope, people.as_of())?;
        if options.basis.is_some() {
            for subscription in &mut subscriptions {
                subscription.basis = options.basis;
            }
        }
        let products = tables::products::load(book.conn(), &mut names)?;
        let one_offs = tables::one_offs::load(book.conn(), scope)?;
        let prices = PriceBook { unit_price_digits: settings.price_digits(), ..prices::load(book, &mut names)? };
        let least = prices.rules.iter().any(|r| matches!(r.method, Method::Minimum { .. }));
        let issued = if least { crate::invoices::issued_net(book, month, None)? } else { HashMap::new() };
        let (costs, unagreed) = passed(book, month, &mut names, &people, &subscriptions)?;
        let earlier = earlier(book, month)?;
        let invoices = History::load(book, month, &earlier)?;
        Ok(Inputs {
            names,
            people,
            products,
            month,
            subscriptions,
            prices,
            one_offs,
            costs,
            unagreed,
            billed: invoices.billed,
            earlier,
            last: invoices.last,
            tax_rounding: settings.tax_rounding(),
            rates: crate::rates::load(book)?,
            today: book.today,
            issued,
        })
    }

    /// Loads them as they were when a run was drafted: what was recorded later is left out.
    pub fn as_of(
        book: &mut Book<'_>,
        run: &Run,
        options: &Options,
        only: Option<&BTreeSet<Id>>,
    ) -> Result<Inputs, Failure> {
        let mut names = book.names()?;
        let people = People::load_as_of(book, &mut names, Some(run.register_seq))?;
        let settings = super::ways_of(run, book.settings()?);
        let mut inputs = Inputs::load(book, run.period, options, only, (names, people), &settings)?;
        let (last_event, milliseconds) = read_moment(&run.inputs);
        let known_then = |id: Id| milliseconds_of(id) <= milliseconds;
        inputs.subscriptions.retain(|s| known_then(s.id));
        for subscription in &mut inputs.subscriptions {
            subscription.events.retain(|e| e.seq <= last_event);
        }
        let documents = run.facts["documents"].as_u64().unwrap_or(u64::MAX);
        let then = Some(run.prices_seq);
        inputs.prices.rules = tables::prices::load_rules_as_of(book.conn(), &mut inputs.names, then)?;
        inputs.prices.volume = tables::volume::load_as_of(book.conn(), then)?;
        inputs.prices.promotions = tables::promotions::load_as_of(book.conn(), &mut inputs.names, then)?;
        inputs.products = tables::products::load_as_of(book.conn(), &mut inputs.names, then)?;
        inputs.prices.list = tables::prices::load_list_as_of(book.conn(), &mut inputs.names, then)?;
        inputs.prices.bundles = tables::products::load_bundles_as_of(book.conn(), &mut inputs.names, then)?;
        inputs.costs.retain(|passed| u64::from(passed.line.at.document) <= documents);
        let History { billed, last } = History::before(book, run)?;
        inputs.billed = billed;
        inputs.last = last;
        inputs.issued = crate::invoices::issued_net(book, run.period, Some(run))?;
        // A one-off charge waits for the first run of its month; those charged by this run or not at all were there then
        // when this run charged them.
        let charged: BTreeSet<Id> = crate::invoices::keys_of(book, run)?.into_iter().map(|k| k.subject).collect();
        inputs.one_offs.retain(|o| charged.contains(&o.id));
        let runs = tables::runs::list(book.conn())?;
        let before =
            runs.iter().take_while(|r| r.id != run.id).filter(|r| r.state == RunState::Issued && r.period < run.period);
        inputs.earlier = before.map(|r| r.period).collect::<BTreeSet<_>>().into_iter().collect();
        Ok(inputs)
    }

    /// Prices as if a rule had been in force; `names` holds the texts it names.
    pub fn suppose(&mut self, rule: &PriceRule, names: &Names) {
        self.prices = self.prices.supposing(&rule.retold(names, &mut self.names));
    }

    /// Drafts with them, everything at once.
    pub fn draft(&self, only: Option<&BTreeSet<Id>>) -> Drafted {
        self.bill(only, engine::bill::draft)
    }

    /// Does something with what a draft depends on.
    pub fn bill<T>(&self, only: Option<&BTreeSet<Id>>, work: impl FnOnce(&BillInput) -> T) -> T {
        let index = Prices::new(&self.prices);
        let own = only.map(|payers| self.people.concerned(payers));
        let accounts = own.as_deref().unwrap_or(&self.people.accounts);
        let minimums = engine::bill::minimums(self.month, accounts, &self.subscriptions, &index, &self.issued);
        work(&BillInput {
            month: self.month,
            names: &self.names,
            accounts,
            subscriptions: &self.subscriptions,
            products: &self.products,
            prices: &index,
            one_offs: &self.one_offs,
            costs: &self.costs,
            billed: &self.billed,
            earlier: &self.earlier,
            minimums: &minimums,
            tax_rounding: self.tax_rounding,
            rates: &self.rates,
            today: self.today,
            last: self.last.as_ref(),
            only,
        })
    }

    /// Every product a line may name.
    pub fn products(&self) -> impl Iterator<Item = ProductKey> {
        let upgraded = self.subscriptions.iter().flat_map(|s| &s.events).filter_map(|event| match event.kind {
            EventKind::Upgraded { to } => Some(to),
            _ => None,
        });
        let parts = self.prices.bundles.iter().flat_map(Bundle::products);
        let costs = self.costs.iter().map(|p| ProductKey { product: p.line.product, sku: p.line.sku });
        let others = self.one_offs.iter().filter_map(|charge| charge.product).chain(parts).chain(costs);
        self.subscriptions.iter().map(|s| s.product).chain(upgraded).chain(others)
    }

    /// Keeps only the texts and accounts; giving back the rest takes a while, and nobody waits for it.
    pub fn into_names_and_people(self) -> (Names, People) {
        let Inputs { names, people, subscriptions, .. } = self;
        std::thread::spawn(move || drop(subscriptions));
        (names, people)
    }

    /// Daily usage that is not billed, because neither plan nor account has an agreement for it.
    pub fn unagreed_usage(&self) -> &Totals {
        &self.unagreed
    }

    /// Products that run or are passed on and that the catalogue does not have, by their ids.
    pub fn unlisted(&self) -> BTreeSet<String> {
        let listed: HashSet<ProductKey> = self.products.iter().map(|p| p.key).collect();
        let is_bundle = |key: &ProductKey| self.prices.bundles.iter().any(|bundle| bundle.code == key.product);
        let last = self.month.period().last();
        let agreed = self.subscriptions.iter().map(|s| (s.product, Some(s)));
        let passed = self.costs.iter().map(|c| (ProductKey { product: c.line.product, sku: c.line.sku }, None));
        agreed
            .chain(passed)
            .filter(|(key, _)| !listed.contains(key) && !is_bundle(key))
            .filter(|(_, subscription)| subscription.is_none_or(|s| !s.on(last).status.has_ended()))
            .map(|(key, _)| crate::catalogue::reference(key, &self.names))
            .collect()
    }

    /// The run before, to show differences against.
    pub fn last(&self) -> Option<&LastRun> {
        self.last.as_ref()
    }
}

/// The moment a run was drafted: the last event recorded, and the time in milliseconds since 1970.
pub fn moment(book: &Book<'_>) -> Result<Vec<u8>, Failure> {
    let mut bytes = tables::glance::last_event(book.conn())?.to_be_bytes().to_vec();
    bytes.extend((book.now / 1000).to_be_bytes());
    Ok(bytes)
}

fn read_moment(bytes: &[u8]) -> (u64, u64) {
    let word = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(u64::MAX, u64::from_be_bytes);
    (word(0), word(8))
}

/// When a record was made: the first 48 bits of a version 7 UUID.
fn milliseconds_of(id: Id) -> u64 {
    id.0[..6].iter().fold(0, |ms, b| ms << 8 | u64::from(*b))
}

/// Months already issued before this one.
fn earlier(book: &Book<'_>, month: Month) -> Result<Vec<Month>, Failure> {
    let runs = tables::runs::list(book.conn())?;
    let issued = runs.iter().filter(|r| r.state == RunState::Issued && r.period < month).map(|r| r.period);
    Ok(issued.collect::<BTreeSet<_>>().into_iter().collect())
}

/// The vendor's lines of the month that may be passed through, with whom they belong to, and daily usage that is nobody's.
fn passed(
    book: &Book<'_>,
    month: Month,
    names: &mut Names,
    people: &People,
    subscriptions: &[Subscription],
) -> Result<(Vec<Passed>, Totals), Failure> {
    let documents = costs::of_month(book, month, |_| true)?;
    let any = people.accounts.iter().any(|a| a.basis == Some(Basis::PassThrough))
        || subscriptions.iter().any(|s| s.basis == Some(Basis::PassThrough))
        || has_usage(book, month)?;
    if documents.is_empty() || !any {
        return Ok(Default::default());
    }
    let batch = std::mem::take(names);
    let loaded = tables::lines::load_costs(book.conn(), batch, &documents, tables::lines::Keep::Everything)?;
    *names = loaded.names;
    let owners = people.owners(book, names)?;
    Ok(engine::bill::passed(loaded.lines, month, subscriptions, &owners, &people.accounts))
}

/// Whether daily usage was imported for a month: consumption is passed through whatever the basis.
fn has_usage(book: &Book<'_>, month: Month) -> Result<bool, Failure> {
    Ok(!costs::of_month(book, month, |k| !costs::carries_money(k))?.is_empty())
}
