//! Tenants and products the vendor bills and the book does not know, with money beside them and proposals for a person to
//! confirm. Never matched by name: a name is a reason to propose, not to decide.

use super::{carries_money, load};
use crate::people::{People, reference};
use crate::wire::{PeriodAsk, total};
use crate::{Failure, Session};
use engine::cost::{CostLine, Family};
use engine::register::{Account, AccountKind};
use engine::{Currency, Decimal, SourceId, Symbol};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::tables;

/// What the book does not know, with money beside it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Unmapped {
    period: String,
    tenants: Vec<UnmappedTenant>,
    products: Vec<UnmappedProduct>,
}

/// A tenant without an account.
#[derive(Debug, JsonSchema, Serialize)]
pub struct UnmappedTenant {
    tenant: String,
    name: String,
    lines: usize,
    amount: String,
    currency: String,
    /// The account of the first proposal that is sure enough to be accepted with others.
    proposal: Option<String>,
    /// Accounts it may belong to, the most likely first.
    proposals: Vec<Proposal>,
}

/// An account a tenant may belong to.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Proposal {
    account_ref: String,
    account: String,
    /// Why: `subscription`, `name` or `similar`.
    because: &'static str,
}

/// A product not in the catalogue, as it would be added.
#[derive(Debug, JsonSchema, Serialize)]
pub struct UnmappedProduct {
    product: String,
    name: String,
    lines: usize,
    amount: String,
    currency: String,
    kind: &'static str,
    vendor: String,
    /// A product of the catalogue that differs in its SKU only.
    like: Option<String>,
}

/// Lines of one tenant or product.
struct Sum<'a> {
    first: &'a CostLine,
    lines: usize,
    amount: Decimal,
}

fn sums<'a, K: Ord>(lines: impl Iterator<Item = (K, &'a CostLine)>) -> BTreeMap<(K, Currency), Sum<'a>> {
    let mut sums = BTreeMap::new();
    for (key, line) in lines {
        let none = || Sum { first: line, lines: 0, amount: Decimal::ZERO };
        let sum: &mut Sum<'_> = sums.entry((key, line.currency)).or_insert_with(none);
        sum.lines += 1;
        sum.amount += line.subtotal;
    }
    sums
}

/// Lists tenants and products of a month's documents that the book does not know.
pub fn unmapped(session: &mut Session, ask: PeriodAsk) -> Result<Unmapped, Failure> {
    session.read(|book| {
        let month = crate::session::month(&ask.period)?;
        let mut costs = load(book, month, carries_money)?;
        let people = People::load(book, &mut costs.names)?;
        let tenants = people.tenants(book, &mut costs.names)?;
        let products = tables::products::load(book.conn(), &mut costs.names)?;
        let mut mapped: HashSet<SourceId> = tenants.iter().filter(|t| t.account.is_some()).map(|t| t.tenant).collect();
        mapped.extend(people.accounts.iter().map(|a| a.source));
        let listed: HashSet<(Symbol, Symbol)> = products.iter().map(|p| (p.key.product, p.key.sku)).collect();
        let unknown = |line: &&CostLine| !mapped.contains(&line.customer);
        // Whose the subscriptions of unknown tenants are, by our register.
        let wanted: HashSet<SourceId> = costs.lines.iter().filter(unknown).map(|l| l.subscription).collect();
        let is_wanted = |id: SourceId| !id.is_none() && wanted.contains(&id);
        let registered = tables::chosen::subscriptions(book.conn(), &costs.names, &people.accounts, is_wanted)?;
        let names = &costs.names;
        let owners: HashMap<SourceId, _> = registered.iter().map(|s| (s.source, s.account)).collect();
        let propose = |tenant: SourceId, told: Symbol| {
            let of = costs.lines.iter().filter(|l| l.customer == tenant).filter_map(|l| owners.get(&l.subscription));
            let sure: BTreeSet<_> = of.copied().collect();
            let by_register = people.accounts.iter().filter(|a| sure.contains(&a.id)).map(|a| (a, "subscription"));
            let by_name = near(names.text(told), &people.accounts);
            let mut seen = HashSet::new();
            let all = by_register.chain(by_name).filter(|(a, _)| seen.insert(a.id)).take(3);
            all.map(|(a, because)| Proposal { account_ref: reference(a, names), account: a.name.clone(), because })
                .collect::<Vec<_>>()
        };
        let by_tenant = sums(costs.lines.iter().filter(unknown).map(|l| (l.customer, l)));
        let tenants = by_tenant.into_iter().map(|((tenant, currency), sum)| {
            let proposals = propose(tenant, sum.first.customer_name);
            let sure = proposals.first().filter(|p| p.because != "similar");
            UnmappedTenant {
                tenant: names.source_text(tenant),
                name: names.text(sum.first.customer_name).to_owned(),
                lines: sum.lines,
                amount: total(sum.amount, currency),
                currency: currency.to_string(),
                proposal: sure.map(|p| p.account_ref.clone()),
                proposals,
            }
        });
        let unlisted = costs.lines.iter().filter(|l| !listed.contains(&(l.product, l.sku)));
        let by_product = sums(unlisted.map(|l| ((l.product, l.sku), l)));
        let shown = by_product.into_iter().map(|(((product, sku), currency), sum)| UnmappedProduct {
            product: format!("{}:{}", names.text(product), names.text(sku)),
            name: names.text(sum.first.product_name).to_owned(),
            lines: sum.lines,
            amount: total(sum.amount, currency),
            currency: currency.to_string(),
            kind: if sum.first.family == Family::Usage { "usage" } else { "licence" },
            vendor: match sum.first.family {
                Family::Licence | Family::Usage | Family::Reservation => "Microsoft".to_owned(),
                Family::Software | Family::Marketplace | Family::Other => String::new(),
            },
            like: products.iter().find(|p| p.key.product == product).map(|p| p.name.clone()),
        });
        Ok(Unmapped { period: month.to_string(), tenants: tenants.collect(), products: shown.collect() })
    })
}

/// Accounts whose name is the same but for case, marks and legal form, then those that share at least half of its words.
fn near<'a>(name: &str, accounts: &'a [Account]) -> Vec<(&'a Account, &'static str)> {
    let wanted = words(name);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, &Account, &'static str)> = accounts
        .iter()
        .filter(|a| a.kind == AccountKind::Customer && a.ended.is_none())
        .filter_map(|a| {
            let theirs = words(&a.name);
            let shared = wanted.intersection(&theirs).count();
            let all = wanted.union(&theirs).count();
            match shared {
                n if n == all => Some((100, a, "name")),
                n if n * 2 >= all => Some((n * 100 / all, a, "similar")),
                _ => None,
            }
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    found.into_iter().map(|(_, account, because)| (account, because)).collect()
}

/// Legal forms, which people leave out and write in many ways.
const FORMS: &[&str] = &[
    "ag", "bv", "co", "corp", "eg", "ev", "gmbh", "inc", "kg", "limited", "llc", "llp", "ltd", "nv", "ohg", "plc",
    "sa", "sarl", "se", "ug",
];

/// The words of a name that tell it from others.
fn words(name: &str) -> BTreeSet<String> {
    let plain: String = name.to_lowercase().replace('.', "");
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !FORMS.contains(w))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn legal_forms_and_marks_do_not_tell_names_apart() {
        assert_eq!(words("Anker Bakery, Ltd."), words("ANKER BAKERY LIMITED"));
        assert_eq!(words("Molenaar en Zn. B.V."), words("Molenaar en Zn BV"));
        assert_ne!(words("Anker Bakery"), words("Anker Brewery"));
    }
}
