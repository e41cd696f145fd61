/** What can be done with the chosen records, floating over the list's foot. */
import {
  ArrowRightLeft,
  ChevronDown,
  GitMerge,
  PencilLine,
  Shuffle,
  Trash2,
  X,
  Zap,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, Operation, Page, RecordItem } from "@/shared/api/types";
import { lazyPart } from "@/shared/lazyPart";
import { useFormat } from "@/shared/format/useFormat";
import { Button } from "@/shared/ui/Button";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import styles from "./Batch.module.css";
import type { Asked } from "./figures";
import type { Chosen } from "./useChosen";
import { recordWords } from "./recordWords";

const BatchSheet = lazy(() => import("./BatchSheet"));
// Over the list no record may have been open yet, with whose words this one speaks.
const MergeSheet = lazyPart(
  async () => ({ MergeSheet: (await import("./MergeSheet")).default }),
  "MergeSheet",
  recordWords,
);

/** What is to be done, before its details are known. */
export type Wish =
  { do: "change" | "give" | "deal" | "delete" } | { do: "operation"; operation: Operation };

interface BatchBarProps {
  object: ObjectDef;
  chosen: Chosen;
  asked: Asked;
  total: Page<RecordItem> | undefined;
}

export function BatchBar({ object, chosen, asked, total }: BatchBarProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const [wish, setWish] = useState<Wish>();
  const [merging, setMerging] = useState<readonly [string, string]>();
  const { update, assign, merge, delete: remove } = object.permissions;
  const [one, other, third] = chosen.rows;
  const pair =
    merge && !chosen.all && one && other && !third ? ([one.id, other.id] as const) : undefined;
  const found = total?.total ?? 0;
  // A filter says what all are; what a search found can't be said so.
  const offersAll = !chosen.all && !asked.q && found > chosen.rows.length;
  const shown = chosen.all
    ? number(found) + (total?.total_is === "at_least" ? "+" : "")
    : number(chosen.rows.length);
  return (
    <>
      <div className={styles.bar} role="toolbar" aria-label={t("lists.batch")}>
        <span className={styles.count} role="status">
          {t("lists.chosen", { count: chosen.rows.length, shown })}
        </span>
        {offersAll && (
          <button type="button" className={styles.all} onClick={chosen.chooseAll}>
            {t("lists.choose_found", { shown: number(found) })}
          </button>
        )}
        {update && (
          <Button icon={<PencilLine size={15} />} onClick={() => setWish({ do: "change" })}>
            {t("lists.do_change")}
          </Button>
        )}
        {object.operations.length > 0 && (
          <Popover
            label={t("lists.do_operation")}
            button={(anchor) => (
              <Button {...anchor} icon={<Zap size={15} />}>
                {t("lists.do_operation")}
                <ChevronDown size={14} aria-hidden />
              </Button>
            )}
          >
            {(close) =>
              object.operations.map((operation) => (
                <button
                  key={operation.name}
                  type="button"
                  className={menu.item}
                  onClick={() => {
                    close();
                    setWish({ do: "operation", operation });
                  }}
                >
                  {operation.label}
                </button>
              ))
            }
          </Popover>
        )}
        {assign && (
          <>
            <Button icon={<ArrowRightLeft size={15} />} onClick={() => setWish({ do: "give" })}>
              {t("lists.do_give")}
            </Button>
            <Button icon={<Shuffle size={15} />} onClick={() => setWish({ do: "deal" })}>
              {t("lists.do_deal")}
            </Button>
          </>
        )}
        {pair && (
          <Button icon={<GitMerge size={15} />} onClick={() => setMerging(pair)}>
            {t("lists.do_merge")}
          </Button>
        )}
        {remove && (
          <Button
            look="danger"
            icon={<Trash2 size={15} />}
            onClick={() => setWish({ do: "delete" })}
          >
            {t("lists.do_delete")}
          </Button>
        )}
        <Button
          look="ghost"
          icon={<X size={16} />}
          aria-label={t("lists.choose_none")}
          onClick={chosen.clear}
        />
      </div>
      {merging && (
        <Suspense>
          <MergeSheet
            object={object}
            ids={merging}
            onMerged={chosen.clear}
            onClose={() => setMerging(undefined)}
          />
        </Suspense>
      )}
      {wish && (
        <Suspense>
          <BatchSheet
            object={object}
            wish={wish}
            rows={chosen.rows}
            filter={chosen.all ? (asked.filter ?? "true") : undefined}
            shown={shown}
            onDone={chosen.clear}
            onClose={() => setWish(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}
