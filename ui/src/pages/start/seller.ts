// What a new book proposes: the countries partners sell from, their currencies, and how good a passphrase is.
import { locale } from "../../text";

const CURRENCIES: Record<string, string> = {
  AT: "EUR", BE: "EUR", BG: "EUR", CH: "CHF", CY: "EUR", CZ: "CZK", DE: "EUR", DK: "DKK", EE: "EUR", ES: "EUR", FI: "EUR", FR: "EUR",
  GB: "GBP", GR: "EUR", HR: "EUR", HU: "HUF", IE: "EUR", IS: "ISK", IT: "EUR", LI: "CHF", LT: "EUR", LU: "EUR", LV: "EUR", MT: "EUR",
  NL: "EUR", NO: "NOK", PL: "PLN", PT: "EUR", RO: "RON", SE: "SEK", SI: "EUR", SK: "EUR", US: "USD", CA: "CAD", AU: "AUD", NZ: "NZD",
};

const names = new Intl.DisplayNames(locale, { type: "region" });

/** The countries to choose from, by name. */
export const countries = Object.keys(CURRENCIES)
  .map((value) => ({ value, title: names.of(value) ?? value }))
  .sort((a, b) => a.title.localeCompare(b.title));

/** The currency of a country. */
export function currencyOf(country: string): string {
  return CURRENCIES[country] ?? "EUR";
}

/** How good a passphrase is, by its length and its different words: a hint, the book has the last word. */
export function strength(passphrase: string): "weak" | "fair" | "strong" {
  const different = new Set(passphrase.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((w) => w.length > 2)).size;
  const letters = new Set(passphrase).size;
  if (passphrase.length < 12 || letters < 6) return "weak";
  if (different >= 5 || (passphrase.length >= 24 && letters >= 12)) return "strong";
  return different >= 3 || passphrase.length >= 18 ? "fair" : "weak";
}
