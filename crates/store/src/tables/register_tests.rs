use engine::bill::OneOff;
use engine::price::{Band, Basis, Hold, Layer, ListKind, ListPlan, ListPrice, Method, PriceRule, Promotion, Selector};
use engine::price::{Uplift, VolumeBreaks};
use engine::register::*;
use engine::{Currency, Date, Decimal, Id, LineRef, Names, Symbol};

use super::testing::{Book, book};
use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn account(names: &mut Names, n: u8, source: &str) -> Account {
    Account {
        id: Id([n; 16]),
        source: names.source_id(source),
        kind: AccountKind::Customer,
        parent: None,
        bill_to: None,
        name: format!("Customer {n}"),
        country: "DE".into(),
        address: vec!["Street 1".into(), "10115 Berlin".into()],
        vat_id: "DE123456789".into(),
        tax: TaxTreatment::Domestic,
        tax_percent: dec("19"),
        segment: names.intern("Gold"),
        currency: Currency::EUR,
        payment_days: 30,
        language: "de".into(),
        basis: Some(Basis::Agreement),
        purchase_order: String::new(),
        needs_purchase_order: false,
        ended: None,
    }
}

pub(super) fn subscription(names: &mut Names, n: u8, account: Id, source: &str) -> Subscription {
    Subscription {
        id: Id([n; 16]),
        source: names.source_id(source),
        account,
        product: ProductKey { product: names.intern("CFQ7TTC0PDSG"), sku: names.intern("0004") },
        name: names.intern("Microsoft 365 F1"),
        term: Term::P1Y,
        plan: BillingPlan::Monthly,
        sold_plan: None,
        customer_term: None,
        start: day("2026-01-01"),
        term_end: Some(day("2027-01-01")),
        anchor_day: Some(1),
        pricing_currency: Currency::EUR,
        bundle: Symbol::EMPTY,
        bundle_policy: BundlePolicy::Keep,
        basis: None,
        cadence: Cadence::Anniversary,
        timing: Timing::Advance,
        events: vec![
            Event { seq: 0, date: day("2026-01-01"), kind: EventKind::Started { quantity: dec("4") } },
            Event { seq: 0, date: day("2026-03-01"), kind: EventKind::SeatsChanged { delta: dec("-1") } },
        ]
        .into(),
    }
}

/// Two accounts, one below the other, with a subscription each.
fn filled() -> (Book, Names, Vec<Account>, Vec<Subscription>) {
    let book = book();
    let mut names = Names::default();
    names.intern("so that the batch numbers texts otherwise than the book");
    let mut accounts = vec![
        account(&mut names, 1, "cbbaa0d1-712e-86f3-9d70-33e49bf3b379"),
        account(&mut names, 2, "customer without guid"),
    ];
    accounts[1].parent = Some(accounts[0].id);
    accounts[1].bill_to = Some(accounts[0].id);
    let mut subscriptions = vec![
        subscription(&mut names, 11, accounts[0].id, "a384943d-3ca8-f426-6c69-df1f2b721952"),
        subscription(&mut names, 12, accounts[1].id, "S-12"),
    ];
    let writer = book.writer();
    writer.put_accounts(&names, &mut accounts).unwrap();
    writer.put_subscriptions(&names, &mut subscriptions).unwrap();
    drop(writer);
    (book, names, accounts, subscriptions)
}

fn put(added: u64, changed: u64, same: u64) -> Put {
    Put { added, changed, same }
}

#[test]
fn the_register_reads_back_as_written() {
    let (book, names, accounts, subscriptions) = filled();
    let mut stored = texts::load(&book.conn).unwrap();
    let found = accounts::load(&book.conn, &mut stored).unwrap();
    assert_eq!(found.len(), 2);
    for (a, b) in found.iter().zip(&accounts) {
        assert_eq!(
            (a.id, &a.name, &a.address, a.parent, a.bill_to, a.tax_percent),
            (b.id, &b.name, &b.address, b.parent, b.bill_to, b.tax_percent)
        );
        assert_eq!(stored.source_text(a.source), names.source_text(b.source));
        assert_eq!(stored.text(a.segment), names.text(b.segment));
    }
    let found = subscriptions::load(&book.conn, &mut stored, Scope::All).unwrap();
    assert_eq!(
        found.iter().map(|s| &s.events).collect::<Vec<_>>(),
        subscriptions.iter().map(|s| &s.events).collect::<Vec<_>>()
    );
    assert_eq!(found[1].on(day("2026-04-01")).quantity, dec("3"));
    assert_eq!(stored.text(found[0].product.product), "CFQ7TTC0PDSG");
    let one = subscriptions::load(&book.conn, &mut stored, Scope::Accounts(&[accounts[1].id])).unwrap();
    assert_eq!(one, found[1..]);
}

#[test]
fn the_same_again_changes_nothing() {
    let (book, names, mut accounts, mut subscriptions) = filled();
    let seals = |book: &Book| -> Vec<(String, i64)> {
        let mut s = book.conn.prepare("SELECT name || hex(sum), rows FROM seals ORDER BY name").unwrap();
        s.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let before = seals(&book);
    let ids: Vec<Id> = subscriptions.iter().map(|s| s.id).collect();
    // A second import gives every row an id of its own first.
    accounts[0].id = Id([0xaa; 16]);
    accounts[1].id = Id([0xab; 16]);
    accounts[1].parent = Some(accounts[0].id);
    let writer = book.writer();
    assert_eq!(writer.put_accounts(&names, &mut accounts).unwrap(), put(0, 0, 2));
    subscriptions.iter_mut().for_each(|s| s.id = Id([0xbb; 16]));
    assert_eq!(writer.put_subscriptions(&names, &mut subscriptions).unwrap(), put(0, 0, 2));
    assert_eq!(subscriptions.iter().map(|s| s.id).collect::<Vec<_>>(), ids, "known ones get their ids back");
    assert_eq!(seals(&book), before);
}

#[test]
fn those_below_may_be_given_first() {
    let book = book();
    let mut names = Names::default();
    let mut accounts = [account(&mut names, 1, "below"), account(&mut names, 2, "above")];
    accounts[0].parent = Some(accounts[1].id);
    assert_eq!(book.writer().put_accounts(&names, &mut accounts).unwrap(), put(2, 0, 0));
    accounts[1].parent = Some(accounts[0].id);
    accounts.iter_mut().for_each(|a| a.source = engine::SourceId::NONE);
    let other = super::testing::book();
    assert!(other.writer().put_accounts(&names, &mut accounts).is_err(), "a circle has no top");
}

#[test]
fn texts_of_a_part_taken_back_are_stored_again() {
    let book = book();
    let mut names = Names::default();
    let mut given = [account(&mut names, 1, "A")];
    let writer = book.writer();
    writer.put_accounts(&names, &mut given).unwrap();
    let mut wanted = [subscription(&mut names, 11, given[0].id, "S-1")];
    book.conn.execute_batch("SAVEPOINT attempt").unwrap();
    writer.put_subscriptions(&names, &mut wanted).unwrap();
    book.conn.execute_batch("ROLLBACK TO attempt; RELEASE attempt").unwrap();
    assert_eq!(writer.put_subscriptions(&names, &mut wanted).unwrap(), put(1, 0, 0));
    let mut stored = texts::load(&book.conn).unwrap();
    let found = subscriptions::load(&book.conn, &mut stored, Scope::All).unwrap();
    assert_eq!(stored.text(found[0].name), "Microsoft 365 F1");
}

#[test]
fn a_change_touches_its_account_only() {
    let (book, names, accounts, mut subscriptions) = filled();
    let before = settings::counter(&book.conn, "register").unwrap();
    subscriptions[1].term_end = Some(day("2028-01-01"));
    let writer = book.writer();
    assert_eq!(writer.put_subscriptions(&names, &mut subscriptions).unwrap(), put(0, 1, 1));
    assert_eq!(accounts::changed_since(&book.conn, before).unwrap(), [accounts[1].id]);
    let before = settings::counter(&book.conn, "register").unwrap();
    let event = Event { seq: 0, date: day("2026-10-12"), kind: EventKind::Moved { account: accounts[1].id } };
    let mut events = [(subscriptions[0].id, event)];
    writer.append_events(&names, &mut events).unwrap();
    assert_eq!(events[0].1.seq, 5, "events are numbered through the book");
    assert_eq!(accounts::changed_since(&book.conn, before).unwrap(), [accounts[0].id, accounts[1].id]);
}

#[test]
fn what_is_added_in_batches_reads_back_and_its_timelines_are_found() {
    let (book, mut names, accounts, subscriptions) = filled();
    let before = settings::counter(&book.conn, "register").unwrap();
    let writer = book.writer();
    let mut adding = writer.adding().unwrap();
    for n in 0..3u8 {
        let mut batch: Vec<Subscription> = (0..300u16)
            .map(|m| {
                let mut id = [n + 1; 16];
                id[..2].copy_from_slice(&m.to_be_bytes());
                Subscription { id: Id(id), ..subscription(&mut names, 0, accounts[1].id, &format!("N-{n}-{m}")) }
            })
            .collect();
        adding.add(&names, &mut batch).unwrap();
    }
    assert_eq!(adding.finish().unwrap(), 900);
    assert_eq!(accounts::changed_since(&book.conn, before).unwrap(), [accounts[1].id]);
    assert_eq!(subscriptions::count(&book.conn).unwrap(), 902);

    let mut stored = texts::load(&book.conn).unwrap();
    let [old, new, absent] =
        [subscriptions[0].source, names.source_id("N-2-299"), names.source_id("N-3-0")].map(|source| {
            let text = names.source_text(source);
            stored.source_id(&text)
        });
    let found = subscriptions::timelines(&book.conn, &stored, &[old, new, absent].into_iter().collect()).unwrap();
    assert_eq!((found.len(), found[&old].id), (2, subscriptions[0].id));
    assert_eq!(found[&new].events.iter().map(|e| e.seq).collect::<Vec<_>>(), [1803, 1804]);
    let event = Event { seq: 0, date: day("2026-12-01"), kind: EventKind::Cancelled { credit: true } };
    let mut events = [(&found[&old], event)];
    assert_eq!(writer.append_to(&stored, &mut events).unwrap(), 1);
    assert_eq!(events[0].1.seq, 1805, "events are numbered through the book");
    let all = subscriptions::load(&book.conn, &mut stored, Scope::All).unwrap();
    assert_eq!((all[0].events.len(), all[901].source, all[901].account), (3, new, accounts[1].id));
    assert_eq!(super::check::check(&book.conn, &super::testing::KEY, &[], |_| Ok(true)).unwrap(), []);
}

#[test]
fn nothing_is_given_twice() {
    let (book, names, accounts, subscriptions) = filled();
    let writer = book.writer();
    let mut twice = [subscriptions[0].clone(), subscriptions[0].clone()];
    assert!(writer.put_subscriptions(&names, &mut twice).is_err());
    let mut twice = [accounts[0].clone(), accounts[0].clone()];
    assert!(writer.put_accounts(&names, &mut twice).is_err());
}

#[test]
fn every_kind_of_event_reads_back() {
    let (book, mut names, accounts, subscriptions) = filled();
    let to = ProductKey { product: names.intern("CFQ7TTC08330"), sku: names.intern("0009") };
    let kinds = [
        EventKind::Started { quantity: dec("1") },
        EventKind::SeatsChanged { delta: dec("-2.5") },
        EventKind::SeatsSet { quantity: dec("7") },
        EventKind::Cancelled { credit: true },
        EventKind::Renewed { term_end: day("2028-01-01") },
        EventKind::Upgraded { to },
        EventKind::Moved { account: accounts[1].id },
        EventKind::Suspended { suspended: false },
        EventKind::PriceSet { price: Some(dec("9.90")) },
        EventKind::PriceSet { price: None },
        EventKind::EditionSet { day: day("2026-07-01") },
        EventKind::OneOffsReturned,
    ];
    let mut events: Vec<(Id, Event)> =
        kinds.into_iter().map(|kind| (subscriptions[0].id, Event { seq: 0, date: day("2026-10-01"), kind })).collect();
    book.writer().append_events(&names, &mut events).unwrap();
    let mut stored = texts::load(&book.conn).unwrap();
    let found = subscriptions::load(&book.conn, &mut stored, Scope::All).unwrap();
    for (a, (_, b)) in found[0].events[2..].iter().zip(&events) {
        match (&a.kind, &b.kind) {
            (EventKind::Upgraded { to: a }, EventKind::Upgraded { to: b }) => {
                assert_eq!(stored.text(a.product), names.text(b.product));
            }
            (a, b) => assert_eq!(a, b),
        }
    }
}

#[test]
fn tenants_catalogue_and_one_offs() {
    let (book, mut names, accounts, _) = filled();
    let mut tenant = Tenant {
        tenant: names.source_id("0f0e7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77"),
        account: None,
        domain: "a.example".into(),
    };
    let writer = book.writer();
    assert_eq!(writer.put_tenants(&names, std::slice::from_ref(&tenant)).unwrap(), put(1, 0, 0));
    tenant.account = Some(accounts[0].id);
    assert_eq!(writer.put_tenants(&names, std::slice::from_ref(&tenant)).unwrap(), put(0, 1, 0));
    assert_eq!(writer.put_tenants(&names, std::slice::from_ref(&tenant)).unwrap(), put(0, 0, 1));
    let mut stored = texts::load(&book.conn).unwrap();
    assert_eq!(accounts::load_tenants(&book.conn, &mut stored).unwrap(), [tenant]);

    let key = ProductKey { product: names.intern("HW-1"), sku: Symbol::EMPTY };
    let mut products = [Product {
        id: Id([5; 16]),
        key,
        name: "Headset".into(),
        vendor: "Wholesaler".into(),
        kind: ProductKind::OneOff,
    }];
    assert_eq!(writer.put_products(&names, &mut products).unwrap(), put(1, 0, 0));
    products[0].id = Id([6; 16]);
    assert_eq!(writer.put_products(&names, &mut products).unwrap(), put(0, 0, 1));
    products[0].name = "Headset II".into();
    assert_eq!(writer.put_products(&names, &mut products).unwrap(), put(0, 1, 0));
    assert_eq!(products[0].id, Id([5; 16]));

    bundles_are_kept_edition_by_edition(&book, &names, key);

    let charge = OneOff {
        id: Id([8; 16]),
        account: accounts[0].id,
        date: day("2026-10-05"),
        name: "Headset".into(),
        quantity: dec("2"),
        unit_price: dec("49.90"),
        unit_cost: Some(dec("40")),
        currency: Currency::EUR,
        product: None,
    };
    assert_eq!(writer.put_one_offs(&names, std::slice::from_ref(&charge)).unwrap(), put(1, 0, 0));
    assert_eq!(writer.put_one_offs(&names, std::slice::from_ref(&charge)).unwrap(), put(0, 0, 1));
    assert_eq!(one_offs::load(&book.conn, Scope::Accounts(&[accounts[0].id])).unwrap(), [charge]);
    assert!(writer.remove_one_off(Id([8; 16])).unwrap());
    assert!(!writer.remove_one_off(Id([8; 16])).unwrap());
}

#[test]
fn lists_and_rules_are_superseded_not_edited() {
    let book = book();
    let mut names = Names::default();
    let product = ProductKey { product: names.intern("CFQ"), sku: names.intern("0001") };
    let mut price = ListPrice {
        kind: ListKind::Term,
        product,
        term: Term::P1Y,
        plan: BillingPlan::Monthly,
        currency: Currency::EUR,
        segment: Symbol::EMPTY,
        at_least: dec("0"),
        cost: dec("10"),
        erp: dec("12"),
        from: day("2026-01-01"),
        until: None,
        source: None,
    };
    let writer = book.writer();
    assert_eq!(writer.put_list_prices(&names, std::slice::from_ref(&price)).unwrap(), put(1, 0, 0));
    price.source = Some(LineRef { document: 9, row: 9 });
    assert_eq!(writer.put_list_prices(&names, std::slice::from_ref(&price)).unwrap(), put(0, 0, 1));
    price.source = None;
    price.cost = dec("11");
    assert_eq!(writer.put_list_prices(&names, std::slice::from_ref(&price)).unwrap(), put(0, 1, 0));
    let mut same = names.clone();
    assert_eq!(prices::load_list(&book.conn, &mut same).unwrap(), [price.clone()]);
    let before = ListPrice { cost: dec("10"), ..price.clone() };
    assert_eq!(prices::load_list_as_of(&book.conn, &mut same, Some(1)).unwrap(), [before]);
    price.until = Some(price.from);
    assert_eq!(writer.put_list_prices(&names, std::slice::from_ref(&price)).unwrap(), put(0, 1, 0));
    assert_eq!(prices::load_list(&book.conn, &mut same).unwrap(), [], "it was taken back");

    // What is for other buyers, for more units or for another thing is another price, not a further version.
    let ours = ListPrice { until: None, ..price };
    let others = [
        ListPrice { segment: names.intern("Charity"), cost: dec("5"), ..ours.clone() },
        ListPrice { at_least: dec("100"), cost: dec("9"), ..ours.clone() },
        ListPrice { kind: ListKind::ExtendedTerm, cost: dec("10.30"), ..ours.clone() },
    ];
    assert_eq!(writer.put_list_prices(&names, &others).unwrap(), put(3, 0, 0));
    assert_eq!(writer.put_list_prices(&names, &others).unwrap(), put(0, 0, 3));
    assert_eq!(prices::load_list(&book.conn, &mut same).unwrap().len(), 3);

    let methods = [
        Method::Fixed { price: dec("1.50") },
        Method::Markup { markup: dec("0.1") },
        Method::Margin { margin: dec("0.2") },
        Method::OffErp { discount: dec("0") },
        Method::Split { share: dec("0.5") },
        Method::Graduated { bands: vec![Band { from: dec("1"), value: dec("9") }] },
        Method::AllUnits {
            bands: vec![Band { from: dec("1"), value: dec("9") }, Band { from: dec("10"), value: dec("8") }],
        },
        Method::Ramp { steps: vec![(day("2026-01-01"), dec("5")), (day("2027-01-01"), dec("6"))] },
        Method::PassThrough,
    ];
    for (n, method) in methods.into_iter().enumerate() {
        let mut rule = PriceRule {
            id: Id([n as u8; 16]),
            version: 1,
            name: format!("rule {n}"),
            layer: Layer::Segment(names.intern("Gold")),
            selector: Selector { product: Some(product), term: None, plan: Some(BillingPlan::Annual) },
            method,
            floor_at_cost: true,
            pass_promotions: true,
            hold: [Hold::VendorTerm, Hold::CustomerTerm, Hold::Float { notice_days: n as u32 }][n % 3],
            list_plan: [ListPlan::Bought, ListPlan::Sold][n % 2],
            uplift: (n % 2 == 1).then(|| Uplift {
                share: dec("0.025"),
                from: day("2026-02-01"),
                by_agreement: n % 3 == 0,
            }),
            ..PriceRule::new(Id([0; 16]), String::new(), Layer::Book, Method::PassThrough, day("2026-01-01"))
        };
        assert_eq!(writer.put_rules(&names, std::slice::from_ref(&rule)).unwrap(), put(1, 0, 0));
        assert_eq!(writer.put_rules(&names, std::slice::from_ref(&rule)).unwrap(), put(0, 0, 1));
        let mut same = names.clone();
        let first = rule.clone();
        assert_eq!(prices::load_rules(&book.conn, &mut same).unwrap().pop(), Some(first.clone()));
        (rule.id, rule.from) = (Id([0x80 | n as u8; 16]), day("2026-07-01"));
        assert_eq!(writer.put_rules(&names, std::slice::from_ref(&rule)).unwrap(), put(0, 1, 0));
        let found = prices::load_rules(&book.conn, &mut same).unwrap();
        let [.., before, last] = found.as_slice() else { panic!() };
        assert_eq!((before.until, last.version, last.from), (Some(day("2026-07-01")), 2, day("2026-07-01")));
        // Before that was known, the first version had no end.
        let then = settings::counter(&book.conn, "prices").unwrap() - 1;
        assert_eq!(prices::load_rules_as_of(&book.conn, &mut same, Some(then)).unwrap().pop(), Some(first));
        rule.layer = Layer::Account(Id([1; 16]));
    }

    let breaks = VolumeBreaks {
        bands: vec![Band { from: dec("100"), value: dec("0.05") }, Band { from: dec("25"), value: dec("0.02") }],
    };
    assert!(writer.set_volume(&breaks).unwrap());
    assert!(!writer.set_volume(&breaks).unwrap());
    assert_eq!(volume::load(&book.conn).unwrap().bands[0].from, dec("25"));
    let then = settings::counter(&book.conn, "prices").unwrap();
    assert!(writer.set_volume(&VolumeBreaks { bands: Vec::new() }).unwrap());
    assert!(!writer.set_volume(&VolumeBreaks { bands: Vec::new() }).unwrap());
    assert_eq!(volume::load(&book.conn).unwrap().bands, []);
    assert_eq!(volume::load_as_of(&book.conn, Some(then)).unwrap().bands.len(), 2);
}

#[test]
fn settings_requests_and_numbers() {
    let book = book();
    let writer = book.writer();
    let value = serde_json::json!({"name": "Seller GmbH"});
    assert!(writer.set("seller", &value).unwrap());
    assert!(!writer.set("seller", &value).unwrap());
    assert_eq!(settings::get(&book.conn, "seller").unwrap(), Some(value.clone()));
    assert!(writer.unset("seller").unwrap());
    assert_eq!(settings::get(&book.conn, "seller").unwrap(), None);
    writer.answer("k1", "bill issue", &value, "2026-11-22T10:00:00Z").unwrap();
    assert_eq!(settings::answered(&book.conn, "k1").unwrap(), Some(("bill issue".into(), value)));
    assert_eq!(
        [writer.reserve("R", 2026, 1), writer.reserve("R", 2026, 3), writer.reserve("R", 2026, 1)].map(Result::unwrap),
        [1, 2, 5]
    );
    assert_eq!(writer.reserve("R", 2027, 1).unwrap(), 1);
}

/// The register as it was at any point of its counter, however often a record was corrected since.
#[test]
fn corrected_records_are_known_as_they_were() {
    let book = book();
    let w = book.writer();
    let mut names = Names::default();
    let mut accounts = [account(&mut names, 1, "C-1"), account(&mut names, 2, "C-2")];
    w.put_accounts(&names, &mut accounts).unwrap();
    let mut subscriptions = [subscription(&mut names, 11, accounts[0].id, "S-1")];
    w.put_subscriptions(&names, &mut subscriptions).unwrap();
    let mut known = Vec::new();
    let note = |known: &mut Vec<(u64, u32, u32, Timing)>, accounts: &[Account], s: &Subscription| {
        let at = settings::counter(&book.conn, "register").unwrap();
        known.push((at, accounts[0].payment_days, accounts[1].payment_days, s.timing));
    };
    note(&mut known, &accounts, &subscriptions[0]);
    for (days, other, timing) in [(14, 30, Timing::Advance), (7, 10, Timing::Arrears), (7, 60, Timing::Advance)] {
        (accounts[0].payment_days, accounts[1].payment_days, subscriptions[0].timing) = (days, other, timing);
        w.put_accounts(&names, &mut accounts).unwrap();
        w.put_subscriptions(&names, &mut subscriptions).unwrap();
        note(&mut known, &accounts, &subscriptions[0]);
    }
    for (at, first, second, timing) in known {
        let then = accounts::load_as_of(&book.conn, &mut names, Some(at)).unwrap();
        let days: Vec<u32> = then.iter().map(|a| a.payment_days).collect();
        assert_eq!(days, [first, second], "at {at}");
        let then = subscriptions::load_as_of(&book.conn, &mut names, Scope::All, Some(at)).unwrap();
        assert_eq!((then[0].timing, then[0].events.len()), (timing, subscriptions[0].events.len()), "at {at}");
    }
}

#[test]
fn a_promotion_is_superseded_and_taken_back() {
    let book = book();
    let mut names = Names::default();
    let product = ProductKey { product: names.intern("CFQ"), sku: names.intern("0001") };
    let promotion = Promotion {
        code: "39NF".into(),
        product,
        term: Some(Term::P1Y),
        plan: Some(BillingPlan::Annual),
        share: dec("0.1"),
        from: day("2026-01-01"),
        until: Some(day("2026-07-01")),
    };
    let other = Promotion { product: ProductKey { sku: names.intern("0002"), ..product }, ..promotion.clone() };
    let writer = book.writer();
    assert_eq!(writer.put_promotions(&names, &[promotion.clone(), other.clone()]).unwrap(), put(2, 0, 0));
    let longer = Promotion { until: None, ..promotion.clone() };
    assert_eq!(writer.put_promotions(&names, &[longer.clone(), other.clone()]).unwrap(), put(0, 1, 1));
    let mut same = names.clone();
    assert_eq!(promotions::load(&book.conn, &mut same).unwrap(), [longer.clone(), other.clone()]);
    assert_eq!(promotions::load_as_of(&book.conn, &mut same, Some(1)).unwrap(), [promotion, other.clone()]);
    let taken_back = Promotion { until: Some(longer.from), ..longer };
    assert_eq!(writer.put_promotions(&names, &[taken_back]).unwrap(), put(0, 1, 0));
    assert_eq!(promotions::load(&book.conn, &mut same).unwrap(), [other]);
}

#[test]
fn a_subscription_keeps_what_it_is_sold_on() {
    let (book, mut names, accounts, _) = filled();
    let mut sold = [subscription(&mut names, 9, accounts[0].id, "sold otherwise")];
    sold[0].sold_plan = Some(BillingPlan::Annual);
    sold[0].customer_term = Some(CustomerTerm { length: Term::P3Y, from: day("2026-02-28") });
    book.writer().put_subscriptions(&names, &mut sold).unwrap();
    let found = subscriptions::load(&book.conn, &mut names, Scope::All).unwrap().pop().unwrap();
    assert_eq!((found.sold_plan, found.customer_term), (sold[0].sold_plan, sold[0].customer_term));
}

fn bundles_are_kept_edition_by_edition(book: &Book, names: &Names, key: ProductKey) {
    let (writer, mut names) = (book.writer(), names.clone());
    let code = names.intern("BND");
    let load = |at| products::load_bundles_as_of(&book.conn, &mut names.clone(), at).unwrap();
    let part = BundlePart { ratio: dec("2"), discount: dec("0.05"), ..BundlePart::of(key) };
    let first = Edition { parts: vec![part.clone()], ..Edition::blank(day("2026-01-01")) };
    let mut bundle = Bundle { code, name: "Desk".into(), editions: vec![first.clone()] };
    let put_it = |bundle: &Bundle, withdrawn: &[Date]| {
        let withdrawn: Vec<_> = withdrawn.iter().map(|day| (code, *day)).collect();
        writer.put_bundles(&names, std::slice::from_ref(bundle), &withdrawn).unwrap()
    };
    assert_eq!(put_it(&bundle, &[]), put(1, 0, 0));
    assert_eq!(put_it(&bundle, &[]), put(0, 0, 1));
    let seen = settings::counter(&book.conn, "prices").unwrap();
    // The edition corrected, and a further one with everything a part can have.
    bundle.editions[0].price = Some(dec("10.00"));
    bundle.editions[0].currency = Some(Currency::GBP);
    let once = BundlePart {
        kind: PartKind::OneOff,
        price: Some(dec("99.90")),
        cost: Some(dec("80")),
        shown: false,
        ..part.clone()
    };
    bundle.put(Edition {
        parts: vec![part, once],
        show_parts: false,
        ..Edition { from: day("2026-07-01"), ..first.clone() }
    });
    assert_eq!(put_it(&bundle, &[]), put(0, 1, 0));
    assert_eq!(load(None), [bundle.clone()]);
    // A past run reads what it saw.
    assert_eq!(load(Some(seen)), [Bundle { editions: vec![first.clone()], ..bundle.clone() }]);
    // An edition taken back is gone; the others stay, under the latest name.
    bundle.name = "Desk and chair".into();
    bundle.editions.truncate(1);
    assert_eq!(put_it(&bundle, &[day("2026-07-01")]), put(0, 1, 0));
    assert_eq!(load(None), [bundle.clone()]);
    bundle.name = "Desk".into();
    assert_eq!(put_it(&bundle, &[]), put(0, 1, 0));
    assert_eq!(load(None), [bundle]);
}
