import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Host } from "../../host/host";
import { Desk } from "../../state/desk.svelte";
import Stage from "./Stage.test.svelte";

const HOSTILE = "<img src=x onerror=alert(1)>";
const sums = {
  cost_before: "100.00", cost: "110.00", revenue_before: "150.00", revenue: "150.00", margin_before: "50.00", margin: "40.00", change: "-10.00",
};
const quick = {
  ...sums, currency: "EUR", currencies: ["EUR"], first_month: "2026-12", before: [2500, 2500], after: [2500, 1500], differences: [0, -1000], digits: 2,
  margin_percent_before: "33.3", margin_percent: "26.7", margin_points: "-6.6", winners: 0, losers: 1, accounts: 1, largest: "10.00", notes: [HOSTILE],
  rows: [] as unknown[],
};
const account = {
  ...sums, account_ref: "c1", account_id: "a1", name: HOSTILE, currency: "EUR", margin_percent: "26.7", agreements: 1, hit: "2027-01", below_cost: 0,
};
const run = {
  scenario: "July", first_month: "2026-12", months_count: 2, agreements: 1, reached: 1, winners: 0, losers: 1, below_cost: 0,
  totals: [{ ...sums, currency: "EUR", margin_percent_before: "33.3", margin_percent: "26.7" }],
  bridge: [{ cause: HOSTILE, kind: "vendor", currency: "EUR", change: "-10.00" }],
  months: [], products: [], left_out: [], notes: [],
};
const scenario = { name: HOSTILE, note: "Verify.", changes: [{ from: "2027-01-01", cost: "5 %" }] };

function desk(answers: Record<string, unknown> = {}): Desk {
  const all: Record<string, unknown> = {
    "model list": { scenarios: [{ name: HOSTILE, ready: true, from: "2027-01-01", changes: 1, note: "" }] },
    "model show": { ready: true, scenario, text: "" },
    "model quick": quick,
    ...answers,
  };
  const host = {
    page: async () => ({ all: 1, found: 1, rows: [account], beside: run }),
    call: async (name: string) => {
      if (all[name] instanceof Error) throw { code: "E-SCENARIO", message: all[name].message, kept: "Nothing was changed.", hints: [] };
      return all[name];
    },
  } as unknown as Host;
  return new Desk(host, "2026-11-09", { name: "Harbour", currency: "EUR", country: "DE" });
}

// jsdom lays nothing out and paints nothing.
beforeAll(() => {
  window.innerWidth = 1440;
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  HTMLCanvasElement.prototype.getContext = () => null;
});
afterEach(cleanup);

test("a scenario stands beside what it comes to, every name as text", async () => {
  render(Stage, { shared: desk() });
  expect((await screen.findAllByText("40.00")).length).toBeGreaterThan(0);
  expect(screen.getByText("\u22126.6 pts")).toBeTruthy();
  // The scenario, its cause and the account: the last two come with the lists.
  await vi.waitFor(() => expect(screen.getAllByText(HOSTILE).length).toBeGreaterThanOrEqual(3));
  expect(document.querySelector("img")).toBeNull();
  expect(screen.getByRole("slider", { name: "Our cost" })).toBeTruthy();
});

test("the chart is the same as a table", async () => {
  render(Stage, { shared: desk() });
  const chart = await screen.findByRole("region", { name: "Margin a month" });
  await fireEvent.keyDown(chart, { key: "t" });
  expect(screen.getByText("December 2026")).toBeTruthy();
  expect(screen.getByText("January 2027").closest("tr")?.textContent).toContain("25.00");
  await fireEvent.keyDown(chart, { key: "End" });
  expect(chart.querySelector("[aria-live]")?.textContent).toContain("\u221210.00");
});

test("a book without agreements says what comes first", async () => {
  render(Stage, { shared: desk({ "model quick": { ...quick, accounts: 0 } }) });
  expect(await screen.findByText("No agreement runs in these months.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Add subscription" })).toBeTruthy();
});

test("what is not understood is said beside the scenario, where it is put right", async () => {
  render(Stage, { shared: desk({ "model quick": new Error("The book has no price rule “Gold”.") }) });
  expect((await screen.findByRole("alert")).textContent).toContain("Gold");
  expect(screen.getByRole("slider", { name: "Our cost" })).toBeTruthy();
});

test("a change is edited where it stands and works at once", async () => {
  const shared = desk();
  const call = vi.spyOn(shared.host, "call");
  render(Stage, { shared });
  await fireEvent.click(await screen.findByRole("button", { name: "Edit Vendor price" }));
  await fireEvent.change(screen.getByLabelText("Customers pay"), { target: { value: "share" } });
  expect(screen.getByRole("slider", { name: "Pass on" })).toBeTruthy();
  await fireEvent.change(screen.getByLabelText("What changes"), { target: { value: "seats" } });
  expect(screen.getByRole("slider", { name: "Seats" })).toBeTruthy();
  expect(screen.queryByRole("slider", { name: "Our cost" })).toBeNull();
  await vi.waitFor(() => expect(call.mock.lastCall?.[1]).toMatchObject({ scenario: { changes: [{ from: "2027-01-01", seats: "5 %", name: "Seats" }] } }));
  expect(screen.getAllByText(/not saved/).length).toBeGreaterThan(0);
});
