//! Reading a document in a test, and writing its lines so that they can be compared.

use crate::formats::{
    Asked, Batch, Bytes, Kind, Limits, Recognised, Records, Refusal, Summary, read_costs, read_records, read_sales,
    recognise,
};
use engine::cost::CostLine;
use engine::sale::SoldLine;
use engine::{LineRef, Names};

/// A document of these bytes.
pub fn bytes(content: impl Into<Vec<u8>>) -> Bytes {
    Bytes::new("test", content)
}

/// The lines of a vendor's document as text, and what the reading came to.
pub fn costs_as(
    content: impl Into<Vec<u8>>,
    asked: &Asked,
    limits: &Limits,
) -> Result<(Vec<String>, Summary), Refusal> {
    let source = bytes(content);
    let file = recognise(&source, limits, asked)?;
    let mut shown = Vec::new();
    let mut last = 0;
    let mut sink = |batch: Batch<'_, CostLine>| {
        for line in &batch.lines {
            assert!(line.at.row > last, "rows come in order");
            last = line.at.row;
            shown.push(show(line, batch.names));
        }
        Ok(())
    };
    let summary = read_costs(&source, &file, limits, 7, &mut sink, &mut |_| Ok(()))?;
    assert_eq!(summary.good as usize, shown.len());
    assert!(summary.good <= summary.rows);
    assert!(summary.good == summary.rows || summary.problem_count > 0, "a row is good or has a problem: {summary:?}");
    Ok((shown, summary))
}

/// The same with nothing asked and the shipped limits.
pub fn costs(content: impl Into<Vec<u8>>) -> Result<(Vec<String>, Summary), Refusal> {
    costs_as(content, &Asked::default(), &Limits::default())
}

/// What a document is recognised as.
pub fn recognised(content: impl Into<Vec<u8>>, asked: &Asked) -> Result<Recognised, Refusal> {
    recognise(&bytes(content), &Limits::default(), asked)
}

/// The rows of a file of our own kinds.
pub fn records(content: impl Into<Vec<u8>>) -> Result<(Records, Names), Refusal> {
    records_as(content, &Asked::default())
}

/// The same with something asked.
pub fn records_as(content: impl Into<Vec<u8>>, asked: &Asked) -> Result<(Records, Names), Refusal> {
    let source = bytes(content);
    let limits = Limits::default();
    let file = recognise(&source, &limits, asked)?;
    let mut names = Names::default();
    let records = read_records(&source, &file, &limits, &mut names, &mut |_| Ok(()))?;
    Ok((records, names))
}

/// The sold lines of a document of one batch.
pub fn sold(content: impl Into<Vec<u8>>) -> Result<(Vec<SoldLine>, Names, Summary), Refusal> {
    let source = bytes(content);
    let limits = Limits::default();
    let file = recognise(&source, &limits, &Asked { kind: Some(Kind::Sales), ..Asked::default() })?;
    let mut names = Names::default();
    let mut all = Vec::new();
    let mut sink = |batch: Batch<'_, SoldLine>| {
        all.extend(batch.lines);
        names = batch.names.clone();
        Ok(())
    };
    let summary = read_sales(&source, &file, &limits, 7, &mut sink, &mut |_| Ok(()))?;
    Ok((all, names, summary))
}

/// Everything a cost line says, with its texts.
pub fn show(line: &CostLine, names: &Names) -> String {
    let LineRef { document, row } = line.at;
    let text = |symbol| names.text(symbol);
    let mut shown = format!(
        "{document}/{row} {:?} {} {} {} sub {} order {} {:?} {}/{} {} {:?}",
        line.family,
        text(line.invoice),
        names.source_text(line.customer),
        text(line.customer_name),
        names.source_text(line.subscription),
        text(line.order),
        line.order_date,
        text(line.product),
        text(line.sku),
        text(line.product_name),
        line.charge,
    );
    shown.push_str(&format!(
        " {:?} term {:?} {:?} {:?} price {} {} qty {} {} = {} + {} = {} {} {} x{} {:?} ref {}",
        line.period.map(|p| p.to_string()),
        line.term_dates.map(|p| p.to_string()),
        line.term.map(|t| t.to_string()),
        line.plan,
        line.unit_price.normalize(),
        line.effective_unit_price.normalize(),
        line.quantity.normalize(),
        line.billable_quantity.normalize(),
        line.subtotal.normalize(),
        line.tax.normalize(),
        line.total.normalize(),
        line.currency,
        line.pricing_currency,
        line.exchange_rate.normalize(),
        line.exchange_date,
        text(line.reference),
    ));
    for (name, symbol) in
        [("promo", line.promotion), ("adj", line.adjustment), ("res", line.reservation), ("credit", line.credit_reason)]
    {
        if !symbol.is_empty() {
            shown.push_str(&format!(" {name} {}", text(symbol)));
        }
    }
    shown.push_str(if line.trial { " trial" } else { "" });
    shown.push_str(if line.add_on { " add-on" } else { "" });
    if let Some(usage) = &line.usage {
        shown.push_str(&format!(
            " used {:?} {} {} {} in {} {} {}%",
            usage.date,
            text(usage.meter_name),
            text(usage.unit),
            usage.pricing_total.normalize(),
            names.source_text(usage.entitlement),
            text(usage.entitlement_name),
            usage.earned_credit_percent.normalize(),
        ));
    }
    shown
}
