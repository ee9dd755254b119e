"""The scenario of `model_race` with DuckDB: set-based SQL over a table in memory, integers of cents.

`duckdb_model.py COLUMNS REPEATS` prints the median seconds of a run and what the months of all customers add up to.
"""

import json
import statistics
import sys
import time

import duckdb

PRICED = """
WITH changed AS (
  SELECT *, CASE WHEN product % 2 = 0 THEN 300 + 150 * (product % 7) ELSE 0 END AS change,
    CASE product % 3 WHEN 0 THEN 10000 WHEN 1 THEN 8000 ELSE 5000 END AS passed, 2 + product % 6 AS effective
  FROM agreements
), costed AS (
  SELECT *, (2 * cost * (10000 + change) + 10000) // 20000 AS new_cost,
    effective + ((-(since + effective)) % term + term) % term AS hit
  FROM changed
), priced AS (
  SELECT *, (2 * (price * 10000 + (new_cost - cost) * passed) + 10000) // 20000 AS new_price FROM costed
)
SELECT customer, month, sum(quantity * (price - cost)) AS base,
  sum(CASE WHEN product % 2 = 0 AND month >= hit THEN quantity * (new_price - new_cost) ELSE quantity * (price - cost) END) AS after
FROM priced CROSS JOIN range(36) AS months(month)
WHERE (since + month) % step = 0
GROUP BY customer, month
"""


def main() -> None:
    db = duckdb.connect()
    db.execute(f"CREATE TABLE agreements AS SELECT * FROM read_csv('{sys.argv[1]}')")
    seconds = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        db.execute(f"CREATE OR REPLACE TEMP TABLE result AS {PRICED}")
        seconds.append(time.perf_counter() - began)
    sums = "SELECT sum(base), sum(after), sum(after * (1 + (customer * 37 + month * 101) % 1009)) FROM result"
    before, after, mixed = db.execute(sums).fetchone()
    answer = {"before": int(before), "after": int(after), "mixed": int(mixed)}
    print(json.dumps({"seconds": f"{statistics.median(seconds):.6f}", **answer}))


main()
