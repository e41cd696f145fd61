/** What a person may do with definitions, as `GET /me` tells it: a level by kind or by `kind/key`. */
import type { Me } from "@/shared/api/types";

export type Rights = Me["permissions"];

/** Whether one may read some definition of the kind. */
export function mayRead({ definitions }: Rights, kind: string): boolean {
  return Object.keys(definitions).some((name) => name === kind || name.startsWith(`${kind}/`));
}

/** Whether one may change this definition; without a key, make new ones of the kind. */
export function mayWrite({ definitions }: Rights, kind: string, key?: string): boolean {
  return definitions[kind] === "write" || definitions[`${kind}/${key}`] === "write";
}

/** Whether there is anything for the person to set up. */
export function maySetUp({ people, definitions, assigns }: Rights): boolean {
  return people || Object.keys(definitions).length > 0 || assigns.length > 0;
}
