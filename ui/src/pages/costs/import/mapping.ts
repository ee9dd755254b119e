// A column mapping in the making: our columns, the file's columns that fill them, and the text the program reads.

export interface Draft {
  name: string;
  columns: Record<string, string>;
  currency: string;
  negate: boolean;
  /** Whether the amount is for one unit. */
  perUnit: boolean;
  /** Order of day and month, where it is always the same: `dmy` or `mdy`. */
  dates: string;
  /** Decimal mark, where it is always the same: `point` or `comma`. */
  decimal: string;
}

/** The mapping's text. JSON's strings are TOML's. */
export function toml(draft: Draft): string {
  const text = (value: string) => JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  const lines = [`name = ${text(draft.name.trim())}`, `title = ${text(draft.name.trim())}`];
  if (draft.currency.trim()) lines.push(`currency = ${text(draft.currency.trim().toUpperCase())}`);
  if (draft.dates) lines.push(`date_order = ${text(draft.dates)}`);
  if (draft.decimal) lines.push(`decimal = ${text(draft.decimal)}`);
  lines.push(`sign = "${draft.negate ? "negate" : "as-is"}"`, `amount_includes_quantity = ${!draft.perUnit}`, "[columns]");
  for (const [ours, theirs] of Object.entries(draft.columns)) if (theirs) lines.push(`${ours} = ${text(theirs)}`);
  return `${lines.join("\n")}\n`;
}

const folded = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Words under which distributors write our columns, most telling first. */
const known: Record<string, string[]> = {
  invoice: ["invoicenumber", "invoiceno", "invoice", "rechnungsnummer"],
  customer_id: ["customerid", "customernumber", "customerno", "endcustomerid", "tenantid", "kundennummer"],
  customer_name: ["customername", "endcustomername", "endcustomer", "customer", "company", "companyname", "kunde", "kundenname"],
  subscription_id: ["subscriptionid", "subscription", "aboid"],
  order_id: ["orderid", "ordernumber", "orderno", "bestellnummer"],
  order_date: ["orderdate", "date", "datum", "bestelldatum"],
  product_id: ["productid", "productcode", "itemno", "itemnumber", "itemcode", "artikelnummer"],
  sku_id: ["skuid", "sku", "vendorsku"],
  product_name: ["productname", "product", "description", "itemdescription", "skuname", "item", "produkt", "bezeichnung"],
  charge_type: ["chargetype", "type", "transactiontype"],
  period_start: ["periodstart", "chargestartdate", "startdate", "from", "servicestart", "von"],
  period_end: ["periodend", "chargeenddate", "enddate", "to", "serviceend", "bis"],
  term: ["term", "termduration", "commitment", "laufzeit"],
  billing_plan: ["billingplan", "billingcycle", "billingfrequency"],
  quantity: ["quantity", "qty", "units", "seats", "menge", "anzahl"],
  unit_price: ["unitprice", "netprice", "unitcost", "price", "einzelpreis"],
  amount: ["amount", "linetotal", "subtotal", "totalcost", "netamount", "total", "betrag", "nettobetrag"],
  tax: ["tax", "taxtotal", "vat", "taxamount", "mwst"],
  currency: ["currency", "currencycode", "waehrung", "währung"],
  reference: ["referenceid", "reference"],
  meter: ["meter", "metername"],
  note: ["note", "notes", "comment"],
};

/** What a file's columns seem to be: a start for the person, each used once. */
export function guessed(theirs: string[]): Record<string, string> {
  const left = new Map(theirs.map((column) => [folded(column), column]));
  const columns: Record<string, string> = {};
  for (const [ours, names] of Object.entries(known)) {
    const found = names.find((name) => left.has(name));
    if (!found) continue;
    columns[ours] = left.get(found) ?? "";
    left.delete(found);
  }
  return columns;
}
