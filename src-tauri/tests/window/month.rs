//! An invented month, small enough for a pocket calculator.
//!
//! Two customers at 12.50 a seat, cost 10.00: Ash Dental with ten seats, as sold; the other with seven, though five were
//! sold. A distributor bills Ash Dental 8.00 in a file of a shape nobody has seen. Ash Dental wants an order number on its
//! invoices and has given none.

use crate::driver::{Home, Outcome};

/// What one customer is called. Wherever it is shown it is text.
pub const HOSTILE: &str = "<img src=x onerror=alert(1)>";

const ASH: &str = "6d1f0b5e-3a1c-4a0b-9f57-2f0c6f9a1b10";
const OTHER: &str = "9b0f7d52-6d1e-4c55-8a0e-1f1a5c7d2e20";
const ASH_SUITE: &str = "3e0b7a54-0c5a-4a4e-8c4f-6b4a1d1c9e77";
const OTHER_SUITE: &str = "5c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5";

/// The files that are recognised by themselves.
pub const FILES: [&str; 5] =
    ["customers.csv", "price_list.csv", "subscriptions.csv", "sales_2026-10.csv", "recon_2026-10.csv"];

/// The file that has to be mapped.
pub const UNKNOWN: &str = "norrvind_2026-10.csv";

/// Puts the files where the person keeps them.
pub fn write(home: &Home) -> Outcome<()> {
    for (name, text) in [
        (FILES[0], customers()),
        (FILES[1], price_list()),
        (FILES[2], subscriptions()),
        (FILES[3], sales()),
        (FILES[4], recon()),
        (UNKNOWN, unknown()),
    ] {
        std::fs::write(home.path(name), text)?;
    }
    Ok(())
}

fn table(head: &str, rows: &[String]) -> String {
    format!("{head}\n{}\n", rows.join("\n"))
}

fn customers() -> String {
    let row = |(id, name, ordered): (&str, &str, &str)| format!("{id},{name},GB,20,domestic,GBP,30,{ordered}");
    let head =
        "CustomerId,CustomerName,Country,VatRatePercent,VatTreatment,Currency,PaymentTermsDays,NeedsPurchaseOrder";
    table(head, &[(ASH, "Ash Dental Ltd", "yes"), (OTHER, HOSTILE, "")].map(row))
}

fn price_list() -> String {
    let head =
        "ProductId,SkuId,ProductTitle,TermDuration,BillingPlan,Market,Currency,UnitPrice,ERPPrice,EffectiveStartDate";
    table(head, &["CFQ7TTC0AAA1,0001,Workplace Suite,P1Y,Monthly,GB,GBP,10.00,12.50,2026-01-01".to_owned()])
}

fn subscriptions() -> String {
    let head = "SubscriptionId,CustomerId,ProductId,SkuId,ProductName,TermDuration,BillingPlan,PricingCurrency,OpeningQuantity,StartDate,TermEndDate,Status";
    let row = |(id, customer, seats): (&str, &str, u32)| {
        format!(
            "{id},{customer},CFQ7TTC0AAA1,0001,Workplace Suite,P1Y,Monthly,GBP,{seats},2025-12-01,2026-11-30,Active"
        )
    };
    table(head, &[(ASH_SUITE, ASH, 10), (OTHER_SUITE, OTHER, 5)].map(row))
}

fn sales() -> String {
    let head = "CustomerId,ProductId,SkuId,SubscriptionId,LineKind,PeriodStart,PeriodEnd,Quantity,UnitCost,PricingCurrency,CostTotal,SellUnitPrice,SellTotal,Currency";
    let row = |(customer, id, seats, cost, sold): (&str, &str, u32, &str, &str)| {
        format!(
            "{customer},CFQ7TTC0AAA1,0001,{id},recurring,2026-10-01,2026-10-31,{seats},10.00,GBP,{cost},12.50,{sold},GBP"
        )
    };
    table(head, &[(ASH, ASH_SUITE, 10, "100.00", "125.00"), (OTHER, OTHER_SUITE, 5, "50.00", "62.50")].map(row))
}

fn recon() -> String {
    let head = "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,Tier2MpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,BillableQuantity,BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,ReservationOrderId,CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,ProductQualifiers,PromotionId,ProductCategory";
    let row = |(customer, name, id, seats, amount): (&str, &str, &str, u32, &str)| {
        format!(
            "0d6b6f5a-7d7d-4b7e-8e2b-3f9a2f4b1c11,{customer},{name},,GB,G000000042,4000001,,bf2d3f1e9a77,2025-12-01T00:00:00Z,CFQ7TTC0AAA1,0001,CFQ7TTC0AAA1A,Workplace Suite,Workplace Suite,cycleFee,10.00,{seats},{amount},0.00,{amount},GBP,,Example Corporation,20013,Workplace Suite,{id},2026-10-01T00:00:00Z,2026-10-31T00:00:00Z,One-Year commitment for monthly/yearly billing,10.00,Licenses,,{seats},Monthly,GBP,1,2026-10-01T00:00:00Z,,,,2025-12-01,2026-11-30,{id},,,Online Services"
        )
    };
    let rows = [(ASH, "Ash Dental Ltd", ASH_SUITE, 10, "100.00"), (OTHER, HOSTILE, OTHER_SUITE, 7, "70.00")];
    table(head, &rows.map(row))
}

fn unknown() -> String {
    table(
        "Konto;Firma;Vara;Antal;Belopp;Start;Slut",
        &[format!("{ASH};Ash Dental Ltd;Backup;2;8,00;2026-10-01;2026-10-31")],
    )
}
