/** The people and departments of a group, found by typing. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Building2, UserRound, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery, peopleQuery } from "@/shared/api/queries";
import type { Ref } from "@/shared/api/types";
import { TextField } from "@/shared/ui/TextField";
import styles from "./Definitions.module.css";

export interface Chosen {
  people: Ref[];
  departments: Ref[];
}

const SHOWN = 6;

interface GroupPickerProps {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
}

export function GroupPicker({ chosen, onChange }: GroupPickerProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const people = useQuery({ ...peopleQuery(words), placeholderData: keepPreviousData });
  const departments = useQuery(departmentsQuery);
  const among = (of: keyof Chosen, refs: Ref[]) =>
    refs.filter((one) => chosen[of].every((other) => other.id !== one.id));
  const refsOf = (items: { id: string; name: string }[] = []) =>
    items.map(({ id, name }) => ({ id, label: name }));
  const begun = words.trim().toLowerCase();
  const found = {
    departments: among("departments", refsOf(departments.data?.items)).filter(({ label }) =>
      label.toLowerCase().includes(begun),
    ),
    people: among("people", refsOf(people.data?.items)),
  };
  const put = (of: keyof Chosen, refs: Ref[]) => onChange({ ...chosen, [of]: refs });
  const kinds = [
    ["departments", Building2],
    ["people", UserRound],
  ] as const;
  return (
    <div className={styles.picker}>
      <ul className={styles.chips}>
        {kinds.flatMap(([of, Icon]) =>
          chosen[of].map((one) => (
            <li key={one.id}>
              <Icon size={14} aria-hidden />
              {one.label}
              <button
                type="button"
                aria-label={t("setup.group_pick.drop", { name: one.label })}
                onClick={() =>
                  put(
                    of,
                    chosen[of].filter((other) => other.id !== one.id),
                  )
                }
              >
                <X size={14} aria-hidden />
              </button>
            </li>
          )),
        )}
      </ul>
      <TextField
        label={t("setup.group_pick.label")}
        value={words}
        onChange={setWords}
        placeholder={t("setup.group_pick.hint")}
      />
      <ul className={styles.found}>
        {kinds.flatMap(([of, Icon]) =>
          found[of].slice(0, SHOWN).map((one) => (
            <li key={one.id}>
              <button
                type="button"
                onClick={() => {
                  put(of, [...chosen[of], one]);
                  setWords("");
                }}
              >
                <Icon size={14} aria-hidden />
                {one.label}
              </button>
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
