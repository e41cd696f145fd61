/** What jsdom lacks, and the Chinese words, for every unit test. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { setLocale, startI18n } from "@/shared/i18n";

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
  }) as unknown as MediaQueryList;

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

await startI18n();
await setLocale("zh-CN");

afterEach(cleanup);
