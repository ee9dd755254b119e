// The places in the order of their keys, Ctrl 1 to 9.
export const places = ["month", "accounts", "catalogue", "subscriptions", "costs", "reconcile", "billing", "invoices", "settings"];
