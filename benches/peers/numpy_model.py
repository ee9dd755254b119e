"""The scenario of `model_race` with numpy: whole columns, integers of cents, no float anywhere near an amount.

`numpy_model.py COLUMNS REPEATS` prints the median seconds of a run and what the months of all customers add up to.
"""

import json
import statistics
import sys
import time

import numpy as np

MONTHS = 36


def half_up(value: np.ndarray, by: int) -> np.ndarray:
    return (2 * value + by) // (2 * by)


def main() -> None:
    columns = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=np.int64).T
    customer, product, quantity, cost, price, since, step, term = (np.ascontiguousarray(c) for c in columns)
    starts = np.flatnonzero(np.r_[True, customer[1:] != customer[:-1]])
    months = np.arange(MONTHS)

    def run() -> tuple[np.ndarray, np.ndarray]:
        change = np.where(product % 2 == 0, 300 + 150 * (product % 7), 0)
        passed = np.array([10_000, 8_000, 5_000])[product % 3]
        new_cost = half_up(cost * (10_000 + change), 10_000)
        new_price = half_up(price * 10_000 + (new_cost - cost) * passed, 10_000)
        # The first term that begins in or after the month of the change; months are counted from the horizon's first.
        effective = 2 + product % 6
        hit = effective + (-(since + effective)) % term
        hit = np.where(product % 2 == 0, hit, MONTHS)
        charged = (since[:, None] + months) % step[:, None] == 0
        base = charged * (quantity * (price - cost))[:, None]
        after = np.where(months >= hit[:, None], charged * (quantity * (new_price - new_cost))[:, None], base)
        return np.add.reduceat(base, starts), np.add.reduceat(after, starts)

    seconds = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        base, after = run()
        seconds.append(time.perf_counter() - began)
    weights = 1 + (np.arange(len(starts))[:, None] * 37 + months * 101) % 1009
    answer = {"before": int(base.sum()), "after": int(after.sum()), "mixed": int((after * weights).sum())}
    print(json.dumps({"seconds": f"{statistics.median(seconds):.6f}", **answer}))


main()
