import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { Host, Place } from "./host/host";
import { strength } from "./pages/start/seller";
import "./Shell.svelte";
import Window from "./Window.svelte";

const wrong = { code: "E-BOOK-KEY", message: "The passphrase does not open this book.", kept: "Nothing was changed.", hints: [] };
const info = { name: "Harbour & Vale <b>", country: "GB", currency: "GBP", role: "direct-bill", open_findings: 11 };
const glance = {
  period: "2026-10", currency: "GBP", worth: "0.00", open: 0, guards: [], months: [], other_currencies: [], actions: [],
  steps: ["import", "reconcile", "draft", "issue", "print"].map((name) => ({ name, state: "later", amount: null, count: 0, of: 0 })),
  next: { what: "import", count: 0 },
};
const answers: Record<string, unknown> = { "book info": info, month: glance };

afterEach(cleanup);

function host(chosen: Place | null): Host {
  let place = chosen;
  const nothing = async () => {};
  return {
    look: async () => ({}),
    keepLook: async () => {},
    stir: nothing,
    today: async () => "2026-11-09",
    place: async () => place,
    recent: async () => [],
    handed: async () => null,
    choose: async () => (place = { name: "other", open: false }),
    create: async () => null,
    sample: async () => (place = { name: "sample", open: true }),
    restore: async () => null,
    unlock: async (passphrase) => {
      if (passphrase !== "correct horse battery") throw wrong;
    },
    lock: async () => {
      place = { name: "sample", open: false };
    },
    call: async (name) => answers[name] ?? {},
    page: async () => ({ all: 0, found: 0, rows: [], beside: {} }),
    cancel: nothing,
    onStep: () => () => {},
    onDrop: () => () => {},
    onChosen: () => () => {},
    pickFiles: async () => [],
    saveAs: async () => null,
    pickFolder: async () => null,
    saveText: async () => false,
  };
}

async function type(passphrase: string) {
  await fireEvent.input(await screen.findByLabelText("Passphrase"), { target: { value: passphrase } });
  await fireEvent.click(screen.getByRole("button", { name: /^Unlock / }));
}

test("without a book the window offers the sample, a new book and one that is there", async () => {
  render(Window, { host: host(null) });
  await fireEvent.click(await screen.findByRole("button", { name: "Open a book" }));
  expect(await screen.findByRole("heading", { name: "other" })).toBeTruthy();
});

test("a new book that was begun stays when the desk answers late that there is none", async () => {
  let answer = (_: Place | null) => {};
  const late = new Promise<Place | null>((told) => (answer = told));
  render(Window, { host: { ...host(null), first: { place: null, look: {} }, place: () => late } });
  await fireEvent.click(await screen.findByRole("button", { name: "Create my book" }));
  answer(null);
  // Until the page has taken the answer.
  await new Promise((done) => setTimeout(done));
  expect(screen.getByLabelText("Country")).toBeTruthy();
});

test("the sample opens on its month", async () => {
  render(Window, { host: host(null) });
  await fireEvent.click(await screen.findByRole("button", { name: "Look around in the sample book" }));
  expect(await screen.findByRole("heading", { name: "Month" })).toBeTruthy();
  expect(screen.getByText(info.name), "shown as text").toBeTruthy();
});

test("a wrong passphrase says so at the field and can be tried again", async () => {
  render(Window, { host: host({ name: "sample", open: false }) });
  await type("wrong");
  expect((await screen.findByRole("alert")).textContent).toContain(wrong.message);
  await type("correct horse battery");
  expect(await screen.findByRole("heading", { name: "Month" })).toBeTruthy();
});

test("locking goes back to the passphrase", async () => {
  render(Window, { host: host({ name: "sample", open: false }) });
  await type("correct horse battery");
  await fireEvent.click(await screen.findByRole("button", { name: "Lock" }));
  expect(await screen.findByLabelText("Passphrase")).toBeTruthy();
});

test("a passphrase is as good as its words", () => {
  for (const [passphrase, want] of [
    ["password", "weak"], ["aaaaaaaaaaaaaaaa", "weak"], ["three quiet herons", "fair"], ["a hook a blade handle barn rope meadow", "strong"],
  ] as const) {
    expect(strength(passphrase), passphrase).toBe(want);
  }
});
