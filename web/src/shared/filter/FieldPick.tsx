/** Which field a condition is about, found by typing. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "@/shared/api/types";
import menu from "@/shared/ui/menu.module.css";
import { MenuSearch } from "@/shared/ui/MenuSearch";
import { operatorsOf, type Filter } from "./model";

interface FieldPickProps {
  fields: readonly Field[];
  /** A filter of the field that nothing is compared with yet. */
  onPick: (filter: Filter) => void;
}

export function FieldPick({ fields, onPick }: FieldPickProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const matching = fields.filter((one) => one.label.toLowerCase().includes(q.toLowerCase()));
  return (
    <>
      <MenuSearch label={t("filter.find_field")} value={q} onChange={setQ} />
      {matching.map((one) => (
        <button
          key={one.name}
          type="button"
          className={menu.item}
          onClick={() => onPick({ field: one.name, op: operatorsOf(one)[0] ?? "is", values: [] })}
        >
          {one.label}
        </button>
      ))}
    </>
  );
}
