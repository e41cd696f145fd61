/** What was shown last, for what is done later: an answer, an undo, a stretch of speech. */
import { useEffect, useRef } from "react";

export function useLatest<T>(value: T) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
