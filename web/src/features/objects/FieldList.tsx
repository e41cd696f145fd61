/** The fields of an object in their order: each a row to read at a glance, opened to be changed, dragged to be moved. */
import {
  DndContext,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
  type DragEndEvent,
} from "@dnd-kit/core";
import { Plus, Search, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, said } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionFormProps } from "@/shared/definition/form";
import { Button } from "@/shared/ui/Button";
import { showToast } from "@/shared/ui/toast";
import { useLatest } from "@/shared/useLatest";
import { AddField } from "./AddField";
import type { FieldTypes } from "./api";
import { FieldRow } from "./FieldRow";
import {
  fieldsOf,
  isSearched,
  searched,
  moveField,
  problemsOf,
  withField,
  withoutField,
  type FieldBody,
} from "./fields";
import styles from "./Objects.module.css";
import { RetypeSheet } from "./RetypeSheet";
import { droppedOn, rowOrSection, SectionTargets } from "./SectionTargets";
import { TrashSheet } from "./TrashSheet";
import { useTypeWords } from "./types";

/** From so many fields on one is looked for by name. */
const MANY = 12;

type Over = { sheet: "add" } | { sheet: "trash" } | { sheet: "retype"; name: string } | null;

export function FieldList(props: DefinitionFormProps & { types: FieldTypes }) {
  const { body, onChange, problems, readonly, types } = props;
  const { t } = useTranslation();
  const { nameOf } = useTypeWords();
  const [open, setOpen] = useState<readonly string[]>([]);
  const [over, setOver] = useState<Over>(null);
  const [dragged, setDragged] = useState<string>();
  const [sought, setSought] = useState("");
  const refocus = useRef<string>(undefined);
  // An undo must not bring back more than its own field.
  const latest = useLatest(body);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 8 } }),
  );
  // A button keeps the focus while its row moves, and what is new or back is shown.
  useEffect(() => {
    if (refocus.current === undefined) return;
    const found = document.getElementById(refocus.current);
    refocus.current = undefined;
    found?.focus();
  });
  const entries = fieldsOf(body);
  const labelOf = (name: string, field: FieldBody) => said(labelIn(field)) || name;
  const words = sought.trim().toLowerCase();
  const shown = entries.filter(([name, field]) =>
    [name, labelOf(name, field), nameOf(String(field.type ?? "text"))].some((one) =>
      one.toLowerCase().includes(words),
    ),
  );
  const toggle = (name: string) =>
    setOpen(open.includes(name) ? open.filter((one) => one !== name) : [...open, name]);
  const move = (name: string, to: number, button: string) => {
    refocus.current = `field-${name}-${button}`;
    onChange(moveField(body, name, to));
  };
  const add = (name: string, field: FieldBody) => {
    setOver(null);
    setSought("");
    refocus.current = `field-${name}`;
    onChange(withField(body, name, field));
  };
  const remove = (name: string, field: FieldBody, at: number) => {
    onChange(withoutField(body, name));
    showToast(t("objects.removed", { name: labelOf(name, field) }), "done", {
      label: t("do.take_back"),
      run: () => {
        const back = backAt(latest.current, name, field, at);
        onChange(isSearched(body, name) ? searched(back, name, true) : back);
      },
    });
  };
  const onDragEnd = ({ active, over: onto }: DragEndEvent) => {
    setDragged(undefined);
    const inSection = droppedOn(body, String(active.id), String(onto?.id ?? ""));
    if (inSection) {
      onChange(inSection);
      return;
    }
    const to = entries.findIndex(([name]) => name === onto?.id);
    if (to >= 0 && active.id !== onto?.id) onChange(moveField(body, String(active.id), to));
  };
  const retyping = over?.sheet === "retype" ? over.name : undefined;
  return (
    <div className={styles.fields}>
      <div className={styles.bar}>
        {entries.length >= MANY && (
          <label className={styles.seek}>
            <Search size={15} aria-hidden />
            <input
              type="search"
              aria-label={t("objects.seek")}
              placeholder={t("objects.seek")}
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
          </label>
        )}
        {!readonly && (
          <>
            <Button
              look="primary"
              icon={<Plus size={15} />}
              onClick={() => setOver({ sheet: "add" })}
            >
              {t("objects.add.title")}
            </Button>
            <Button icon={<Trash2 size={15} />} onClick={() => setOver({ sheet: "trash" })}>
              {t("objects.trash.title")}
            </Button>
          </>
        )}
      </div>
      {problems.fields && (
        <p className={styles.error} role="alert">
          {problems.fields}
        </p>
      )}
      <DndContext
        sensors={sensors}
        collisionDetection={rowOrSection}
        onDragStart={({ active }) => setDragged(String(active.id))}
        onDragCancel={() => setDragged(undefined)}
        onDragEnd={onDragEnd}
      >
        <ol className={styles.rows}>
          {shown.map(([name, field]) => {
            const at = entries.findIndex(([one]) => one === name);
            const told = problemsOf(problems, name);
            return (
              <FieldRow
                key={name}
                name={name}
                label={labelOf(name, field)}
                field={field}
                body={body}
                types={types}
                // What is wrong is always in sight.
                open={open.includes(name) || Object.keys(told).length > 0}
                problems={told}
                readonly={readonly}
                movable={!readonly && words === ""}
                isFirst={at === 0}
                isLast={at === entries.length - 1}
                onToggle={() => toggle(name)}
                onUp={() => move(name, at - 1, at === 1 ? "down" : "up")}
                onDown={() => move(name, at + 1, at === entries.length - 2 ? "up" : "down")}
                onChange={onChange}
                onField={(next) => onChange(withField(body, name, next))}
                onRetype={() => setOver({ sheet: "retype", name })}
                onRemove={() => remove(name, field, at)}
              />
            );
          })}
        </ol>
        {dragged !== undefined && <SectionTargets body={body} dragged={dragged} />}
      </DndContext>
      {shown.length === 0 && words !== "" && (
        <p className={styles.hint}>{t("objects.seek_none")}</p>
      )}
      {over?.sheet === "add" && (
        <AddField body={body} types={types} onAdd={add} onClose={() => setOver(null)} />
      )}
      {over?.sheet === "trash" && (
        <TrashSheet body={body} onRestore={add} onClose={() => setOver(null)} />
      )}
      {retyping !== undefined && (
        <RetypeSheet
          body={body}
          name={retyping}
          label={labelOf(retyping, partOf(partOf(body, "fields"), retyping))}
          field={partOf(partOf(body, "fields"), retyping)}
          types={types}
          onRetype={(next) => {
            setOver(null);
            onChange(withField(body, retyping, next));
          }}
          onClose={() => setOver(null)}
        />
      )}
    </div>
  );
}

/** With a field where it stood before. */
function backAt(body: DefinitionBody, name: string, field: FieldBody, at: number): DefinitionBody {
  const fields = put(partOf(body, "fields"), name, field);
  return moveField(put(body, "fields", fields), name, at);
}
