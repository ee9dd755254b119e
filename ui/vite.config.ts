import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // The window's policy allows files of our own only, so nothing is inlined but small pictures.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // `--mode browser`: the same pages beside the loopback server, for tests.
    ...(mode === "browser" ? { outDir: "dist-browser", rollupOptions: { input: "browser.html" } } : {}),
  },
  // While developing: the address src-tauri/tauri.conf.json names.
  server: { port: 1420, strictPort: true },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "jsdom", setupFiles: ["src/jsdom.ts"], include: ["src/**/*.test.ts"] },
}));
