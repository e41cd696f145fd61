/** The words of the page on which a view of a list is defined. */
import type { WordSource } from "@/shared/i18n";
import type zh from "./zh-CN.json";

type Own = typeof zh;
declare module "@/shared/i18n" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- adds to the words there are
  interface Words extends Own {}
}

export const words: WordSource = {
  "zh-CN": () => import("./zh-CN.json"),
  "en-US": () => import("./en-US.json"),
};
