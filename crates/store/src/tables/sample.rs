//! A small book for tests with something in every table.

use engine::bill::OneOff;
use engine::contact::{Contact, Note};
use engine::cost::{ChargeType, CostLine, DocumentKind, Family};
use engine::finding::{Class, Finding, Fix, Until};
use engine::invoice::{Draft, TaxLine};
use engine::ledger::{BalancedEntry, LedgerAccount, Posting};
use engine::money::Totals;
use engine::price::{Band, Layer, ListKind, ListPrice, ListState, Method, PriceRule, Promotion, Uplift, VolumeBreaks};
use engine::register::*;
use engine::sale::{ChargeKey, ChargeKind, SaleLine, SoldAt, SoldLine};
use engine::why::{Rule, Step, Value};
use engine::{Currency, Date, Decimal, Id, LineRef, Money, Month, Names, Symbol};

use super::documents::{Document, ProblemRow};
use super::findings::{Decision, State};
use super::invoices::{InvoiceKind, Issue};
use super::journal::Posted;
use super::price_lists::PriceList;
use super::register_tests::{account, subscription};
use super::runs::{Kept, Run, RunState};
use super::testing::{Book, book};
use super::*;

/// Keeps drafts in one part.
pub(super) fn put_drafts(book: &Book, names: &Names, run: Id, payers: Option<&[Id]>, drafts: Vec<Draft>) -> Vec<Kept> {
    let writer = book.writer();
    let products = drafts.iter().flat_map(|d| &d.lines).filter_map(|line| line.product);
    let symbols = writer.symbols(names, products).unwrap();
    let part = |drafts: Vec<Draft>, each: &mut dyn FnMut(Draft)| drafts.into_iter().for_each(each);
    writer.put_drafts(&symbols, run, payers, vec![drafts], part).unwrap().0
}

pub(super) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub(super) const AT: &str = "2026-11-22T10:00:00Z";

pub(super) fn month() -> Month {
    Month::parse("2026-10").unwrap()
}

pub(super) fn sale(subject: Id, account: Id, net: i64) -> SaleLine {
    SaleLine {
        key: ChargeKey { kind: ChargeKind::Recurring, subject, date: day("2026-10-01"), part: 0 },
        account,
        subscription: Some(subject),
        product: None,
        name: "Microsoft 365 F1".into(),
        period: Some(month().period()),
        cycle: Some(month().period()),
        quantity: dec("4"),
        unit_price: dec("2.50"),
        net: eur(net),
        cost: Some(eur(net - 100)),
        why: vec![Step::of(Rule("net"), Value::Money(eur(net))).input("seats", Value::Number(dec("4")))].into(),
    }
}

pub(super) fn draft(payer: Id, lines: Vec<SaleLine>) -> Draft {
    let net: i64 = lines.iter().map(|l| l.net.minor()).sum();
    let tax = net * 19 / 100;
    Draft {
        bill_to: payer,
        month: month(),
        currency: Currency::EUR,
        lines,
        tax: vec![TaxLine { treatment: TaxTreatment::Domestic, percent: dec("19"), base: eur(net), tax: eur(tax) }],
        net: eur(net),
        tax_total: eur(tax),
        gross: eur(net + tax),
    }
}

pub(super) fn entry(draft: &Draft, text: &str) -> BalancedEntry {
    let post = |account, amount| Posting { account, amount };
    let postings = vec![
        post(LedgerAccount::Receivable, draft.gross),
        post(LedgerAccount::RevenueLicence, draft.net.negated()),
        post(LedgerAccount::OutputTax, draft.tax_total.negated()),
    ];
    BalancedEntry::new(day("2026-10-31"), text, postings).unwrap()
}

pub(super) fn issue<'a>(
    number: u64,
    kind: InvoiceKind,
    corrects: Option<Id>,
    run: Id,
    draft: &'a Kept,
    entry: BalancedEntry,
) -> Issue<'a> {
    let (series, label) = match kind {
        InvoiceKind::Invoice => ("INV", format!("INV-2026-{number:04}")),
        InvoiceKind::CreditNote => ("CN", format!("CN-2026-{number:04}")),
    };
    Issue {
        series,
        year: 2026,
        number,
        label,
        kind,
        corrects,
        reopens: None,
        run: corrects.is_none().then_some(run),
        draft,
        issued: day("2026-10-31"),
        due: day("2026-11-30"),
        snapshot: r#"{"seller":"Seller GmbH"}"#.into(),
        entry,
        at: AT,
    }
}

pub(super) fn cost_line(names: &mut Names, document: u32, row: u32) -> CostLine {
    CostLine {
        at: LineRef { document, row },
        family: Family::Licence,
        invoice: names.intern("G1"),
        customer: names.source_id("cbbaa0d1-712e-86f3-9d70-33e49bf3b379"),
        customer_name: names.intern("Customer 1"),
        subscription: names.source_id("a384943d-3ca8-f426-6c69-df1f2b721952"),
        order: names.intern("o1"),
        order_date: None,
        product: names.intern("CFQ7TTC0PDSG"),
        sku: names.intern("0004"),
        product_name: names.intern("Microsoft 365 F1"),
        charge: ChargeType::Cycle,
        period: Some(month().period()),
        term_dates: None,
        term: Some(Term::P1Y),
        plan: Some(BillingPlan::Monthly),
        unit_price: dec("1.86"),
        effective_unit_price: dec("1.86"),
        quantity: dec("1"),
        billable_quantity: dec("1"),
        subtotal: dec("1.86"),
        tax: dec("0"),
        total: dec("1.86"),
        currency: Currency::EUR,
        pricing_currency: Currency::EUR,
        exchange_rate: dec("1"),
        exchange_date: None,
        reference: names.intern("r1"),
        promotion: Symbol::EMPTY,
        adjustment: Symbol::EMPTY,
        reservation: Symbol::EMPTY,
        credit_reason: Symbol::EMPTY,
        trial: false,
        add_on: false,
        usage: None,
    }
}

pub(super) fn contact(n: u8, account: Id, gets_invoices: bool) -> Contact {
    let [name, role, mail, phone] =
        ["Jo Ash", "Office", "jo@alder.example", "+44 117 496 0000"].map(|text| format!("{text} {n}"));
    Contact { id: Id([n; 16]), account, name, role, mail, phone, gets_invoices }
}

pub(super) fn document(n: u8, kind: &str, lines: Option<DocumentKind>, rows: u32, total: &str) -> Document {
    let mut totals = Totals::default();
    totals.add(Currency::EUR, dec(total));
    Document {
        no: 0,
        id: Id([n; 16]),
        kind: kind.into(),
        lines,
        file_name: format!("{kind}.csv"),
        sha256: [n; 32],
        rest_of: None,
        bytes: 10,
        period: Some(month()),
        invoices: vec!["G1".into()],
        rows,
        good_rows: rows,
        totals,
        imported_at: AT.into(),
        dialect: serde_json::json!({}),
    }
}

pub(super) fn finding(names: &mut Names, money: &str) -> Finding {
    Finding {
        class: Class::QuantityMismatch,
        part: 0,
        customer: names.source_id("cbbaa0d1-712e-86f3-9d70-33e49bf3b379"),
        subscription: names.source_id("a384943d-3ca8-f426-6c69-df1f2b721952"),
        product: names.intern("CFQ7TTC0PDSG"),
        sku: names.intern("0004"),
        product_name: names.intern("Microsoft 365 F1"),
        period: Some(month().period()),
        money: dec(money),
        per_year: dec("-12"),
        currency: Currency::EUR,
        cost_difference: dec("0"),
        until: Until::Window(day("2026-10-08")),
        fix: Fix::CatchUpLine,
        vendor_rows: vec![LineRef { document: 1, row: 1 }],
        sale_refs: vec![SoldAt::Import(LineRef { document: 2, row: 1 }), SoldAt::Invoice(Id([1; 16]))],
        evidence: vec![("quantity", "2".into(), "1".into())],
    }
}

/// A book with at least one row in every sealed table.
pub(super) fn full() -> Book {
    let book = book();
    let mut names = Names::default();
    let w = book.writer();
    w.set("seller", &serde_json::json!({"name": "Seller GmbH"})).unwrap();
    w.answer("k", "import", &serde_json::json!({}), AT).unwrap();
    let mut accounts = [account(&mut names, 1, "cbbaa0d1-712e-86f3-9d70-33e49bf3b379"), account(&mut names, 2, "C-2")];
    w.put_accounts(&names, &mut accounts).unwrap();
    accounts[1].payment_days = 14;
    w.put_accounts(&names, &mut accounts).unwrap();
    let tenant = Tenant { tenant: names.source_id("T-1"), account: Some(accounts[0].id), domain: "a.example".into() };
    w.put_tenants(&names, &[tenant]).unwrap();
    let key = ProductKey { product: names.intern("CFQ7TTC0PDSG"), sku: names.intern("0004") };
    w.put_products(
        &names,
        &mut [Product {
            id: Id([3; 16]),
            key,
            name: "F1".into(),
            vendor: "Microsoft".into(),
            kind: ProductKind::Licence,
        }],
    )
    .unwrap();
    let part = BundlePart { discount: dec("0.05"), ..BundlePart::of(key) };
    let edition = Edition { parts: vec![part], ..Edition::blank(day("2026-01-01")) };
    let code = names.intern("B");
    w.put_bundles(&names, &[Bundle { code, name: "Bundle".into(), editions: vec![edition] }], &[]).unwrap();
    let mut subscriptions = [
        subscription(&mut names, 11, accounts[0].id, "a384943d-3ca8-f426-6c69-df1f2b721952"),
        subscription(&mut names, 12, accounts[1].id, "S-12"),
    ];
    w.put_subscriptions(&names, &mut subscriptions).unwrap();
    let one_off = OneOff {
        id: Id([8; 16]),
        account: accounts[0].id,
        date: day("2026-10-05"),
        name: "Headset".into(),
        quantity: dec("2"),
        unit_price: dec("49.90"),
        unit_cost: None,
        currency: Currency::EUR,
        product: None,
    };
    w.put_one_offs(&names, &[one_off]).unwrap();
    w.put_contact(&contact(15, accounts[0].id, true)).unwrap();
    w.put_note(&Note { id: Id([16; 16]), account: accounts[0].id, date: day("2026-10-06"), text: "Called".into() })
        .unwrap();
    w.put_list_prices(
        &names,
        &[ListPrice {
            kind: ListKind::Term,
            product: key,
            term: Term::P1Y,
            plan: BillingPlan::Monthly,
            currency: Currency::EUR,
            segment: Symbol::EMPTY,
            at_least: Decimal::ZERO,
            cost: dec("1.86"),
            erp: dec("2.30"),
            from: day("2026-01-01"),
            until: None,
            source: None,
        }],
    )
    .unwrap();
    w.put_rules(
        &names,
        &[PriceRule {
            uplift: Some(Uplift { share: dec("0.03"), from: day("2026-01-01"), by_agreement: true }),
            ..PriceRule::new(
                Id([4; 16]),
                "Gold".into(),
                Layer::Book,
                Method::OffErp { discount: dec("0.06") },
                day("2026-01-01"),
            )
        }],
    )
    .unwrap();
    let promotion = Promotion {
        code: "39NFJQT1PJL9".into(),
        product: key,
        term: None,
        plan: None,
        share: dec("0.1"),
        from: day("2026-01-01"),
        until: Some(day("2026-07-01")),
    };
    w.put_promotions(&names, &[promotion]).unwrap();
    w.set_volume(&VolumeBreaks { bands: vec![Band { from: dec("25"), value: dec("0.02") }] }).unwrap();

    let costs = w.add_document(&mut document(1, "ms-recon", Some(DocumentKind::Reconciliation), 2, "3.72")).unwrap();
    let lines = [cost_line(&mut names, costs, 1), cost_line(&mut names, costs, 2)];
    w.add_cost_lines(&names, &lines).unwrap();
    let list = PriceList {
        document: costs,
        state: ListState::Preview,
        vendor: "Vendor".into(),
        currencies: vec![Currency::EUR, Currency::GBP],
        from: day("2026-11-01"),
        kept: 0,
        everything: false,
        since: day("2026-10-05"),
        announced: true,
    };
    w.put_price_list(&list).unwrap();
    w.put_price_list(&PriceList { state: ListState::InForce, kept: 1, ..list }).unwrap();
    let sales = w.add_document(&mut document(2, "sales", None, 1, "2.14")).unwrap();
    let reference = names.source_id("SL1");
    w.add_sold_lines(
        &names,
        &[SoldLine {
            at: SoldAt::Import(LineRef { document: sales, row: 1 }),
            reference,
            customer: lines[0].customer,
            product: key.product,
            sku: key.sku,
            subscription: lines[0].subscription,
            period: lines[0].period,
            quantity: dec("1"),
            unit_cost: Some(dec("1.86")),
            pricing_currency: Currency::EUR,
            exchange_rate: None,
            cost_total: None,
            total: dec("2.14"),
            currency: Currency::EUR,
        }],
    )
    .unwrap();
    w.add_waiting(&[ProblemRow {
        document: costs,
        row: 3,
        column: "Quantity".into(),
        value: "many".into(),
        code: "P-NUMBER".into(),
        hint: "a number".into(),
    }])
    .unwrap();
    let found = finding(&mut names, "-1.00");
    w.put_findings(&names, month(), &[found]).unwrap();
    let mut stored = names.clone();
    let id = findings::load(&book.conn, &mut stored, month()).unwrap()[0].id;
    let decision = Decision { state: State::Ignored, reason: "agreed".into(), day: day("2026-11-01"), at: AT.into() };
    assert!(w.decide(id, &decision).unwrap());

    let mut run = Run {
        id: Id([20; 16]),
        period: month(),
        state: RunState::Draft,
        today: day("2026-10-31"),
        register_seq: 1,
        prices_seq: 1,
        inputs: vec![1],
        facts: serde_json::json!({}),
        guards: vec![],
        at: AT.into(),
    };
    w.put_run(&run).unwrap();
    let drafts = [
        draft(
            accounts[0].id,
            vec![sale(subscriptions[0].id, accounts[0].id, 1000), sale(Id([8; 16]), accounts[0].id, 9980)],
        ),
        draft(accounts[1].id, vec![sale(subscriptions[1].id, accounts[1].id, 500)]),
    ];
    let entries = [entry(&drafts[0], "Invoice 1"), entry(&drafts[1], "Invoice 2")];
    let kept = put_drafts(&book, &names, run.id, None, drafts.to_vec());
    let first = w.take_numbers("INV", 2026, 2).unwrap();
    let [one, two] = entries;
    let ids = w
        .issue(vec![
            issue(first, InvoiceKind::Invoice, None, run.id, &kept[0], one),
            issue(first + 1, InvoiceKind::Invoice, None, run.id, &kept[1], two),
        ])
        .unwrap();
    let back = draft(accounts[1].id, vec![sale(subscriptions[1].id, accounts[1].id, -500)]);
    let back_entry = entry(&back, "Credit note 1");
    let back = w.keep_draft(&names, back).unwrap();
    let number = w.take_numbers("CN", 2026, 1).unwrap();
    w.issue(vec![issue(number, InvoiceKind::CreditNote, Some(ids[1]), run.id, &back, back_entry)]).unwrap();
    w.add_paper(ids[0], "pdf", &[9; 32]).unwrap();
    let cost = BalancedEntry::new(
        day("2026-10-31"),
        "Vendor invoice G1",
        vec![
            Posting { account: LedgerAccount::CostOfSales, amount: eur(372) },
            Posting { account: LedgerAccount::Payable, amount: eur(-372) },
        ],
    )
    .unwrap();
    w.post(&cost, &Posted { source: "document".into(), subject: Id([1; 16]), reverses: None, at: AT.into() }).unwrap();
    run.state = RunState::Issued;
    w.put_run(&run).unwrap();
    drop(w);
    book
}
