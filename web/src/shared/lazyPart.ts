/** A part of a page that is fetched when it is first shown, together with its words. */
import { lazy, type ComponentType } from "react";
import { bringWords, type WordSource } from "./i18n";

/** Like `lazy`, for a component by its name; what shows it needs a `Suspense` around it. */
export function lazyPart<Props extends object, Name extends string>(
  load: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
  ...words: WordSource[]
) {
  return lazy(async () => {
    const [module] = await Promise.all([load(), ...words.map(bringWords)]);
    return { default: module[name] };
  });
}
