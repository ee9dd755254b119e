//! A vendor's price entered by hand: cost and retail price of a product from a day on. Price lists are never edited: a further
//! version takes the place of the one before, from its first day.

use crate::fields::Fields;
use crate::prices::{plan_of, plan_word};
use crate::registers::history::{self, History};
use crate::wire::FieldsAsk;
use crate::{Failure, Session, catalogue};
use engine::Decimal;
use engine::price::{ListKind, ListPrice};
use engine::register::{BillingPlan, Term};
use store::tables;

/// The fields of a list price, for messages and help.
pub const FIELDS: &str = "cost (what the vendor asks of us), erp (the retail price), from (first day in force), until (first day no \
                          longer in force; the same as from takes the price of that day back), term (P1M, P1Y, P3Y), plan \
                          (monthly, annual, triennial, one-time), currency, segment (Education, Government, Charity; commercial \
                          without one), from_quantity (smallest quantity it is for)";

/// Sets what a product costs and retails for from a day on; answers its history.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<History, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let product = catalogue::find(book, &ask.id, &mut names)?;
        let mut f = Fields::new(ask.fields);
        let needed = |name: &str| Failure::usage(format!("{name}=... is needed."));
        let mut price = |name: &'static str| match f.number(name)? {
            Some(value) if value.is_sign_negative() => {
                Err(Failure::new("E-RULE", format!("The {name} of a list price is not below nothing.")))
            }
            value => Ok::<Option<Decimal>, Failure>(value),
        };
        let (cost, erp) = (price("cost")?, price("erp")?);
        let from = f.date("from")?.unwrap_or(book.today);
        let until = f.date("until")?;
        let term = f.read("term", "P1M, P1Y or P3Y", Term::parse)?.unwrap_or(Term::P1Y);
        let plan = f.read("plan", "monthly, annual, triennial or one-time", plan_of)?.unwrap_or(BillingPlan::Monthly);
        let currency = f.currency("currency")?.unwrap_or(book.settings()?.currency());
        let segment = f.text("segment").unwrap_or_default();
        let segment = if segment.eq_ignore_ascii_case("commercial") { "" } else { segment.trim() };
        let segment = names.intern(segment);
        let at_least = f.number("from_quantity")?.unwrap_or(Decimal::ZERO);
        f.done(FIELDS)?;
        if plan.months() > term.months {
            let plan = plan_word(plan);
            return Err(Failure::new("E-RULE", format!("A term of {term} is too short to be billed {plan}.")));
        }
        if until.is_some_and(|until| until < from) {
            return Err(Failure::new("E-RULE", "The price would end before it begins."));
        }
        let known = tables::prices::load_list(book.conn(), &mut names)?;
        let same_day = known
            .iter()
            .filter(|p| (p.kind, p.segment, p.at_least) == (ListKind::Term, segment, at_least))
            .rfind(|p| (p.product, p.term, p.plan, p.currency, p.from) == (product.key, term, plan, currency, from));
        let cost = cost.or(same_day.map(|p| p.cost)).ok_or_else(|| needed("cost"))?;
        let erp = erp.or(same_day.map(|p| p.erp)).ok_or_else(|| needed("erp"))?;
        let row = ListPrice {
            kind: ListKind::Term,
            product: product.key,
            term,
            plan,
            currency,
            segment,
            at_least,
            cost,
            erp,
            from,
            until,
            source: None,
        };
        book.writer()?.put_list_prices(&names, &[row])?;
        history::of(book, Some(&catalogue::reference(product.key, &names)))
    })
}
