/** Builds the client into dist with hashed names, and runs its unit tests. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = `http://127.0.0.1:${process.env.PORT ?? "8600"}`;

const MEASURES = new Set(["font", "font-size", "line-height"]);
const SCALED = "var(--text-scale, 1)";

/** Lets a person have larger text: every size of text in pixels is multiplied by the one that they chose. */
const textScale = {
  postcssPlugin: "text-scale",
  Declaration(declaration: { prop: string; value: string }) {
    const { prop, value } = declaration;
    if (!MEASURES.has(prop) || value.includes(SCALED)) return;
    const scaled = value.replace(/(\d+(?:\.\d+)?px)/g, `calc($1 * ${SCALED})`);
    if (scaled !== value) declaration.value = scaled;
  },
};

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  css: { postcss: { plugins: [textScale] } },
  build: {
    manifest: true,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs is one file: cut into what each pair of pages has in common it would be larger.
          groups: [
            {
              name: "frame",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
            },
            { name: "icons", test: /node_modules\/lucide-react\// },
            { name: "shared", test: /src\/shared\/(api|format|ui|[^/]+\.tsx?$)/ },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    testTimeout: 20_000,
    restoreMocks: true,
  },
});
