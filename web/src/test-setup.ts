/** What jsdom lacks, and the Chinese words, for every unit test. */
import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";
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

Element.prototype.scrollIntoView ??= () => {};

// The code editor measures its text, which jsdom can't: forms are tested with what stands there until it comes.
vi.mock("@/shared/expression/Written", () => new Promise<never>(() => {}));

await startI18n();
await setLocale("zh-CN");

afterEach(cleanup);
