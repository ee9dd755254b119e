// Which kinds of file are lists of a vendor's prices.
const KINDS = new Set(["price-list", "ms-price-sheet", "ms-est-sheet", "ms-azure-sheet", "ms-reservation-sheet", "distributor-prices"]);

/** Whether a file of that kind is a price list, which may be announced only. */
export function isPriceList(kind: string): boolean {
  return KINDS.has(kind);
}
