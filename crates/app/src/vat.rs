//! Sensible starting points by country: standard tax rate and language. The user changes them freely; dated data, not rules.

use engine::Decimal;
use engine::register::TaxTreatment;

/// What a seller of a country usually starts with.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Country.
    pub country: &'static str,
    /// Standard rate in percent, as in force in 2026.
    pub percent: &'static str,
    /// Language of invoices.
    pub language: &'static str,
}

const STARTS: &[Start] = &[
    Start { country: "AT", percent: "20", language: "de" },
    Start { country: "BE", percent: "21", language: "nl" },
    Start { country: "CH", percent: "8.1", language: "de" },
    Start { country: "DE", percent: "19", language: "de" },
    Start { country: "ES", percent: "21", language: "es" },
    Start { country: "FR", percent: "20", language: "fr" },
    Start { country: "GB", percent: "20", language: "en" },
    Start { country: "IE", percent: "23", language: "en" },
    Start { country: "LU", percent: "17", language: "fr" },
    Start { country: "NL", percent: "21", language: "nl" },
];

/// The starting point of a country, if one is known.
pub fn domestic(country: &str) -> Option<Start> {
    STARTS.iter().copied().find(|s| s.country == country)
}

/// How a customer of a country is usually taxed by a seller at home in another, or in the same one.
pub fn treatment(country: &str, home: &str) -> TaxTreatment {
    let domestic = country.is_empty() || country == home;
    if domestic { TaxTreatment::Domestic } else { TaxTreatment::ReverseCharge }
}

/// The rate a customer of a country usually pays, treated like this.
pub fn percent(country: &str, treatment: TaxTreatment) -> Decimal {
    let start = domestic(country).filter(|_| treatment == TaxTreatment::Domestic);
    start.and_then(|s| s.percent.parse().ok()).unwrap_or(Decimal::ZERO)
}

/// The language of a country's customers, where Billhook speaks it.
pub fn language(country: &str, otherwise: &str) -> String {
    domestic(country).map_or(otherwise, |s| s.language).to_owned()
}
