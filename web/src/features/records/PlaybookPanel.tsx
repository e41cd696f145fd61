/** What to say, beside the form of an operation: ticked off as it is used, with answers to objections. */
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsPhone } from "@/shared/media";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import type { Playbook, PlaybookItem } from "./playbook";
import { playbookQuery, type Guide } from "./api";
import styles from "./Playbook.module.css";

interface PlaybookPanelProps {
  object: string;
  id: string;
  operation: string;
  guide: Guide | undefined;
  onUse: (guide: Guide) => void;
}

function Item({
  item,
  used,
  onUse,
}: {
  item: PlaybookItem;
  used: boolean;
  onUse: (used: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <li className={styles.item}>
      <label>
        <input type="checkbox" checked={used} onChange={(event) => onUse(event.target.checked)} />
        <span>{item.text}</span>
      </label>
      {item.answer && (
        <details>
          <summary>
            <ChevronRight size={14} aria-hidden />
            {t("playbook.answer")}
          </summary>
          <p>{item.answer}</p>
        </details>
      )}
    </li>
  );
}

function Sections({ playbook, guide, onUse }: { playbook: Playbook } & Rest) {
  const id = useId();
  const { contact } = playbook;
  // Ticks of an earlier version or contact don't count for this one.
  const same = guide?.key === playbook.key && guide.contact === contact.key;
  const used = same ? guide.used : [];
  const use = (item: PlaybookItem, now: boolean) => {
    const rest = used.filter((key) => key !== item.key);
    const next = now ? [...rest, item.key] : rest;
    onUse({ key: playbook.key, contact: contact.key, used: next });
  };
  return contact.sections.map((section) => (
    <section key={section.key} aria-labelledby={`${id}${section.key}`}>
      <h4 id={`${id}${section.key}`}>{section.label}</h4>
      <ul>
        {section.items.map((item) => (
          <Item
            key={item.key}
            item={item}
            used={used.includes(item.key)}
            onUse={(now) => use(item, now)}
          />
        ))}
      </ul>
    </section>
  ));
}

type Rest = Pick<PlaybookPanelProps, "guide" | "onUse">;

export default function PlaybookPanel({ object, id, operation, guide, onUse }: PlaybookPanelProps) {
  const { t } = useTranslation();
  const phone = useIsPhone();
  const [unfolded, setUnfolded] = useState(false);
  const body = useId();
  const query = useQuery(playbookQuery(object, id, operation));
  if (query.isPending) return <Skeleton lines={phone ? 1 : 6} />;
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { playbook } = query.data;
  if (playbook === null) return <p className={styles.none}>{t("playbook.none")}</p>;
  const open = unfolded || !phone;
  const all = playbook.contact.sections.flatMap((section) => section.items).length;
  const title = (
    <>
      <strong>{playbook.label}</strong>
      <span>
        {playbook.contact.label} · {t("playbook.used", { used: guide?.used.length ?? 0, all })}
      </span>
    </>
  );
  return (
    <>
      <h3 className={styles.title}>
        {phone ? (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={body}
            onClick={() => setUnfolded(!unfolded)}
          >
            <ChevronRight size={16} aria-hidden />
            {title}
          </button>
        ) : (
          title
        )}
      </h3>
      <div id={body} hidden={!open}>
        <Sections playbook={playbook} guide={guide} onUse={onUse} />
      </div>
    </>
  );
}
