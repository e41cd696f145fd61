/** What a role grants on one object beyond the matrix: conditions, operations, and each field. */
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { partOf, put, putIn, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Button } from "@/shared/ui/Button";
import { ACTIONS, ScopeSelect } from "./Matrix";
import { readReach, writeReach } from "./reach";
import styles from "./Roles.module.css";

const LEVELS = ["hidden", "read", "write"] as const;
/** Under this name a role says what holds of the fields that it doesn't name. */
const REST = "*";

interface ReachProps {
  object: string;
  label: string;
  reach: unknown;
  place: string;
  problems: Record<string, string>;
  readonly: boolean;
  onChange: (reach: unknown) => void;
}

function ReachEditor({ object, label, reach, place, problems, readonly, onChange }: ReachProps) {
  const { t } = useTranslation();
  const { scope, conditions } = readReach(reach);
  const texts = conditions.map((one) => one.text);
  const set = (next: string[]) => onChange(writeReach(scope, next));
  return (
    <li className={styles.reach}>
      <span className={styles.action}>{label}</span>
      <div className={styles.conditions}>
        <ScopeSelect
          label={label}
          reach={reach}
          problem={problems[place]}
          readonly={readonly}
          onChange={onChange}
        />
        {conditions.map((condition, i) => (
          <div key={i} className={styles.condition}>
            <span className={styles.mute}>
              {t(i > 0 || scope !== "none" ? "role.or_when" : "role.when")}
            </span>
            <ExpressionField
              label={t("role.condition_of", { action: label })}
              object={object}
              expect="bool"
              value={condition.text}
              error={problems[place + condition.at]}
              readonly={readonly}
              onChange={(text) => set(texts.map((one, at) => (at === i ? text : one)))}
            />
            {!readonly && (
              <Button
                look="ghost"
                icon={<X size={15} />}
                aria-label={t("role.condition_off", { action: label })}
                onClick={() => set(texts.filter((_, at) => at !== i))}
              />
            )}
          </div>
        ))}
        {!readonly && scope !== "all" && (
          <Button
            look="ghost"
            icon={<Plus size={15} />}
            aria-label={t("role.add_condition_to", { action: label })}
            onClick={() => set([...texts, ""])}
          >
            {t("role.add_condition")}
          </Button>
        )}
      </div>
    </li>
  );
}

interface FieldsProps {
  object: ObjectDef;
  grant: DefinitionBody;
  problems: Record<string, string>;
  readonly: boolean;
  onChange: (grant: DefinitionBody) => void;
}

function Fields({ object, grant, problems, readonly, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const levels = partOf(grant, "fields");
  const options = LEVELS.map((key) => ({ key, label: t(`role.level_${key}`) }));
  const rest = textIn(levels, REST);
  const row = (name: string, label: string, empty: string) => (
    <div key={name} className={styles.field} data-set={textIn(levels, name) !== ""}>
      <span>{label}</span>
      <ChoiceBlank
        label={t("role.level_of", { field: label })}
        value={textIn(levels, name)}
        options={options}
        empty={empty}
        error={problems[`objects.${object.name}.fields.${name}`]}
        readonly={readonly}
        onChange={(level) => onChange(putIn(grant, "fields", name, level || undefined))}
      />
    </div>
  );
  const usual = options.find((one) => one.key === rest)?.label;
  const asRest = usual ? t("role.as_rest", { level: usual }) : t("role.as_object");
  return (
    <div className={styles.fields}>
      {row(REST, t("role.rest"), t("role.as_object"))}
      {object.fields
        .filter((field) => !field.system)
        .map((field) => row(field.name, field.label, asRest))}
    </div>
  );
}

export function ObjectRights(props: FieldsProps) {
  const { object, grant, problems, readonly, onChange } = props;
  const { t } = useTranslation();
  const place = `objects.${object.name}`;
  const operations = partOf(grant, "operations");
  const known = object.operations.map((one) => one.name);
  // One that is granted but isn't there any more is shown, so that it can be taken away.
  const gone = Object.keys(operations)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, label: name }));
  return (
    <FormPart title={object.label} hint={t("role.object_hint", { object: object.label })}>
      <h4 className={styles.heading}>{t("role.records")}</h4>
      <ul className={styles.reaches}>
        {ACTIONS.map((action) => (
          <ReachEditor
            key={action}
            object={object.name}
            label={t(`role.may_${action}`)}
            reach={grant[action]}
            place={`${place}.${action}`}
            problems={problems}
            readonly={readonly}
            onChange={(reach) => onChange(put(grant, action, reach))}
          />
        ))}
      </ul>
      {object.operations.length + gone.length > 0 && (
        <>
          <h4 className={styles.heading}>{t("role.operations")}</h4>
          <ul className={styles.reaches}>
            {[...object.operations, ...gone].map((operation) => (
              <ReachEditor
                key={operation.name}
                object={object.name}
                label={operation.label}
                reach={operations[operation.name]}
                place={`${place}.operations.${operation.name}`}
                problems={problems}
                readonly={readonly}
                onChange={(reach) => onChange(putIn(grant, "operations", operation.name, reach))}
              />
            ))}
          </ul>
        </>
      )}
      <h4 className={styles.heading}>{t("role.fields")}</h4>
      <Fields {...props} />
    </FormPart>
  );
}
