"""Writes one invented month of a partner of any size: the vendor's licence file, the partner's register and sales.

The same arguments give the same bytes. Everything is made up; column names are those of the vendor's public files and
of Billhook's own import kinds (docs/guide/import-kinds.md). Most lines agree on both sides; every PLANT-th
subscription carries one discrepancy, of each class in turn, and `truth.json` counts them.

Money is whole cents until it is written. Shares of a period are rounded half up, once.
"""

import argparse
import datetime as dt
import json
import pathlib
import random

VENDOR = (
    "PartnerId CustomerId CustomerName CustomerDomainName CustomerCountry InvoiceNumber MpnId Tier2MpnId OrderId OrderDate "
    "ProductId SkuId AvailabilityId SkuName ProductName ChargeType UnitPrice Quantity Subtotal TaxTotal Total Currency "
    "PriceAdjustmentDescription PublisherName PublisherId SubscriptionDescription SubscriptionId ChargeStartDate ChargeEndDate "
    "TermAndBillingCycle EffectiveUnitPrice UnitType AlternateId BillableQuantity BillingFrequency PricingCurrency "
    "PCToBCExchangeRate PCToBCExchangeRateDate MeterDescription ReservationOrderId CreditReasonCode SubscriptionStartDate "
    "SubscriptionEndDate ReferenceId ProductQualifiers PromotionId ProductCategory"
).split()
SALES = (
    "SalesLineId CustomerId CustomerName ProductId SkuId SubscriptionId LineKind PeriodStart PeriodEnd Quantity UnitCost "
    "PricingCurrency FxRate CostTotal SellUnitPrice SellTotal Currency VatRatePercent InvoiceRef"
).split()
CUSTOMERS = (
    "CustomerId CustomerName DomainName Country VatId VatRatePercent VatTreatment PriceTier Currency PaymentTermsDays"
).split()
SUBSCRIPTIONS = (
    "SubscriptionId CustomerId ProductId SkuId ProductName Plan TermDuration BillingPlan PricingCurrency OpeningQuantity "
    "StartDate TermEndDate AnchorDay BundleId Status CancelledDate BilledThisMonth"
).split()
CHANGES = "SubscriptionId EffectiveDate Kind QuantityDelta".split()
PRICES = (
    "ProductId SkuId AvailabilityId ProductTitle TermDuration BillingPlan Market Currency UnitPrice ERPPrice "
    "EffectiveStartDate EffectiveEndDate"
).split()

CLASSES = [
    "billed_not_sold", "sold_not_billed", "quantity_mismatch", "price_mismatch",
    "wrong_customer", "duplicate", "cancelled_still_billed", "fx_difference",
]  # fmt: skip
TIERS = {"Bronze": 0, "Silver": 300, "Gold": 600}
PRODUCTS = [  # name, ERP in cents a seat and month
    ("Business Premium", 2060), ("Business Standard", 1170), ("Business Basic", 560), ("Exchange Online (Plan 1)", 370),
    ("Apps for business", 980), ("Teams Phone Standard", 940), ("Power BI Pro", 1310), ("Defender for Business", 280),
    ("Enterprise E3", 3400), ("Visio Plan 2", 1400), ("Copilot", 2810), ("Entra ID P1", 560),
]  # fmt: skip
TOWNS = "Ashford Bexhill Corby Diss Ely Frome Goole Hythe Ilkley Keswick Ludlow Łęczna Mölln Nérac".split()
TRADES = "Bakers Carriers Dental Energy Foods Glass Homes Joinery Law Metal Optics Press".split()


def half_up(top: int, bottom: int) -> int:
    """top / bottom to the nearest whole number, halves away from zero."""
    sign = -1 if top < 0 else 1
    return sign * ((2 * abs(top) + bottom) // (2 * bottom))


def money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


class Table:
    """A CSV file written row by row, each row given by column name; what is not given is empty."""

    def __init__(self, path: pathlib.Path, columns: list[str]) -> None:
        self.file = path.open("w", encoding="utf-8", newline="")
        self.place = {name: i for i, name in enumerate(columns)}
        self.rows = 0
        self.file.write(",".join(columns) + "\n")

    def row(self, **cells: object) -> None:
        out = [""] * len(self.place)
        for name, cell in cells.items():
            text = str(cell)
            out[self.place[name]] = '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
        self.file.write(",".join(out) + "\n")
        self.rows += 1


def make(folder: pathlib.Path, lines: int, seed: int, plant: int) -> dict:
    """Writes the month into the folder until the vendor's file has that many lines."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    guid = lambda: "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}".format(*map(rng.getrandbits, (32, 16, 16, 16, 48)))  # noqa: E731
    first, last = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
    terms = [("renew", dt.date(2025, 10, 1), "2027-09-30"), ("cycleFee", dt.date(2026, 3, 1), "2027-02-28")]
    rate = 912_345  # USD to EUR, in millionths

    vendor, sales = Table(folder / "vendor.csv", VENDOR), Table(folder / "sales.csv", SALES)
    customers, register = Table(folder / "customers.csv", CUSTOMERS), Table(folder / "subscriptions.csv", SUBSCRIPTIONS)
    changes, prices = Table(folder / "seat-changes.csv", CHANGES), Table(folder / "price-list.csv", PRICES)
    rules = Table(folder / "price-rules.csv", ["Kind", "Key", "DiscountBasisPoints"])
    for tier, points in TIERS.items():
        rules.row(Kind="customer_tier", Key=tier, DiscountBasisPoints=points)

    catalogue = []
    for n, (name, erp) in enumerate(PRODUCTS):
        cost = half_up(erp * 82, 100)
        product = {"name": name, "id": f"CFQ7TTC0B{n:03d}", "sku": f"{n % 9 + 1:04d}", "erp": erp}
        product["cost"] = {"EUR": cost, "USD": half_up(cost * 116, 100)}
        catalogue.append(product)
        for currency, cents in product["cost"].items():
            prices.row(
                ProductId=product["id"], SkuId=product["sku"], AvailabilityId=f"CFQ7TTCA{n:03d}", ProductTitle=name,
                TermDuration="P1Y", BillingPlan="Monthly", Market="DE" if currency == "EUR" else "US", Currency=currency,
                UnitPrice=money(cents), ERPPrice=money(erp if currency == "EUR" else half_up(erp * 116, 100)),
                EffectiveStartDate="2024-01-01", EffectiveEndDate="9999-12-31",
            )  # fmt: skip

    truth = dict.fromkeys(CLASSES, 0)
    total = subscriptions = 0
    partner, invoice, known = guid(), "G100200300", []
    while vendor.rows < lines:
        who = {"CustomerId": guid(), "CustomerName": f"{rng.choice(TOWNS)} {rng.choice(TRADES)}, {rng.randrange(1, 90)} Ltd"}
        known.append(who)
        tier = rng.choice(list(TIERS))
        domain = f"c{len(known):06d}.onmicrosoft.com"
        customers.row(
            **who, DomainName=domain, Country="DE", VatId=f"DE{rng.randrange(10**8, 10**9)}", VatRatePercent=19,
            VatTreatment="domestic", PriceTier=tier, Currency="EUR", PaymentTermsDays=30,
        )  # fmt: skip
        for _ in range(rng.randrange(1, 17)):
            if vendor.rows >= lines:
                break
            subscriptions += 1
            planted = CLASSES[subscriptions // plant % len(CLASSES)] if subscriptions % plant == 0 and len(known) > 1 else None
            if planted == "duplicate" and vendor.rows + 2 > lines:
                planted = None
            product, subscription, seats = rng.choice(catalogue), guid(), min(900, int(rng.paretovariate(0.9)))
            currency = "USD" if planted == "fx_difference" or rng.random() < 0.05 else "EUR"
            fx, unit = (rate if currency == "USD" else 1_000_000), product["cost"][currency]
            charge, began, ends = rng.choice(terms)
            cancelled = dt.date(2026, 9, rng.randrange(1, 30)) if planted == "cancelled_still_billed" else None
            register.row(
                SubscriptionId=subscription, CustomerId=who["CustomerId"], ProductId=product["id"], SkuId=product["sku"],
                ProductName=product["name"], Plan="P1Y-M", TermDuration="P1Y", BillingPlan="Monthly", PricingCurrency=currency,
                OpeningQuantity=seats, StartDate=began, TermEndDate=ends,
                AnchorDay=1, Status="Cancelled" if cancelled else "Active", CancelledDate=cancelled or "", BilledThisMonth=1,
            )  # fmt: skip

            def bill(day: dt.date, kind: str, quantity: int, unit: int, times: int = 1) -> None:
                nonlocal total
                days = (last - day).days + 1
                cents = half_up(unit * quantity * days * fx, 31 * 1_000_000)
                for _ in range(times):
                    total += cents
                    vendor.row(
                        PartnerId=partner, **who, CustomerDomainName=domain, CustomerCountry="DE", InvoiceNumber=invoice,
                        MpnId=1234567, OrderId=subscription[:12], OrderDate=f"{day}T00:00:00Z", ProductId=product["id"],
                        SkuId=product["sku"], AvailabilityId=f"CFQ7TTCA{product['id'][-3:]}", SkuName=product["name"],
                        ProductName=product["name"], ChargeType=kind, UnitPrice=money(unit), Quantity=quantity,
                        Subtotal=money(cents), TaxTotal="0.00", Total=money(cents), Currency="EUR",
                        PublisherName="Microsoft Corporation", PublisherId=20013, SubscriptionDescription=product["name"],
                        SubscriptionId=subscription, ChargeStartDate=f"{day}T00:00:00Z", ChargeEndDate=f"{last}T00:00:00Z",
                        TermAndBillingCycle="One-Year commitment for monthly/yearly billing",
                        EffectiveUnitPrice=f"{half_up(unit * days * 10**6, 31) / 10**8:.8f}", UnitType="Licenses",
                        AlternateId=subscription[-10:], BillableQuantity=quantity, BillingFrequency="Monthly",
                        PricingCurrency=currency, PCToBCExchangeRate=f"{fx // 10**6}.{fx % 10**6:06d}",
                        PCToBCExchangeRateDate="2026-10-01T00:00:00Z", SubscriptionStartDate=began,
                        SubscriptionEndDate=ends, ReferenceId=f"{subscription[:8]}{day:%d}", ProductCategory="Online Services",
                    )  # fmt: skip

            def sell(day: dt.date, kind: str, quantity: int, unit: int, fx: int = fx, to: dict = who) -> None:
                days = (last - day).days + 1
                price = half_up(product["erp"] * (10_000 - TIERS[tier]), 10_000)
                sales.row(
                    SalesLineId=f"S{sales.rows + 1:09d}", **to, ProductId=product["id"], SkuId=product["sku"],
                    SubscriptionId=subscription, LineKind=kind, PeriodStart=day, PeriodEnd=last, Quantity=quantity,
                    UnitCost=money(unit), PricingCurrency=currency, FxRate=f"{fx // 10**6}.{fx % 10**6:06d}",
                    CostTotal=money(half_up(unit * quantity * days * fx, 31 * 1_000_000)), SellUnitPrice=money(price),
                    SellTotal=money(half_up(price * quantity * days, 31)), Currency="EUR", VatRatePercent=19,
                    InvoiceRef=f"INV-{len(known):06d}",
                )  # fmt: skip

            truth[planted] = truth.get(planted, 0) + 1
            if planted != "sold_not_billed":
                bill(first, charge, seats, unit + 9 * (planted == "price_mismatch"), 1 + (planted == "duplicate"))
            if planted not in ("billed_not_sold", "cancelled_still_billed"):
                off = rate * 101 // 100 if planted == "fx_difference" else fx
                to = known[-2] if planted == "wrong_customer" else who
                sell(first, "recurring", seats + (planted == "quantity_mismatch"), unit, off, to)
            if not planted and rng.random() < 0.1 and vendor.rows < lines:
                day = first + dt.timedelta(days=rng.randrange(1, 29))
                changes.row(SubscriptionId=subscription, EffectiveDate=day, Kind="addQuantity", QuantityDelta=2)
                bill(day, "addQuantity", 2, unit)
                sell(day, "add", 2, unit)

    truth.pop(None, None)
    facts = {"lines": vendor.rows, "sales": sales.rows, "subscriptions": subscriptions, "total": money(total), "findings": truth}
    (folder / "truth.json").write_text(json.dumps(facts, indent=1) + "\n")
    for table in (vendor, sales, customers, register, changes, prices, rules):
        table.file.close()
    return facts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", type=int, default=200, help="one discrepancy in so many subscriptions")
    args = parser.parse_args()
    print(json.dumps(make(args.folder, args.lines, args.seed, args.plant)))
