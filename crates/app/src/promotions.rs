//! The vendor's promotions: entered by hand, or taken from the vendor's own lines.

use crate::catalogue::{key_of, reference};
use crate::fields::Fields;
use crate::prices::{plan_of, plan_word};
use crate::session::Book;
use crate::wire::{EndAsk, FieldsAsk, IdAsk, ListAsk, PeriodAsk, number};
use crate::{Failure, Session, costs};
use engine::price::Promotion;
use engine::register::Term;
use engine::{Date, Decimal, Names};
use schemars::JsonSchema;
use serde::Serialize;
use store::tables;

/// The fields of a promotion, for messages and help.
pub const FIELDS: &str = "product (PRODUCT:SKU), percent (taken off the list price), from (first day on which a term may begin with \
                          it), until (the day after the last; empty: open), term (P1M, P1Y, P3Y; empty: any), plan (monthly, annual, \
                          triennial, one-time; empty: any)";

/// A promotion as shells see it.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Shown {
    code: String,
    product: String,
    name: String,
    percent: String,
    term: Option<String>,
    plan: Option<&'static str>,
    from: String,
    until: Option<String>,
}

/// Several promotions.
#[derive(Debug, JsonSchema, Serialize)]
pub struct List {
    promotions: Vec<Shown>,
}

/// What the vendor's lines of a month gave.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Taken {
    /// Promotions that are new, or known for more days now.
    taken: u64,
    promotions: Vec<Shown>,
    /// Those whose lines contradict each other or the book; set them by hand.
    left: Vec<Left>,
}

/// A promotion that was left.
#[derive(Debug, JsonSchema, Serialize)]
pub struct Left {
    code: String,
    product: String,
}

/// Lists promotions.
pub fn list(session: &mut Session, ask: ListAsk) -> Result<List, Failure> {
    session.read(|book| {
        let mut names = book.names()?;
        let mut shown = shown(book, tables::promotions::load(book.conn(), &mut names)?, &mut names)?;
        shown.retain(|p| ask.matches(&[&p.code, &p.product, &p.name]));
        shown.truncate(ask.most());
        Ok(List { promotions: shown })
    })
}

/// Shows a promotion: every product it is for.
pub fn show(session: &mut Session, ask: IdAsk) -> Result<List, Failure> {
    session.read(|book| of_code(book, &ask.id))
}

/// Adds a promotion.
pub fn add(session: &mut Session, ask: FieldsAsk) -> Result<List, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let mut f = Fields::new(ask.fields);
        let product = key_of(&f.required("product")?, &mut names)?;
        let known = tables::promotions::load(book.conn(), &mut names)?;
        if known.iter().any(|p| p.code == ask.id && p.product == product) {
            return Err(Failure::new("E-STATE", format!("There is a promotion \"{}\" for it already.", ask.id))
                .hint("Change it with `billhook promotions set`."));
        }
        let promotion = Promotion {
            code: ask.id.clone(),
            product,
            term: None,
            plan: None,
            share: Decimal::ZERO,
            from: book.today,
            until: None,
        };
        save(book, promotion, f, &names)
    })
}

/// Changes a promotion: a further version takes the place of the one before.
pub fn set(session: &mut Session, ask: FieldsAsk) -> Result<List, Failure> {
    session.write(|book| {
        let mut names = book.names()?;
        let mut f = Fields::new(ask.fields);
        let product = f.text("product").map(|text| key_of(&text, &mut names)).transpose()?;
        let promotion = one(book, &ask.id, product, &mut names)?;
        save(book, promotion, f, &names)
    })
}

/// Ends a promotion: from that day on no term begins with it.
pub fn end(session: &mut Session, ask: EndAsk) -> Result<List, Failure> {
    session.write(|book| {
        let on = ask.on.as_deref().map(crate::session::date).transpose()?.unwrap_or(book.today);
        let mut names = book.names()?;
        let all = tables::promotions::load(book.conn(), &mut names)?;
        let mut ended: Vec<Promotion> = all.into_iter().filter(|p| p.code == ask.id).collect();
        if ended.is_empty() {
            return Err(Failure::not_found("promotion", &ask.id));
        }
        for promotion in &mut ended {
            promotion.until = Some(on.max(promotion.from));
        }
        book.writer()?.put_promotions(&names, &ended)?;
        of_code(book, &ask.id).or(Ok(List { promotions: Vec::new() }))
    })
}

/// Takes the promotions that the vendor's lines of a month show; what is known for fewer days is known for more.
pub fn take(session: &mut Session, ask: PeriodAsk) -> Result<Taken, Failure> {
    let month = crate::session::month(&ask.period)?;
    session.write(|book| {
        let costs = costs::load(book, month, costs::carries_money)?;
        let mut names = costs.names;
        let (seen, mut unclear) = engine::promotion::seen(&costs.lines, &names);
        let known = tables::promotions::load(book.conn(), &mut names)?;
        let mut taken = Vec::new();
        for promotion in seen {
            match known.iter().find(|p| p.code == promotion.code && p.product == promotion.product) {
                None => taken.push(promotion),
                Some(before) if before.share == promotion.share => taken.push(Promotion {
                    from: before.from.min(promotion.from),
                    until: before.until.zip(promotion.until).map(|(a, b)| a.max(b)),
                    ..before.clone()
                }),
                Some(_) => {
                    unclear.push(engine::promotion::Unclear { code: promotion.code, product: promotion.product });
                }
            }
        }
        let put = book.writer()?.put_promotions(&names, &taken)?;
        unclear.sort_unstable();
        let left = unclear.into_iter().map(|u| Left { code: u.code, product: reference(u.product, &names) }).collect();
        Ok(Taken { taken: put.added + put.changed, promotions: shown(book, taken, &mut names)?, left })
    })
}

fn one(
    book: &Book<'_>,
    code: &str,
    product: Option<engine::register::ProductKey>,
    names: &mut Names,
) -> Result<Promotion, Failure> {
    let all = tables::promotions::load(book.conn(), names)?;
    let mut found = all.into_iter().filter(|p| p.code == code && product.is_none_or(|wanted| p.product == wanted));
    let first = found.next().ok_or_else(|| Failure::not_found("promotion", code))?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Failure::usage(format!("The promotion \"{code}\" is for several products: give product=...."))),
    }
}

fn save(book: &Book<'_>, mut promotion: Promotion, mut f: Fields, names: &Names) -> Result<List, Failure> {
    let share = f.read("percent", "a percentage between 0 and 100 such as 10", |t| {
        let percent: Decimal = t.trim().trim_end_matches('%').trim().parse().ok()?;
        let share = percent.checked_div(Decimal::ONE_HUNDRED)?;
        (Decimal::ZERO < share && share <= Decimal::ONE).then_some(share)
    })?;
    promotion.share = share.unwrap_or(promotion.share);
    if promotion.share.is_zero() {
        return Err(Failure::usage("percent=... is needed."));
    }
    promotion.from = f.date("from")?.unwrap_or(promotion.from);
    let until = f.read("until", "a day such as 2026-10-31, or nothing", |t| optional(t, |t| t.parse::<Date>().ok()))?;
    promotion.until = until.unwrap_or(promotion.until);
    promotion.term =
        f.read("term", "P1M, P1Y, P3Y, or nothing", |t| optional(t, Term::parse))?.unwrap_or(promotion.term);
    let plan = f.read("plan", "monthly, annual, triennial, one-time, or nothing", |t| optional(t, plan_of))?;
    promotion.plan = plan.unwrap_or(promotion.plan);
    f.done(FIELDS)?;
    if promotion.until.is_some_and(|until| until <= promotion.from) {
        return Err(Failure::new("E-RULE", "The promotion would end before it begins."));
    }
    let code = promotion.code.clone();
    book.writer()?.put_promotions(names, &[promotion])?;
    of_code(book, &code)
}

fn optional<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

fn of_code(book: &Book<'_>, code: &str) -> Result<List, Failure> {
    let mut names = book.names()?;
    let mut found = tables::promotions::load(book.conn(), &mut names)?;
    found.retain(|p| p.code == code);
    if found.is_empty() {
        return Err(Failure::not_found("promotion", code));
    }
    Ok(List { promotions: shown(book, found, &mut names)? })
}

fn shown(book: &Book<'_>, promotions: Vec<Promotion>, names: &mut Names) -> Result<Vec<Shown>, Failure> {
    let products = tables::products::load(book.conn(), names)?;
    let name = |p: &Promotion| products.iter().find(|q| q.key == p.product).map_or("", |q| &q.name).to_owned();
    let each = |p: Promotion| Shown {
        product: reference(p.product, names),
        name: name(&p),
        percent: number(p.share * Decimal::ONE_HUNDRED),
        term: p.term.map(|term| term.to_string()),
        plan: p.plan.map(plan_word),
        from: p.from.to_string(),
        until: p.until.map(|day| day.to_string()),
        code: p.code,
    };
    Ok(promotions.into_iter().map(each).collect())
}
