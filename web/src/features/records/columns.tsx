/** The columns of a list, made from the object's fields. */
import type { Clock, Field, ObjectDef, RecordItem } from "@/shared/api/types";
import { offered } from "@/shared/filter/model";
import { titleOf } from "@/shared/format/title";
import { Avatar } from "@/shared/ui/Avatar";
import { mostUrgent } from "@/shared/ui/clock";
import { ClockChip } from "@/shared/ui/ClockChip";
import { FieldValue, isQuantity } from "@/shared/ui/FieldValue";
import type { Column } from "@/shared/ui/GridParts";
import styles from "./ListPage.module.css";
import { CLOCKS } from "./look";
import { StageCell } from "./Stay";

type Width = [minWidth: number, share: number];
const TITLE: Width = [212, 2.4];
const CLOCK: Width = [152, 0.8];
const PLAIN: Width = [104, 1];
const WIDTHS: Partial<Record<Field["type"], Width>> = {
  text: [84, 1],
  integer: [80, 0.6],
  decimal: [92, 0.6],
  money: [124, 0.7],
  percent: [84, 0.5],
  checkbox: [72, 0.4],
  choice: [84, 0.8],
  stage: [110, 1.1],
  multi_choice: [160, 1.2],
  person: [92, 0.8],
  relation: [150, 1.5],
  date: [116, 0.8],
  datetime: [120, 0.8],
  long_text: [200, 1.6],
  phone: [120, 0.9],
  email: [180, 1.2],
  address: [200, 1.6],
  auto_number: [116, 0.8],
  checklist: [88, 0.5],
  photo: [116, 0.8],
  file: [160, 1],
};

/** Stage, days and what is said of them. */
const STAY: Width = [208, 1];

function usual(field: Field): Width {
  return WIDTHS[field.type] ?? PLAIN;
}

function sized([minWidth, share]: Width) {
  return { minWidth, track: `minmax(${minWidth}px, ${share}fr)` };
}

export function ClockCell({ record }: { record: RecordItem }) {
  const clock = mostUrgent<Clock>(record.clocks);
  return clock ? <ClockChip clock={clock} /> : null;
}

/** The names to show of those wanted; the title always leads, if it may be seen. */
export function columnNames(object: ObjectDef, wanted: readonly string[]): string[] {
  const known = new Set(offered(object.fields).map((field) => field.name));
  if (object.clocks) known.add(CLOCKS);
  const rest = wanted.filter((name) => name !== object.title_field && known.has(name));
  const title = object.title_field ? [object.title_field] : [];
  return [...title, ...new Set(rest)];
}

export function columnsOf(
  object: ObjectDef,
  names: readonly string[],
  words: { clock: string; none: string },
  widths: Record<string, number> = {},
  stays = false,
): Column<RecordItem>[] {
  const size = (name: string, given: Width) => {
    const width = widths[name];
    return width ? { minWidth: width, track: `${width}px` } : sized(given);
  };
  return names.flatMap((name) => {
    if (name === CLOCKS) {
      const render = (record: RecordItem) => <ClockCell record={record} />;
      return [{ key: CLOCKS, label: words.clock, ...size(CLOCKS, CLOCK), render }];
    }
    const field = object.fields.find((one) => one.name === name);
    if (!field) return [];
    const isTitle = name === object.title_field;
    return [
      {
        key: name,
        label: field.label,
        ...size(name, isTitle ? TITLE : stays && field.type === "stage" ? STAY : usual(field)),
        right: isQuantity(field),
        sortable: field.can?.sort,
        render: (record: RecordItem) =>
          isTitle ? (
            <span className={styles.title}>
              <Avatar square name={titleOf(object, record, words.none)} />
              <span>{titleOf(object, record, words.none)}</span>
            </span>
          ) : field.type === "stage" ? (
            <StageCell object={object} field={field} record={record} />
          ) : (
            <FieldValue field={field} value={record[name]} record={record} />
          ),
      },
    ];
  });
}
