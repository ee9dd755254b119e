// The places in the order of their keys, Ctrl 1 to 9 and 0.
export const places = ["month", "accounts", "catalogue", "subscriptions", "costs", "reconcile", "billing", "invoices", "model", "settings"];

/** The keys that lead to a place. */
export const keys = (place) => `Control+${(places.indexOf(place) + 1) % 10}`;
