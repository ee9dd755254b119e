//! Sensible starting points by country: standard tax rate and language. The user changes them freely; dated data, not rules.

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
