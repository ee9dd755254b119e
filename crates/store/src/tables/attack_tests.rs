//! Somebody with the database key edits the book: every edit of every table that counts must be found.

use engine::ledger::{LedgerAccount, Posting};
use engine::register::{Event, EventKind};
use engine::{Id, Names};
use proptest::prelude::*;

use super::check::{ANCHOR_MISMATCH, BALANCE_MISMATCH, HASH_MISMATCH, SEQUENCE_GAP, TOTAL_MISMATCH, Violation};
use super::journal::Posted;
use super::register_tests::account;
use super::sample::{AT, day, dec, eur, full, month};
use super::testing::{Book, KEY};
use super::*;

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
        let mut s =
            book.conn.prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_the_program_writes_verifies(steps in prop::collection::vec((0u8..9, 0u8..4), 1..24)) {
        let book = full();
        for (what, n) in steps {
            write(&book, what, n);
        }
        prop_assert_eq!(verify(&book), []);
    }
}

/// One of the things a program does to a book.
fn write(book: &Book, what: u8, n: u8) {
    let w = book.writer();
    let mut names = texts::load(&book.conn).unwrap();
    let mut accounts = accounts::load(&book.conn, &mut names).unwrap();
    let mut subscriptions = subscriptions::load(&book.conn, &mut names, Scope::All).unwrap();
    match what {
        0 => w.set("margin", &serde_json::json!(n)).map(drop),
        1 => w.unset("margin").map(drop),
        2 => {
            accounts[0].payment_days = n.into();
            w.put_accounts(&names, &mut accounts).map(drop)
        }
        3 => {
            subscriptions[1].anchor_day = Some(u32::from(n) + 1);
            w.put_subscriptions(&names, &mut subscriptions).map(drop)
        }
        4 => {
            let kind = EventKind::SeatsChanged { delta: n.into() };
            let event = Event { seq: 0, date: day("2026-11-01"), kind };
            w.append_events(&names, &mut [(subscriptions[0].id, event)]).map(drop)
        }
        5 => w.remove_one_off(Id([8; 16])).map(drop),
        6 => w.put_contact(&super::sample::contact(0x50 | n, accounts[0].id, n.is_multiple_of(2))).map(drop),
        7 => w.put_findings(&names, month(), &[]).map(drop),
        _ => {
            let mut new = [account(&mut names, 0x40 | n, &format!("new {n}"))];
            w.put_accounts(&names, &mut new).map(drop)
        }
    }
    .unwrap();
}

#[test]
fn tampering_is_found() {
    let book = full();
    for table in check::SEALED {
        for column in table.columns {
            let attacked = copy(&book);
            disarm(&attacked);
            let kind: String = attacked
                .conn
                .query_row(
                    &format!("SELECT type FROM pragma_table_info('{}') WHERE name = '{column}'", table.name),
                    [],
                    |r| r.get(0),
                )
                .unwrap();
            let other = match kind.as_str() {
                "INTEGER" => format!("coalesce({column}, 0) + 1000001"),
                "TEXT" => format!("coalesce({column}, '') || '7'"),
                _ => format!("CAST(coalesce({column}, x'') || x'07' AS BLOB)"),
            };
            let update = format!(
                "UPDATE {} SET {column} = {other} WHERE {column} IS (SELECT {column} FROM {} LIMIT 1)",
                table.name, table.name
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
            "INSERT INTO {0} ({1}) SELECT {2} FROM {0} LIMIT 1",
            table.name,
            table.columns.join(", "),
            values.join(", ")
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
    let seal: (Vec<u8>, i64) = before
        .conn
        .query_row("SELECT sum, rows FROM seals WHERE name = 'accounts'", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap();
    disarm(&book);
    let old: Vec<u8> = before.conn.query_row("SELECT packed FROM accounts", [], |r| r.get(0)).unwrap();
    book.conn.execute("UPDATE accounts SET packed = ?1", [old]).unwrap();
    book.conn
        .execute("UPDATE seals SET sum = ?1, rows = ?2 WHERE name = 'accounts'", rusqlite::params![seal.0, seal.1])
        .unwrap();
    let violations = verify(&book);
    assert_eq!(violations.iter().map(|v| v.place.as_str()).collect::<Vec<_>>(), ["seals"]);
    // Without any seal, everything is unsealed.
    book.conn.execute("DELETE FROM seals", []).unwrap();
    assert!(verify(&book).len() > 20);
}

#[test]
fn each_kind_of_damage_has_its_code() {
    let cases = [
        ("DELETE FROM invoices WHERE kind = 'invoice'", SEQUENCE_GAP),
        ("UPDATE sequences SET next = next + 1 WHERE series = 'number/INV'", SEQUENCE_GAP),
        ("DELETE FROM sale_lines", HASH_MISMATCH),
        (
            "UPDATE sale_lines SET (count, figures, reasons) = (SELECT count, figures, reasons FROM sale_lines WHERE no = 1)",
            TOTAL_MISMATCH,
        ),
        ("DELETE FROM sold_lines", HASH_MISMATCH),
        ("UPDATE documents SET totals = '{\"EUR\":\"9\"}' WHERE no = 1", TOTAL_MISMATCH),
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
    let attacked = copy(&book);
    disarm(&attacked);
    attacked.conn.execute("UPDATE entries SET packed = ?1 WHERE key = 1", [unbalanced(2)]).unwrap();
    let codes: Vec<_> = verify(&attacked).iter().map(|v| v.code).collect();
    assert!(codes.contains(&BALANCE_MISMATCH) && codes.contains(&TOTAL_MISMATCH), "{codes:?}");

    let head = chain::head(&book.conn).unwrap();
    let anchor = |length, hash| check::check(&book.conn, &KEY, &[chain::Head { length, hash }], |_| Ok(true)).unwrap();
    assert_eq!(anchor(head.length, head.hash), []);
    assert_eq!(anchor(head.length, [1; 32])[0].code, ANCHOR_MISMATCH);
    assert_eq!(anchor(head.length + 1, head.hash)[0].code, ANCHOR_MISMATCH);
    let missing = check::check(&book.conn, &KEY, &[], |hash| Ok(hash[0] != 9)).unwrap();
    assert_eq!((missing.len(), missing[0].place.as_str()), (1, "paper INV-2026-0001"));
}

/// A row of so many entries that claim something for nothing.
fn unbalanced(count: usize) -> Vec<u8> {
    let claim = [Posting { account: LedgerAccount::Receivable, amount: eur(100) }];
    let posted = Posted { source: "invoice".into(), subject: Id([1; 16]), reverses: None, at: AT.into() };
    let mut packed = Vec::new();
    for _ in 0..count {
        journal::pack(&mut packed, day("2026-10-31"), "claimed", &claim, &posted);
    }
    blocks::squeeze(&packed)
}

#[test]
fn records_refuse_to_change() {
    let book = full();
    for table in [
        "texts",
        "requests",
        "documents",
        "cost_lines",
        "sold_lines",
        "events",
        "list_prices",
        "price_lists",
        "price_rules",
        "promotions",
        "volume_breaks",
        "finding_history",
        "sale_lines",
        "entries",
        "invoices",
        "papers",
        "chain",
    ] {
        let column: String = book
            .conn
            .query_row(&format!("SELECT name FROM pragma_table_info('{table}') LIMIT 1"), [], |r| r.get(0))
            .unwrap();
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
