/** Which definitions a role's people may read or write: a whole kind, or one of it. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { partOf, putIn, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { ChoiceBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { Button } from "@/shared/ui/Button";
import { definitionsQuery } from "./api";
import styles from "./Roles.module.css";

interface DefinitionRightsProps {
  body: DefinitionBody;
  onChange: (body: DefinitionBody) => void;
  problems: Record<string, string>;
  readonly: boolean;
}

export function DefinitionRights({ body, onChange, problems, readonly }: DefinitionRightsProps) {
  const { t, i18n } = useTranslation();
  const known = useQuery(definitionsQuery).data?.items ?? [];
  const rights = partOf(body, "definitions");
  const levels = (["read", "write"] as const).map((key) => ({
    key,
    label: t(`role.may_${key}_it`),
  }));
  const kindName = (kind: string) =>
    i18n.exists(`setup.kind.${kind}`) ? t(`setup.kind.${kind}` as "role.object") : kind;
  const nameOf = (place: string) => {
    const [kind = "", key] = place.split("/");
    if (key === undefined) return t("role.all_of_kind", { kind: kindName(kind) });
    const label = known.find((one) => one.kind === kind && one.key === key)?.label ?? key;
    return t("role.one_of_kind", { kind: kindName(kind), label });
  };
  const kinds = [...new Set(known.map((one) => one.kind))];
  const places = kinds.flatMap((kind) => [
    kind,
    ...known.filter((one) => one.kind === kind).map((one) => `${kind}/${one.key}`),
  ]);
  const free = places.filter((place) => !(place in rights));
  return (
    <FormPart title={t("role.definitions")} hint={t("role.definitions_hint")}>
      {Object.keys(rights).map((place) => (
        <div key={place} className={styles.right}>
          <Sentence
            words={t("role.definition")}
            blanks={{
              what: <strong>{nameOf(place)}</strong>,
              level: (
                <ChoiceBlank
                  label={nameOf(place)}
                  value={textIn(rights, place)}
                  options={levels}
                  error={problems[`definitions.${place}`]}
                  readonly={readonly}
                  onChange={(level) => onChange(putIn(body, "definitions", place, level))}
                />
              ),
            }}
          />
          {!readonly && (
            <Button
              look="ghost"
              icon={<X size={15} />}
              aria-label={t("role.definition_off", { name: nameOf(place) })}
              onClick={() => onChange(putIn(body, "definitions", place, undefined))}
            />
          )}
        </div>
      ))}
      {Object.keys(rights).length === 0 && (
        <p className={styles.mute}>{t("role.no_definitions")}</p>
      )}
      {!readonly && (
        <ChoiceBlank
          label={t("role.add_definition")}
          value=""
          empty={t("role.add_definition")}
          options={free.map((place) => ({ key: place, label: nameOf(place) }))}
          onChange={(place) => place && onChange(putIn(body, "definitions", place, "read"))}
        />
      )}
    </FormPart>
  );
}
