//! A month as the window shows it: drafted, changed, issued, credited.

use crate::progress::Progress;
use crate::session::Session;
use crate::tried::{book, call};
use crate::{Silent, commands};
use serde_json::{Value, json};

fn kept(session: &mut Session) -> Value {
    call(session, "bill kept", json!({"period": "2026-10"}))
}

/// Stops the work once an invoice is issued: the printing that follows.
struct StopsOnceIssued(bool);

impl Progress for StopsOnceIssued {
    fn step(&mut self, _what: &str, _done: u64, _of: Option<u64>) {}

    fn committed(&mut self, _number: &str) {
        self.0 = true;
    }

    fn cancelled(&self) -> bool {
        self.0
    }
}

/// What a failure says was kept is what was kept: invoices of a run whose printing stops are issued.
#[test]
fn a_run_cut_short_says_which_invoices_stand() {
    let (folder, mut session) = book("cut-short", StopsOnceIssued(false));
    let s = &mut session;
    for id in ["birch", "alder"] {
        call(s, "accounts add", json!({"id": id, "fields": {"name": id, "country": "GB", "currency": "GBP"}}));
        let charge = json!({"account": id, "name": "Hours", "quantity": "2", "price": "50", "date": "2026-10-10"});
        call(s, "bill charge", charge);
    }
    let failure = commands::call(s, "bill issue", json!({"period": "2026-10", "accept": ["all"]})).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.kept.contains("All 2 invoices")), ("E-CANCELLED", true), "{failure:?}");
    assert_eq!(call(s, "invoices list", json!({"period": "2026-10"}))["invoices"].as_array().map(Vec::len), Some(2));
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_month_is_shown_beside_the_last_one_until_it_is_issued_and_credited() {
    let (folder, mut session) = book("kept", Silent);
    let s = &mut session;
    for id in ["birch", "alder"] {
        call(s, "accounts add", json!({"id": id, "fields": {"name": id, "country": "GB", "currency": "GBP"}}));
    }
    let charge = |s: &mut Session, account: &str, price: &str, date: &str| {
        let ask =
            json!({"account": account, "name": "Hours", "quantity": "2", "price": price, "cost": "10", "date": date});
        call(s, "bill charge", ask)["id"].as_str().unwrap_or_default().to_owned()
    };
    charge(s, "birch", "50", "2026-09-10");
    call(s, "bill issue", json!({"period": "2026-09", "accept": ["all"], "no_pdf": true}));

    assert_eq!(kept(s)["state"], "none");
    charge(s, "birch", "60", "2026-10-10");
    let other = charge(s, "alder", "15.50", "2026-10-11");
    call(s, "bill draft", json!({"period": "2026-10"}));
    let month = kept(s);
    assert_eq!(
        (&month["state"], &month["current"], &month["last"]),
        (&json!("draft"), &json!(true), &json!("2026-09"))
    );
    let side = &month["sides"][0];
    let steps = json!([{"cause": "one_off", "amount": "51.00"}]);
    assert_eq!(
        (&side["before"], &side["now"], &side["difference"]),
        (&json!("100.00"), &json!("151.00"), &json!("51.00"))
    );
    assert_eq!((&side["steps"], &side["customers"], &side["changed"]), (&steps, &json!(2), &json!(2)));
    assert_eq!(month["open"][0]["net"], "151.00");
    assert_eq!(month["numbers"]["last"].as_str().map(|n| n.ends_with("00003")), Some(true), "{month}");

    // A charge taken back leaves the draft behind; drafted again, it is gone.
    call(s, "bill uncharge", json!({"id": other}));
    assert_eq!(kept(s)["current"], false);
    call(s, "bill draft", json!({"period": "2026-10"}));
    let month = kept(s);
    assert_eq!((&month["current"], &month["sides"][0]["now"]), (&json!(true), &json!("120.00")));

    let lines = call(s, "bill lines", json!({"period": "2026-10", "account": "birch", "currency": "GBP"}));
    let (now, gone) = (&lines["lines"][0], &lines["lines"][1]);
    assert_eq!((&now["now"], &now["before"], &now["difference"]), (&json!("120.00"), &Value::Null, &json!("120.00")));
    assert_eq!((&now["margin"], &now["margin_percent"]), (&json!("100.00"), &json!("83.3")));
    assert_eq!(
        (&gone["now"], &gone["before"], &gone["difference"]),
        (&Value::Null, &json!("100.00"), &json!("-100.00"))
    );

    let accept = month["guards"].as_array().map(|g| g.iter().map(|g| g["code"].clone()).collect::<Vec<_>>());
    let issued = call(s, "bill issue", json!({"period": "2026-10", "accept": accept, "no_pdf": true}));
    let number = issued["invoices"][0]["number"].as_str().unwrap_or_default().to_owned();
    let month = kept(s);
    assert_eq!((&month["state"], &month["current"]), (&json!("issued"), &json!(true)), "{month}");
    assert_eq!((&month["issued_numbers"]["first"], &month["issued"][0]["net"]), (&json!(number), &json!("120.00")));
    assert_eq!(month["charges"][0]["billed"], true);
    let billed = month["charges"][0]["id"].clone();
    let refused = commands::call(s, "bill uncharge", json!({"id": billed})).err().map(|f| f.code);
    assert_eq!(refused.as_deref(), Some("E-STATE"), "what is on an invoice is credited, not removed");

    let behind = call(s, "invoices behind", json!({"id": format!("{number}/1")}));
    assert_eq!(
        (&behind["net"], &behind["cost"], &behind["percent"]),
        (&json!("120.00"), &json!("20.00"), &json!("83.3"))
    );
    assert_eq!(call(s, "invoices credits", json!({"id": number}))["open"], json!([1]));
    // Not printed yet: the paper is what printing will keep.
    let before = call(s, "invoices paper", json!({"id": number}));
    call(s, "invoices pdf", json!({"ids": [number], "to": folder.join("papers")}));
    let after = call(s, "invoices paper", json!({"id": number}));
    assert!(before["bytes"] == after["bytes"] && before["lines"] == json!([1]));
    call(s, "invoices credit", json!({"id": number, "reason": "Wrong customer"}));
    let credits = call(s, "invoices credits", json!({"id": number}));
    assert_eq!((&credits["open"], credits["notes"].as_array().map(Vec::len)), (&json!([]), Some(1)));
    let _ = std::fs::remove_dir_all(folder);
}

/// A customer who is owed gets a credit note with a number of its own, which names the invoice it gives back from; the
/// charge given back counts as billed, once.
#[test]
fn what_a_run_owes_a_customer_is_a_credit_note() {
    let (folder, mut session) = book("owed", Silent);
    let s = &mut session;
    for id in ["birch", "alder"] {
        let fields = json!({"name": id, "country": "GB", "currency": "GBP", "tax_percent": "20"});
        call(s, "accounts add", json!({"id": id, "fields": fields}));
    }
    call(s, "prices add", json!({"id": "all", "fields": {"method": "fixed", "value": "120", "from": "2026-01-01"}}));
    let yearly = json!({"account": "birch", "product": "P:0001", "term": "P1Y", "plan": "annual", "start": "2026-09-29", "quantity": "5"});
    call(s, "subscriptions add", json!({"id": "year", "fields": yearly}));
    call(s, "bill issue", json!({"period": "2026-09", "accept": ["all"], "no_pdf": true}));
    call(s, "subscriptions end", json!({"id": "year", "on": "2026-10-02"}));
    let hours = json!({"account": "alder", "name": "Hours", "quantity": "2", "price": "50", "date": "2026-10-10"});
    call(s, "bill charge", hours);

    call(s, "bill draft", json!({"period": "2026-10"}));
    assert_eq!(kept(s)["numbers"], json!({"first": "INV-00002", "last": "INV-00002"}));
    let issued = call(s, "bill issue", json!({"period": "2026-10", "accept": ["all"]}));
    let told: Vec<_> =
        ["kind", "number", "gross"].map(|f| [&issued["invoices"][0][f], &issued["invoices"][1][f]]).into();
    assert_eq!(
        told,
        [
            [&json!("invoice"), &json!("credit-note")],
            [&json!("INV-00002"), &json!("CN-00001")],
            [&json!("120.00"), &json!("-714.08")]
        ],
        "{issued}"
    );
    let again = call(s, "bill issue", json!({"period": "2026-10", "accept": ["all"]}));
    assert_eq!(again["invoices"], json!([]), "what was given back is not given twice");
    let listed = call(s, "invoices list", json!({"period": "2026-10"}));
    let credit = listed["invoices"].as_array().and_then(|all| all.iter().find(|i| i["kind"] == "credit-note")).unwrap();
    assert_eq!((&credit["due"], &credit["credits"]), (&credit["date"], &json!("INV-00001")), "{credit}");
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    let journal = call(s, "ledger export", json!({"format": "hledger"}))["text"].to_string();
    assert!(journal.contains("Credit note CN-00001"), "{journal}");
    let run = issued["run"].clone();
    assert_eq!(call(s, "bill replay", json!({"run": run}))["identical"], true);
    let _ = std::fs::remove_dir_all(folder);
}

/// Tax of an invoice in another currency stands on it in the book's own too, by a rate of its day; without one a guard holds.
/// A correction is converted by the invoice's own rate.
#[test]
fn tax_in_another_currency_is_told_at_home() {
    let (folder, mut session) = book("at-home", Silent);
    let s = &mut session;
    let fields = json!({"name": "Birch", "country": "GB", "currency": "EUR", "tax_percent": "20"});
    call(s, "accounts add", json!({"id": "birch", "fields": fields}));
    let hours = json!({"account": "birch", "name": "Hours", "quantity": "2", "price": "475", "date": "2026-10-10"});
    call(s, "bill charge", hours);
    let guards = |s: &mut Session| call(s, "bill draft", json!({"period": "2026-10"}))["guards"].clone();
    let rate = |s: &mut Session, rate: &str, from: &str| {
        let ask = json!({"currency": "EUR", "rate": rate, "from": from, "source": "HMRC"});
        call(s, "book rate", ask)
    };
    rate(s, "0.8700", "2026-10-01");
    assert_eq!(guards(s)[0]["code"], "G-NO-RATE", "a rate of October is too old for 9 November");
    let refused = commands::call(s, "bill issue", json!({"period": "2026-10"})).unwrap_err();
    assert_eq!(refused.code, "E-GUARD");
    let rates = rate(s, "0.8651", "2026-11-01");
    assert_eq!((&rates["home"], &rates["rates"][1]["in_force"]), (&json!("GBP"), &json!(true)), "{rates}");
    assert_eq!(guards(s), json!([]));

    let issued = call(s, "bill issue", json!({"period": "2026-10"}));
    let number = issued["invoices"][0]["number"].clone();
    let home = |amount: &str| json!({"amount": amount, "currency": "GBP", "rate": "0.8651", "from": "2026-11-01", "source": "HMRC"});
    let shown = call(s, "invoices show", json!({"id": number}));
    assert_eq!((&shown["tax"], &shown["home_tax"]), (&json!("190.00"), &home("164.37")));
    rate(s, "0.9000", "2026-11-01");
    let credit = call(s, "invoices credit", json!({"id": number, "reason": "Wrong customer"}))["number"].clone();
    assert_eq!(call(s, "invoices show", json!({"id": credit}))["home_tax"], home("-164.37"));
    let _ = std::fs::remove_dir_all(folder);
}

/// A setting put back to its default changes what a draft stands on, like any other change of it.
#[test]
fn a_setting_put_back_drafts_anew() {
    let (folder, mut session) = book("put-back", Silent);
    let s = &mut session;
    call(
        s,
        "accounts add",
        json!({"id": "birch", "fields": {"name": "Birch", "currency": "GBP", "tax_percent": "20"}}),
    );
    for price in ["0.02", "0.02"] {
        let hours =
            json!({"account": "birch", "name": "Minutes", "quantity": "1", "price": price, "date": "2026-10-10"});
        call(s, "bill charge", hours);
    }
    let tax = |s: &mut Session| call(s, "bill draft", json!({"period": "2026-10"}))["invoices"][0]["tax"].clone();
    call(s, "book set", json!({"pairs": ["tax.rounding=line"]}));
    assert_eq!(tax(s), "0.00");
    call(s, "book set", json!({"pairs": ["tax.rounding="]}));
    assert_eq!(tax(s), "0.01");
    let _ = std::fs::remove_dir_all(folder);
}

/// A past run is rebuilt from what the book held then, whatever was corrected since: segment and tax of an account, basis and
/// name of a subscription, settings.
#[test]
fn what_is_corrected_later_does_not_change_a_past_run() {
    let (folder, mut session) = book("replayed", Silent);
    let s = &mut session;
    let fields = json!({"name": "Birch", "currency": "GBP", "tax_percent": "20", "segment": "Silver"});
    call(s, "accounts add", json!({"id": "birch", "fields": fields}));
    for (segment, price) in [("Silver", "12.345"), ("Gold", "11")] {
        let fields =
            json!({"layer": format!("segment:{segment}"), "method": "fixed", "value": price, "from": "2026-01-01"});
        call(s, "prices add", json!({"id": segment, "fields": fields}));
    }
    let fields = json!({"account": "birch", "product": "P:0001", "start": "2026-10-05", "quantity": "3"});
    call(s, "subscriptions add", json!({"id": "seats", "fields": fields}));
    let note = call(s, "bill draft", json!({"period": "2026-10"}))["notes"][0]["text"].clone();
    assert!(note.as_str().is_some_and(|n| n.starts_with("Not in the catalogue: P:0001.")), "{note}");
    let run = call(s, "bill issue", json!({"period": "2026-10", "accept": ["all"], "no_pdf": true}))["run"].clone();
    let replayed = |s: &mut Session| call(s, "bill replay", json!({"run": run}));
    assert_eq!(replayed(s)["identical"], true);

    let corrections = [
        ("accounts set", json!({"id": "birch", "fields": {"tax_percent": "5"}})),
        ("accounts set", json!({"id": "birch", "fields": {"segment": "Gold", "name": "Birch & Sons"}})),
        ("accounts set", json!({"id": "birch", "fields": {"segment": "Silver", "tax": "exempt"}})),
        (
            "subscriptions set",
            json!({"id": "seats", "fields": {"name": "Seats of another name", "basis": "pass-through"}}),
        ),
        ("book set", json!({"pairs": ["prices.digits=4", "bill.basis=pass-through", "tax.rounding=line"]})),
    ];
    for (command, ask) in corrections {
        call(s, command, ask.clone());
        let now = replayed(s);
        assert_eq!(now["identical"], true, "after {command} {ask}: {now}");
    }
    assert_eq!(call(s, "book check", json!({}))["verified"], true);
    // What the run itself did not see counts from now on.
    let draft = call(s, "bill draft", json!({"period": "2026-11"}));
    assert_eq!(draft["invoices"], json!([]), "passed through, and nothing was billed by the vendor: {draft}");
    let _ = std::fs::remove_dir_all(folder);
}

/// A minimum charge tops an account up to it, once a month, also over two runs; a rule of the account's own replaces the book's.
#[test]
fn a_minimum_charge_is_a_price_rule() {
    let (folder, mut session) = book("least", Silent);
    let s = &mut session;
    for id in ["birch", "alder"] {
        call(s, "accounts add", json!({"id": id, "fields": {"name": id, "currency": "GBP"}}));
    }
    call(s, "prices add", json!({"id": "all", "fields": {"method": "fixed", "value": "10", "from": "2026-01-01"}}));
    let fields = json!({"account": "birch", "product": "P:0001", "start": "2026-01-01", "quantity": "3"});
    call(s, "subscriptions add", json!({"id": "seats", "fields": fields}));
    let least = json!({"method": "minimum", "value": "50", "from": "2026-01-01"});
    call(s, "prices add", json!({"id": "least", "fields": least}));
    let wrong = json!({"id": "odd", "fields": {"method": "minimum", "value": "5", "product": "P:0001"}});
    assert_eq!(commands::call(s, "prices add", wrong).unwrap_err().code, "E-RULE");

    let sums = |s: &mut Session, period: &str| {
        let draft = call(s, "bill draft", json!({"period": period, "lines": true}));
        let invoices = draft["invoices"].as_array().cloned().unwrap_or_default();
        let told = |i: &Value| {
            let kinds: Vec<&str> =
                i["detail"].as_array().into_iter().flatten().filter_map(|l| l["kind"].as_str()).collect();
            format!(
                "{} {} {}",
                i["account_ref"].as_str().unwrap_or(""),
                i["net"].as_str().unwrap_or(""),
                kinds.join("+")
            )
        };
        invoices.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(sums(s, "2026-10"), ["birch 50.00 recurring+minimum"], "alder has nothing running");
    let run = call(s, "bill issue", json!({"period": "2026-10", "no_pdf": true}))["run"].clone();
    assert_eq!(call(s, "bill replay", json!({"run": run}))["identical"], true);
    let hours = json!({"account": "birch", "name": "Hours", "quantity": "1", "price": "5", "date": "2026-10-20"});
    call(s, "bill charge", hours);
    assert_eq!(sums(s, "2026-10"), ["birch 5.00 one-off"], "what was topped up stays so");
    let own = json!({"layer": "account:birch", "method": "minimum", "value": "20", "from": "2026-11-01"});
    call(s, "prices add", json!({"id": "birch", "fields": own}));
    assert_eq!(sums(s, "2026-11"), ["birch 35.00 recurring+one-off"]);
    let _ = std::fs::remove_dir_all(folder);
}

/// A guard is accepted alone and with its reason, for what it says: drafted again with other figures it holds again.
#[test]
fn guards_are_accepted_one_by_one_with_their_reasons() {
    let (folder, mut session) = book("accept", Silent);
    let s = &mut session;
    let charge = |s: &mut Session, account: &str, price: &str| {
        let ask = json!({"account": account, "name": "Hours", "quantity": "2", "price": price, "cost": "90", "date": "2026-10-10"});
        call(s, "bill charge", ask)["id"].as_str().unwrap_or_default().to_owned()
    };
    for id in ["birch", "alder"] {
        call(s, "accounts add", json!({"id": id, "fields": {"name": id, "country": "GB", "currency": "GBP"}}));
    }
    charge(s, "birch", "50");
    let changing = charge(s, "alder", "60");
    let month = json!({"period": "2026-10"});
    let draft = call(s, "bill draft", month.clone());
    let marks: Vec<String> =
        draft["guards"].as_array().unwrap().iter().map(|g| g["mark"].as_str().unwrap().to_owned()).collect();
    assert_eq!(marks.len(), 2, "{draft}");
    let accept = |guards: &[&str], reason: &str| json!({"period": "2026-10", "guards": guards, "reason": reason});
    let refused = |s: &mut Session, name: &str, ask| commands::call(s, name, ask).unwrap_err();
    assert_eq!(refused(s, "bill accept", accept(&[&marks[0]], " ")).code, "E-USAGE");
    assert_eq!(refused(s, "bill accept", accept(&["0000000000"], "why not")).code, "E-NOT-FOUND");

    call(s, "bill accept", accept(&[&marks[0]], "a favour"));
    let held = refused(s, "bill issue", month.clone());
    assert!(held.message.contains("G-BELOW-COST (1)"), "the other holds: {held:?}");
    call(s, "bill accept", accept(&["G-BELOW-COST"], "both agreed"));
    call(s, "bill accept", json!({"period": "2026-10", "guards": [marks[1]], "undo": true}));
    let reasons = |month: &Value| -> Vec<Value> {
        month["guards"].as_array().unwrap().iter().map(|g| g["accepted"]["reason"].clone()).collect()
    };
    assert_eq!(reasons(&kept(s)), [json!("both agreed"), Value::Null]);
    assert_eq!(kept(s)["current"], true, "accepting does not make a draft old");

    call(s, "bill accept", accept(&["all"], "both agreed"));
    call(s, "bill uncharge", json!({"id": changing}));
    charge(s, "alder", "55");
    let draft = call(s, "bill draft", month.clone());
    let (still, anew): (Vec<_>, Vec<_>) =
        draft["guards"].as_array().unwrap().iter().partition(|g| g["accepted"].is_object());
    assert_eq!((still.len(), anew.len()), (1, 1), "{draft}");
    assert_eq!(anew[0]["detail"].as_str().map(|d| d.contains("110.00")), Some(true), "{draft}");

    let issued = call(s, "bill issue", json!({"period": "2026-10", "accept": ["G-BELOW-COST"], "no_pdf": true}));
    assert_eq!(issued["invoices"].as_array().map(Vec::len), Some(2));
    let told = reasons(&kept(s));
    assert!(told.contains(&json!("both agreed")) && told.contains(&json!("")), "{told:?}");
    let late = refused(s, "bill accept", accept(&["all"], "too late"));
    assert_eq!(late.code, "E-NOT-FOUND");
    let _ = std::fs::remove_dir_all(folder);
}
