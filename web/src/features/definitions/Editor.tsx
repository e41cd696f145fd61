/** A definition that is being written: its name, its form or text, and beside it what the change will do. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionBody, DefinitionForm } from "@/shared/definition/form";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { Skeleton } from "@/shared/ui/States";
import { keepDraft, type Definition } from "./api";
import styles from "./Definitions.module.css";
import { DraftKeeper } from "./keeper";
import { useKindName } from "./kindName";
import { LabelFields } from "./LabelFields";
import { Outcome } from "./Outcome";
import { TextTab, type Typed } from "./TextTab";

interface EditorProps {
  definition: Definition;
  form: DefinitionForm | undefined;
  readonly: boolean;
  /** Something else is in force, or nothing is being written any more. */
  onReplaced: () => Promise<void>;
}

function useKeeper(definition: Definition) {
  const client = useQueryClient();
  const { kind, key } = definition;
  const [keeper] = useState(() => {
    const start = definition.draft?.body ?? definition.body ?? {};
    return new DraftKeeper(start, definition.tag, async (body, tag) => {
      const answer = await keepDraft(kind, key, body, tag);
      void client.invalidateQueries({ queryKey: ["definition", kind, key] });
      void client.invalidateQueries({ queryKey: ["definitions", kind] });
      return answer;
    });
  });
  useEffect(() => keeper.stop, [keeper]);
  return { keeper, written: useSyncExternalStore(keeper.subscribe, keeper.written) };
}

/** Asks before what isn't kept is left behind. */
function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: () => unsaved,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Sheet
      kind="dialog"
      label={t("setup.leave.title")}
      onClose={blocker.reset}
      foot={
        <>
          <Button look="danger" onClick={blocker.proceed}>
            {t("setup.leave.go")}
          </Button>
          <Button look="primary" data-autofocus onClick={blocker.reset}>
            {t("setup.leave.stay")}
          </Button>
        </>
      }
    >
      <p>{t("setup.leave.hint")}</p>
    </Sheet>
  );
}

export function Editor({ definition, form: Form, readonly, onReplaced }: EditorProps) {
  const { t } = useTranslation();
  const { kind, key } = definition;
  const { name } = useKindName(kind);
  const { keeper, written } = useKeeper(definition);
  const [tab, setTab] = useState<"form" | "text">(Form ? "form" : "text");
  // Text that can't be read yet stays as it was typed, also while the form is shown.
  const [typed, setTyped] = useState<Typed | null>(null);
  const locked = readonly || definition.draft?.removes === true;
  const { body, problems } = written;
  const onForm = (next: DefinitionBody) => {
    setTyped(null);
    keeper.change(next);
  };
  const onType = (next: Typed) => {
    setTyped(next);
    if (next.body) keeper.change(next.body);
  };
  const unsaved = !["same", "kept"].includes(written.state) || typed?.body === null;
  return (
    <div className={styles.editor}>
      <header className={styles.top}>
        <Link to="/setup/$kind" params={{ kind }} className={styles.up}>
          <ChevronLeft size={16} aria-hidden />
          {name}
        </Link>
        <h1>{definition.label}</h1>
        <code>{key}</code>
      </header>
      <div className={styles.columns}>
        <div className={styles.write}>
          <LabelFields body={body} problems={problems} readonly={locked} onChange={onForm} />
          {Form && (
            <div className={styles.tabs} role="tablist">
              {(["form", "text"] as const).map((one) => (
                <button
                  key={one}
                  type="button"
                  role="tab"
                  aria-selected={one === tab}
                  onClick={() => setTab(one)}
                >
                  {t(`setup.tab.${one}`)}
                </button>
              ))}
            </div>
          )}
          {Form && tab === "form" ? (
            <Suspense fallback={<Skeleton lines={6} />}>
              <Form body={body} onChange={onForm} problems={problems} readonly={locked} />
            </Suspense>
          ) : (
            <TextTab
              body={body}
              typed={typed}
              problems={problems}
              readonly={locked}
              onType={onType}
            />
          )}
        </div>
        <Outcome
          definition={definition}
          written={written}
          readonly={readonly}
          onKeep={keeper.keepNow}
          onReplaced={onReplaced}
        />
      </div>
      <LeaveGuard unsaved={unsaved} />
    </div>
  );
}
