//! Cells a person corrected: what the row said, what was used, and nothing else changed.

use crate::formats::{Asked, Batch, Correction, Limits, Remedy, Summary, read_costs, recognise};
use crate::support::{bytes, show};
use engine::cost::CostLine;

/// A distributor-like reconciliation of so many rows; `row` may say something else.
fn month(rows: u32, row: impl Fn(u32) -> Option<&'static str>) -> String {
    let mut text = String::from(
        "CustomerId,ProductId,SkuId,ChargeType,Subtotal,Currency,SubscriptionId,ChargeStartDate,ChargeEndDate,Quantity\n",
    );
    for n in 1..=rows {
        let quantity = row(n).unwrap_or("8");
        text += &format!("c{n},CFQ7TTC0EXAM,0001,cycleCharge,80.00,GBP,s{n},2026-10-01,2026-10-31,{quantity}\n");
    }
    text
}

fn read(content: String, corrections: &[(u32, &str, &str)]) -> Result<(Vec<String>, Summary), &'static str> {
    let (source, limits) = (bytes(content), Limits::default());
    let mut file = recognise(&source, &limits, &Asked::default()).map_err(|r| r.code)?;
    let given =
        |&(row, column, value): &(u32, &str, &str)| Correction { row, column: column.into(), value: value.into() };
    file.correct(&corrections.iter().map(given).collect::<Vec<_>>()).map_err(|r| r.code)?;
    let mut lines = Vec::new();
    let mut sink = |batch: Batch<'_, CostLine>| {
        lines.extend(batch.lines.iter().map(|line| show(line, batch.names)));
        Ok(())
    };
    let summary = read_costs(&source, &file, &limits, 7, &mut sink, &mut |_| Ok(())).map_err(|r| r.code)?;
    Ok((lines, summary))
}

#[test]
fn a_corrected_cell_is_read_and_what_it_said_is_kept() {
    let odd = |n| (n == 2).then_some("27 pcs");
    let (_, summary) = read(month(3, odd), &[]).unwrap();
    assert_eq!((summary.good, summary.problems[0].remedy.clone()), (2, Remedy::Proposed("27".into())));
    let (lines, summary) = read(month(3, odd), &[(2, "Quantity", "27")]).unwrap();
    assert_eq!((lines.len(), summary.problem_count), (3, 0));
    assert!(lines[1].contains("qty 27 27 = 80"), "{}", lines[1]);
    let kept = &summary.corrected[0];
    assert_eq!(
        (kept.row, kept.column.as_str(), kept.said.as_str(), kept.used.as_str()),
        (2, "Quantity", "27 pcs", "27")
    );
}

#[test]
fn rows_are_counted_through_a_file_of_many_pieces() {
    let rows = 30_000;
    let odd = |n| [1, 14_999, 29_999].contains(&n).then_some("eight");
    assert!(month(rows, odd).len() > 2 << 20, "more than two pieces are read");
    let right = [(14_999, "Quantity", "9"), (29_999, "Quantity", "10")];
    let (lines, summary) = read(month(rows, odd), &right).unwrap();
    assert_eq!((lines.len(), summary.rows), (29_999, rows));
    assert_eq!(summary.problems.iter().map(|p| p.row).collect::<Vec<_>>(), [1]);
    assert_eq!(summary.corrected.iter().map(|c| c.row).collect::<Vec<_>>(), [14_999, 29_999]);
    assert!(lines[14_997].contains("s14999 ") || lines[14_997].contains("c14999"), "{}", lines[14_997]);
    assert!(lines[14_997].contains("qty 9 9"), "{}", lines[14_997]);
}

#[test]
fn a_correction_that_cannot_be_read_is_a_problem_again() {
    let odd = |n| (n == 2).then_some("27 pcs");
    let (lines, summary) = read(month(3, odd), &[(2, "Quantity", "a dozen")]).unwrap();
    assert_eq!((lines.len(), summary.problems[0].value.as_str()), (2, "a dozen"));
}

#[test]
fn what_can_be_read_is_the_vendors_and_stays() {
    let odd = |n| (n == 2).then_some("27 pcs");
    for wrong in [(1, "Quantity", "9"), (4, "Quantity", "9"), (2, "Seats", "27")] {
        assert_eq!(read(month(3, odd), &[wrong]).unwrap_err(), "E-CORRECTION", "{wrong:?}");
    }
    let whole = "CustomerId,ProductId\na,\"b\n";
    assert!(read(whole.into(), &[(1, "CustomerId", "b")]).is_err());
    let beside = [(2, "Quantity", "27"), (2, "Subtotal", "1.00")];
    assert_eq!(read(month(3, odd), &beside).unwrap_err(), "E-CORRECTION", "a figure beside the one that is wrong");
    let period = "CustomerId,ProductId,SkuId,ChargeType,Subtotal,Currency,SubscriptionId,ChargeStartDate,ChargeEndDate,Quantity\n\
                  c1,CFQ7TTC0EXAM,0001,cycleCharge,80.00,GBP,s1,2026-12-01,2026-10-31,8\n";
    let (lines, _) = read(period.into(), &[(1, "ChargeStartDate", "2026-10-01")]).unwrap();
    assert_eq!(lines.len(), 1, "of two days that do not go together either may be the wrong one");
}
