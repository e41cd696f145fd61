/** Builds the client into dist with hashed names, and runs its unit tests. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { VitePWA, type VitePWAOptions } from "vite-plugin-pwa";
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

/** The app can be installed. Only the frame is kept for when there is no network; what people work with never is. */
const installable: Partial<VitePWAOptions> = {
  registerType: "prompt",
  injectRegister: false,
  manifest: {
    id: "/",
    name: "Closeloop",
    short_name: "Closeloop",
    lang: "zh-CN",
    start_url: "/",
    display: "standalone",
    background_color: "#ffffff",
    theme_color: "#ffffff",
    icons: [
      { src: "/icons/192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  },
  workbox: {
    globPatterns: [
      "index.html",
      "favicon.svg",
      "assets/{index,frame,shared,icons,rolldown-runtime,zh-CN,en-US}-*.{js,css}",
      "assets/inter-latin-wght-*.woff2",
    ],
    navigateFallback: "/index.html",
    // What the server itself answers, which is no page of the client.
    navigateFallbackDenylist: [/^\/api\//, /^\/(metrics|healthz|readyz)$/],
    cleanupOutdatedCaches: true,
  },
};

export default defineConfig({
  plugins: [react(), VitePWA(installable)],
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
