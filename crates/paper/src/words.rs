//! What paper says, by language: texts, dates, numbers and the sentence under a line. Data in `words/*.toml`.
//!
//! Every file has every key: the reader of these files refuses a missing or an unknown one.

use crate::printed::{Kind, Line};
use chrono::Datelike;
use engine::register::TaxTreatment;
use engine::sale::ChargeKind;
use engine::{Currency, Date, Decimal, Money, Period};
use serde::Deserialize;
use std::collections::BTreeMap;

const FILES: [&str; 5] = [
    include_str!("../words/en.toml"),
    include_str!("../words/de.toml"),
    include_str!("../words/fr.toml"),
    include_str!("../words/nl.toml"),
    include_str!("../words/es.toml"),
];

/// Declares a struct of required texts.
macro_rules! texts {
    ($name:ident { $($field:ident),* $(,)? }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $field: String),* }
    };
}

mod letter;

texts!(Document { invoice, credit_note, lines, totals });
texts!(Facts {
    invoice_number,
    credit_number,
    issued,
    due,
    tax_point,
    period,
    purchase_order,
    customer_tax_id,
    corrects,
    corrects_of,
});
texts!(Table { summary, description, quantity, price, tax, amount, carried, brought, continued });
texts!(Totals { summary, net, tax, on, to_pay, to_credit, home_tax });
texts!(Treatment { reverse_charge, reverse_charge_note, export, export_note, exempt, exempt_note });
texts!(Payment {
    heading,
    by,
    now,
    collected,
    credited,
    nothing,
    holder,
    bank,
    iban,
    bic,
    sort_code,
    account,
    reference,
    mandate,
});
texts!(Footer { page, record, tax_id, registration });
texts!(Numbers { decimal, group, percent });
texts!(Forms { one, other });

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    months: [String; 12],
    first_day: String,
    full: String,
    day_month: String,
    one_day: String,
    within_month: String,
    within_year: String,
    across_years: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    part: String,
    added: Forms,
    removed: Forms,
    cancelled: String,
    usage: String,
    minimum: String,
    correction: String,
}

/// Which numbers take the singular.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Plural {
    /// Exactly one.
    One,
    /// Anything below two, nothing included.
    BelowTwo,
}

/// The texts of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) language: String,
    plural: Plural,
    pub(crate) document: Document,
    pub(crate) facts: Facts,
    pub(crate) table: Table,
    pub(crate) totals: Totals,
    pub(crate) treatment: Treatment,
    pub(crate) payment: Payment,
    pub(crate) footer: Footer,
    dates: Dates,
    numbers: Numbers,
    line: Lines,
    pub(crate) letter: letter::Letter,
    countries: BTreeMap<String, String>,
}

/// Every language there is, English first.
pub(crate) fn all() -> Result<Vec<Words>, toml::de::Error> {
    FILES.iter().map(|file| toml::from_str(file)).collect()
}

/// Fills `{name}` in a text. Values are never searched for braces themselves.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(n, _)| *n == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

impl Words {
    /// A date in full: "9 November 2026".
    pub(crate) fn date(&self, date: Date) -> String {
        self.dated(&self.dates.full, date, date)
    }

    /// A date within the year everybody means, else in full.
    fn date_in(&self, date: Date, year: i32) -> String {
        let form = if date.year() == year { &self.dates.day_month } else { &self.dates.full };
        self.dated(form, date, date)
    }

    /// A period with both ends served: "1 to 31 October 2026".
    pub(crate) fn period(&self, period: Period) -> String {
        let (first, last) = (period.start, period.last());
        let form = if first == last {
            &self.dates.one_day
        } else if first.year() != last.year() {
            &self.dates.across_years
        } else if first.month() != last.month() {
            &self.dates.within_year
        } else {
            &self.dates.within_month
        };
        self.dated(form, first, last)
    }

    fn dated(&self, form: &str, first: Date, last: Date) -> String {
        let day = |d: Date| if d.day() == 1 { self.dates.first_day.clone() } else { d.day().to_string() };
        let month = |d: Date| self.dates.months.get(d.month0() as usize).map_or("", String::as_str);
        let (day1, day2) = (day(first), day(last));
        let (year1, year2) = (first.year().to_string(), last.year().to_string());
        let values = [
            ("day", day1.as_str()),
            ("month", month(first)),
            ("year", &year1),
            ("day1", &day1),
            ("month1", month(first)),
            ("year1", &year1),
            ("day2", &day2),
            ("month2", month(last)),
            ("year2", &year2),
        ];
        fill(form, &values)
    }

    /// An amount by the locale, without currency.
    pub(crate) fn money(&self, money: Money) -> String {
        self.decimal(money.value(), money.currency().digits())
    }

    /// An amount with its currency's code.
    pub(crate) fn money_in_full(&self, money: Money) -> String {
        format!("{}\u{A0}{}", self.money(money), money.currency())
    }

    /// A unit price: all its digits, at least those of the currency.
    pub(crate) fn price(&self, price: Decimal, currency: Currency) -> String {
        self.decimal(price, currency.digits())
    }

    /// A count: all its digits, none added.
    pub(crate) fn number(&self, value: Decimal) -> String {
        self.decimal(value, 0)
    }

    /// A share in percent: "20%".
    pub(crate) fn percent(&self, value: Decimal) -> String {
        fill(&self.numbers.percent, &[("n", &self.number(value))])
    }

    /// Where the fraction of a formatted number begins; a number without one ends there, its sign of percent after it.
    pub(crate) fn point(&self, text: &str) -> usize {
        let digits = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
        text.find(self.numbers.decimal.as_str()).unwrap_or(digits)
    }

    fn decimal(&self, value: Decimal, least_digits: u32) -> String {
        let plain = value.normalize().abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::with_capacity(plain.len() + 8);
        if value.is_sign_negative() && !value.is_zero() {
            out.push('\u{2212}');
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push_str(&self.numbers.group);
            }
            out.push(digit);
        }
        let digits = fraction.len().max(least_digits as usize);
        if digits > 0 {
            out.push_str(&self.numbers.decimal);
            out.push_str(fraction);
            out.extend(std::iter::repeat_n('0', digits - fraction.len()));
        }
        out
    }

    /// What the document calls itself.
    pub(crate) fn title(&self, kind: Kind) -> &str {
        match kind {
            Kind::Invoice => &self.document.invoice,
            Kind::CreditNote => &self.document.credit_note,
        }
    }

    /// The name and the legal sentence of a treatment that charges no tax; `None` where tax is simply charged.
    pub(crate) fn treatment(&self, treatment: TaxTreatment) -> Option<(&str, &str)> {
        let t = &self.treatment;
        match treatment {
            TaxTreatment::Domestic => None,
            TaxTreatment::ReverseCharge => Some((&t.reverse_charge, &t.reverse_charge_note)),
            TaxTreatment::Export => Some((&t.export, &t.export_note)),
            TaxTreatment::Exempt => Some((&t.exempt, &t.exempt_note)),
        }
    }

    /// A country's name; its code where the name is not in the file.
    pub(crate) fn country<'a>(&'a self, code: &'a str) -> &'a str {
        self.countries.get(code).map_or(code, String::as_str)
    }

    /// The sentence under a line: what happened and which days are charged. Empty when the document's own period says it all.
    pub(crate) fn sentence(&self, line: &Line, whole: Option<Period>, year: i32) -> String {
        let Some(period) = line.period else { return String::new() };
        let cycle = line.cycle.unwrap_or(period);
        let (range, on) = (self.period(period), self.date_in(period.start, year));
        let (days, of) = (period.days().to_string(), cycle.days().to_string());
        let units = line.quantity.abs();
        let n = self.number(units);
        let values = [("range", range.as_str()), ("date", &on), ("days", &days), ("of", &of), ("n", &n)];
        let text = match line.kind {
            ChargeKind::Recurring | ChargeKind::PassThrough | ChargeKind::OneOff => {
                if period.days() != cycle.days() {
                    return fill(&self.line.part, &values);
                }
                return if whole == Some(period) { String::new() } else { range };
            }
            ChargeKind::Added => self.form(&self.line.added, units),
            ChargeKind::Removed => self.form(&self.line.removed, units),
            ChargeKind::Cancelled => &self.line.cancelled,
            ChargeKind::Usage => &self.line.usage,
            ChargeKind::Minimum => &self.line.minimum,
            ChargeKind::CatchUp => &self.line.correction,
        };
        fill(text, &values)
    }

    fn form<'a>(&self, forms: &'a Forms, n: Decimal) -> &'a str {
        let singular = match self.plural {
            Plural::One => n == Decimal::ONE,
            Plural::BelowTwo => n < Decimal::TWO,
        };
        if singular { &forms.one } else { &forms.other }
    }
}

#[cfg(test)]
mod tests;
