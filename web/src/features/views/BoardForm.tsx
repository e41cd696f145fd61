/** A board as sentences: whose lanes there are, under which light a record stands, what is counted over each lane. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank, PositionBlank } from "@/shared/definition/blanks";
import { labelIn, listIn, put, said, textIn } from "@/shared/definition/body";
import { useRoleChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { useKnown } from "@/shared/definition/known";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { AddNamed } from "@/shared/sentence/AddNamed";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { KeyedList } from "@/shared/sentence/KeyedList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { ColumnsPart, OrderPart, RecordsPart } from "./parts";
import styles from "./Views.module.css";

type Part = Record<string, unknown>;

const COLORS = ["red", "amber", "green"] as const;
const WAYS = ["when", "clock", "rest"] as const;
type Way = (typeof WAYS)[number];
const FORMS = ["count", "share"] as const;

export function BoardForm(props: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <>
      <LanesPart {...props} />
      <RecordsPart {...props} />
      <LightsPart {...props} />
      <FiguresPart {...props} />
      <OrderPart {...props} />
      <ColumnsPart
        {...props}
        title={t("viewform.card")}
        hint={t("viewform.card_hint")}
        add={t("viewform.card_add")}
      />
    </>
  );
}

function LanesPart(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const fields = useObject(textIn(body, "on"))?.fields ?? [];
  const roles = useRoleChoices();
  return (
    <FormPart title={t("viewform.lanes")} hint={t("viewform.lanes_hint")}>
      <Sentence
        words={t("viewform.says_lanes")}
        blanks={{
          object: <ObjectBlank {...props} />,
          group: (
            <ChoiceBlank
              label={t("viewform.group")}
              value={textIn(body, "group") || "owner"}
              options={fields
                .filter((one) => one.type === "person")
                .map((one) => ({ key: one.name, label: one.label }))}
              onChange={(next) => onChange(put(body, "group", next))}
              error={problems.group}
              readonly={readonly}
            />
          ),
          position: <PositionBlank {...props} />,
        }}
      />
      <Sentence
        words={t("viewform.says_people")}
        blanks={{
          people: (
            <SeveralBlank
              label={t("viewform.people")}
              value={listIn<string>(body, "people")}
              options={roles}
              onChange={(next) => onChange(put(body, "people", next))}
              error={problems.people}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}

/** The parts of a list in the body, and how it is written anew. */
function useParts({ body, onChange }: DefinitionFormProps, key: "lights" | "figures") {
  const { [key]: written } = body;
  const parts = useMemo(() => listIn<Part>({ written }, "written"), [written]);
  return {
    parts,
    keys: parts.map((one) => textIn(one, "key")),
    write: (next: readonly Part[]) => onChange(put(body, key, next)),
  };
}

interface WhenBlankProps extends DefinitionFormProps {
  label: string;
  part: Part;
  change: (next: Part) => void;
  error: string | undefined;
}

/** The condition of a part, on a line of its own. */
function WhenBlank({ body, readonly, label, part, change, error }: WhenBlankProps) {
  return (
    <div className={styles.whole}>
      <ExpressionField
        label={label}
        object={textIn(body, "on")}
        expect="bool"
        value={textIn(part, "when")}
        onChange={(next) => change(put(part, "when", next))}
        error={error}
        readonly={readonly}
      />
    </div>
  );
}

const nameOf = (one: Part) => said(labelIn(one)) || textIn(one, "key");

function LightsPart(props: DefinitionFormProps) {
  const { body, problems, readonly } = props;
  const { t } = useTranslation();
  const { parts, keys, write } = useParts(props, "lights");
  const clocks = useKnown("clock", textIn(body, "on"));
  const wayOf = (one: Part): Way => ("clock" in one ? "clock" : "when" in one ? "when" : "rest");
  const turned = (one: Part, way: Way): Part => {
    const bare = put(put(one, "when", undefined), "clock", undefined);
    return way === "rest" ? bare : put(bare, way, way === "clock" ? (clocks[0]?.key ?? "") : "");
  };
  return (
    <FormPart title={t("viewform.lights")} hint={t("viewform.lights_hint")}>
      <KeyedList<Part>
        items={parts}
        onChange={write}
        nameOf={nameOf}
        error={problems.lights}
        readonly={readonly}
      >
        {(one, change, at) => {
          const errorAt = (key: string) => problems[`lights[${at}].${key}`];
          const way = wayOf(one);
          return (
            <div className={styles.light}>
              <ChoiceBlank
                label={t("viewform.color_of", { name: nameOf(one) })}
                value={textIn(one, "color") || "red"}
                options={COLORS.map((key) => ({ key, label: t(`viewform.color.${key}`) }))}
                onChange={(next) => change(put(one, "color", next))}
                error={errorAt("color")}
                readonly={readonly}
              />
              <LabelBlank
                label={t("viewform.light")}
                value={labelIn(one)}
                onChange={(next) => change(put(one, "label", next))}
                error={errorAt("label")}
                readonly={readonly}
              />
              <ChoiceBlank
                label={t("viewform.lit_of", { name: nameOf(one) })}
                value={way}
                options={WAYS.map((key) => ({ key, label: t(`viewform.lit.${key}`) }))}
                onChange={(next) => change(turned(one, next as Way))}
                readonly={readonly}
              />
              {way === "clock" && (
                <ChoiceBlank
                  label={t("viewform.clock")}
                  value={textIn(one, "clock")}
                  empty={t("form.choose")}
                  options={clocks}
                  onChange={(next) => change(put(one, "clock", next))}
                  error={errorAt("clock")}
                  readonly={readonly}
                />
              )}
              {way === "rest" && errorAt("when") && (
                <span className={styles.error} role="alert">
                  {errorAt("when")}
                </span>
              )}
              {way === "when" && (
                <WhenBlank
                  {...props}
                  label={t("viewform.lit.when")}
                  part={one}
                  change={change}
                  error={errorAt("when")}
                />
              )}
            </div>
          );
        }}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="light"
          label={t("viewform.light_add")}
          hint={t("viewform.light_hint")}
          taken={keys}
          onAdd={(key, label) => write([...parts, { key, color: "amber", label }])}
        />
      )}
    </FormPart>
  );
}

function FiguresPart(props: DefinitionFormProps) {
  const { problems, readonly } = props;
  const { t } = useTranslation();
  const { parts, keys, write } = useParts(props, "figures");
  return (
    <FormPart title={t("viewform.figures")} hint={t("viewform.figures_hint")}>
      <KeyedList<Part>
        items={parts}
        onChange={write}
        nameOf={nameOf}
        error={problems.figures}
        readonly={readonly}
      >
        {(one, change, at) => {
          const errorAt = (key: string) => problems[`figures[${at}].${key}`];
          return (
            <div className={styles.light}>
              <LabelBlank
                label={t("viewform.figure")}
                value={labelIn(one)}
                onChange={(next) => change(put(one, "label", next))}
                error={errorAt("label")}
                readonly={readonly}
              />
              <ChoiceBlank
                label={t("viewform.as_of", { name: nameOf(one) })}
                value={textIn(one, "as") || "count"}
                options={FORMS.map((key) => ({ key, label: t(`viewform.as.${key}`) }))}
                onChange={(next) => change(put(one, "as", next))}
                error={errorAt("as")}
                readonly={readonly}
              />
              <WhenBlank
                {...props}
                label={t("viewform.counted")}
                part={one}
                change={change}
                error={errorAt("when")}
              />
            </div>
          );
        }}
      </KeyedList>
      {!readonly && (
        <AddNamed
          stem="figure"
          label={t("viewform.figure_add")}
          hint={t("viewform.figure_hint")}
          taken={keys}
          onAdd={(key, label) => write([...parts, { key, label, when: "" }])}
        />
      )}
    </FormPart>
  );
}
