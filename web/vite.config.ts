/** Builds the client into dist with hashed names, and runs its unit tests. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = `http://127.0.0.1:${process.env.PORT ?? "8600"}`;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  build: {
    manifest: true,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // What every page needs is one file: dozens of small ones compress badly and cost a request each.
        codeSplitting: {
          groups: [
            {
              name: "base",
              test: /node_modules\/(@tanstack\/(react-query|query-core)|lucide-react)|src\/shared\/(api|format|ui)\//,
            },
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
