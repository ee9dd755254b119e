// What of the catalogue is opened, by how other places name it.

export interface Opened {
  kind: "product" | "add" | "bundle" | "rule" | "new" | "why" | "list" | "diff";
  id: string;
}

/**
 * A product as `PRODUCT:SKU`; `add:` for a new product, `bundle:CODE`, `rule:NAME`, `new:PRODUCT` for a new rule, `why:ACCOUNT` for a price,
 * `list:N` for a price list, `diff:N` for it beside what is in force; and the
 * sources that reasons name: `price rule NAME v2`, `bundle NAME`.
 */
export function openedBy(subject: string | undefined): Opened | undefined {
  if (subject === undefined) return undefined;
  const [, kind, id] = /^(add|bundle|rule|new|why|list|diff):(.*)$/s.exec(subject) ?? [];
  if (kind !== undefined) return { kind: kind as Opened["kind"], id: id ?? "" };
  const rule = /^(?:price rule )?(.*) v\d+$/s.exec(subject)?.[1];
  if (rule !== undefined) return { kind: "rule", id: rule };
  if (subject.startsWith("bundle ")) return { kind: "bundle", id: subject.slice("bundle ".length) };
  return subject.includes(":") ? { kind: "product", id: subject } : { kind: "bundle", id: subject };
}
