/** Writes a condition for those who choose rather than type: a field, how it is compared, and with what. */
import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import { useObject } from "@/shared/api/queries";
import { FieldPick } from "@/shared/filter/FieldPick";
import { FilterEditor } from "@/shared/filter/FilterEditor";
import { isComplete, offered, type Filter } from "@/shared/filter/model";
import { Button } from "@/shared/ui/Button";
import { Popover } from "@/shared/ui/Popover";
import { joined } from "./joined";
import styles from "./ExpressionField.module.css";

interface ConditionPickerProps {
  object: string;
  value: string;
  onChange: (next: string) => void;
}

export function ConditionPicker({ object, value, onChange }: ConditionPickerProps) {
  const { t } = useTranslation();
  const fields = offered(useObject(object)?.fields ?? []).filter((one) => one.can?.filter);
  if (fields.length === 0) return null;
  const label = t(value.trim() === "" ? "expression.choose" : "expression.choose_more");
  return (
    <span className={styles.pick}>
      <Popover
        label={label}
        button={(anchor) => (
          <Button look="ghost" icon={<Plus size={15} />} {...anchor}>
            {label}
          </Button>
        )}
      >
        {(close) => (
          <Choosing
            fields={fields}
            onDone={(field, filter) => {
              onChange(joined(value, field, filter));
              close();
            }}
          />
        )}
      </Popover>
    </span>
  );
}

interface ChoosingProps {
  fields: Field[];
  onDone: (field: Field, filter: Filter) => void;
}

/** What is chosen comes into the condition as a whole, so that no half of it is ever checked. */
function Choosing({ fields, onDone }: ChoosingProps) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>();
  // What was set last: an editor that is done says so in the same breath as it sets it.
  const last = useRef<Filter>(undefined);
  const field = fields.find((one) => one.name === filter?.field);
  if (!field || !filter) return <FieldPick fields={fields} onPick={setFilter} />;
  return (
    <>
      <strong className={styles.picked}>{field.label}</strong>
      <FilterEditor
        field={field}
        filter={filter}
        onChange={(next) => {
          last.current = next;
          setFilter(next);
        }}
        onDone={() => last.current && isComplete(last.current) && onDone(field, last.current)}
      />
      {isComplete(filter) && (
        <div className={styles.done}>
          <Button look="primary" onClick={() => onDone(field, filter)}>
            {t("expression.take")}
          </Button>
        </div>
      )}
    </>
  );
}
