/** The shapes of answers, by the public contract; by hand, since its OpenAPI document describes what is sent alone. */

import type { Reckoned } from "@/shared/reckoning/model";

export interface Ref {
  id: string;
  label: string;
}

export interface Option {
  key: string;
  label: string;
  color?: string;
  retired?: boolean;
}

export type FieldType =
  | "text"
  | "long_text"
  | "integer"
  | "decimal"
  | "money"
  | "percent"
  | "date"
  | "datetime"
  | "checkbox"
  | "choice"
  | "multi_choice"
  | "stage"
  | "person"
  | "relation"
  | "phone"
  | "email"
  | "url"
  | "department"
  | "children"
  | "lookup"
  | "rollup"
  | "formula"
  | "auto_number"
  | "checklist"
  | "place"
  | "address"
  | "file"
  | "photo"
  | "voice";

/** A point on the earth; text while it is typed. `address` is what the place is called. */
export interface Place {
  lat: number | string;
  lng: number | string;
  /** In metres. */
  accuracy?: number | null;
  address?: string | null;
}

/** The parts of a postal address, from the widest to the narrowest. */
export interface Address {
  country?: string | null;
  province?: string | null;
  city?: string | null;
  district?: string | null;
  street?: string | null;
  postcode?: string | null;
}

/** A file of a record; of one that is gone only the id is known. */
export interface FileRef {
  id: string;
  name?: string;
  /** The media type, such as `image/jpeg`. */
  type?: string;
  /** In bytes. */
  size?: number;
}

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  core?: boolean;
  required?: boolean;
  readonly?: boolean;
  system?: boolean;
  options?: Option[];
  min?: number | string | null;
  max?: number | string | null;
  object?: string | null;
  /** Of a list of children: their relation that points here. */
  by?: string | null;
  /** Of an amount: the choice beside it that says in which currency it is; without it it is the company's. */
  currency?: string;
  /** What a new record has if nothing is said, unless it is worked out. */
  default?: Value;
  /** Under which of the object's sections a form draws it. */
  section?: string;
  can?: { filter?: boolean; sort?: boolean; group?: boolean; search?: boolean };
}

export interface View {
  key: string;
  label: string;
  filter?: string | null;
  sort?: string | null;
  columns: string[];
}

export interface Operation {
  name: string;
  label: string;
  input: Field[];
  confirm?: string | null;
  /** Whether there may be something to say beside its form. */
  playbooks?: boolean;
  /** The operation that takes it back. */
  undo?: string | null;
}

/** Whether an operation may be done with a record now, and why not. */
export interface Outlook {
  name: string;
  /** What it is called by what it will do with this record. */
  label: string;
  allowed: boolean;
  code: string | null;
  reason: string | null;
  unmet: Unmet[];
  /** By input: what the form begins with for this record. */
  suggested: Record<string, Value>;
}

/** What an event keeps of the playbook that was at hand. */
export interface PlaybookUse {
  label: string;
  contact: { label: string };
  used: { key: string; section: string | null; text: string }[];
}

/** What fields of a form are grouped under. */
export interface Section {
  key: string;
  label: string;
}

export interface ObjectDef {
  name: string;
  label: string;
  label_plural?: string | null;
  /** Null where the reader may not see it. */
  title_field: string | null;
  icon?: string | null;
  permissions: {
    create: boolean;
    update: boolean;
    delete: boolean;
    assign: boolean;
    merge?: boolean;
  };
  /** In order, and only those of which the reader sees a field. */
  sections?: Section[];
  fields: Field[];
  pipeline?: string | null;
  views: View[];
  operations: Operation[];
  clocks: boolean;
}

export interface Stage {
  key: string;
  label: string;
  outcome?: "won" | "lost" | null;
  /** For how many seconds a record is expected to stay at most. */
  dwell?: number | null;
}

export interface Pipeline {
  key: string;
  object: string;
  field: string;
  stages: Stage[];
}

/** A defined figure: how it is reckoned, by what it can be told apart, what is good. */
export interface MetricDef {
  metric: string;
  label: string;
  object: string;
  formula: string;
  /** Which records count; null is all of them. */
  when: string | null;
  /** The field that says to which period a record belongs. */
  at: string;
  unit: string | null;
  by: { key: string; label: string }[];
  good: { at_least?: number | string; at_most?: number | string } | null;
  /** Where to look when the line is crossed. */
  look: string | null;
}

export interface Catalog {
  version: string | number;
  objects: ObjectDef[];
  pipelines: Pipeline[];
  boards?: { key: string; label: string; object: string }[];
  metrics?: MetricDef[];
  /** By what records are told to be of one customer, with the objects that it joins. */
  pursued?: { key: string; label: string; objects: string[] }[];
}

export interface Me {
  person: { id: string; login: string; name: string; locale?: string | null };
  roles: { key: string; label: string }[];
  departments: Ref[];
  company: { id: string; name: string; time_zone: string; currency: string };
  permissions: {
    everything: boolean;
    /** Whether one administers people, departments and who has which role. */
    people: boolean;
    /** The level at which one may define, by kind or by `kind/key`. */
    definitions: Record<string, "read" | "write">;
    /** The objects of which one may assign other people's records. */
    assigns: string[];
  };
  /** Whether signing in takes a one-time code. */
  second_factor?: boolean;
  /** What has to be set before anything else is allowed. */
  must?: "password" | "second_factor" | null;
  now: string;
}

export type ClockColor = "green" | "amber" | "red";
type ClockState = "running" | "paused" | "met" | "breached" | "cancelled";

export interface Clock {
  id: string;
  policy: string;
  label: string;
  state: ClockState;
  color: ClockColor;
  started_at: string;
  due_at: string;
  met_at?: string | null;
}

export type Value =
  string | number | boolean | string[] | FileRef[] | Ref | Place | Address | null | undefined;

/** One record: the system's fields by name, the object's own under their names. */
export interface RecordItem {
  id: string;
  version: number;
  created_at: string;
  updated_at: string;
  owner: Ref | null;
  clocks?: Clock[];
  /** Since when it stands in its stage, where that was asked for. */
  stage_since?: string | null;
  [field: string]: Value | Clock[];
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  total?: number;
  total_is?: "exact" | "at_least";
}

export interface ViewCount extends View {
  count: number;
  count_is: "exact" | "at_least";
}

export interface TimelineItem {
  id: string;
  at: string;
  type: string;
  label: string;
  actor: Ref | null;
  actor_kind?: "person" | "channel" | "system";
  changes?: Record<string, [Value, Value]>;
  cause?: string | null;
  why?: Record<string, unknown> | null;
}

export interface Unmet {
  kind: string;
  field?: string | null;
  label: string;
  detail?: string | null;
}

export interface ScoreExplained {
  scorecard: string;
  total: number | string;
  grade?: string | null;
  factors: {
    key: string;
    label: string;
    points: number | string;
    max?: number | string | null;
    reason?: string | null;
  }[];
}

export interface AssignmentExplained {
  policy: string;
  label?: string | null;
  chosen: Ref | null;
  note?: string | null;
  at: string;
  candidates: { person: Ref; eligible: boolean; reason?: string | null }[];
}

export interface ClockExplained {
  id: string;
  policy: string;
  label: string;
  state: ClockState;
  started_at: string;
  due_at: string;
  met_at?: string | null;
  rungs: { at: string; due_at: string; fired_at?: string | null; do: string[] }[];
  /** How its due time came about. */
  reckoning?: Reckoned;
}

export interface Explanation {
  score: ScoreExplained | null;
  assignment: AssignmentExplained | null;
  /** Since when the record stands in its stage. */
  stage_since?: string | null;
  gates: { to: string; label: string; met: boolean; unmet: Unmet[] }[];
  clocks: ClockExplained[];
}

/** Who had a record and who got it. */
export interface Transfer {
  id: string;
  at: string;
  from: Ref | null;
  to: Ref | null;
  by: Ref | null;
  by_kind: "person" | "channel" | "system";
  label: string | null;
  reason: string;
  note: string | null;
}

/** A record that another one is like; one that may not be read says only whose it is. */
export interface Duplicate {
  object: string;
  id: string | null;
  label: string | null;
  owner: Ref | null;
  /** The field by which they are alike. */
  by: string;
}

export interface Person {
  id: string;
  name: string;
  login: string;
  active?: boolean;
  on_duty?: boolean;
  departments?: Ref[];
}

export interface Department {
  id: string;
  key: string;
  name: string;
  parent?: string | null;
}

export interface Notice {
  id: string;
  at: string;
  type: string;
  title: string;
  body?: string | null;
  object?: string | null;
  record?: string | null;
  read_at?: string | null;
  level?: "info" | "warning" | "danger" | null;
}

export interface NoticePage extends Page<Notice> {
  unread: number;
}
