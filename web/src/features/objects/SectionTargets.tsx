/** Where a field that is being dragged can be dropped to stand in another section of the form. */
import { closestCenter, pointerWithin, useDroppable, type CollisionDetection } from "@dnd-kit/core";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { cx } from "@/shared/ui/cx";
import { withField } from "./fields";
import styles from "./Objects.module.css";

const PREFIX = "section:";

/** A section counts where the pointer is over it; else it is the nearest row that is meant. */
export const rowOrSection: CollisionDetection = (args) => {
  const over = pointerWithin(args).filter(({ id }) => String(id).startsWith(PREFIX));
  if (over.length > 0) return over;
  const rows = args.droppableContainers.filter(({ id }) => !String(id).startsWith(PREFIX));
  return closestCenter({ ...args, droppableContainers: rows });
};

/** The object with the field in the section that it was dropped on; undefined where it was dropped on none. */
export function droppedOn(
  body: DefinitionBody,
  name: string,
  target: string,
): DefinitionBody | undefined {
  if (!target.startsWith(PREFIX)) return undefined;
  const field = partOf(partOf(body, "fields"), name);
  return withField(body, name, put(field, "section", target.slice(PREFIX.length) || undefined));
}

function Target({ section, label, own }: { section: string; label: string; own: boolean }) {
  const { setNodeRef, isOver } = useDroppable({ id: PREFIX + section });
  return (
    <span ref={setNodeRef} className={cx(styles.section, own && styles.own, isOver && styles.over)}>
      {label}
    </span>
  );
}

/** Core fields stand before all sections, so they are offered none. */
export function SectionTargets({ body, dragged }: { body: DefinitionBody; dragged: string }) {
  const { t } = useTranslation();
  const field = partOf(partOf(body, "fields"), dragged);
  const sections = Object.keys(partOf(body, "sections"));
  if (sections.length === 0 || field.core === true) return null;
  const here = textIn(field, "section");
  const labelOf = (key: string) => said(labelIn(partOf(partOf(body, "sections"), key))) || key;
  return (
    <div className={styles.sections} aria-hidden>
      <span>{t("objects.drop_section")}</span>
      {sections.map((key) => (
        <Target key={key} section={key} label={labelOf(key)} own={key === here} />
      ))}
      {here !== "" && <Target section="" label={t("objects.set.section_none")} own={false} />}
    </div>
  );
}
