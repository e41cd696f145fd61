/** The expressions that a policy's form says in words; any other is edited as an expression. */

export interface Match {
  attribute: string;
  field: string;
}

const HAS = /^\s*has\(\s*candidate\.(\w+)\s*,\s*(\w+)\s*\)\s*$/;
const IN = /^\s*(\w+)\s+in\s+candidate\.(\w+)\s*$/;
const SAME = /^\s*candidate\.(\w+)\s*==\s*(\w+)\s*$/;

/** Which attribute of the candidate an expression compares with which field; undefined where it says anything else. */
export function readMatch(source: string): Match | undefined {
  const direct = HAS.exec(source) ?? SAME.exec(source);
  if (direct?.[1] && direct[2]) return { attribute: direct[1], field: direct[2] };
  const turned = IN.exec(source);
  return turned?.[1] && turned[2] ? { attribute: turned[2], field: turned[1] } : undefined;
}

/** An attribute that is a list has the field's value, any other equals it; half of a match is no condition yet. */
export function writeMatch({ attribute, field }: Match, isList: boolean): string {
  if (attribute === "" || field === "") return "";
  return isList ? `has(candidate.${attribute}, ${field})` : `candidate.${attribute} == ${field}`;
}

const NUMBER = /^\s*\d+\s*$/;

/** A quota that is one number. */
export function readNumber(source: string): number | undefined {
  return NUMBER.test(source) ? Number(source) : undefined;
}
