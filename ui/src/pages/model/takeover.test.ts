import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Host } from "../../host/host";
import { Desk } from "../../state/desk.svelte";
import Stage from "./Stage.test.svelte";
import { answerBy, byReason, dayBefore, firstDay, paragraphs, type Campaign, type Customer } from "./takeover";

const HOSTILE = "<img src=x onerror=alert(1)>";
const quick = {
  cost_before: "100.00", cost: "110.00", revenue_before: "150.00", revenue: "150.00", margin_before: "50.00", margin: "40.00", change: "-10.00",
  currency: "EUR", currencies: ["EUR"], first_month: "2026-12", before: [2500, 2500], after: [2500, 1500], differences: [0, -1000], digits: 2,
  margin_percent_before: "33.3", margin_percent: "26.7", margin_points: "-6.6", winners: 0, losers: 1, accounts: 1, largest: "10.00", notes: [], rows: [],
};
const run = { totals: [], bridge: [], months: [], products: [], left_out: [], notes: [] };
const scenario = { name: "July", changes: [{ from: "2027-01-01", cost: "5 %" }] };
const done = {
  id: "t1", scenario: "July", from: "2027-01-01", until: "2029-12-01", versions: [HOSTILE], agreements: 321,
  left: ["S-1", "S-2"].map((subscription) => ({ subscription, reason: "no_rule", why: "as told on the command line" })), notes: [],
};
const customer = (fields: Partial<Customer>): Customer => ({
  account_ref: "c1", account_id: "a1", name: HOSTILE, currency: "EUR", products: 1, year_before: "120.00", year_after: "132.00", saving: "0.00",
  file: "c1.pdf", answer: "open", answered: null, note: "", ...fields,
});
const campaign: Campaign = {
  id: "k1", scenario: "July", from: "2027-01-01", on: "2026-11-09", answer_by: "2026-12-15",
  customers: [customer({}), customer({ account_ref: "c2", account_id: "a2", name: "Ash Dental", answer: "accepted", answered: "2026-11-09", note: "by telephone" })],
};

type Asked = [string, unknown, boolean];

function desk(answers: Record<string, unknown> = {}) {
  const all: Record<string, unknown> = {
    "model list": { scenarios: [{ name: "July", ready: true, from: "2027-01-01", changes: 1, note: "" }] },
    "model show": { ready: true, scenario, text: "" },
    "model quick": quick,
    "model campaigns": { campaigns: [campaign] },
    "model applied": { applied: [] },
    "model apply": done,
    "model letters": campaign,
    "model answer": campaign,
    "model undo": { applied: [] },
    ...answers,
  };
  const asked: Asked[] = [];
  const host = {
    page: async () => ({ all: 0, found: 0, rows: [], beside: run }),
    pickFolder: async () => ({ handle: "file:0", name: "Letters", size: 0 }),
    call: async (name: string, ask: unknown, trial: boolean) => {
      asked.push([name, ask, trial]);
      const answer = all[name];
      const said = typeof answer === "function" ? (answer as (ask: unknown, trial: boolean) => unknown)(ask, trial) : answer;
      if (said instanceof Error) throw { code: "E-STATE", message: said.message, kept: "Nothing was changed.", hints: [] };
      return said;
    },
  } as unknown as Host;
  const of = (name: string) => asked.filter(([one]) => one === name);
  return { shared: new Desk(host, "2026-11-09", { name: "Harbour", currency: "EUR", country: "DE" }), of };
}

const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("button", { name }));

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

test("days and words as they are proposed and asked for", () => {
  expect(firstDay("2026-11-30")).toBe("2027-01-01");
  expect(answerBy("2027-01-01", "2026-11-09")).toBe("2026-12-15");
  expect(answerBy("2027-01-01", "2026-12-20")).toBe("");
  expect(dayBefore("2028-03-01")).toBe("2028-02-29");
  expect(paragraphs(" One.\n\n Two. \n")).toEqual(["One.", "Two."]);
});

test("what stays as it is stands by its reason, in words of ours", () => {
  const why = "as told on the command line";
  const left = [["S-1", "no_rule"], ["S-2", "reshaped"], ["S-3", "no_rule"]] as const;
  expect(byReason(left.map(([subscription, reason]) => ({ subscription, reason, why })))).toEqual([
    { why: "They have a price of their own or are sold in a bundle, which no price rule changes.", subscriptions: ["S-1", "S-3"] },
    { why: "Seats, terms or bundles change. That is agreed in the register, not by a price.", subscriptions: ["S-2"] },
  ]);
});

test("a scenario is tried before it is taken over, and can be taken back at once", async () => {
  const { shared, of } = desk();
  render(Stage, { shared });
  await press("Take over…");
  await screen.findByText(/321 agreements are charged/);
  expect(screen.getByText("2 agreements stay as they are")).toBeTruthy();
  expect(screen.getByText(HOSTILE)).toBeTruthy();
  expect(of("model apply").every(([, , trial]) => trial)).toBe(true);
  await press("Take over for 321 agreements");
  await vi.waitFor(() => expect(shared.notice?.text).toContain("is taken over"));
  const written = of("model apply").filter(([, , trial]) => !trial);
  expect(written.map(([, ask]) => ask)).toMatchObject([{ from: "2027-01-01", scenario: { name: "July", changes: [{ cost: "5 %" }] } }]);
  await shared.notice?.undo?.();
  expect(of("model undo").at(-1)).toEqual(["model undo", { id: "t1" }, false]);
});

test("taking over for those who accepted asks for their campaign only", async () => {
  const { shared, of } = desk();
  render(Stage, { shared });
  await press("Take over…");
  const whom = await screen.findByLabelText<HTMLSelectElement>("For whom");
  await vi.waitFor(() => expect(whom.options.length).toBe(2));
  await fireEvent.change(whom, { target: { value: "k1" } });
  await vi.waitFor(() => expect(of("model apply").at(-1)?.[1]).toMatchObject({ accepted: "k1" }));
});

test("where nothing would change nothing can be taken over", async () => {
  const { shared } = desk({ "model apply": { ...done, agreements: 0, versions: [], left: [] } });
  render(Stage, { shared });
  await press("Take over…");
  await screen.findByText(/^Nothing: from this day on/);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Take over" }).disabled).toBe(true);
});

test("what was taken over is taken back only while nothing was issued by it", async () => {
  const one = { scenario, from: "2027-01-01", on: "2026-11-09", rules: ["R"], invoices: 3, undone: false };
  const { shared, of } = desk({
    "model applied": { applied: [{ ...one, id: "t1" }, { ...one, id: "t2" }, { ...one, id: "t3", undone: true }] },
    "model undo": (ask: { id: string }) => (ask.id === "t2" ? new Error("Invoices were issued by these prices.") : { applied: [] }),
  });
  render(Stage, { shared });
  await press("Take over…");
  await screen.findByText("Invoices were issued by it; it stays.");
  expect(screen.getByText("Taken back")).toBeTruthy();
  expect(of("model undo").every(([, , trial]) => trial)).toBe(true);
  await press("Take back “July”");
  await vi.waitFor(() => expect(of("model undo").filter(([, , trial]) => !trial)).toEqual([["model undo", { id: "t1" }, false]]));
});

test("letters are counted before they are written, and lead to whom they went", async () => {
  const { shared, of } = desk();
  render(Stage, { shared });
  await press("Letters…");
  await fireEvent.input(await screen.findByLabelText("Our own words"), { target: { value: "One.\n\nTwo." } });
  expect(of("model letters")).toEqual([]);
  await press("Choose folder…");
  await press("Write 2 letters");
  await screen.findByRole("grid", { name: "Letters" });
  expect(of("model letters").at(-1)).toMatchObject([
    "model letters", { from: "2027-01-01", answer_by: "2026-12-15", to: "file:0", words: ["One.", "Two."] }, false,
  ]);
});

test("an answer is noted in its row and taken back with all it said before", async () => {
  const { shared, of } = desk();
  render(Stage, { shared });
  await fireEvent.click(await screen.findByRole("radio", { name: /^Letters/ }));
  const answer = await screen.findByLabelText<HTMLSelectElement>("Answer of Ash Dental");
  expect(document.querySelector("img")).toBeNull();
  await fireEvent.change(answer, { target: { value: "declined" } });
  await vi.waitFor(() => expect(of("model answer")[0]?.[1]).toEqual({ id: "k1", account: "c2", answer: "declined", note: "by telephone" }));
  await vi.waitFor(() => expect(shared.notice?.undo).toBeDefined());
  await shared.notice?.undo?.();
  expect(of("model answer")[1]?.[1]).toEqual({ id: "k1", account: "c2", answer: "accepted", note: "by telephone", on: "2026-11-09" });
});

test("an answer that cannot be noted is said where it happened, and not shown", async () => {
  const { shared } = desk({ "model answer": new Error("The book is being written.") });
  render(Stage, { shared });
  await fireEvent.click(await screen.findByRole("radio", { name: /^Letters/ }));
  const answer = await screen.findByLabelText<HTMLSelectElement>("Answer of Ash Dental");
  await fireEvent.change(answer, { target: { value: "declined" } });
  expect((await screen.findByRole("alert")).textContent).toContain("being written");
  expect(screen.getByLabelText<HTMLSelectElement>("Answer of Ash Dental").value).toBe("accepted");
});

test("without letters the list says how they come", async () => {
  const { shared } = desk({ "model campaigns": { campaigns: [] } });
  render(Stage, { shared });
  await fireEvent.click(await screen.findByRole("radio", { name: /^Letters/ }));
  expect(await screen.findByText("No customer was written to yet.")).toBeTruthy();
});
