/** The catalog as the client works with it: what is computed looks like what comes out. */
import type { Catalog, Field, FieldType, ObjectDef } from "./types";

/** A field as the server describes it: one that is computed says of which type its values are. */
interface FieldAnswer extends Field {
  result?: FieldType | null;
}

export interface CatalogAnswer extends Omit<Catalog, "objects"> {
  objects: (Omit<ObjectDef, "fields"> & { fields: FieldAnswer[] })[];
}

/** A lookup, roll-up or formula is shown, sorted and filtered like a read-only field of its result's type. */
function readField({ result, ...field }: FieldAnswer): Field {
  return result ? { ...field, type: result, readonly: true } : field;
}

export function readCatalog(answer: CatalogAnswer): Catalog {
  return {
    ...answer,
    objects: answer.objects.map((object) => ({ ...object, fields: object.fields.map(readField) })),
  };
}
