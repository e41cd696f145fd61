/** A role as a matrix: for each object, whose records one may read, create, change …; the rest below it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { partOf, put, putIn, textIn } from "@/shared/definition/body";
import type { DefinitionBody, DefinitionFormProps } from "@/shared/definition/form";
import { FormPart } from "@/shared/sentence/FormPart";
import { Switch } from "@/shared/ui/Switch";
import { DefinitionRights } from "./DefinitionRights";
import { Holders } from "./Holders";
import { Matrix } from "./Matrix";
import { ObjectRights } from "./ObjectRights";

export function RoleForm({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const objects = useCatalog()?.objects ?? [];
  const [open, setOpen] = useState<string>();
  const everything = body.everything === true;
  const shown = objects.find((one) => one.name === open);

  const setObject = (name: string, grant: DefinitionBody) =>
    onChange(putIn(body, "objects", name, Object.keys(grant).length > 0 ? grant : undefined));
  const grantOf = (name: string) => partOf(partOf(body, "objects"), name);

  return (
    <>
      <FormPart title={t("role.may")}>
        <Switch
          label={t("role.everything")}
          on={everything}
          disabled={readonly}
          onChange={(on) => onChange(put(body, "everything", on || undefined))}
        />
        <Switch
          label={t("role.people")}
          on={everything || body.people === "manage"}
          disabled={readonly || everything}
          onChange={(on) => onChange(put(body, "people", on ? "manage" : undefined))}
        />
        <Switch
          label={t("role.second_factor")}
          on={body.second_factor === true}
          disabled={readonly}
          onChange={(on) => onChange(put(body, "second_factor", on || undefined))}
        />
      </FormPart>
      {everything ? (
        <FormPart title={t("role.objects")} hint={t("role.everything_hint")}>
          {null}
        </FormPart>
      ) : (
        <>
          <FormPart title={t("role.objects")} hint={t("role.objects_hint")}>
            <Matrix
              objects={objects}
              grantOf={grantOf}
              onChange={setObject}
              problems={problems}
              readonly={readonly}
              open={open}
              onOpen={(name) => setOpen(name === open ? undefined : name)}
            />
          </FormPart>
          {shown && (
            <ObjectRights
              key={shown.name}
              object={shown}
              grant={grantOf(shown.name)}
              onChange={(grant) => setObject(shown.name, grant)}
              problems={problems}
              readonly={readonly}
            />
          )}
          <DefinitionRights
            body={body}
            onChange={onChange}
            problems={problems}
            readonly={readonly}
          />
        </>
      )}
      <Holders role={textIn(body, "role")} />
    </>
  );
}
