/** The policies of the object in the order in which they are asked; this one can go up or down among them. */
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { USUAL_POSITION } from "@/shared/definition/blanks";
import { labelIn, numberIn, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { Button } from "@/shared/ui/Button";
import { Tag } from "@/shared/ui/Tag";
import { dealingQuery } from "./api";
import styles from "./Assignment.module.css";
import { before, positionAfter, positionBefore } from "./order";

export function PolicyOrder({ body, onChange, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const dealing = useQuery({ ...dealingQuery(object), enabled: object !== "", retry: false });
  const mine = {
    key: textIn(body, "assignment"),
    label: said(labelIn(body)),
    position: numberIn(body, "position") ?? USUAL_POSITION,
  };
  const others = (dealing.data?.policies ?? []).filter(({ key }) => key !== mine.key);
  if (others.length === 0) return null;
  const all = [...others, mine].sort(before);
  const at = all.indexOf(mine);
  const [above, below] = [all[at - 1], all[at + 1]];
  const name = mine.label || mine.key;
  return (
    <>
      <p className={styles.hint}>{t("assignment.order_hint")}</p>
      <ol className={styles.policies}>
        {all.map((one) => (
          <li key={one.key} className={one === mine ? styles.mine : undefined}>
            <span>{one.label || one.key}</span>
            {one === mine && <Tag color="blue">{t("assignment.this_one")}</Tag>}
            {one === mine && !readonly && (
              <>
                <Button
                  look="ghost"
                  icon={<ChevronUp size={16} />}
                  aria-label={t("sentence.up", { name })}
                  disabled={!above}
                  onClick={() =>
                    above && onChange(put(body, "position", positionBefore(mine.key, above)))
                  }
                />
                <Button
                  look="ghost"
                  icon={<ChevronDown size={16} />}
                  aria-label={t("sentence.down", { name })}
                  disabled={!below}
                  onClick={() =>
                    below && onChange(put(body, "position", positionAfter(mine.key, below)))
                  }
                />
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
