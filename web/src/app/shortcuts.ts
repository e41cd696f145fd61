/** The keyboard of the frame: Ctrl-K, `g` and a letter, `n`, `?`; silent while one types or something is open. */
import { useEffect, useEffectEvent } from "react";

const SECOND_KEY_WITHIN = 1_500;

/** For each name the first of its letters that no one before it has; none when all are taken. */
export function lettersOf(names: readonly string[]): (string | undefined)[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const letter = [...name].find((one) => /[a-z]/.test(one) && !taken.has(one));
    if (letter) taken.add(letter);
    return letter;
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

interface Keys {
  onCommands: () => void;
  onGo: (letter: string) => void;
  onNew: () => void;
  onHelp: () => void;
}

export function useShortcuts(keys: Keys): void {
  const commands = useEffectEvent(keys.onCommands);
  const go = useEffectEvent(keys.onGo);
  const begin = useEffectEvent(keys.onNew);
  const help = useEffectEvent(keys.onHelp);
  useEffect(() => {
    let wentAt = -Infinity;
    const onCommandKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      commands();
    };
    // What is open over the page keeps its keys to itself, so they don't come here.
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.defaultPrevented || isTyping(event.target)) return;
      const second = event.timeStamp - wentAt < SECOND_KEY_WITHIN;
      wentAt = -Infinity;
      if (second) go(event.key.toLowerCase());
      else if (event.key === "g") wentAt = event.timeStamp;
      else if (event.key === "n") {
        event.preventDefault();
        begin();
      } else if (event.key === "?") help();
      else if (event.key === "/") {
        event.preventDefault();
        commands();
      }
    };
    // The menu opens from everywhere, also over what is open already.
    window.addEventListener("keydown", onCommandKey, true);
    document.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onCommandKey, true);
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}
