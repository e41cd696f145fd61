/** A rule as sentences: when it is set off, if what holds, and what is done then. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank, PositionBlank } from "@/shared/definition/blanks";
import { listIn, put, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Condition } from "@/shared/steps/Condition";
import { typesOf, type Roots, type Step } from "@/shared/steps/model";
import { StepsEditor } from "@/shared/steps/StepsEditor";
import { Changed, Events, Schedule } from "./Trigger";
import { readWhen, writeWhen, type When } from "./when";

/** What a rule's expressions may name beside the record: how it was, and what has changed. */
function useRoots(object: string): Roots {
  const fields = useObject(object)?.fields;
  return useMemo((): Roots => {
    if (!fields) return {};
    const changed = fields.map((field): [string, { type: string }] => [
      field.name,
      { type: "checkbox" },
    ]);
    return { before: object, changed: typesOf(changed) };
  }, [object, fields]);
}

/** The condition in its two parts, which stay apart while they are written. */
function useWhen(written: string | undefined, onChange: (next: string | undefined) => void) {
  const [kept, setKept] = useState<When & { written: string | undefined }>(() => ({
    ...readWhen(written),
    written,
  }));
  const when = kept.written === written ? kept : readWhen(written);
  const change = (next: Partial<When>) => {
    const all = { fields: when.fields, rest: when.rest, ...next };
    setKept({ ...all, written: writeWhen(all) });
    onChange(writeWhen(all));
  };
  return [when, change] as const;
}

export function RuleForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const roots = useRoots(object);
  const scheduled = "every" in body;
  const [when, changeWhen] = useWhen(
    typeof body.when === "string" ? body.when : undefined,
    (next) => onChange(put(body, "when", next)),
  );
  const set = (key: string, value: unknown) => onChange(put(body, key, value));
  const setMode = (mode: string) =>
    onChange(
      mode === "every"
        ? put(put(body, "after", undefined), "every", { daily: "09:00" })
        : put(put(put(body, "every", undefined), "for", undefined), "after", "created"),
    );
  const readsChanges = listOrOne(body.after).includes("updated");
  return (
    <>
      <FormPart title={t("rules.trigger")} hint={t("rules.trigger_hint")}>
        <Sentence
          words={t("rules.says_trigger")}
          blanks={{
            object: <ObjectBlank {...props} />,
            mode: (
              <ChoiceBlank
                label={t("rules.mode")}
                value={scheduled ? "every" : "after"}
                options={[
                  { key: "after", label: t("rules.mode_after") },
                  { key: "every", label: t("rules.mode_every") },
                ]}
                onChange={setMode}
                readonly={readonly}
              />
            ),
          }}
        />
        {scheduled ? (
          <Schedule {...props} />
        ) : (
          <>
            <Events {...props} />
            {(readsChanges || when.fields.length > 0) && (
              <Changed
                object={object}
                fields={when.fields}
                empty={t(when.rest ? "rules.any_read" : "rules.any_field")}
                onChange={(fields) => changeWhen({ fields })}
                readonly={readonly}
              />
            )}
          </>
        )}
      </FormPart>
      <FormPart
        title={t("rules.condition")}
        hint={scheduled ? undefined : t("rules.condition_hint")}
      >
        {(scheduled || "for" in body) && (
          <Condition
            words={t("rules.says_for")}
            label={t("rules.for")}
            add={t("rules.add_for")}
            value={typeof body.for === "string" ? body.for : undefined}
            onChange={(next) => set("for", next)}
            object={object}
            error={problems.for}
            readonly={readonly}
          />
        )}
        <Condition
          words={t("rules.says_when")}
          label={t("rules.when")}
          add={t("rules.add_when")}
          value={when.rest}
          onChange={(rest) => changeWhen({ rest })}
          object={object}
          roots={roots}
          error={problems.when}
          readonly={readonly}
        />
      </FormPart>
      <FormPart title={t("rules.steps")}>
        <StepsEditor
          object={object}
          roots={roots}
          steps={listIn<Step>(body, "do")}
          onChange={(next) => set("do", next)}
          at="do"
          problems={problems}
          readonly={readonly}
        />
      </FormPart>
      <More {...props} />
    </>
  );
}

function listOrOne(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** How often, what a failure does, whether it runs at all; what is as usual isn't written. */
function More(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const choice = (
    key: string,
    label: string,
    usual: string,
    options: { key: string; label: string; value: unknown }[],
  ) => (
    <ChoiceBlank
      label={label}
      value={options.find((one) => one.value === body[key])?.key ?? usual}
      options={options}
      onChange={(next) => {
        const chosen = options.find((one) => one.key === next)?.value;
        onChange(put(body, key, next === usual && !(key in body) ? undefined : chosen));
      }}
      error={problems[key]}
      readonly={readonly}
    />
  );
  return (
    <FormPart title={t("rules.more")}>
      <Sentence
        words={t("rules.says_once")}
        blanks={{
          once: choice("once", t("rules.once"), "no", [
            { key: "no", label: t("rules.once_no"), value: false },
            { key: "yes", label: t("rules.once_yes"), value: true },
          ]),
        }}
      />
      <Sentence
        words={t("rules.says_on_error")}
        blanks={{
          what: choice("on_error", t("rules.on_error"), "record", [
            { key: "record", label: t("rules.on_error_record"), value: "record" },
            { key: "fail", label: t("rules.on_error_fail"), value: "fail" },
          ]),
        }}
      />
      <Sentence
        words={t("rules.says_active")}
        blanks={{
          active: choice("active", t("rules.active"), "yes", [
            { key: "yes", label: t("rules.active_yes"), value: true },
            { key: "no", label: t("rules.active_no"), value: false },
          ]),
          position: <PositionBlank {...props} />,
        }}
      />
    </FormPart>
  );
}
