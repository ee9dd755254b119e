import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { Host } from "./host/host";
import Window from "./Window.svelte";

const wrong = { code: "E-BOOK-KEY", message: "The passphrase does not open this book.", kept: "Nothing was changed.", hints: [] };
const info = { name: "Harbour & Vale", country: "GB", currency: "GBP", role: "direct-bill" };
const counts = { accounts: 41, subscriptions: 1197, documents: 12, invoices: 0, open_findings: 11 };

afterEach(cleanup);

function host(chosen: string | null): Host {
  return {
    place: async () => (chosen ? { name: chosen } : null),
    choose: async () => ({ name: "other" }),
    unlock: async (passphrase) => {
      if (passphrase !== "correct horse battery") throw wrong;
    },
    lock: async () => {},
    call: async () => ({ ...info, ...counts }),
  };
}

async function type(passphrase: string) {
  await fireEvent.input(await screen.findByLabelText("Passphrase"), { target: { value: passphrase } });
  await fireEvent.click(screen.getByRole("button", { name: /^Unlock / }));
}

test("without a book the window offers to open one", async () => {
  render(Window, { host: host(null) });
  await fireEvent.click(await screen.findByRole("button", { name: "Open a book" }));
  expect(await screen.findByRole("heading", { name: "other" })).toBeTruthy();
});

test("a wrong passphrase says so at the field and can be tried again", async () => {
  render(Window, { host: host("sample") });
  await type("wrong");
  expect((await screen.findByRole("alert")).textContent).toContain(wrong.message);
  await type("correct horse battery");
  expect(await screen.findByRole("heading", { name: info.name })).toBeTruthy();
  expect(screen.getByText("1,197")).toBeTruthy();
});

test("locking goes back to the passphrase", async () => {
  render(Window, { host: host("sample") });
  await type("correct horse battery");
  await fireEvent.click(await screen.findByRole("button", { name: "Lock" }));
  expect(await screen.findByLabelText("Passphrase")).toBeTruthy();
});
