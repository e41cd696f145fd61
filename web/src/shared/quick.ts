/** What can be entered at once, told by the metadata: new records, and operations that ask for something. */
import type { Catalog, ObjectDef, Operation } from "@/shared/api/types";

/** The objects of which one may make records. */
export function creatable(catalog: Catalog | undefined): ObjectDef[] {
  return catalog?.objects.filter((one) => one.permissions.create) ?? [];
}

/** The step that each object's page offers first, where it asks for something. */
export function primarySteps(catalog: Catalog | undefined) {
  return operable(catalog).filter(({ object, operation }) => object.operations[0] === operation);
}

/** An operation without a form is done where its record is seen, not from afar. */
export function operable(
  catalog: Catalog | undefined,
): { object: ObjectDef; operation: Operation }[] {
  return (catalog?.objects ?? []).flatMap((object) =>
    object.operations
      .filter((operation) => operation.input.length > 0)
      .map((operation) => ({ object, operation })),
  );
}
