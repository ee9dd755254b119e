// How a price rule is told: its value in the reader's marks, and what it is for.
import { day, figure } from "../../format/format";
import { t } from "../../text";
import { named } from "../subscriptions/said";

const number = /^-?\d+(\.\d+)?$/;

/** The value of a rule: a price, a share, or bands such as `1:10.00,25:9.50`. */
export function value(method: string, text: string): string {
  if (text.includes(":")) {
    return text.split(",").map((band) => {
      const [from = "", price = ""] = band.split(":");
      return `${method === "ramp" ? day(from) : figure(from)}: ${figure(price)}`;
    }).join(", ");
  }
  const [amount = "", unit] = text.split(" ");
  if (!number.test(amount)) return text;
  if (unit === "%") return t("register.percent", { value: figure(amount) });
  if (unit) return `${figure(amount)} ${unit}`;
  // A price has at least two decimals.
  const [, decimals = ""] = amount.split(".");
  return figure(decimals.length >= 2 ? amount : `${amount}${amount.includes(".") ? "" : "."}${"0".repeat(2 - decimals.length)}`);
}

/** Which price list counts, in words: `vendor-term`, `customer-term`, `float:30`. */
export function held(hold: string): string {
  const [what = "", notice] = hold.split(":");
  return notice === undefined ? named("hold", what) : t("catalogue.hold.noticed", { days: figure(notice) });
}
