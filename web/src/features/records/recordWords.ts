/** Words that only a record's own page says. */
import type { WordSource } from "@/shared/i18n";
import type zh from "./words/zh-CN.json";

type Own = typeof zh;
declare module "@/shared/i18n" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- adds to the words there are
  interface Words extends Own {}
}

export const recordWords: WordSource = {
  "zh-CN": () => import("./words/zh-CN.json"),
  "en-US": () => import("./words/en-US.json"),
};
