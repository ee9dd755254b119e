"""A thousand invoices of one page and twenty lines with reportlab: platypus, an embedded font, a file each."""

import pathlib
import sys

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HEAD = ["Description", "Period", "Seats", "Unit price", "Amount"]
LOOK = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Face", 9),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, "#000000"),
        ("LINEABOVE", (0, -1), (-1, -1), 0.5, "#000000"),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
    ]
)


def main() -> None:
    out, font, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    pdfmetrics.registerFont(TTFont("Face", font))
    text = ParagraphStyle("text", fontName="Face", fontSize=9, leading=12)
    title = ParagraphStyle("title", parent=text, fontSize=16, leading=22)
    for number in range(1, count + 1):
        total, rows = 0, [HEAD]
        for line in range(20):
            cents = (number * 37 + line * 911) % 90_000 + 100
            total += cents
            rows.append([f"Business Premium {line + 1}", "1 to 31 October 2026", "1", f"{cents / 100:.2f}", f"{cents / 100:.2f}"])
        rows.append(["Net", "", "", "", f"{total / 100:,.2f}"])
        page = SimpleDocTemplate(str(out / f"{number}.pdf"), pagesize=A4, title=f"Invoice {number}", lang="en")
        page.build(
            [
                Paragraph("Harbour &amp; Vale, 1 Quay Street, Łódź", text),
                Spacer(0, 10 * mm),
                Paragraph(f"Invoice {number}", title),
                Paragraph(f"Customer {number}<br/>High Street {number}<br/>Bexhill", text),
                Spacer(0, 8 * mm),
                Table(rows, colWidths=[62 * mm, 42 * mm, 16 * mm, 26 * mm, 26 * mm], style=LOOK),
                Spacer(0, 8 * mm),
                Paragraph("Payable within 30 days, stating the invoice number.", text),
            ]
        )


if __name__ == "__main__":
    main()
