//! A whole month in the real window, once with the mouse and once with the keyboard alone.

use crate::driver::{Home, Outcome, Window};
use crate::hand::{CONTROL, Hand, Person};
use crate::month::{self, HOSTILE};

const PASSPHRASE: &str = "a hook, a blade, a handle, a barn";

#[test]
fn a_month_with_the_mouse() -> Outcome<()> {
    month(Hand::Mouse)
}

#[test]
fn a_month_with_the_keyboard_alone() -> Outcome<()> {
    month(Hand::Keyboard)
}

/// From a book that does not exist yet to a credited invoice, a locked book and another day at the office.
fn month(hand: Hand) -> Outcome<()> {
    let home = Home::new()?;
    month::write(&home)?;
    {
        let window = Window::open(&home, &[])?;
        let person = Person::at(&window, hand);
        create(&home, &person)?;
        import(&home, &person)?;
        map(&home, &person)?;
        reconcile(&person)?;
        bill(&person)?;
        credit(&home, &person)?;
        shown_as_text(&window, &person)?;

        window.chord(&[CONTROL, 'l'])?;
        unlock(&person)?;
    }
    let window = Window::open(&home, &[])?;
    let person = Person::at(&window, hand);
    person.press("Harbour & Vale")?;
    unlock(&person)?;
    person.go("Invoices")?;
    person.reads("3 documents")
}

fn create(home: &Home, person: &Person) -> Outcome<()> {
    person.press("Create my book")?;
    person.write("Legal name of your company", "Harbour & Vale Ltd")?;
    person.choose("Country", "United Kingdom")?;
    person.write("Passphrase", PASSPHRASE)?;
    person.write("Passphrase once more", PASSPHRASE)?;
    home.will_choose(&["Harbour & Vale.billhook"])?;
    person.press("Create the book")?;

    person.reads("Your recovery key")?;
    home.will_choose(&["recovery key.txt"])?;
    person.press("Save as a file")?;
    person.press("Open the book")?;
    person.reads("Nothing is here for October 2026 yet.")?;
    let sheet = std::fs::read_to_string(home.path("recovery key.txt"))?;
    assert!(sheet.contains("Harbour & Vale Ltd"), "the sheet says what it opens: {sheet}");
    Ok(())
}

fn import(home: &Home, person: &Person) -> Outcome<()> {
    person.press("Import files")?;
    home.will_choose(&month::FILES)?;
    person.press("Choose files")?;
    person.press("Store 9 rows")?;
    person.reads("5 files are stored in the book.")?;
    person.press("Clear the list")
}

/// A file of no known kind: said once which column is which.
fn map(home: &Home, person: &Person) -> Outcome<()> {
    home.will_choose(&[month::UNKNOWN])?;
    person.press("Choose files")?;
    for (ours, theirs) in [
        ("Customer id", "Konto"),
        ("Customer", "Firma"),
        ("Product needed", "Vara"),
        ("Quantity needed", "Antal"),
        ("Amount needed", "Belopp"),
        ("First day", "Start"),
        ("Last day", "Slut"),
    ] {
        person.choose(ours, theirs)?;
    }
    person.reads("1 of 1 rows can be read")?;
    person.press("Save mapping and read the file")?;
    person.press("Store 1 row")?;
    person.reads("1 file is stored in the book.")
}

/// Two seats too few sold, and a product nobody was charged for.
fn reconcile(person: &Person) -> Outcome<()> {
    person.go("Reconcile")?;
    person.reads("Named by 2 findings")?;
    person.open("Quantity mismatch")?;
    person.reads("The vendor billed 7 × Workplace Suite, 5 were sold.")?;
    person.press("Add catch-up line")?;
    person.reads("is on the next run.")?;
    person.reads("Nothing was sold for it.")?;
    person.press("Add catch-up line")?;
    person.reads("Nothing needs action")?;
    person.press("Go to billing")
}

fn bill(person: &Person) -> Outcome<()> {
    person.press("Draft October 2026")?;
    person.reads("Held by guards")?;
    person.press("Accept …")?;
    person.write("Why it may stand", "The order number follows by mail.")?;
    person.press("Accept")?;
    person.reads("1 guard accepted")?;
    person.press("Issue 2 invoices")?;
    person.reads("They get the numbers INV-00001 to INV-00002.")?;
    person.press("Issue 2 invoices")?;
    person.reads("2 invoices issued")?;
    person.press("Show invoices")
}

/// The paper of one invoice, on screen and on disk; then it is taken back.
fn credit(home: &Home, person: &Person) -> Outcome<()> {
    person.open("INV-00002")?;
    home.will_choose(&["INV-00002.pdf"])?;
    person.press("Save PDF")?;
    person.reads("INV-00002 is saved as INV-00002.pdf.")?;
    assert!(std::fs::read(home.path("INV-00002.pdf"))?.starts_with(b"%PDF-"));

    person.press("Credit invoice")?;
    person.write("Reason", "Two seats too many")?;
    person.press("Issue credit note")?;
    person.reads("It cannot be taken back")?;
    person.press("Issue credit note")?;
    person.reads("credits INV-00002.")
}

/// Wherever the customer with the hostile name is shown, it is its name that is shown.
fn shown_as_text(window: &Window, person: &Person) -> Outcome<()> {
    for (place, named, under) in [
        ("Month", false, None),
        ("Accounts", true, None),
        ("Catalogue", false, None),
        ("Subscriptions", true, None),
        ("Costs", true, Some("Lines")),
        ("Reconcile", true, Some("All …")),
        ("Billing", true, None),
        ("Invoices", true, None),
        ("Model", false, None),
        ("Settings", false, None),
    ] {
        person.go(place)?;
        under.map_or(Ok(()), |name| person.pick(name))?;
        if named {
            person.reads(HOSTILE)?;
        }
        assert_eq!(window.script("return document.querySelectorAll('img[src=x]').length")?, 0, "{place}");
    }
    Ok(())
}

fn unlock(person: &Person) -> Outcome<()> {
    person.reads("This book is locked.")?;
    person.write("Passphrase", PASSPHRASE)?;
    person.press("Unlock Harbour & Vale")?;
    person.reads("Harbour & Vale Ltd")
}
