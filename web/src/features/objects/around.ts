/** What stands around a field: fields of its own object as they are being written, those of others as they are. */
import { useCatalog } from "@/shared/api/queries";
import { labelIn, said, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import type { Choice } from "@/shared/sentence/blanks";
import { fieldsOf, typeOf } from "./fields";

export interface Known extends Choice {
  type: string;
  /** Which object it leads to. */
  object: string;
}

/** The objects there are, with the one that is being written. */
export function useObjects(body: DefinitionBody): Choice[] {
  const own = { key: textIn(body, "object"), label: said(labelIn(body)) };
  const others = (useCatalog()?.objects ?? []).filter((one) => one.name !== own.key);
  return [own, ...others.map(({ name, label }) => ({ key: name, label }))];
}

function ownFields(body: DefinitionBody): Known[] {
  return fieldsOf(body).map(([name, field]) => ({
    key: name,
    label: said(labelIn(field)) || name,
    type: typeOf(field),
    object: textIn(field, "object"),
  }));
}

/** The fields of any object by its name. */
export function useFieldsOf(body: DefinitionBody): (object: string) => Known[] {
  const catalog = useCatalog();
  return (object) => {
    if (object === textIn(body, "object")) return ownFields(body);
    const found = catalog?.objects.find((one) => one.name === object);
    return (found?.fields ?? [])
      .filter((one) => !one.system)
      .map(({ name, label, type, object: to }) => ({ key: name, label, type, object: to ?? "" }));
  };
}
