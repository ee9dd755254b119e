import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Host, Wanted } from "../../host/host";
import InDesk from "./InDesk.test.svelte";

const hostile = "<img src=x onerror=alert(1)>";
const account = {
  id: "1", ref: "a1", name: hostile, kind: "customer", parent: null, bill_to: null, country: "GB", address: ["1 High St"], vat_id: "",
  tax: "domestic", tax_percent: "20", segment: "Gold", currency: "GBP", payment_days: 30, language: "en", basis: null,
  purchase_order: "", needs_purchase_order: false, ended: null, tenants: [], children: [], subscriptions: 0,
  contacts: [
    { id: "c1", account_ref: "a1", account: hostile, name: "Bo Elm", role: "", mail: "", phone: "", invoices: true },
    { id: "c2", account_ref: "a1", account: hostile, name: "Jo Ash", role: "Office", mail: "jo@alder.example", phone: "", invoices: false },
  ],
  notes: [{ id: "n1", account_ref: "a1", account: hostile, date: "2026-10-02", text: "Called" }],
  billed: [{ currency: "GBP", issued: "150.00", credited: "-30.00", balance: "120.00" }],
};
const row = { ...account, depth: 0, parent_name: null, children: 0, closed: false, running: 0 };

beforeAll(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  HTMLElement.prototype.scrollTo = HTMLElement.prototype.scrollIntoView = () => undefined;
});
afterEach(cleanup);

function host(asked: [string, unknown][]): Host {
  const answers: Record<string, unknown> = {
    "accounts show": account, "accounts set": account, "prices order": { in_force: 0, rules: [] }, "invoices list": { totals: [], invoices: [] },
    "contacts set": { ...account.contacts[1], invoices: true }, "notes end": account.notes[0], "notes add": account.notes[0],
  };
  const page = async (name: string, _: string, __: unknown, wanted: Wanted) => {
    const rows = name === "accounts tree" && wanted.only?.["kind"] !== "reseller" ? [row] : [];
    return { all: rows.length, found: rows.length, rows, beside: { customers: 1, resellers: 0, ended: 0 } };
  };
  const call = async (name: string, ask: unknown) => {
    asked.push([name, ask]);
    return answers[name];
  };
  return { page, call } as unknown as Host;
}

test("an account is edited, a wrong value stands at its field, and what was saved can be undone", async () => {
  const asked: [string, unknown][] = [];
  const { component } = render(InDesk, { host: host(asked), place: "accounts", subject: "a1" });
  await fireEvent.click(await screen.findByRole("button", { name: "Edit account" }));
  expect(document.querySelector("img")).toBeNull();
  expect(screen.getAllByText(hostile).length).toBeGreaterThan(0);

  const country = screen.getByLabelText("Country");
  await fireEvent.input(country, { target: { value: "uk" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save account" }));
  expect(country.getAttribute("aria-invalid")).toBe("true");
  expect(asked.some(([name]) => name === "accounts set")).toBe(false);

  await fireEvent.input(country, { target: { value: "IE" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save account" }));
  await screen.findByRole("button", { name: "Edit account" });
  expect(asked).toContainEqual(["accounts set", { id: "a1", fields: { country: "IE" } }]);
  await component.undo();
  expect(asked).toContainEqual(["accounts set", { id: "a1", fields: { country: "GB" } }]);
});

test("whoever is marked gets the invoices; taken back, whoever got them before does again", async () => {
  const asked: [string, unknown][] = [];
  const { component } = render(InDesk, { host: host(asked), place: "accounts", subject: "a1" });
  await fireEvent.click(await screen.findByRole("button", { name: /Jo Ash/ }));
  const mail = screen.getByLabelText("Mail");
  await fireEvent.input(mail, { target: { value: "jo at alder" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save contact" }));
  expect(mail.getAttribute("aria-invalid")).toBe("true");
  expect(asked.some(([name]) => name === "contacts set")).toBe(false);

  await fireEvent.input(mail, { target: { value: "jo@alder.example" } });
  await fireEvent.click(screen.getByLabelText("Gets the invoices"));
  await fireEvent.click(screen.getByRole("button", { name: "Save contact" }));
  await screen.findByRole("button", { name: /Jo Ash/ });
  await component.undo();
  const written = asked.filter(([name]) => name === "contacts set").map(([, ask]) => ask);
  const jo = { name: "Jo Ash", role: "Office", mail: "jo@alder.example", phone: "" };
  expect(written).toEqual([
    { id: "c2", fields: { ...jo, invoices: "yes" } },
    { id: "c2", fields: { ...jo, invoices: "no" } },
    { id: "c1", fields: { invoices: "yes" } },
  ]);
});

test("a removed note can be brought back, and the balance stands as the book says it", async () => {
  const asked: [string, unknown][] = [];
  const { component } = render(InDesk, { host: host(asked), place: "accounts", subject: "a1" });
  expect(await screen.findByText("120.00")).toBeDefined();
  await fireEvent.click(screen.getByRole("button", { name: /Called/ }));
  await fireEvent.click(screen.getByRole("button", { name: "Remove note" }));
  await screen.findByRole("button", { name: /Called/ });
  await component.undo();
  expect(asked).toContainEqual(["notes add", { id: "a1", fields: { text: "Called", date: "2026-10-02" } }]);
});
