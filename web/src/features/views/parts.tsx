/** What views and boards have alike: which records, in which order they stand, and which fields of each are shown. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { offered } from "@/shared/filter/model";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { Sentence } from "@/shared/sentence/Sentence";
import styles from "./Views.module.css";

const WAYS = ["down", "up"] as const;

/** Which records there are; all without a condition. */
export function RecordsPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <FormPart title={t("viewform.which")}>
      <ExpressionField
        label={t("viewform.which")}
        object={textIn(body, "on")}
        expect="bool"
        value={textIn(body, "filter")}
        placeholder={t("viewform.all")}
        onChange={(next) => onChange(put(body, "filter", next || undefined))}
        error={problems.filter}
        readonly={readonly}
      />
    </FormPart>
  );
}

/** `-created_at` begins with the newest; without an order the newest are first as well. */
export function OrderPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const fields = useObject(textIn(body, "on"))?.fields ?? [];
  // What comes second stays second.
  const [first = "", ...others] = textIn(body, "sort").split(",");
  const name = first.trim().replace(/^-/, "");
  const way = name === "" || first.trim().startsWith("-") ? "down" : "up";
  const write = (field: string, next: string) => {
    const written = [next === "down" ? `-${field}` : field, ...others].join(",");
    onChange(put(body, "sort", field === "" ? undefined : written));
  };
  return (
    <FormPart title={t("viewform.order")}>
      <Sentence
        words={t("viewform.says_order")}
        blanks={{
          field: (
            <ChoiceBlank
              label={t("viewform.order_field")}
              value={name}
              empty={t("viewform.order_usual")}
              options={fields
                .filter((one) => one.can?.sort)
                .map((one) => ({ key: one.name, label: one.label }))}
              onChange={(next) => write(next, way)}
              error={problems.sort}
              readonly={readonly}
            />
          ),
          way: (
            <ChoiceBlank
              label={t("viewform.way")}
              value={way}
              options={WAYS.map((key) => ({ key, label: t(`viewform.${key}`) }))}
              onChange={(next) => write(name || "created_at", next)}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}

interface ColumnsProps extends DefinitionFormProps {
  title: string;
  hint: string;
  add: string;
}

export function ColumnsPart(props: ColumnsProps) {
  const { body, onChange, problems, readonly, title, hint, add } = props;
  const fields = useObject(textIn(body, "on"))?.fields ?? [];
  const { columns: written } = body;
  const columns = useMemo(() => listIn<string>({ written }, "written"), [written]);
  const labelOf = (name: string) => fields.find((one) => one.name === name)?.label ?? name;
  const write = (next: readonly string[]) => onChange(put(body, "columns", next));
  const more = offered(fields)
    .filter((one) => !columns.includes(one.name))
    .map((one) => ({ key: one.name, label: one.label }));
  return (
    <FormPart title={title} hint={hint}>
      <div className={styles.columns}>
        <KeyedList<string>
          items={columns}
          onChange={write}
          nameOf={labelOf}
          error={problems.columns}
          readonly={readonly}
        >
          {(name) => <span className={styles.column}>{labelOf(name)}</span>}
        </KeyedList>
        {!readonly && more.length > 0 && (
          <ChoiceBlank
            label={add}
            value=""
            empty={add}
            options={more}
            onChange={(next) => next && write([...columns, next])}
          />
        )}
      </div>
    </FormPart>
  );
}
