// Starts the loopback server with a book behind it and a browser before it.
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

/** The server's address, once it says it; `options` as `desk-server` takes them. */
export async function serve(program, options) {
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((found, failed) => {
    child.stdout.once("data", (line) => found(String(line).trim()));
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
  });
  return { address, end: () => child.kill() };
}

/** A browser: the one the system has. */
export function browse() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page of the window. */
export async function open(browser, address, { theme = "light", width = 1280, height = 800, zoom = 1, locale = "en-GB" } = {}) {
  const viewport = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const context = await browser.newContext({ colorScheme: theme, viewport, deviceScaleFactor: zoom, locale, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}
