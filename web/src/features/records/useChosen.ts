/** Which records of a list are chosen; a choice ends with the question that found them. */
import { useMemo, useState } from "react";
import type { RecordItem } from "@/shared/api/types";

interface Kept {
  question: string;
  rows: ReadonlyMap<string, RecordItem>;
  /** Whether all that the question finds is meant, on every page. */
  all: boolean;
}

export function useChosen(question: string) {
  const empty: Kept = { question, rows: new Map(), all: false };
  const [kept, setKept] = useState(empty);
  const now = kept.question === question ? kept : empty;
  const ids = useMemo(() => new Set(now.rows.keys()), [now.rows]);
  return {
    ids,
    rows: [...now.rows.values()],
    all: now.all,
    choose: (rows: RecordItem[], chosen: boolean) => {
      const next = new Map(now.rows);
      for (const row of rows) {
        if (chosen) next.set(row.id, row);
        else next.delete(row.id);
      }
      setKept({ question, rows: next, all: false });
    },
    chooseAll: () => setKept({ ...now, all: true }),
    clear: () => setKept(empty),
  };
}

export type Chosen = ReturnType<typeof useChosen>;
