/** A person as a form: the fields that every company has, and the attributes of this one. */
import type { TFunction } from "i18next";
import type { Department as Known } from "@/shared/api/types";
import type { Field, Option, Value } from "@/shared/api/types";
import { LOCALES } from "@/shared/i18n";
import type { Attribute, AttributeValue, Change, PersonItem } from "./api";

type Draft = Record<string, Value>;

/** Attributes stand under their name in the server's answers about what is wrong. */
const at = (attribute: Attribute) => `attributes.${attribute.name}`;
/** Items of a list that anything may stand in are told apart by any of these. */
const BETWEEN = /[,;\n\uFF0C\u3001\uFF1B]/;

function attributeField(one: Attribute): Field {
  const options = one.options.map((key): Option => ({ key, label: key }));
  const chosen = options.length > 0;
  return {
    name: at(one),
    label: one.label,
    type:
      one.type === "list"
        ? chosen
          ? "multi_choice"
          : "text"
        : one.type === "number"
          ? "decimal"
          : one.type === "checkbox"
            ? "checkbox"
            : chosen
              ? "choice"
              : "text",
    options,
  };
}

export interface Around {
  departments: readonly Pick<Known, "id" | "name">[];
  roles: readonly { key: string; label: string }[];
  attributes: readonly Attribute[];
}

export function fieldsOf(around: Around, t: TFunction): Field[] {
  return [
    { name: "name", label: t("people.name"), type: "text", required: true },
    { name: "login", label: t("people.login"), type: "text", required: true },
    {
      name: "departments",
      label: t("people.departments"),
      type: "multi_choice",
      options: around.departments.map(({ id, name }) => ({ key: id, label: name })),
    },
    { name: "roles", label: t("people.roles"), type: "multi_choice", options: [...around.roles] },
    { name: "quota_open", label: t("people.quota_open"), type: "integer" },
    { name: "quota_daily", label: t("people.quota_daily"), type: "integer" },
    { name: "city", label: t("people.city"), type: "text" },
    { name: "email", label: t("people.email"), type: "email" },
    {
      name: "locale",
      label: t("people.locale"),
      type: "choice",
      required: true,
      options: LOCALES.map((key) => ({ key, label: t(`locale.${key}`) })),
    },
    ...around.attributes.map(attributeField),
  ];
}

function shown(attribute: Attribute, value: AttributeValue | undefined): Value {
  if (Array.isArray(value) && attribute.options.length === 0) return value.join(", ");
  return value;
}

/** What the form starts with. */
export function draftOf(person: PersonItem, attributes: readonly Attribute[]): Draft {
  return {
    name: person.name,
    login: person.login,
    departments: person.departments.map(({ id }) => id),
    roles: person.roles.map(({ key }) => key),
    quota_open: person.quota_open,
    quota_daily: person.quota_daily,
    city: person.city,
    email: person.email,
    locale: person.locale,
    ...Object.fromEntries(
      attributes.map((one) => [at(one), shown(one, person.attributes[one.name])]),
    ),
  };
}

const textOf = (value: Value) => (typeof value === "string" ? value.trim() : value);
const orNothing = (value: Value) => (value === "" || value === undefined ? null : value);

/** A number as one; what is none goes as it is, and comes back with the reason. */
function number(value: Value): Value {
  const text = orNothing(textOf(value));
  return typeof text === "string" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function attributeValue(attribute: Attribute, value: Value): Value {
  if (attribute.type === "list" && typeof value === "string") {
    return value
      .split(BETWEEN)
      .map((one) => one.trim())
      .filter(Boolean);
  }
  if (attribute.type === "number") return number(value);
  return orNothing(textOf(value));
}

const NUMBERS = new Set(["quota_open", "quota_daily"]);
const LISTS = new Set(["departments", "roles"]);

/** What differs from how it was, in the contract's shape. */
export function changeOf(before: Draft, after: Draft, attributes: readonly Attribute[]): Change {
  const differs = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const own = Object.keys(after)
    .filter((name) => !name.startsWith("attributes.") && differs(name))
    .map((name) => {
      const value = after[name];
      if (NUMBERS.has(name)) return [name, number(value)];
      return [name, LISTS.has(name) ? (value ?? []) : orNothing(textOf(value))];
    });
  const said = attributes
    .filter((one) => differs(at(one)))
    .map((one) => [one.name, attributeValue(one, after[at(one)])]);
  return {
    ...Object.fromEntries(own),
    ...(said.length > 0 && { attributes: Object.fromEntries(said) }),
  };
}
