/** The table that one brings: which columns are worth filling, and what was pasted as a file. */
import type { Field, ObjectDef } from "@/shared/api/types";
import type { Definition } from "./api";

const TYPED = new Set(["text", "phone", "email", "choice", "integer", "decimal", "money"]);

/** The fields that make a record, and those that its score reads. */
export function templateFields(object: ObjectDef, scorecard: Definition): Field[] {
  const read = new Set(JSON.stringify(scorecard.body ?? {}).match(/[a-z][a-z0-9_]*/g));
  return object.fields.filter(
    (field) =>
      !field.readonly &&
      !field.system &&
      TYPED.has(field.type) &&
      (field.core === true || field.required === true || read.has(field.name)),
  );
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The mark at the beginning tells a spreadsheet program that the text is UTF-8. */
export function templateOf(fields: Field[]): Blob {
  const head = fields.map((field) => cell(field.label)).join(",");
  return new Blob([`\uFEFF${head}\r\n`], { type: "text/csv" });
}

/** What was pasted as a file: a spreadsheet copies its cells with tabs between them. */
export function fileOf(pasted: string): File {
  const text = `${pasted.trim()}\n`;
  const tabs = text.includes("\t");
  return new File([text], tabs ? "pasted.tsv" : "pasted.csv", { type: "text/plain" });
}
