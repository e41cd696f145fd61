/** How many records out of many each person, or everybody in a department, gets. */
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { partOf, put, putIn } from "@/shared/definition/body";
import { useDepartmentChoices, usePeopleChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, NumberBlank, type Choice } from "@/shared/sentence/blanks";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import styles from "./Assignment.module.css";

type Sort = "people" | "departments";

function Shares({
  sort,
  choices,
  ...form
}: DefinitionFormProps & { sort: Sort; choices: Choice[] }) {
  const { t } = useTranslation();
  const { body, onChange, problems, readonly } = form;
  const weight = partOf(body, "weight");
  const shares = partOf(weight, sort);
  const set = (key: string, value: number | undefined) => {
    const next = putIn(weight, sort, key, value);
    onChange(put(body, "weight", Object.keys(next).length > 0 ? next : undefined));
  };
  const left = choices.filter(({ key }) => !(key in shares));
  return (
    <>
      {Object.entries(shares).map(([key, value]) => {
        const name = choices.find((one) => one.key === key)?.label ?? key;
        return (
          <div key={key} className={styles.share}>
            <Sentence
              words={t("assignment.share_is")}
              blanks={{
                who: <strong>{name}</strong>,
                weight: (
                  <NumberBlank
                    label={t("assignment.weight_of", { name })}
                    value={typeof value === "number" ? value : null}
                    min={0}
                    error={problems[`weight.${sort}.${key}`]}
                    readonly={readonly}
                    onChange={(next) => set(key, next ?? 0)}
                  />
                ),
              }}
            />
            {!readonly && (
              <Button
                look="ghost"
                icon={<X size={16} />}
                aria-label={t("assignment.remove_weight", { name })}
                onClick={() => set(key, undefined)}
              />
            )}
          </div>
        );
      })}
      {!readonly && left.length > 0 && (
        <Sentence
          words="<add>"
          blanks={{
            add: (
              <ChoiceBlank
                label={t(sort === "people" ? "assignment.add_person" : "assignment.add_department")}
                value=""
                empty={t(sort === "people" ? "assignment.add_person" : "assignment.add_department")}
                options={left}
                onChange={(key) => key && set(key, 1)}
              />
            ),
          }}
        />
      )}
    </>
  );
}

export function WeightTable(props: DefinitionFormProps) {
  const { t } = useTranslation();
  const people = usePeopleChoices();
  const departments = useDepartmentChoices();
  return (
    <div className={styles.below}>
      <p className={styles.hint}>{t("assignment.weight_hint")}</p>
      <Shares {...props} sort="departments" choices={departments} />
      <Shares {...props} sort="people" choices={people} />
    </div>
  );
}
