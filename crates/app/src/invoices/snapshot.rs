//! What is printed of one document beside its lines and totals, kept with it at issue.

use crate::Failure;
use crate::people::People;
use crate::session::Book;
use engine::exchange::{HomeTax, Rate};
use engine::invoice::Draft;
use engine::register::Account;
use engine::sale::SaleLine;
use engine::{Currency, Id, Money, Rounding};
use paper::Corrects;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::tables;
use store::tables::invoices::{Invoice, InvoiceLine};

/// What is printed of one invoice beside its lines and totals.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
pub struct Snapshot {
    pub(super) letterhead: String,
    pub(super) language: String,
    pub(super) name: String,
    pub(super) address: Vec<String>,
    pub(super) country: String,
    pub(super) vat_id: String,
    pub(super) purchase_order: String,
    pub(super) treatment: String,
    pub(super) tax_percent: String,
    /// Names of the accounts that use the services, in the order of their first lines; empty when the payer is the only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) users: Vec<String>,
    /// Number and day of the invoices a run's credit note gives back from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gives_back: Vec<(String, String)>,
    /// The tax in the book's currency, on a document in another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    home_tax: Option<KeptHomeTax>,
    /// Why, on a credit note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) reason: String,
}

impl Snapshot {
    /// Of a draft about to be issued.
    pub fn of(draft: &Draft, payer: &Account, people: &People, letterhead: &str) -> Snapshot {
        let users = in_order_of_lines(draft.lines.iter().map(|l| l.account));
        let alone = users.iter().all(|id| *id == payer.id);
        Snapshot {
            letterhead: letterhead.to_owned(),
            language: payer.language.clone(),
            name: payer.name.clone(),
            address: payer.address.clone(),
            country: payer.country.clone(),
            vat_id: payer.vat_id.clone(),
            purchase_order: payer.purchase_order.clone(),
            treatment: crate::people::treatment(payer.tax).to_owned(),
            tax_percent: payer.tax_percent.to_string(),
            users: if alone { Vec::new() } else { users.into_iter().map(|id| people.name(id).to_owned()).collect() },
            gives_back: Vec::new(),
            home_tax: None,
            reason: String::new(),
        }
    }

    /// The same with its tax in the book's currency.
    pub fn at_home(mut self, tax: Option<HomeTax>) -> Snapshot {
        self.home_tax = tax.map(KeptHomeTax::of);
        self
    }

    /// The tax in the book's currency as it was issued.
    pub fn home_tax(&self) -> Option<&KeptHomeTax> {
        self.home_tax.as_ref()
    }

    /// The same for a credit note of a run, which names the invoices it gives back from.
    pub fn giving_back(mut self, invoices: &[Invoice]) -> Snapshot {
        self.gives_back = invoices.iter().map(|i| (i.label.clone(), i.issued.to_string())).collect();
        self
    }

    /// The numbers of the invoices a run's credit note gives back from, as text.
    pub fn gives_back_from(&self) -> Option<String> {
        let numbers: Vec<&str> = self.gives_back.iter().map(|(number, _)| number.as_str()).collect();
        (!numbers.is_empty()).then(|| numbers.join(", "))
    }

    pub(super) fn gives_back(&self) -> Vec<Corrects> {
        let named = |(number, issued): &(String, String)| {
            Some(Corrects { number: number.clone(), issued: issued.parse().ok()? })
        };
        self.gives_back.iter().filter_map(named).collect()
    }

    /// Reads a stored one.
    pub fn read(book: &Book<'_>, invoice: &Invoice) -> Result<Snapshot, Failure> {
        let stored = tables::invoices::snapshot(book.conn(), invoice)?;
        serde_json::from_value(stored).map_err(|error| {
            Failure::new("E-BOOK-DAMAGED", format!("The snapshot of {} cannot be read: {error}.", invoice.label))
        })
    }

    /// The same for a credit note over some of the lines.
    pub fn for_credit(mut self, reason: &str, all: &[InvoiceLine], credited: &[SaleLine], tax: Money) -> Snapshot {
        // What was owed at one rate is taken back at the same.
        let home = self.home_tax.take().and_then(|kept| kept.read());
        self.home_tax = home.and_then(|h| h.rate.convert(tax, h.tax.currency()).ok()).map(KeptHomeTax::of);
        let before = in_order_of_lines(all.iter().map(|l| l.line.account));
        let now = in_order_of_lines(credited.iter().map(|l| l.account));
        let name = |id: &Id| before.iter().position(|b| b == id).and_then(|at| self.users.get(at)).cloned();
        self.users = now.iter().filter_map(name).collect();
        self.reason = reason.to_owned();
        self
    }

    /// As stored.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Tax in the book's currency, as kept with a document.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
pub struct KeptHomeTax {
    amount: String,
    currency: String,
    /// What one unit of the document's currency is worth in it.
    rate: String,
    /// First day of that rate.
    from: String,
    /// Who published it.
    source: String,
}

impl KeptHomeTax {
    fn of(home: HomeTax) -> KeptHomeTax {
        KeptHomeTax {
            amount: home.tax.to_string(),
            currency: home.tax.currency().to_string(),
            rate: crate::wire::number(home.rate.per_unit),
            from: home.rate.from.to_string(),
            source: home.rate.source,
        }
    }

    pub(super) fn read(&self) -> Option<HomeTax> {
        let currency = Currency::parse(&self.currency)?;
        let tax = Money::round(self.amount.parse().ok()?, currency, Rounding::HalfUp).ok()?;
        let rate =
            Rate { from: self.from.parse().ok()?, per_unit: self.rate.parse().ok()?, source: self.source.clone() };
        Some(HomeTax { tax, rate })
    }
}

/// The accounts of lines, each once, in the order of its first line.
pub(super) fn in_order_of_lines(accounts: impl Iterator<Item = Id>) -> Vec<Id> {
    let mut seen = Vec::new();
    for account in accounts {
        if !seen.contains(&account) {
            seen.push(account);
        }
    }
    seen
}
