//! Somebody with the database key edits the book: every edit of every table that counts must be found.

use engine::bill::OneOff;
use engine::cost::{ChargeType, CostLine, DocumentKind, Family};
use engine::finding::{Class, Finding, Fix, Until};
use engine::invoice::{Draft, TaxLine};
use engine::ledger::{BalancedEntry, LedgerAccount, Posting};
use engine::money::Totals;
use engine::price::{Band, Layer, ListPrice, Method, PriceRule, Selector, VolumeBreaks};
use engine::register::*;
use engine::sale::{ChargeKey, ChargeKind, SaleLine, SoldAt, SoldLine};
use engine::why::{Rule, Step, Value};
use engine::{Currency, Date, Decimal, Id, LineRef, Money, Month, Names, Symbol};

use super::check::{ANCHOR_MISMATCH, BALANCE_MISMATCH, HASH_MISMATCH, SEQUENCE_GAP, TOTAL_MISMATCH, Violation};
use super::documents::{Document, ProblemRow};
use super::findings::{Decision, State};
use super::invoices::{Filter, InvoiceKind, Issue};
use super::journal::Posted;
use super::register_tests::{account, subscription};
use super::runs::{Run, RunState};
use super::testing::{Book, KEY, book};
use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

const AT: &str = "2026-11-22T10:00:00Z";

fn month() -> Month {
    Month::parse("2026-10").unwrap()
}

fn sale(subject: Id, account: Id, net: i64) -> SaleLine {
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
        why: vec![Step::of(Rule("net"), Value::Money(eur(net))).input("seats", Value::Number(dec("4")))],
    }
}

fn draft(payer: Id, lines: Vec<SaleLine>) -> Draft {
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

fn entry(draft: &Draft, text: &str) -> BalancedEntry {
    let post = |account, amount| Posting { account, amount };
    let postings = vec![
        post(LedgerAccount::Receivable, draft.gross),
        post(LedgerAccount::RevenueLicence, draft.net.negated()),
        post(LedgerAccount::OutputTax, draft.tax_total.negated()),
    ];
    BalancedEntry::new(day("2026-10-31"), text, postings).unwrap()
}

fn issue<'a>(number: u64, kind: InvoiceKind, corrects: Option<Id>, run: Id, draft: &'a Draft, entry: &'a BalancedEntry) -> Issue<'a> {
    let (series, label) = match kind {
        InvoiceKind::Invoice => ("INV", format!("INV-2026-{number:04}")),
        InvoiceKind::CreditNote => ("CN", format!("CN-2026-{number:04}")),
    };
    Issue {
        series, year: 2026, number, label, kind, corrects, run: Some(run), draft, issued: day("2026-10-31"),
        due: day("2026-11-30"), snapshot: serde_json::json!({"seller": "Seller GmbH"}), entry, at: AT,
    }
}

fn cost_line(names: &mut Names, document: u32, row: u32) -> CostLine {
    CostLine {
        at: LineRef { document, row }, family: Family::Licence, invoice: names.intern("G1"),
        customer: names.source_id("cbbaa0d1-712e-86f3-9d70-33e49bf3b379"), customer_name: names.intern("Customer 1"),
        subscription: names.source_id("a384943d-3ca8-f426-6c69-df1f2b721952"), order: names.intern("o1"), order_date: None,
        product: names.intern("CFQ7TTC0PDSG"), sku: names.intern("0004"), product_name: names.intern("Microsoft 365 F1"),
        charge: ChargeType::Cycle, period: Some(month().period()), term_dates: None, term: Some(Term::P1Y),
        plan: Some(BillingPlan::Monthly), unit_price: dec("1.86"), effective_unit_price: dec("1.86"), quantity: dec("1"),
        billable_quantity: dec("1"), subtotal: dec("1.86"), tax: dec("0"), total: dec("1.86"), currency: Currency::EUR,
        pricing_currency: Currency::EUR, exchange_rate: dec("1"), exchange_date: None, reference: names.intern("r1"),
        promotion: Symbol::EMPTY, adjustment: Symbol::EMPTY, reservation: Symbol::EMPTY, credit_reason: Symbol::EMPTY,
        trial: false, add_on: false, usage: None,
    }
}

fn document(n: u8, kind: &str, lines: Option<DocumentKind>, rows: u32, total: &str) -> Document {
    let mut totals = Totals::default();
    totals.add(Currency::EUR, dec(total));
    Document {
        no: 0, id: Id([n; 16]), kind: kind.into(), lines, file_name: format!("{kind}.csv"), sha256: [n; 32], bytes: 10,
        period: Some(month()), invoices: vec!["G1".into()], rows, good_rows: rows, totals, imported_at: AT.into(),
        dialect: serde_json::json!({}),
    }
}

fn finding(names: &mut Names, money: &str) -> Finding {
    Finding {
        class: Class::QuantityMismatch, part: 0, customer: names.source_id("cbbaa0d1-712e-86f3-9d70-33e49bf3b379"),
        subscription: names.source_id("a384943d-3ca8-f426-6c69-df1f2b721952"), product: names.intern("CFQ7TTC0PDSG"),
        sku: names.intern("0004"), product_name: names.intern("Microsoft 365 F1"), period: Some(month().period()),
        money: dec(money), per_year: dec("-12"), currency: Currency::EUR, cost_difference: dec("0"),
        until: Until::Window(day("2026-10-08")), fix: Fix::CatchUpLine, vendor_rows: vec![LineRef { document: 1, row: 1 }],
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
    let tenant = Tenant { tenant: names.source_id("T-1"), account: Some(accounts[0].id), domain: "a.example".into() };
    w.put_tenants(&names, &[tenant]).unwrap();
    let key = ProductKey { product: names.intern("CFQ7TTC0PDSG"), sku: names.intern("0004") };
    w.put_products(&names, &mut [Product { id: Id([3; 16]), key, name: "F1".into(), vendor: "Microsoft".into(), kind: ProductKind::Licence }]).unwrap();
    let part = BundlePart { product: key, ratio: dec("1"), discount: dec("0.05") };
    let code = names.intern("B");
    w.put_bundles(&names, &[Bundle { code, name: "Bundle".into(), parts: vec![part], price: None, show_parts: true }]).unwrap();
    let mut subscriptions = [
        subscription(&mut names, 11, accounts[0].id, "a384943d-3ca8-f426-6c69-df1f2b721952"),
        subscription(&mut names, 12, accounts[1].id, "S-12"),
    ];
    w.put_subscriptions(&names, &mut subscriptions).unwrap();
    let one_off = OneOff {
        id: Id([8; 16]), account: accounts[0].id, date: day("2026-10-05"), name: "Headset".into(), quantity: dec("2"),
        unit_price: dec("49.90"), unit_cost: None, currency: Currency::EUR, product: None,
    };
    w.put_one_offs(&names, &[one_off]).unwrap();
    w.put_list_prices(&names, &[ListPrice {
        product: key, term: Term::P1Y, plan: BillingPlan::Monthly, currency: Currency::EUR, cost: dec("1.86"),
        erp: dec("2.30"), from: day("2026-01-01"), until: None, source: None,
    }]).unwrap();
    w.put_rules(&names, &[PriceRule {
        id: Id([4; 16]), version: 1, name: "Gold".into(), layer: Layer::Book, selector: Selector::default(),
        method: Method::OffErp { discount: dec("0.06") }, floor_at_cost: false, ceiling_at_erp: false, pass_promotions: false,
        pass_earned_credit: false, from: day("2026-01-01"), until: None,
    }]).unwrap();
    w.set_volume(&VolumeBreaks { bands: vec![Band { from: dec("25"), value: dec("0.02") }] }).unwrap();

    let costs = w.add_document(&mut document(1, "ms-recon", Some(DocumentKind::Reconciliation), 2, "3.72")).unwrap();
    let lines = [cost_line(&mut names, costs, 1), cost_line(&mut names, costs, 2)];
    w.add_cost_lines(&names, &lines).unwrap();
    let sales = w.add_document(&mut document(2, "sales", None, 1, "2.14")).unwrap();
    let reference = names.source_id("SL1");
    w.add_sold_lines(&names, &[SoldLine {
        at: SoldAt::Import(LineRef { document: sales, row: 1 }), reference, customer: lines[0].customer,
        product: key.product, sku: key.sku, subscription: lines[0].subscription, period: lines[0].period, quantity: dec("1"),
        unit_cost: Some(dec("1.86")), pricing_currency: Currency::EUR, exchange_rate: None, cost_total: None, total: dec("2.14"),
        currency: Currency::EUR,
    }]).unwrap();
    w.add_waiting(&[ProblemRow {
        document: costs, row: 3, column: "Quantity".into(), value: "many".into(), code: "P-NUMBER".into(), hint: "a number".into(),
    }]).unwrap();
    let found = finding(&mut names, "-1.00");
    w.put_findings(&names, month(), &[found]).unwrap();
    let mut stored = names.clone();
    let id = findings::load(&book.conn, &mut stored, month()).unwrap()[0].id;
    let decision = Decision { state: State::Ignored, reason: "agreed".into(), day: day("2026-11-01"), at: AT.into() };
    assert!(w.decide(id, &decision).unwrap());

    let mut run = Run {
        id: Id([20; 16]), period: month(), state: RunState::Draft, today: day("2026-10-31"), register_seq: 1, prices_seq: 1,
        inputs: vec![1], facts: serde_json::json!({}), guards: vec![], at: AT.into(),
    };
    w.put_run(&run).unwrap();
    let drafts = [
        draft(accounts[0].id, vec![sale(subscriptions[0].id, accounts[0].id, 1000), sale(Id([8; 16]), accounts[0].id, 9980)]),
        draft(accounts[1].id, vec![sale(subscriptions[1].id, accounts[1].id, 500)]),
    ];
    w.put_drafts(&names, run.id, None, &drafts).unwrap();
    let entries = [entry(&drafts[0], "Invoice 1"), entry(&drafts[1], "Invoice 2")];
    let first = w.take_numbers("INV", 2026, 2).unwrap();
    let ids = w.issue(&names, &[
        issue(first, InvoiceKind::Invoice, None, run.id, &drafts[0], &entries[0]),
        issue(first + 1, InvoiceKind::Invoice, None, run.id, &drafts[1], &entries[1]),
    ]).unwrap();
    let back = draft(accounts[1].id, vec![sale(subscriptions[1].id, accounts[1].id, -500)]);
    let back_entry = entry(&back, "Credit note 1");
    let number = w.take_numbers("CN", 2026, 1).unwrap();
    w.issue(&names, &[issue(number, InvoiceKind::CreditNote, Some(ids[1]), run.id, &back, &back_entry)]).unwrap();
    w.add_paper(ids[0], "pdf", &[9; 32]).unwrap();
    let cost = BalancedEntry::new(day("2026-10-31"), "Vendor invoice G1", vec![
        Posting { account: LedgerAccount::CostOfSales, amount: eur(372) },
        Posting { account: LedgerAccount::Payable, amount: eur(-372) },
    ]).unwrap();
    w.post(&cost, &Posted { source: "document".into(), subject: Id([1; 16]), reverses: None, at: AT.into() }).unwrap();
    run.state = RunState::Issued;
    w.put_run(&run).unwrap();
    drop(w);
    book
}

fn verify(book: &Book) -> Vec<Violation> {
    check::check(&book.conn, &KEY, &[], |_| Ok(true)).unwrap()
}

fn copy(book: &Book) -> Book {
    let mut conn = rusqlite::Connection::open_in_memory().unwrap();
    rusqlite::backup::Backup::new(&book.conn, &mut conn).unwrap().step(-1).unwrap();
    Book { conn }
}

/// Somebody at work: no triggers, no foreign keys, no CHECKs.
fn disarm(book: &Book) {
    let drops: Vec<String> = {
        let mut s = book.conn.prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
        s.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for drop in drops {
        book.conn.execute_batch(&drop).unwrap();
    }
    book.conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;").unwrap();
}

#[test]
fn an_honest_book_verifies() {
    let book = full();
    assert_eq!(verify(&book), []);
    for table in check::SEALED {
        let rows: i64 = book.conn.query_row(&format!("SELECT count(*) FROM {}", table.name), [], |r| r.get(0)).unwrap();
        assert!(rows > 0, "{} is empty, so nothing about it is tested", table.name);
    }
}

#[test]
fn tampering_is_found() {
    let book = full();
    for table in check::SEALED {
        for column in table.columns {
            let attacked = copy(&book);
            disarm(&attacked);
            let kind: String = attacked.conn
                .query_row(&format!("SELECT type FROM pragma_table_info('{}') WHERE name = '{column}'", table.name), [], |r| r.get(0))
                .unwrap();
            let other = match kind.as_str() {
                "INTEGER" => format!("coalesce({column}, 0) + 1000001"),
                "TEXT" => format!("coalesce({column}, '') || '7'"),
                _ => format!("CAST(coalesce({column}, x'') || x'07' AS BLOB)"),
            };
            let update = format!(
                "UPDATE {} SET {column} = {other} WHERE {column} IS (SELECT {column} FROM {} LIMIT 1)", table.name, table.name
            );
            let changed = attacked.conn.execute(&update, []).unwrap_or_else(|e| panic!("{update}: {e}"));
            assert!(changed > 0, "{update}");
            found(&attacked, &update);
        }
        for attack in [
            format!("DELETE FROM {0} WHERE {1} = (SELECT {1} FROM {0} LIMIT 1)", table.name, table.columns[0]),
            format!("DELETE FROM {}", table.name),
        ] {
            let attacked = copy(&book);
            disarm(&attacked);
            attacked.conn.execute(&attack, []).unwrap();
            found(&attacked, &attack);
        }
    }
}

#[test]
fn rows_slipped_in_are_found() {
    let book = full();
    for table in check::SEALED {
        let attacked = copy(&book);
        disarm(&attacked);
        // A row like another one but for its unique columns.
        let unique: Vec<String> = {
            let sql = format!(
                "SELECT DISTINCT i.name FROM pragma_index_list('{0}') l JOIN pragma_index_info(l.name) i WHERE l.\"unique\"
                 UNION SELECT name FROM pragma_table_info('{0}') WHERE pk > 0", table.name
            );
            let mut s = attacked.conn.prepare(&sql).unwrap();
            s.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let values: Vec<String> = table.columns.iter().map(|c| {
            if !unique.iter().any(|u| u == c) {
                return (*c).to_owned();
            }
            format!("CASE typeof({c}) WHEN 'integer' THEN {c} + 77 WHEN 'text' THEN {c} || 'x' WHEN 'blob' THEN CAST({c} || x'01' AS BLOB) END")
        }).collect();
        let attack = format!(
            "INSERT INTO {0} ({1}) SELECT {2} FROM {0} LIMIT 1", table.name, table.columns.join(", "), values.join(", ")
        );
        assert_eq!(attacked.conn.execute(&attack, []).unwrap_or_else(|e| panic!("{attack}: {e}")), 1);
        found(&attacked, &attack);
    }
}

fn found(book: &Book, attack: &str) {
    match check::check(&book.conn, &KEY, &[], |_| Ok(true)) {
        Ok(violations) => assert!(violations.iter().any(|v| v.code == HASH_MISMATCH), "not found: {attack}"),
        Err(e) => panic!("{attack}: the check itself failed: {e}"),
    }
}

#[test]
fn an_old_table_with_its_old_seal_is_found() {
    let book = full();
    let before = copy(&book);
    let mut names = Names::default();
    let mut accounts = accounts::load(&book.conn, &mut names).unwrap();
    accounts[0].tax_percent = dec("20");
    book.writer().put_accounts(&names, &mut accounts).unwrap();
    assert_eq!(verify(&book), []);
    // Back to the old account and the old seal of its table.
    let seal: (Vec<u8>, i64) = before.conn
        .query_row("SELECT sum, rows FROM seals WHERE name = 'accounts'", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    disarm(&book);
    book.conn.execute("UPDATE accounts SET tax_percent = '19'", []).unwrap();
    book.conn.execute("UPDATE seals SET sum = ?1, rows = ?2 WHERE name = 'accounts'", rusqlite::params![seal.0, seal.1]).unwrap();
    let violations = verify(&book);
    assert_eq!(violations.iter().map(|v| v.place.as_str()).collect::<Vec<_>>(), ["seals"]);
    // Without any seal, everything is unsealed.
    book.conn.execute("DELETE FROM seals", []).unwrap();
    assert!(verify(&book).len() > 20);
}

#[test]
fn each_kind_of_damage_has_its_code() {
    let cases = [
        ("UPDATE postings SET amount = amount + 1 WHERE entry = 1 AND position = 1", BALANCE_MISMATCH),
        ("DELETE FROM invoices WHERE number = 1 AND series = 'INV'", SEQUENCE_GAP),
        ("UPDATE sequences SET next = next + 1 WHERE series = 'number/INV'", SEQUENCE_GAP),
        ("UPDATE invoice_lines SET net = net + 1 WHERE invoice = 1 AND position = 1", TOTAL_MISMATCH),
        ("DELETE FROM charges", TOTAL_MISMATCH),
        ("DELETE FROM sold_lines", HASH_MISMATCH),
        ("UPDATE documents SET totals = '{\"EUR\":\"9\"}' WHERE no = 1", TOTAL_MISMATCH),
        ("UPDATE invoices SET gross = gross + 1, net = net + 1 WHERE no = 2", TOTAL_MISMATCH),
        ("DELETE FROM chain WHERE n = (SELECT max(n) FROM chain)", HASH_MISMATCH),
    ];
    let book = full();
    for (attack, code) in cases {
        let attacked = copy(&book);
        disarm(&attacked);
        attacked.conn.execute(attack, []).unwrap();
        let violations = verify(&attacked);
        assert!(violations.iter().any(|v| v.code == code), "{attack}: {violations:?}");
    }
    let head = chain::head(&book.conn).unwrap();
    let anchor = |length, hash| check::check(&book.conn, &KEY, &[chain::Head { length, hash }], |_| Ok(true)).unwrap();
    assert_eq!(anchor(head.length, head.hash), []);
    assert_eq!(anchor(head.length, [1; 32])[0].code, ANCHOR_MISMATCH);
    assert_eq!(anchor(head.length + 1, head.hash)[0].code, ANCHOR_MISMATCH);
    let missing = check::check(&book.conn, &KEY, &[], |hash| Ok(hash[0] != 9)).unwrap();
    assert_eq!((missing.len(), missing[0].place.as_str()), (1, "paper INV-2026-0001"));
}

#[test]
fn records_refuse_to_change() {
    let book = full();
    for table in [
        "texts", "requests", "documents", "cost_lines", "sold_lines", "events", "list_prices", "price_rules", "finding_history",
        "entries", "postings", "invoices", "invoice_lines", "charges", "papers", "chain",
    ] {
        let column: String = book.conn
            .query_row(&format!("SELECT name FROM pragma_table_info('{table}') LIMIT 1"), [], |r| r.get(0)).unwrap();
        for attack in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
        ] {
            // With recursive triggers off, REPLACE removes without firing a delete trigger.
            book.conn.execute_batch("PRAGMA recursive_triggers = OFF").unwrap();
            let refused = book.conn.execute(&attack, []).unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{attack}: {refused}");
        }
    }
}

#[test]
fn a_charge_is_billed_once() {
    let book = full();
    let names = Names::default();
    let payer = Id([2; 16]);
    let again = draft(payer, vec![sale(Id([12; 16]), payer, 500)]);
    let entry = entry(&again, "again");
    let issue = issue(3, InvoiceKind::Invoice, None, Id([20; 16]), &again, &entry);
    let refused = book.writer().issue(&names, &[issue]).unwrap_err();
    assert!(refused.to_string().contains("charges"), "{refused}");
}

#[test]
fn invoices_and_journal_read_back() {
    let book = full();
    let list = invoices::list(&book.conn, Filter { period: Some(month()), ..Filter::default() }).unwrap();
    assert_eq!(list.iter().map(|i| i.label.as_str()).collect::<Vec<_>>(), ["INV-2026-0001", "INV-2026-0002", "CN-2026-0001"]);
    let first = invoices::by_label(&book.conn, "INV-2026-0001").unwrap().unwrap();
    assert_eq!((first.net, first.tax, first.gross, first.run), (eur(10980), eur(2086), eur(13066), Some(Id([20; 16]))));
    let lines = invoices::lines(&book.conn, &first).unwrap();
    assert_eq!(lines[0].line, sale(Id([11; 16]), Id([1; 16]), 1000));
    let (on, line) = invoices::line_by_id(&book.conn, lines[1].id).unwrap().unwrap();
    assert_eq!((on.label, line), (first.label.clone(), lines[1].clone()));
    assert_eq!(invoices::credits_of(&book.conn, list[1].id).unwrap(), list[2..]);
    let some = invoices::list(&book.conn, Filter { account: Some(Id([2; 16])), limit: Some(1), ..Filter::default() }).unwrap();
    assert_eq!(some, list[1..2]);
    let mut billed = engine::bill::Billed::default();
    invoices::billed(&book.conn, day("2026-10-01"), |key, quantity| billed.insert(key, quantity)).unwrap();
    assert_eq!(billed.quantity(&lines[0].line.key), Some(dec("4")));
    let mut count = 0;
    invoices::billed_to(&book.conn, Id([12; 16]), |_, _| count += 1).unwrap();
    assert_eq!(count, 1);

    let balance = journal::trial_balance(&book.conn, None).unwrap();
    let balance: Vec<(&str, i64)> = balance.iter().map(|(a, m)| (a.name(), m.minor())).collect();
    assert_eq!(balance, [
        ("Assets:Receivable", 13066), ("Liabilities:Payable", -372), ("Liabilities:OutputTax", -2086),
        ("Income:Licences", -10980), ("Expenses:CostOfSales", 372),
    ]);
    assert_eq!(journal::trial_balance(&book.conn, Some(day("2026-10-31"))).unwrap(), []);
    let mut texts = Vec::new();
    journal::each_entry(&book.conn, Some(day("2026-10-01")), None, |e| {
        texts.push(e.entry.text().to_owned());
        Ok::<_, crate::StoreError>(())
    }).unwrap();
    assert_eq!(texts, ["Invoice 1", "Invoice 2", "Credit note 1", "Vendor invoice G1"]);
}

#[test]
fn drafts_are_replaced_payer_by_payer() {
    let book = full();
    let names = Names::default();
    let (run, payer) = (Id([20; 16]), Id([2; 16]));
    let before = runs::drafts(&book.conn, run, None).unwrap();
    let new = draft(payer, vec![sale(Id([12; 16]), payer, 700)]);
    book.writer().put_drafts(&names, run, Some(&[payer]), std::slice::from_ref(&new)).unwrap();
    assert_eq!(runs::drafts(&book.conn, run, None).unwrap(), [before[0].clone(), new.clone()]);
    assert_eq!(runs::drafts(&book.conn, run, Some(&[payer])).unwrap(), [new]);
    let totals = runs::draft_totals(&book.conn, run).unwrap();
    assert_eq!(totals.iter().map(|t| (t.account, t.lines, t.net)).collect::<Vec<_>>(), [(Id([1; 16]), 2, eur(10980)), (payer, 1, eur(700))]);
    let issued = runs::by_id(&book.conn, run).unwrap().unwrap();
    assert!(book.writer().put_run(&issued).is_err(), "an issued run never changes");
    assert_eq!(verify(&book), []);
}

#[test]
fn findings_keep_what_was_decided() {
    let book = full();
    let mut names = Names::default();
    let w = book.writer();
    let load = || findings::load(&book.conn, &mut texts::load(&book.conn).unwrap(), month()).unwrap();
    let known = load();
    assert_eq!((known[0].state, known[0].reason.as_str(), known[0].gone), (State::Ignored, "agreed", false));
    assert_eq!(known[0].finding.evidence, [("quantity", "2".to_owned(), "1".to_owned())]);

    let same = finding(&mut names, "-1.00");
    let other = Finding { part: 1, ..finding(&mut names, "-5.00") };
    let put = w.put_findings(&names, month(), &[other.clone(), same.clone()]).unwrap();
    assert_eq!((put.added, put.same, put.changed, put.gone), (1, 1, 0, 0));
    let put = w.put_findings(&names, month(), &[other]).unwrap();
    assert_eq!((put.same, put.gone), (1, 1));
    assert!(load()[0].gone);
    let put = w.put_findings(&names, month(), &[Finding { money: dec("-2"), ..same }]).unwrap();
    assert_eq!((put.changed, put.gone), (1, 1));
    let back = load();
    assert_eq!((back[0].id, back[0].state, back[0].gone), (known[0].id, State::Ignored, false), "its state survived");
    assert_eq!(findings::history(&book.conn, known[0].id).unwrap().len(), 1);
    assert_eq!(verify(&book), []);
}

#[test]
fn the_same_history_exports_the_same_bytes() {
    let export = |book: &Book| {
        let mut out = Vec::new();
        canonical::export(&book.conn, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let (a, b) = (export(&full()), export(&full()));
    assert_eq!(a, b);
    for kind in [
        "setting", "account", "tenant", "product", "bundle", "subscription", "one_off", "list_price", "price_rule",
        "volume_break", "document", "cost_line", "sold_line", "waiting", "finding", "run", "invoice", "entry",
    ] {
        assert!(a.lines().any(|l| l.starts_with(&format!("[\"{kind}\","))), "{kind} is not exported");
    }
}
