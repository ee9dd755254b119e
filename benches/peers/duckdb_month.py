"""The month in DuckDB: every column typed, stored in a database file, matched by the documented rules, findings stored.

Prints the findings by class, so that both sides are known to have found the same.

A vendor line and a sale belong together when product, SKU, subscription, first and last day are equal. Then, in this order:
no sale: `cancelled_still_billed` if the register knows of it, else `billed_not_sold`; another customer: `wrong_customer`; a second
vendor line of the same customer and key: `duplicate`; quantity; unit cost by more than 0.01; rate by more than 0.1 %.
"""

import json
import pathlib
import sys

import duckdb

MONEY, RATE = "DECIMAL(18,2)", "DECIMAL(28,8)"
KINDS = {
    MONEY: "Subtotal TaxTotal Total UnitCost CostTotal SellUnitPrice SellTotal ERPPrice".split(),
    RATE: "UnitPrice EffectiveUnitPrice PCToBCExchangeRate FxRate Quantity BillableQuantity".split(),
    "UUID": "PartnerId CustomerId SubscriptionId".split(),
    "TIMESTAMP": "OrderDate ChargeStartDate ChargeEndDate PCToBCExchangeRateDate".split(),
    "DATE": (
        "SubscriptionStartDate SubscriptionEndDate PeriodStart PeriodEnd StartDate TermEndDate CancelledDate EffectiveDate "
        "EffectiveStartDate EffectiveEndDate"
    ).split(),
    "INTEGER": "OpeningQuantity AnchorDay BilledThisMonth VatRatePercent PaymentTermsDays QuantityDelta DiscountBasisPoints".split(),
}
TYPES = {column: kind for kind, columns in KINDS.items() for column in columns}

FINDINGS = """
CREATE TABLE findings AS
WITH v AS (
    SELECT *, row_number() OVER (
        PARTITION BY CustomerId, SubscriptionId, ProductId, SkuId, ChargeStartDate, ChargeEndDate ORDER BY row
    ) AS nth FROM vendor
), matched AS (
    SELECT v.row, s.SalesLineId, v.Subtotal, s.CostTotal, CASE
        WHEN s.SalesLineId IS NULL AND r.CancelledDate < v.ChargeStartDate THEN 'cancelled_still_billed'
        WHEN s.SalesLineId IS NULL THEN 'billed_not_sold'
        WHEN s.CustomerId <> v.CustomerId THEN 'wrong_customer'
        WHEN v.nth > 1 THEN 'duplicate'
        WHEN s.Quantity <> v.Quantity THEN 'quantity_mismatch'
        WHEN abs(s.UnitCost - v.UnitPrice) > 0.01 THEN 'price_mismatch'
        WHEN abs(s.FxRate - v.PCToBCExchangeRate) > v.PCToBCExchangeRate * 0.001 THEN 'fx_difference'
    END AS class
    FROM v
    LEFT JOIN sales s ON s.SubscriptionId = v.SubscriptionId AND s.ProductId = v.ProductId AND s.SkuId = v.SkuId
        AND s.PeriodStart = v.ChargeStartDate::DATE AND s.PeriodEnd = v.ChargeEndDate::DATE
    LEFT JOIN subscriptions r ON r.SubscriptionId = v.SubscriptionId
)
SELECT * FROM matched WHERE class IS NOT NULL
UNION ALL
SELECT NULL, s.SalesLineId, NULL, s.CostTotal, 'sold_not_billed' FROM sales s
ANTI JOIN vendor v ON s.SubscriptionId = v.SubscriptionId AND s.ProductId = v.ProductId AND s.SkuId = v.SkuId
    AND s.PeriodStart = v.ChargeStartDate::DATE AND s.PeriodEnd = v.ChargeEndDate::DATE
"""


def load(db: duckdb.DuckDBPyConnection, table: str, path: pathlib.Path, numbered: bool = False) -> None:
    """Stores a CSV file as a table, each column with its type."""
    header = path.open(encoding="utf-8-sig").readline().strip().split(",")
    columns = {name: TYPES.get(name, "VARCHAR") for name in header}
    number = "row_number() OVER () AS row, " if numbered else ""
    sql = f"CREATE TABLE {table} AS SELECT {number}* FROM read_csv(?, columns = ?, header = true, quote = '\"', delim = ',')"
    db.execute(sql, [str(path), columns])


def main() -> None:
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.unlink(missing_ok=True)
    with duckdb.connect(str(out)) as db:
        load(db, "vendor", folder / "vendor.csv", numbered=True)
        load(db, "sales", folder / "sales.csv")
        load(db, "customers", folder / "customers.csv")
        load(db, "subscriptions", folder / "subscriptions.csv")
        load(db, "seat_changes", folder / "seat-changes.csv")
        db.execute(FINDINGS)
        total = db.execute("SELECT sum(Subtotal) FROM vendor").fetchone()[0]
        found = dict(db.execute("SELECT class, count(*) FROM findings GROUP BY class ORDER BY class").fetchall())
        db.execute("CHECKPOINT")
    print(json.dumps({"total": str(total), "findings": found}))


if __name__ == "__main__":
    main()
