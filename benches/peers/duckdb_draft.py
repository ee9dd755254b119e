"""The billing run in DuckDB, set-based: rate every subscription, write invoices and their lines with an entry each.

Opens the database that `prepare` made (customers, prices, register, seat changes), as Billhook opens its book.
"""

import json
import pathlib
import sys

import duckdb
from duckdb_month import load

TABLES = {
    "customers": "customers.csv", "subscriptions": "subscriptions.csv", "seat_changes": "seat-changes.csv",
    "prices": "price-list.csv", "rules": "price-rules.csv",
}  # fmt: skip

BILL = """
CREATE OR REPLACE TABLE lines AS
WITH priced AS (
    SELECT s.SubscriptionId, s.CustomerId, s.OpeningQuantity AS seats, s.CancelledDate,
        round(p.ERPPrice * (10000 - coalesce(t.DiscountBasisPoints, 0)) / 10000, 2)::DECIMAL(18,2) AS price
    FROM subscriptions s
    JOIN customers c USING (CustomerId)
    JOIN prices p ON p.ProductId = s.ProductId AND p.SkuId = s.SkuId AND p.TermDuration = s.TermDuration
        AND p.BillingPlan = s.BillingPlan AND p.Currency = c.Currency
        AND DATE '2026-10-01' BETWEEN p.EffectiveStartDate AND p.EffectiveEndDate
    LEFT JOIN rules t ON t.Kind = 'customer_tier' AND t.Key = c.PriceTier
)
SELECT CustomerId, SubscriptionId, DATE '2026-10-01' AS first_day, seats AS quantity, price, seats * price AS amount
FROM priced WHERE CancelledDate IS NULL
UNION ALL
SELECT CustomerId, SubscriptionId, e.EffectiveDate, e.QuantityDelta, price,
    round(price * e.QuantityDelta * (DATE '2026-11-01' - e.EffectiveDate) / 31, 2)
FROM seat_changes e JOIN priced USING (SubscriptionId);

CREATE OR REPLACE TABLE invoices AS
WITH sums AS (SELECT CustomerId, count(*) AS lines, sum(amount)::DECIMAL(18,2) AS net FROM lines GROUP BY CustomerId)
SELECT row_number() OVER (ORDER BY CustomerId) AS number, s.*, round(net * c.VatRatePercent / 100, 2)::DECIMAL(18,2) AS tax
FROM sums s JOIN customers c USING (CustomerId);

CREATE OR REPLACE TABLE entries AS
SELECT number, 'receivable' AS account, net + tax AS amount FROM invoices
UNION ALL SELECT number, 'revenue', -net FROM invoices
UNION ALL SELECT number, 'output tax', -tax FROM invoices;

ALTER TABLE entries ADD COLUMN chain VARCHAR;
UPDATE entries SET chain = sha256(concat_ws('|', number, account, amount));
"""


def main() -> None:
    job, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if job == "prepare":
        out.unlink(missing_ok=True)
    with duckdb.connect(str(out)) as db:
        if job == "prepare":
            for table, file in TABLES.items():
                load(db, table, folder / file)
            return
        db.execute(BILL)
        lines, invoices, net = db.execute("SELECT sum(lines), count(*), sum(net) FROM invoices").fetchone()
        db.execute("CHECKPOINT")
    print(json.dumps({"invoices": invoices, "lines": int(lines), "net": str(net)}))


if __name__ == "__main__":
    main()
