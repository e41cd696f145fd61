/** Chooses the operator and the value of one filter. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field, FieldType } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";
import menu from "@/shared/ui/menu.module.css";
import { MenuSearch } from "@/shared/ui/MenuSearch";
import { useLinks } from "@/shared/useLinks";
import styles from "./FilterBar.module.css";
import { countsDays, ME, needsNoValue, operatorsOf, type Filter, type Operator } from "./model";

const LINKS: FieldType[] = ["person", "department", "relation"];
const SPANS = ["3", "7", "30", "90"];

interface Choice {
  key: string;
  label: string;
}

interface EditorProps {
  field: Field;
  filter: Filter;
  /** Every step is a filter of its own; an unfinished one is kept but not asked. */
  onChange: (filter: Filter) => void;
  onDone: () => void;
}

/** Tick any number of choices. */
function Choices({
  choices,
  filter,
  onChange,
}: { choices: Choice[] } & Omit<EditorProps, "field" | "onDone">) {
  const toggle = ({ key, label }: Choice) => {
    const at = filter.values.indexOf(key);
    const without = <T,>(list: T[]) => list.filter((_, i) => i !== at);
    const labels = filter.labels ?? filter.values;
    onChange(
      at >= 0
        ? { ...filter, values: without(filter.values), labels: without(labels) }
        : { ...filter, values: [...filter.values, key], labels: [...labels, label] },
    );
  };
  return choices.map((choice) => (
    <label key={choice.key} className={menu.item}>
      <input
        type="checkbox"
        checked={filter.values.includes(choice.key)}
        onChange={() => toggle(choice)}
      />
      <span className={menu.grow}>{choice.label}</span>
    </label>
  ));
}

/** Find people, departments, or records of the related object, by typing. */
function LinkChoices(props: Omit<EditorProps, "onDone">) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const { found } = useLinks(props.field, q);
  const choices = found.map(({ id, label }) => ({ key: id, label }));
  if (props.field.type === "person") choices.unshift({ key: ME, label: t("filter.me") });
  return (
    <>
      <MenuSearch label={t("filter.find")} value={q} onChange={setQ} />
      <Choices choices={choices} filter={props.filter} onChange={props.onChange} />
    </>
  );
}

/** One text or number, taken over with Enter or the button. */
function Typed({ field, filter, onChange, onDone }: EditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(filter.values[0] ?? "");
  const isNumber = ["integer", "decimal", "money", "percent"].includes(field.type);
  const isDay = filter.op === "before" || filter.op === "after";
  return (
    <form
      className={styles.value}
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...filter, values: [text.trim()], labels: undefined });
        onDone();
      }}
    >
      <input
        className={menu.search}
        data-autofocus
        type={isDay ? "date" : "text"}
        value={text}
        aria-label={t("filter.value")}
        inputMode={isNumber ? "decimal" : "text"}
        pattern={isNumber ? "-?[0-9]+([.][0-9]+)?" : undefined}
        required
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary">
        {t("do.apply")}
      </Button>
    </form>
  );
}

function ValueEditor(props: EditorProps) {
  const { field, filter, onChange, onDone } = props;
  const { t } = useTranslation();
  if (needsNoValue(filter.op)) return null;
  if (LINKS.includes(field.type)) return <LinkChoices {...props} />;
  if (field.options?.length) {
    return <Choices choices={field.options} filter={filter} onChange={onChange} />;
  }
  const single: Choice[] | undefined =
    field.type === "checkbox"
      ? [
          { key: "true", label: t("state.yes") },
          { key: "false", label: t("state.no") },
        ]
      : countsDays(filter.op)
        ? SPANS.map((key) => ({ key, label: t("filter.days", { count: Number(key) }) }))
        : undefined;
  if (!single) return <Typed {...props} />;
  return single.map(({ key, label }) => (
    <button
      key={key}
      type="button"
      className={menu.item}
      aria-pressed={filter.values[0] === key}
      onClick={() => {
        onChange({ ...filter, values: [key], labels: [label] });
        onDone();
      }}
    >
      {label}
    </button>
  ));
}

export function FilterEditor(props: EditorProps) {
  const { field, filter, onChange, onDone } = props;
  const { t } = useTranslation();
  const operators = operatorsOf(field);
  const choose = (op: Operator) => {
    // What was typed stays where the other operator takes the same kind of value.
    const keepsValue =
      !needsNoValue(op) && !needsNoValue(filter.op) && countsDays(op) === countsDays(filter.op);
    onChange(keepsValue ? { ...filter, op } : { field: filter.field, op, values: [] });
    if (needsNoValue(op)) onDone();
  };
  return (
    <div className={styles.editor}>
      {operators.length > 1 && (
        <div className={styles.ops} role="group" aria-label={t("filter.operator")}>
          {operators.map((op) => (
            <button
              key={op}
              type="button"
              aria-pressed={op === filter.op}
              onClick={() => choose(op)}
            >
              {t(`filter.op.${op}`)}
            </button>
          ))}
        </div>
      )}
      <ValueEditor key={filter.op} {...props} />
    </div>
  );
}
