import { expect, test } from "vitest";
import type { Host, Look } from "../host/host";
import { t } from "../text";
import { remember, ticks } from "./columns";
import { begin } from "./look";

test("columns are remembered by table, in the window's own settings", async () => {
  let file: Look = { theme: "dark" };
  const host = { look: async () => file, keepLook: async (look: Look) => void (file = look) } as unknown as Host;
  await begin(host);
  remember(host, t("costs.lines"), new Map([["to", false]]));
  remember(host, t("place.accounts"), new Map([["country", true]]));
  remember(host, "Ash Dental Ltd", new Map([["to", false]]));
  expect(JSON.parse(file.columns ?? "")).toEqual({ "costs.lines": { to: false }, "place.accounts": { country: true } });
  expect(file.theme).toBe("dark");
  await begin(host);
  expect(ticks(t("costs.lines")).get("to")).toBe(false);
  expect(ticks(t("place.invoices")).size).toBe(0);
});

test("what cannot be read is as if nothing was chosen", async () => {
  await begin({ look: async () => ({ columns: "{" }) } as unknown as Host);
  expect(ticks(t("costs.lines")).size).toBe(0);
});
