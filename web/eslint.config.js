/** Lint rules: TypeScript, hooks, who may import whom, and no bare words in components. */
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

const noImports = (...patterns) => ["error", { patterns }];

export default ts.config(
  { ignores: ["dist", "node_modules", "test-results", "playwright-report"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  hooks.configs.flat["recommended-latest"],
  {
    files: ["scripts/**"],
    languageOptions: {
      globals: Object.fromEntries(
        // Node's, and those of the page that a script drives
        [
          ...["console", "fetch", "process", "setTimeout", "URL", "URLSearchParams"],
          ...["document", "MutationObserver", "window"],
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "no-console": "error",
      "max-lines": ["error", 400],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    files: ["src/shared/**"],
    rules: {
      "no-restricted-imports": noImports({
        group: ["@/features/*", "@/app/*"],
        message: "shared stands below the features.",
      }),
    },
  },
  {
    files: ["src/features/**"],
    rules: {
      "no-restricted-imports": noImports({
        group: ["@/features/*", "@/app/*", "../*"],
        message: "A feature imports shared and its own files only.",
      }),
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/shared/form/**", "**/*.test.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportDeclaration[source.value=/^(antd|dayjs)/]",
          message: "antd and dayjs are loaded with the first form: only shared/form imports them.",
        },
        {
          selector: "JSXText[value=/[A-Za-z]{2,}/]",
          message: "Words come from the i18n catalogs.",
        },
      ],
    },
  },
);
