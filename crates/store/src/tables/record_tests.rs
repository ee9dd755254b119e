//! Invoices, journal, drafts, findings and the export read back as they were written.

use engine::finding::Finding;
use engine::{Id, Names};

use super::findings::State;
use super::invoices::{Filter, InvoiceKind};
use super::sample::*;
use super::testing::{Book, KEY};
use super::*;

fn verify(book: &Book) -> Vec<check::Violation> {
    check::check(&book.conn, &KEY, &[], |_| Ok(true)).unwrap()
}

#[test]
fn a_charge_is_billed_once() {
    let book = full();
    let names = Names::default();
    let payer = Id([2; 16]);
    let again = draft(payer, vec![sale(Id([12; 16]), payer, 500)]);
    let entry = entry(&again, "again");
    let w = book.writer();
    let again = w.keep_draft(&names, again).unwrap();
    let issue = issue(3, InvoiceKind::Invoice, None, Id([20; 16]), &again, entry);
    let refused = w.issue(vec![issue]).unwrap_err();
    assert!(refused.to_string().contains("charges"), "{refused}");
    let new = draft(payer, vec![sale(Id([13; 16]), payer, 500)]);
    let new_entry = super::sample::entry(&new, "new");
    let new = w.keep_draft(&names, new).unwrap();
    let twice =
        [3, 4].map(|n| super::sample::issue(n, InvoiceKind::Invoice, None, Id([20; 16]), &new, new_entry.clone()));
    let refused = w.issue(twice.into()).unwrap_err();
    assert!(refused.to_string().contains("charges"), "{refused}");
}

#[test]
fn invoices_and_journal_read_back() {
    let book = full();
    let list = invoices::list(&book.conn, Filter { period: Some(month()), ..Filter::default() }).unwrap();
    assert_eq!(
        list.iter().map(|i| i.label.as_str()).collect::<Vec<_>>(),
        ["INV-2026-0001", "INV-2026-0002", "CN-2026-0001"]
    );
    let first = invoices::by_label(&book.conn, "INV-2026-0001").unwrap().unwrap();
    assert_eq!((first.net, first.tax, first.gross, first.run), (eur(10980), eur(2086), eur(13066), Some(Id([20; 16]))));
    let lines = invoices::lines(&book.conn, &first).unwrap();
    assert_eq!(lines[0].line, sale(Id([11; 16]), Id([1; 16]), 1000));
    let (on, line) = invoices::line_by_id(&book.conn, lines[1].id).unwrap().unwrap();
    assert_eq!((on.label, line), (first.label.clone(), lines[1].clone()));
    assert_eq!(invoices::credits_of(&book.conn, list[1].id).unwrap(), list[2..]);
    let some =
        invoices::list(&book.conn, Filter { account: Some(Id([2; 16])), limit: Some(1), ..Filter::default() }).unwrap();
    assert_eq!(some, list[1..2]);
    let mut billed = engine::bill::Billed::default();
    invoices::billed(&book.conn, day("2026-10-01"), |key, quantity| billed.insert(key, quantity)).unwrap();
    assert_eq!(billed.quantity(&lines[0].line.key), Some(dec("4")));
    let mut count = 0;
    invoices::billed(&book.conn, day("2000-01-01"), |_, _| count += 1).unwrap();
    assert_eq!(count, 3, "what a credit note takes back is no charge");
    let mut bare = Vec::new();
    invoices::each_line(&book.conn, Filter::default(), |invoice, line| bare.push((invoice.no, line))).unwrap();
    assert_eq!(bare.iter().map(|(no, l)| (*no, l.position)).collect::<Vec<_>>(), [(1, 1), (1, 2), (2, 1), (3, 1)]);
    assert!(bare.iter().all(|(_, l)| l.line.why.is_empty()));
    assert_eq!(invoices::bare_lines(&book.conn, &first).unwrap()[1], bare[1].1);
    assert_eq!(invoices::by_id(&book.conn, list[2].id).unwrap().as_ref(), Some(&list[2]));
    assert_eq!(invoices::by_id(&book.conn, Id([7; 16])).unwrap(), None);
    assert_eq!(invoices::snapshot(&book.conn, &list[1]).unwrap(), serde_json::json!({"seller": "Seller GmbH"}));

    let balance = journal::trial_balance(&book.conn, None).unwrap();
    let balance: Vec<(&str, i64)> = balance.iter().map(|(a, m)| (a.name(), m.minor())).collect();
    assert_eq!(
        balance,
        [
            ("Assets:Receivable", 13066),
            ("Liabilities:Payable", -372),
            ("Liabilities:OutputTax", -2086),
            ("Income:Licences", -10980),
            ("Expenses:CostOfSales", 372),
        ]
    );
    assert_eq!(journal::trial_balance(&book.conn, Some(day("2026-10-31"))).unwrap(), []);
    let mut texts = Vec::new();
    journal::each_entry(&book.conn, Some(day("2026-10-01")), None, |e| {
        texts.push(e.entry.text().to_owned());
        Ok::<_, crate::StoreError>(())
    })
    .unwrap();
    assert_eq!(texts, ["Invoice 1", "Invoice 2", "Credit note 1", "Vendor invoice G1"]);
}

#[test]
fn drafts_are_replaced_payer_by_payer() {
    let book = full();
    let names = Names::default();
    let (run, payer) = (Id([20; 16]), Id([2; 16]));
    let before = runs::drafts(&book.conn, run, None).unwrap();
    let new = draft(payer, vec![sale(Id([12; 16]), payer, 700)]);
    put_drafts(&book, &names, run, Some(&[payer]), vec![new.clone()]);
    assert_eq!(runs::drafts(&book.conn, run, None).unwrap(), [before[0].clone(), new.clone()]);
    assert_eq!(runs::drafts(&book.conn, run, Some(&[payer])).unwrap(), std::slice::from_ref(&new));
    let totals = runs::draft_totals(&book.conn, run).unwrap();
    assert_eq!(
        totals.iter().map(|t| (t.account, t.lines, t.net)).collect::<Vec<_>>(),
        [(Id([1; 16]), 2, eur(10980)), (payer, 1, eur(700))]
    );
    put_drafts(&book, &names, run, Some(&[payer]), Vec::new());
    assert_eq!(runs::drafts(&book.conn, run, None).unwrap(), before[..1], "nothing is left to invoice it");
    book.conn.execute_batch("BEGIN").unwrap();
    put_drafts(&book, &names, run, None, vec![new.clone()]);
    book.conn.execute_batch("COMMIT").unwrap();
    assert_eq!(runs::drafts(&book.conn, run, None).unwrap(), [new]);
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
        "setting",
        "account",
        "tenant",
        "product",
        "bundle",
        "subscription",
        "one_off",
        "list_price",
        "price_list",
        "price_rule",
        "volume_break",
        "document",
        "cost_line",
        "sold_line",
        "waiting",
        "finding",
        "run",
        "invoice",
        "entry",
    ] {
        assert!(a.lines().any(|l| l.starts_with(&format!("[\"{kind}\","))), "{kind} is not exported");
    }
}
