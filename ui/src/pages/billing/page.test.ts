import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Host, Wanted } from "../../host/host";
import { Desk } from "../../state/desk.svelte";
import Stage from "./Stage.test.svelte";

const HOSTILE = "<img src=x onerror=alert(1)>";
const kept = {
  period: "2026-10", state: "draft", current: true, drafted: "2026-11-09", last: "2026-09",
  open: [{ currency: "GBP", invoices: 2, net: "1500.00", tax: "300.00", gross: "1800.00" }],
  issued: [], issued_numbers: null, numbers: { first: "INV-00007", last: "INV-00008" },
  sides: [{ currency: "GBP", before: "1400.00", now: "1500.00", difference: "100.00", steps: [{ cause: "seats", amount: "100.00" }], customers: 1, changed: 1, guarded: 1 }],
  guards: [{ code: "G-BELOW-COST", account_ref: "c1", name: HOSTILE, payer_ref: "c1", facts: [{ name: "net", value: "2.80 GBP" }], mark: "aa00000001", accepted: null as { reason: string; day: string } | null }],
  charges: [],
};
const customers = [
  {
    account_ref: "c1", name: HOSTILE, currency: "GBP", before: "400.00", now: "500.00", difference: "100.00", changed: true,
    causes: ["seats"], about: "Copilot", changes: 1, guarded: true, guards: ["G-BELOW-COST"], open: "500.00",
  },
];
const issued = {
  run: "r", period: "2026-10", totals: kept.open, printed: 2, accepted: ["G-BELOW-COST"],
  invoices: [{ number: "INV-00007" }, { number: "INV-00008" }],
};

function desk(state: Partial<typeof kept>): { desk: Desk; calls: { name: string; ask: unknown }[] } {
  const calls: { name: string; ask: unknown }[] = [];
  const now = structuredClone({ ...kept, ...state });
  const host = {
    page: async (_name: string, _rows: string, _ask: unknown, wanted: Wanted) => ({
      all: 1, found: 1, rows: wanted.count ? customers : [], beside: structuredClone(now),
    }),
    call: async (name: string, ask: unknown) => {
      calls.push({ name, ask });
      if (name !== "bill accept") return issued;
      for (const one of now.guards) one.accepted = { reason: "promised", day: "2026-11-09" };
      return { run: "r", period: "2026-10", changed: 1, guards: [] };
    },
  } as unknown as Host;
  return { desk: new Desk(host, "2026-11-09", { name: "Harbour", currency: "GBP", country: "GB" }), calls };
}

// jsdom has no dialogs of its own, lays nothing out, and is narrow.
beforeAll(() => {
  window.innerWidth = 1280;
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});
afterEach(cleanup);

test("a guard holds the run until it is accepted; then it is asked, and issued", async () => {
  const { desk: shared, calls } = desk({});
  render(Stage, { shared });
  const issue = await screen.findByRole<HTMLButtonElement>("button", { name: "Issue 2 invoices" });
  expect(issue.disabled).toBe(true);
  expect(document.querySelector("img")).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: `Accept Price below cost: ${HOSTILE}` }));
  const accept = screen.getAllByRole<HTMLButtonElement>("button", { name: "Accept" }).at(-1);
  expect(accept?.disabled).toBe(true);
  await fireEvent.input(screen.getByLabelText("Why it may stand"), { target: { value: "promised" } });
  await fireEvent.click(accept ?? issue);
  expect(await screen.findByText(/^Accepted on .*2026: promised$/)).toBeTruthy();
  expect(calls.splice(0)).toEqual([{ name: "bill accept", ask: { period: "2026-10", guards: ["aa00000001"], reason: "promised" } }]);
  await vi.waitFor(() => expect(issue.disabled).toBe(false));
  await fireEvent.click(issue);
  expect(screen.getByText(/INV-00007 to INV-00008/)).toBeTruthy();
  expect(calls).toEqual([]);
  await fireEvent.click(screen.getAllByRole("button", { name: "Issue 2 invoices", hidden: true }).at(-1) ?? issue);
  expect(await screen.findByText("2 invoices issued")).toBeTruthy();
  expect(calls).toEqual([{ name: "bill issue", ask: { period: "2026-10" } }]);
});

test("a draft the book has left behind is drafted again before it is issued", async () => {
  const { desk: shared, calls } = desk({ current: false });
  render(Stage, { shared });
  const again = await screen.findByRole("button", { name: /^Draft .+ again$/ });
  expect(screen.queryByRole("button", { name: /^Issue/ })).toBeNull();
  await fireEvent.click(again);
  expect(calls[0]).toEqual({ name: "bill draft", ask: { period: "2026-10" } });
});

test("a month without a draft offers one", async () => {
  const { desk: shared } = desk({ state: "none", open: [], sides: [], guards: [] });
  render(Stage, { shared });
  expect(await screen.findByRole("button", { name: "Draft October 2026" })).toBeTruthy();
});
