/** What a record may be a duplicate of, with whose it is, and the way to make one of two. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Duplicate, ObjectDef, RecordItem } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";
import { duplicatesQuery } from "./api";
import styles from "./RecordView.module.css";

const MergeSheet = lazy(() => import("./MergeSheet"));

const AT_FIRST = 2;

interface LineProps {
  object: ObjectDef;
  one: Duplicate;
  onCompare: (id: string) => void;
}

function Line({ object, one, onCompare }: LineProps) {
  const { t } = useTranslation();
  const owner = one.owner?.label ?? t("detail.people.nobody");
  const field = object.fields.find(({ name }) => name === one.by);
  const mergeable = one.id && one.object === object.name && object.permissions.merge;
  return (
    <li className={styles.alike}>
      <span>
        {one.id ? (
          <Link to="/o/$object/records/$id" params={{ object: one.object, id: one.id }}>
            {t("detail.like.of", { label: one.label ?? t("record.untitled"), owner })}
          </Link>
        ) : (
          t("detail.like.unseen", { owner })
        )}
        {field && <small>{t("detail.like.by", { field: field.label })}</small>}
      </span>
      {mergeable && (
        <Button onClick={() => onCompare(one.id ?? "")}>{t("detail.like.compare")}</Button>
      )}
    </li>
  );
}

export function Duplicates({ object, record }: { object: ObjectDef; record: RecordItem }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useQuery(duplicatesQuery(object.name, record.id));
  const [other, setOther] = useState<string>();
  const [all, setAll] = useState(false);
  // A hint beside the record: where it can't be had, the record is there all the same.
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, AT_FIRST);
  return (
    <section className={styles.likes} aria-label={t("detail.like.title")}>
      <h3>
        <Copy size={14} aria-hidden />
        {t("detail.like.title")}
      </h3>
      <ul>
        {shown.map((one, i) => (
          <Line key={one.id ?? i} object={object} one={one} onCompare={setOther} />
        ))}
      </ul>
      {!all && items.length > AT_FIRST && (
        <button type="button" className={styles.showAll} onClick={() => setAll(true)}>
          {t("detail.like.others", { count: items.length })}
        </button>
      )}
      {all && found.data?.more && <small>{t("detail.like.more")}</small>}
      {other && (
        <Suspense>
          <MergeSheet
            object={object}
            ids={[record.id, other]}
            onMerged={(id) => {
              if (id !== record.id)
                void navigate({
                  to: "/o/$object/records/$id",
                  params: { object: object.name, id },
                  search: true,
                });
            }}
            onClose={() => setOther(undefined)}
          />
        </Suspense>
      )}
    </section>
  );
}
