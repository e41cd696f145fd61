/** From a figure to the records behind it: the list's address with the metric's own condition and the group's filter. */
import type { Filter } from "@/shared/filter/model";
import type { Field, MetricDef, ObjectDef, Ref } from "@/shared/api/types";

interface Drill {
  view?: string;
  only: { filter: string; label: string };
  f?: Filter[];
}

function filterOf(field: Field, value: Ref | string | null): Filter {
  if (value === null) return { field: field.name, op: "empty", values: [] };
  if (typeof value === "string") {
    return { field: field.name, op: field.options ? "any" : "is", values: [value] };
  }
  return { field: field.name, op: "any", values: [value.id], labels: [value.label] };
}

/**
 * The records of a metric since a day, of one group of them if given. None where the group is told apart by what is no
 * field of the record, such as its owner's department.
 */
export function drillOf(
  object: ObjectDef,
  metric: MetricDef,
  since: string,
  label: string,
  group?: { by: string; value: Ref | string | null },
): Drill | undefined {
  const at = object.fields.find((one) => one.name === metric.at);
  const field = object.fields.find((one) => one.name === group?.by);
  if (!at || (group && !field)) return undefined;
  const moment = at.type === "date" ? at.name : `date(${at.name})`;
  const conditions = [`${moment} >= '${since}'`, ...(metric.when ? [`(${metric.when})`] : [])];
  return {
    view: object.views.find((one) => !one.filter)?.key,
    only: { filter: conditions.join(" and "), label },
    f: group && field ? [filterOf(field, group.value)] : undefined,
  };
}
