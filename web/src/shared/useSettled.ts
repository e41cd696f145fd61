/** A value as it was when it had not changed for a while: what is asked of the server while somebody types. */
import { useEffect, useState } from "react";

export function useSettled<T>(value: T, pause: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}
