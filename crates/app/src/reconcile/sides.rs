//! Loading what a month is reconciled from: everything for a table of rows, else only what is left open when the lines that
//! agree are set aside as they are read.

use crate::costs::{carries_money, of_month};
use crate::findings::{self, References};
use crate::people::People;
use crate::session::Book;
use crate::{Failure, progress};
use engine::cost::{CostLine, Costs, DocumentKind};
use engine::policy::Tolerance;
use engine::reconcile::{Control, Input, Notes, Screen, Settled};
use engine::register::{Subscription, Tenant};
use engine::sale::SoldLine;
use engine::{Decimal, Month, Names, SourceId};
use store::tables;
use store::tables::documents::Document;
use store::tables::lines::{Among, Head, Keep};

/// Both sides of a month, and what helps to understand them.
pub(super) struct Sides {
    pub against: &'static str,
    pub names: Names,
    pub vendor: Vec<CostLine>,
    pub usage: Vec<CostLine>,
    pub neighbours: Vec<CostLine>,
    pub sold: Vec<SoldLine>,
    pub sold_elsewhere: Vec<SoldLine>,
    pub people: People,
    pub tenants: Vec<Tenant>,
    pub subscriptions: Vec<Subscription>,
    pub controls: Vec<Control>,
    /// How many vendor documents the month has.
    pub documents: usize,
    /// What was set aside, where something could be.
    pub settled: Option<Settled>,
    /// Sold lines' own ids, as far as they are known.
    references: References,
    /// How many texts the book had.
    texts: usize,
}

/// The documents to read, by number.
struct Documents {
    vendor: Vec<u32>,
    usage: Vec<u32>,
    neighbours: Vec<u32>,
    /// None against our own invoices.
    sales: Option<Vec<u32>>,
    sales_elsewhere: Vec<u32>,
}

impl Documents {
    fn of(book: &Book<'_>, month: Month, against: Option<&str>) -> Result<Documents, Failure> {
        let sales = sales_of(book, month)?;
        let sales = match against {
            Some("sales") => Some(sales),
            Some("invoices") => None,
            None => Some(sales).filter(|sales| !sales.is_empty()),
            Some(other) => return Err(Failure::usage(format!("--against \"{other}\": give sales or invoices."))),
        };
        let (mut neighbours, mut sales_elsewhere) = (Vec::new(), Vec::new());
        for other in [month.plus(-1), month.plus(1)] {
            neighbours.extend(of_month(book, other, |_| true)?);
            if sales.is_some() {
                sales_elsewhere.extend(sales_of(book, other)?);
            }
        }
        Ok(Documents {
            vendor: of_month(book, month, carries_money)?,
            usage: of_month(book, month, |kind| kind == DocumentKind::DailyUsage)?,
            neighbours,
            sales,
            sales_elsewhere,
        })
    }
}

impl Sides {
    /// Loads them. `judged_by` tolerances and floor, lines that agree are left out; without these all are there.
    pub fn load(
        book: &mut Book<'_>,
        month: Month,
        against: Option<&str>,
        judged_by: Option<(&Tolerance, Option<Decimal>)>,
    ) -> Result<Sides, Failure> {
        let documents = Documents::of(book, month, against)?;
        let mut names = book.names()?;
        let texts = names.len();
        let people = People::load(book, &mut names)?;
        let tenants = people.tenants(book, &mut names)?;
        // Lines of our own invoices are no more than a few; they are loaded once.
        let mut sold = match documents.sales {
            Some(_) => Vec::new(),
            None => crate::invoices::sold(book, month, &mut names)?,
        };
        let found = match judged_by {
            Some((tolerance, floor)) => {
                let history = !documents.neighbours.is_empty();
                let screen = Screen::new(&people.accounts, &tenants, tolerance, floor, history);
                Some(screened(book, &documents, &sold, &screen)?)
            }
            None => None,
        };
        let settled = found.as_ref();
        progress::go_on(book.progress)?;

        book.progress.step("Loading costs", 0, None);
        let is_open = |subscription: SourceId, customer: SourceId| {
            settled.is_none_or(|settled| settled.is_open(subscription, customer))
        };
        let of_period = |line: &Head| is_open(line.subscription, line.customer);
        let of_neighbour = |line: &Head| {
            settled
                .is_none_or(|settled| settled.is_open_before(line.subscription, line.customer, line.charge, line.usage))
        };
        let conn = book.conn();
        let costs = |names, among, wanted: &(dyn Fn(&Head) -> bool + Sync)| {
            tables::lines::choose_costs(conn, names, among, Keep::Moves, wanted)
        };
        // Lines of the period that were set aside are not read again, as far as no open one lies beside them.
        let open = settled.map(|settled| Among::Places(settled.lines()));
        let billed = open.unwrap_or(Among::Documents(&documents.vendor));
        let Costs { names, lines: vendor } = costs(names, billed, &of_period)?;
        let Costs { names, lines: usage } = costs(names, Among::Documents(&documents.usage), &|_| true)?;
        let neighbours = Among::Documents(&documents.neighbours);
        let Costs { mut names, lines: neighbours } = costs(names, neighbours, &of_neighbour)?;

        book.progress.step("Loading sales", 0, None);
        let mut references = References::new();
        match &documents.sales {
            Some(sales) if settled.is_some() => {
                let charged = open.unwrap_or(Among::Documents(sales));
                sold = tables::lines::choose_sold(conn, &mut names, charged, Keep::Everything, is_open)?;
                for line in &mut sold {
                    references.insert(line.at, names.source_text(line.reference));
                    // Lines are told apart by their places, not by the numbers of their texts.
                    line.reference = Some(line.reference).filter(is_guid).unwrap_or(SourceId::NONE);
                }
            }
            Some(sales) => sold = tables::lines::load_sold(conn, &mut names, sales, Keep::Figures)?,
            None => sold.retain(|line| is_open(line.subscription, line.customer)),
        }
        let elsewhere = Among::Documents(&documents.sales_elsewhere);
        let sold_elsewhere = tables::lines::choose_sold(conn, &mut names, elsewhere, Keep::Figures, is_open)?;

        let is_open = |id: SourceId| !id.is_none() && is_open(id, id);
        let subscriptions = tables::chosen::subscriptions(conn, &names, &people.accounts, is_open)?;
        let of_month = tables::documents::of_period(conn, month)?;
        let controls =
            of_month.iter().filter(|d| d.lines.is_some_and(carries_money)).flat_map(|d| stated(d, &of_month)).collect();
        Ok(Sides {
            against: if documents.sales.is_some() { "sales" } else { "invoices" },
            names,
            vendor,
            usage,
            neighbours,
            sold,
            sold_elsewhere,
            people,
            tenants,
            subscriptions,
            controls,
            documents: documents.vendor.len() + documents.usage.len(),
            settled: found,
            references,
            texts,
        })
    }

    /// What the engine looks at.
    pub fn input<'a>(
        &'a self,
        month: Month,
        tolerance: &'a Tolerance,
        floor: Option<Decimal>,
        today: engine::Date,
    ) -> Input<'a> {
        Input {
            month,
            vendor: &self.vendor,
            usage: &self.usage,
            earlier: &self.neighbours,
            sold: &self.sold,
            sold_elsewhere: &self.sold_elsewhere,
            names: &self.names,
            accounts: &self.people.accounts,
            tenants: &self.tenants,
            subscriptions: &self.subscriptions,
            tolerance,
            floor,
            controls: &self.controls,
            today,
            settled: self.settled.as_ref(),
        }
    }

    /// The findings of the month as they are stored by now, gone ones included.
    pub fn shown(self, book: &Book<'_>, month: Month) -> Result<Vec<findings::Shown>, Failure> {
        let Sides { mut names, people, references, texts, .. } = self;
        // A text the findings brought into the book would have another number there than here.
        if tables::texts::count(book.conn())? != texts {
            return findings::of_month(book, month);
        }
        findings::shown_of_month(book, month, &mut names, &people, references)
    }
}

/// Shows every line to the screen.
fn screened(
    book: &mut Book<'_>,
    documents: &Documents,
    sold: &[SoldLine],
    screen: &Screen,
) -> Result<Settled, Failure> {
    let conn = book.conn();
    let sales = documents.sales.as_deref().unwrap_or_default();
    let lookers = engine::cores::count();
    let (costs, charged) =
        (tables::lines::count_costs(conn, &documents.vendor)?, tables::lines::count_sold(conn, sales)?);
    // A little more than its share, since nobody knows who will see how many.
    let share = |lines: usize| lines / lookers * 9 / 8;
    let mut notes: Vec<_> = (0..lookers).map(|_| screen.notes(share(costs), share(charged + sold.len()))).collect();
    book.progress.step("Looking at costs", 0, None);
    tables::lines::each_charge(conn, &documents.vendor, &mut notes, Notes::billed)?;
    tables::lines::each_charge(conn, &documents.neighbours, &mut notes, Notes::billed_before)?;
    progress::go_on(book.progress)?;
    book.progress.step("Looking at sales", 0, None);
    tables::lines::each_sale(conn, sales, &mut notes, Notes::charged)?;
    if let Some(first) = notes.first_mut() {
        sold.iter().for_each(|line| first.charged(line));
    }
    Ok(screen.settle(notes))
}

fn is_guid(id: &SourceId) -> bool {
    matches!(id, SourceId::Guid(_))
}

/// What a person said the document adds up to, when it was imported.
fn stated(document: &Document, of_month: &[Document]) -> Vec<Control> {
    let rest: Vec<u32> = of_month.iter().filter(|d| d.rest_of == Some(document.no)).map(|d| d.no).collect();
    let stated = document.dialect.get("stated").and_then(|s| s.as_object());
    stated
        .into_iter()
        .flatten()
        .filter_map(|(currency, net)| {
            Some(Control {
                document: document.no,
                rest: rest.clone(),
                currency: engine::Currency::parse(currency)?,
                net: net.as_str()?.parse().ok()?,
            })
        })
        .collect()
}

fn sales_of(book: &Book<'_>, month: Month) -> Result<Vec<u32>, Failure> {
    let documents = tables::documents::of_period(book.conn(), month)?;
    Ok(documents.iter().filter(|d| d.kind == "sales").map(|d| d.no).collect())
}
