/** The records of another object that belong to this one: a list of children, and the way to add one. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { offered } from "@/shared/filter/model";
import { titleOf } from "@/shared/format/title";
import { Button } from "@/shared/ui/Button";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { listQuery, PAGE_SIZE } from "./api";
import { Pager, useCount } from "./ListParts";
import { NewSheet } from "./NewSheet";
import styles from "./RelatedTab.module.css";

const FACTS = 3;

function Row({ object, by, record }: { object: ObjectDef; by: string; record: RecordItem }) {
  const { t } = useTranslation();
  const facts = offered(object.fields).filter(
    ({ name, type, core, system }) =>
      name !== object.title_field &&
      name !== by &&
      (core || type === "stage" || (system && name === "created_at")) &&
      !isBlank(record[name]),
  );
  // How far it has come tells most; it stands first wherever the object has it.
  facts.sort((a, b) => Number(b.type === "stage") - Number(a.type === "stage"));
  return (
    <li>
      <Link
        to="/o/$object/records/$id"
        params={{ object: object.name, id: record.id }}
        className={styles.row}
      >
        <span className={styles.title}>{titleOf(object, record, t("record.untitled"))}</span>
        {facts.slice(0, FACTS).map((field) => (
          <span key={field.name} className={styles.fact}>
            <FieldValue field={field} value={record[field.name]} record={record} />
          </span>
        ))}
        <ChevronRight size={15} aria-hidden />
      </Link>
    </li>
  );
}

interface RelatedProps {
  /** The object of the record that has the children. */
  parent: ObjectDef;
  record: RecordItem;
  /** The object of the children, and their relation that points here. */
  object: ObjectDef;
  by: string;
}

function Related({ parent, record, object, by }: RelatedProps) {
  const { t } = useTranslation();
  const count = useCount();
  const [page, setPage] = useState(1);
  const [adding, setAdding] = useState(false);
  const filter = `${by} == ${JSON.stringify(record.id)}`;
  const list = useQuery(listQuery(object.name, { filter, sort: "-created_at", page }));
  const relation = object.fields.find((field) => field.name === by);
  const title = titleOf(parent, record, t("record.untitled"));
  const add = object.permissions.create && relation && !relation.readonly && (
    <Button icon={<Plus size={15} />} onClick={() => setAdding(true)}>
      {t("record.new", { object: object.label })}
    </Button>
  );
  const rows = list.data?.items ?? [];
  const total = list.data?.total ?? rows.length;
  return (
    <>
      {list.isPending ? (
        <Skeleton lines={5} />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty
          title={t("list.none", { object: object.label_plural ?? object.label })}
          actions={add}
        />
      ) : (
        <>
          <div className={styles.head}>
            <span>
              {t("list.total", { count: total, shown: count(total, list.data?.total_is) })}
            </span>
            {add}
          </div>
          <ul className={styles.rows}>
            {rows.map((row) => (
              <Row key={row.id} object={object} by={by} record={row} />
            ))}
          </ul>
          {total > PAGE_SIZE && list.data && (
            <Pager page={page} data={list.data} onPage={setPage} />
          )}
        </>
      )}
      {adding && (
        <NewSheet
          object={object}
          preset={{ [by]: { id: record.id, label: title } }}
          onClose={() => setAdding(false)}
          onMade={() => setAdding(false)}
        />
      )}
    </>
  );
}

interface TabProps {
  parent: ObjectDef;
  record: RecordItem;
  field: Field;
}

export default function RelatedTab({ parent, record, field }: TabProps) {
  const object = useObject(field.object ?? "");
  return object && field.by ? (
    <Related parent={parent} record={record} object={object} by={field.by} />
  ) : null;
}
