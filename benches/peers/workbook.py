"""The month as a partner's workbook has it: two sheets, MATCH for the row, INDEX for each figure, IF for the difference.

Written without results, so that LibreOffice has to work them out when it opens the file.
"""

import csv
import pathlib
import sys

from openpyxl import Workbook


def main() -> None:
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    book = Workbook(write_only=True)
    sales, vendor = book.create_sheet("sales"), book.create_sheet("vendor")
    sales.append(["Key", "Customer", "Quantity", "UnitCost", "FxRate"])
    with (folder / "sales.csv").open(encoding="utf-8", newline="") as file:
        count = 1
        for count, r in enumerate(csv.DictReader(file), start=2):
            key = "|".join([r["SubscriptionId"], r["ProductId"], r["SkuId"], r["PeriodStart"], r["PeriodEnd"]])
            sales.append([key, r["CustomerId"], float(r["Quantity"]), float(r["UnitCost"]), float(r["FxRate"])])
    vendor.append(["Key", "Customer", "Quantity", "UnitPrice", "Rate", "Row", "Class"])
    with (folder / "vendor.csv").open(encoding="utf-8", newline="") as file:
        for n, r in enumerate(csv.DictReader(file), start=2):
            days = [r["ChargeStartDate"][:10], r["ChargeEndDate"][:10]]
            key = "|".join([r["SubscriptionId"], r["ProductId"], r["SkuId"], *days])
            found = f"=MATCH(A{n},sales.$A$2:$A${count},0)"
            at = lambda column: f"INDEX(sales.${column}$2:${column}${count},F{n})"  # noqa: B023, E731
            what = (
                f'=IF(ISNA(F{n}),"billed_not_sold",IF({at("B")}<>B{n},"wrong_customer",IF({at("C")}<>C{n},"quantity_mismatch",'
                f'IF(ABS({at("D")}-D{n})>0.011,"price_mismatch",IF(ABS({at("E")}/E{n}-1)>0.001,"fx_difference","")))))'
            )
            figures = [float(r["Quantity"]), float(r["UnitPrice"]), float(r["PCToBCExchangeRate"])]
            vendor.append([key, r["CustomerId"], *figures, found.replace("sales.", "sales!"), what.replace("sales.", "sales!")])
    book.save(out)


if __name__ == "__main__":
    main()
