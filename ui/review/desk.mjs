// Starts the loopback server with a book behind it and a browser before it.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
const programs = process.env.BILLHOOK_PROGRAMS ?? join(process.env.CARGO_TARGET_DIR ?? join(top, "target"), "debug");
const exe = process.platform === "win32" ? ".exe" : "";
/** The folder of the pages as `vite build --mode browser` writes them. */
const pages = process.env.BILLHOOK_PAGES ?? join(top, "ui/dist-browser");
/** The business day everywhere. */
const today = "2026-11-09";

/** Runs the command line. */
export function billhook(...words) {
  return execFileSync(join(programs, `billhook${exe}`), words, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The sample book in this folder: made at the first call. */
export function sample(folder) {
  const book = join(folder, "sample.billhook");
  if (!existsSync(book)) billhook("demo", folder);
  return { book, key: join(folder, "recovery-key.txt"), written: join(folder, "files") };
}

/** A book of an invented seller with nothing in it. */
export function blank(folder) {
  mkdirSync(folder, { recursive: true });
  const made = { book: join(folder, "blank.billhook"), key: join(folder, "blank.key") };
  billhook(
    "book", "create", made.book, "--name", "Harbour & Vale Ltd", "--country", "GB", "--currency", "GBP",
    "--role", "direct-bill", "--key-file-out", made.key,
  );
  return made;
}

/** The server's address, once it says it. Without a key the book stays locked; `files` are those its dialogs choose. */
export async function serve({ book, key, files = [], out } = {}) {
  const options = [
    ...(book ? ["--book", book] : []), ...(key ? ["--key-file", key] : []), ...(out ? ["--out", out] : []),
    ...files.flatMap((file) => ["--file", file]),
  ];
  const child = spawn(join(programs, `billhook-desk-server${exe}`), [pages, today, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((found, failed) => {
    child.stdout.once("data", (line) => found(String(line).trim()));
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
  });
  return { address, end: () => child.kill() };
}

/** A browser: the one the system has. */
export function browse() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];
  const executablePath = known.find((path) => path && existsSync(path));
  const found = executablePath ? { executablePath } : { channel: process.platform === "win32" ? "msedge" : "chrome" };
  return chromium.launch({ ...found, args: ["--no-sandbox"] });
}

/** A page of the window; `zoom` as a person sets it, so that there is less room. */
export async function open(browser, address, { theme = "light", width = 1280, height = 800, zoom = 1, locale = "en-GB" } = {}) {
  const viewport = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const context = await browser.newContext({
    colorScheme: theme, viewport, deviceScaleFactor: zoom, locale, reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
