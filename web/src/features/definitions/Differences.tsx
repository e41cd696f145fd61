/** What differs between two bodies, each with its place. */
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { stringify } from "yaml";
import type { DefinitionBody } from "@/shared/definition/form";
import type { Difference } from "./api";
import styles from "./Definitions.module.css";
import { nameOfValue, usePlaceNames } from "./places";

const LONGEST = 160;

function said(value: unknown, yes: string, no: string): string {
  if (typeof value === "boolean") return value ? yes : no;
  const text =
    typeof value === "string"
      ? value
      : (nameOfValue(value) ?? stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim());
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

interface DifferencesProps {
  items: Difference[];
  /** Bodies in which the parts of a place have names. */
  bodies: (DefinitionBody | null)[];
  onGoTo?: (place: string) => void;
}

export function Differences({ items, bodies, onGoTo }: DifferencesProps) {
  const { t } = useTranslation();
  const namesOf = usePlaceNames();
  if (items.length === 0) return <p className={styles.mute}>{t("setup.diff.none")}</p>;
  return (
    <ul className={styles.differences}>
      {items.map(({ place, from, to }) => {
        const name = namesOf(place, bodies).join(" › ");
        return (
          <li key={place}>
            {onGoTo ? (
              <button type="button" onClick={() => onGoTo(place)}>
                {name}
              </button>
            ) : (
              <strong>{name}</strong>
            )}
            <span>
              {from !== null && <del>{said(from, t("state.yes"), t("state.no"))}</del>}
              {from !== null && to !== null && <ArrowRight size={13} aria-hidden />}
              {to !== null && <ins>{said(to, t("state.yes"), t("state.no"))}</ins>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
