/** What will become of the change: whether it is kept, what it changes and would have done, and the way to everyone. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, LoaderCircle, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionBody } from "@/shared/definition/form";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Skeleton, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { diffQuery, discardDraft, draftRemoval, type Definition } from "./api";
import styles from "./Definitions.module.css";
import { Differences } from "./Differences";
import { DryRunTable } from "./DryRunTable";
import { Elsewhere } from "./Elsewhere";
import type { Written } from "./keeper";
import { PublishSheet } from "./PublishSheet";
import { Trials } from "./Trials";

interface OutcomeProps {
  definition: Definition;
  written: Written;
  readonly: boolean;
  /** Text that says no body yet stands in the way of everything else. */
  unreadable: boolean;
  onKeep: () => void;
  onReplaced: () => Promise<void>;
  onGoTo: (place: string) => void;
}

function KeptState({ definition, written, unreadable, onKeep, onReplaced }: OutcomeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const errorText = useErrorText();
  const { draft } = definition;
  const by = draft && {
    who: draft.by?.label ?? t("setup.someone"),
    when: format.ago(draft.at, now),
  };
  const state = unreadable ? "wrong" : written.state;
  const isBegun = state === "same" && definition.version === null;
  const calm = state === "kept" || state === "same";
  const Icon = calm ? CircleCheck : state === "waiting" ? LoaderCircle : CircleAlert;
  return (
    <div className={styles.state} data-state={state} role="status">
      <p>
        <Icon size={16} aria-hidden />
        {state === "same" && draft
          ? t(draft.removes ? "setup.state.removes" : "setup.state.draft")
          : t(`setup.state.${isBegun ? "begun" : state}`)}
      </p>
      {by && state !== "waiting" && <p className={styles.mute}>{t("setup.draft_by", by)}</p>}
      {state === "failed" && (
        <>
          <p className={styles.mute}>{errorText(written.error)}</p>
          <Button onClick={onKeep}>{t("do.retry")}</Button>
        </>
      )}
      {state === "conflict" && (
        <div className={styles.buttons}>
          <Button onClick={onKeep}>{t("setup.conflict.mine")}</Button>
          <Button onClick={() => void onReplaced()}>{t("setup.conflict.theirs")}</Button>
        </div>
      )}
    </div>
  );
}

function Changes({ definition, onGoTo }: Pick<OutcomeProps, "definition" | "onGoTo">) {
  const { t } = useTranslation();
  const { kind, key, draft, body } = definition;
  const errorText = useErrorText();
  const isNew = body === null;
  const found = useQuery({
    ...diffQuery(kind, key, "present", "draft", draft?.at ?? ""),
    enabled: !isNew,
  });
  const items = found.data?.items;
  // Of something new all is new: told one by one it would only be the form again.
  if (isNew) return <p className={styles.mute}>{t("setup.diff.new")}</p>;
  return (
    <section>
      <h2>{items ? t("setup.diff.title", { count: items.length }) : t("setup.diff.loading")}</h2>
      {items ? (
        <Differences items={items} bodies={[draft?.body ?? null, body]} onGoTo={onGoTo} />
      ) : found.isError ? (
        <p className={styles.mute}>{errorText(found.error)}</p>
      ) : (
        <Skeleton lines={2} />
      )}
    </section>
  );
}

export function Outcome(props: OutcomeProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { definition, written, readonly, unreadable, onReplaced, onGoTo } = props;
  const { kind, key, draft, version, can, pilots } = definition;
  const [publishing, setPublishing] = useState(false);
  const settled = !unreadable && ["same", "kept"].includes(written.state);
  const trashed = useMutation({
    mutationFn: async (what: "draft" | "definition"): Promise<unknown> =>
      what === "draft" ? discardDraft(kind, key) : draftRemoval(kind, key),
    onSuccess: async (_, what) => {
      if (what === "draft" && version === null && pilots.length === 0) {
        await navigate({ to: "/setup/$kind", params: { kind }, ignoreBlocker: true });
      }
      await onReplaced();
    },
    onError: (error) => showToast(errorText(error), "failed"),
  });
  return (
    <aside className={styles.outcome}>
      {!readonly && <KeptState {...props} />}
      {written.beyond.length > 0 && (
        <section>
          <h2>{t("setup.beyond")}</h2>
          <ul className={styles.problems}>
            {written.beyond.map((one, at) => (
              <Elsewhere key={at} problem={one} />
            ))}
          </ul>
        </section>
      )}
      {draft && !draft.removes && <Changes definition={definition} onGoTo={onGoTo} />}
      {draft && !draft.removes && can.dry_run && !readonly && (
        <DryRunTable definition={definition} seen={draft.at} />
      )}
      {pilots.length > 0 && (
        <Trials definition={definition} readonly={readonly} onDone={onReplaced} />
      )}
      {!readonly && (
        <div className={styles.buttons}>
          <Button
            look="primary"
            icon={<Users size={16} />}
            disabled={!draft || !settled}
            onClick={() => setPublishing(true)}
          >
            {t("setup.publish.do")}
          </Button>
          {draft && (
            <Button disabled={trashed.isPending} onClick={() => trashed.mutate("draft")}>
              {t("setup.discard")}
            </Button>
          )}
          {!draft && version !== null && written.state === "same" && (
            <Button
              look="ghost"
              icon={<Trash2 size={15} />}
              disabled={trashed.isPending}
              onClick={() => trashed.mutate("definition")}
            >
              {t("setup.remove")}
            </Button>
          )}
        </div>
      )}
      {publishing && draft && (
        <PublishSheet
          definition={definition}
          body={draft.body as DefinitionBody | null}
          seen={draft.at}
          onClose={() => setPublishing(false)}
          onDone={async () => {
            setPublishing(false);
            if (draft.removes) {
              await navigate({ to: "/setup/$kind", params: { kind }, ignoreBlocker: true });
            }
            await onReplaced();
          }}
        />
      )}
    </aside>
  );
}
