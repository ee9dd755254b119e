use super::*;
use crate::letter::{NewPrice, Offer};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn words(language: &str) -> Words {
    all().unwrap().into_iter().find(|w| w.language == language).unwrap()
}

fn line(kind: ChargeKind, quantity: &str, days: (&str, &str), cycle: (&str, &str)) -> Line {
    Line {
        kind,
        name: String::new(),
        period: Period::inclusive(day(days.0), day(days.1)),
        cycle: Period::inclusive(day(cycle.0), day(cycle.1)),
        quantity: quantity.parse().unwrap(),
        unit_price: None,
        net: Money::zero(Currency::EUR),
        treatment: TaxTreatment::Domestic,
        tax_percent: Decimal::ZERO,
        notes: Vec::new(),
    }
}

#[test]
fn every_language_has_every_key_and_the_same_countries() {
    let all = all().unwrap();
    assert_eq!(all.iter().map(|w| w.language.as_str()).collect::<Vec<_>>(), ["en", "de", "fr", "nl", "es"]);
    for words in &all {
        assert!(words.countries.keys().eq(all[0].countries.keys()), "{}", words.language);
    }
}

#[test]
fn numbers_follow_the_locale() {
    let amount = Money::from_minor(-123_456_789, Currency::EUR);
    for (language, text, percent) in [
        ("en", "\u{2212}1,234,567.89", "7.5%"),
        ("de", "\u{2212}1.234.567,89", "7,5\u{A0}%"),
        ("fr", "\u{2212}1\u{202F}234\u{202F}567,89", "7,5\u{202F}%"),
        ("nl", "\u{2212}1.234.567,89", "7,5%"),
        ("es", "\u{2212}1.234.567,89", "7,5\u{A0}%"),
    ] {
        let words = words(language);
        assert_eq!((words.money(amount).as_str(), words.percent("7.50".parse().unwrap()).as_str()), (text, percent));
    }
    let en = words("en");
    assert_eq!(en.price("0.0123400".parse().unwrap(), Currency::EUR), "0.01234");
    assert_eq!(en.price("18.5".parse().unwrap(), Currency::EUR), "18.50");
    assert_eq!(en.money(Money::from_minor(1500, Currency::parse("JPY").unwrap())), "1,500");
    assert_eq!(en.number("24.000".parse().unwrap()), "24");
    assert_eq!(en.money(Money::zero(Currency::EUR)), "0.00");
}

#[test]
fn proration_is_said_in_words() {
    let added = line(ChargeKind::Added, "8", ("2026-10-13", "2026-10-31"), ("2026-10-01", "2026-10-31"));
    for (language, text) in [
        ("en", "8 seats added on 13 October: 19 of 31 days"),
        ("de", "8 Plätze am 13. Oktober hinzugefügt: 19 von 31 Tagen"),
        ("fr", "8 postes ajoutés le 13 octobre\u{A0}: 19 jours sur 31"),
        ("nl", "8 gebruikers toegevoegd op 13 oktober: 19 van 31 dagen"),
        ("es", "8 puestos añadidos el 13 de octubre: 19 de 31 días"),
    ] {
        assert_eq!(words(language).sentence(&added, None, 2026), text);
    }
    let one = line(ChargeKind::Removed, "-1", ("2025-12-01", "2025-12-31"), ("2025-12-01", "2025-12-31"));
    assert_eq!(words("en").sentence(&one, None, 2026), "1 seat removed on 1 December 2025: credit for 31 of 31 days");
    assert_eq!(
        words("fr").sentence(&one, None, 2025),
        "1 poste retiré le 1er décembre\u{A0}: avoir pour 31 jours sur 31"
    );
    let half = Line { quantity: "1.5".parse().unwrap(), ..added };
    assert!(words("fr").sentence(&half, None, 2026).starts_with("1,5 poste ajouté"));
    assert!(words("en").sentence(&half, None, 2026).starts_with("1.5 seats added"));
}

#[test]
fn the_period_of_the_whole_document_is_not_repeated() {
    let october = ("2026-10-01", "2026-10-31");
    let whole = Period::inclusive(day(october.0), day(october.1));
    let full = line(ChargeKind::Recurring, "5", october, october);
    let part = line(ChargeKind::Recurring, "5", ("2026-10-12", "2026-10-31"), october);
    let en = words("en");
    assert_eq!(en.sentence(&full, whole, 2026), "");
    assert_eq!(en.sentence(&full, None, 2026), "1 to 31 October 2026");
    assert_eq!(en.sentence(&part, whole, 2026), "12 to 31 October 2026: 20 of 31 days");
    let year = line(ChargeKind::Recurring, "5", ("2026-11-01", "2027-10-31"), ("2026-11-01", "2027-10-31"));
    assert_eq!(words("es").sentence(&year, None, 2026), "del 1 de noviembre de 2026 al 31 de octubre de 2027");
}

#[test]
fn braces_in_values_stay_as_they_are() {
    assert_eq!(fill("{name}, continued", &[("name", "{date} {")]), "{date} {, continued");
    assert_eq!(fill("a { b", &[]), "a { b");
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn a_new_price_is_said_in_words() {
    let price = |quantity: &str, months| NewPrice {
        name: "Mail".into(),
        quantity: dec(quantity),
        from: day("2027-01-01"),
        months,
        old: dec("12.00"),
        new: dec("12.60"),
        later: Vec::new(),
    };
    for (language, subject, monthly, yearly, rise) in [
        ("en", "New prices from 1 January 2027", "1 seat, paid monthly", "24 seats, paid yearly", "+5.3%"),
        (
            "de",
            "Neue Preise ab 1. Januar 2027",
            "1 Platz, monatliche Zahlung",
            "24 Plätze, jährliche Zahlung",
            "+5,3\u{A0}%",
        ),
        (
            "fr",
            "Nouveaux prix à partir du 1er janvier 2027",
            "1 poste, paiement mensuel",
            "24 postes, paiement annuel",
            "+5,3\u{202F}%",
        ),
        (
            "nl",
            "Nieuwe prijzen vanaf 1 januari 2027",
            "1 gebruiker, betaling per maand",
            "24 gebruikers, betaling per jaar",
            "+5,3%",
        ),
        (
            "es",
            "Nuevos precios a partir del 1 de enero de 2027",
            "1 puesto, pago mensual",
            "24 puestos, pago anual",
            "+5,3\u{A0}%",
        ),
    ] {
        let words = words(language);
        assert_eq!(words.subject(2, day("2027-01-01")), subject);
        assert_eq!(words.price_line(&price("1", 1), Currency::EUR), monthly);
        assert_eq!(words.price_line(&price("24", 12), Currency::EUR), yearly);
        assert_eq!(words.change(dec("5.3")), rise);
    }
    let en = words("en");
    assert_eq!(en.subject(1, day("2027-01-01")), "New price from 1 January 2027");
    assert!(en.opening(1).starts_with("The price of the service") && en.opening(2).starts_with("The prices of"));
    for (months, text) in
        [(0, "paid once"), (6, "paid every 6 months"), (18, "paid every 18 months"), (36, "paid every 3 years")]
    {
        assert_eq!(en.price_line(&price("2.5", months), Currency::EUR), format!("2.5 seats, {text}"));
    }
    let later = vec![(day("2028-01-01"), dec("13.2")), (day("2029-01-01"), dec("13.90"))];
    for (language, said) in [
        ("en", "1 seat, paid monthly; from 1 January 2028 13.20; from 1 January 2029 13.90"),
        ("de", "1 Platz, monatliche Zahlung; ab 1. Januar 2028 13,20; ab 1. Januar 2029 13,90"),
        (
            "fr",
            "1 poste, paiement mensuel\u{A0}; à partir du 1er janvier 2028 13,20\u{A0}; à partir du 1er janvier 2029 13,90",
        ),
        ("nl", "1 gebruiker, betaling per maand; vanaf 1 januari 2028 13,20; vanaf 1 januari 2029 13,90"),
        ("es", "1 puesto, pago mensual; a partir del 1 de enero de 2028 13,20; a partir del 1 de enero de 2029 13,90"),
    ] {
        let price = NewPrice { later: later.clone(), ..price("1", 1) };
        assert_eq!(words(language).price_line(&price, Currency::EUR), said);
    }
    assert_eq!(en.change(dec("-4.8")), "\u{2212}4.8%");
    assert_eq!(en.change(Decimal::ZERO), "0%");
}

#[test]
fn an_offer_is_said_by_the_month_and_beside_the_new_price() {
    let offer = |price: &str, months| Offer {
        name: "Mail".into(),
        quantity: dec("10"),
        term_months: 12,
        months,
        price: dec(price),
        saving: Money::from_minor(7200, Currency::EUR),
    };
    let now = NewPrice {
        name: "Mail".into(),
        quantity: dec("10"),
        from: day("2027-01-01"),
        months: 1,
        old: dec("12"),
        new: dec("12.60"),
        later: Vec::new(),
    };
    for (language, text) in [
        ("en", "10 seats for one year, paid yearly: 12.00 instead of 12.60 a month and seat"),
        ("de", "10 Plätze für ein Jahr, jährliche Zahlung: 12,00 statt 12,60 je Monat und Platz"),
        ("fr", "10 postes pour un an, paiement annuel\u{A0}: 12,00 au lieu de 12,60 par mois et par poste"),
        ("nl", "10 gebruikers voor één jaar, betaling per jaar: 12,00 i.p.v. 12,60 per maand en gebruiker"),
        ("es", "10 puestos por un año, pago anual: 12,00 en lugar de 12,60 al mes por puesto"),
    ] {
        assert_eq!(words(language).offer_line(&offer("144", 12), Some(&now), Currency::EUR), text);
    }
    let said = |offer: &Offer, now| words("en").offer_line(offer, now, Currency::EUR);
    assert_eq!(said(&offer("144", 12), None), "10 seats for one year, paid yearly: 12.00 a month and seat");
    assert_eq!(said(&offer("100.01", 12), Some(&now)), "10 seats for one year, paid yearly");
    assert_eq!(said(&offer("12", 1), None), "10 seats for one year, paid monthly");
    let free = Offer { term_months: 0, months: 0, ..offer("12", 1) };
    assert_eq!(said(&free, Some(&now)), "10 seats without a term, paid once");
}

#[test]
fn a_difference_says_which_way_it_goes() {
    let said = |minor| words("en").difference(Money::from_minor(minor, Currency::EUR));
    for (minor, label, amount) in
        [(72_000, "More, EUR", "720.00"), (-72_000, "Less, EUR", "720.00"), (0, "Difference, EUR", "0.00")]
    {
        assert_eq!(said(minor), (label.to_owned(), amount.to_owned()));
    }
}
