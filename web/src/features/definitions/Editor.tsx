/** A definition that is being written: its name, its form or text, and beside it what the change will do. */
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionBody, DefinitionForm } from "@/shared/definition/form";
import { Drafting } from "@/shared/expression/drafting";
import { LeaveGuard } from "@/shared/ui/leave";
import { Skeleton } from "@/shared/ui/States";
import { Tag } from "@/shared/ui/Tag";
import { useTitle } from "@/shared/ui/title";
import { keepDraft, type Definition } from "./api";
import styles from "./Definitions.module.css";
import { DraftKeeper } from "./keeper";
import { useKindName } from "./kindName";
import { LabelFields } from "./LabelFields";
import { Outcome } from "./Outcome";
import { Problems } from "./Problems";
import { TextTab, type Typed } from "./TextTab";
import { VersionsTab } from "./VersionsTab";

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
    const start = definition.draft?.body ?? definition.body ?? definition.pilots[0]?.body ?? {};
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

/** Show the place in the form: there what is wrong is said beside its input. */
function findInForm(message: string): boolean {
  const said = [...document.querySelectorAll(`.${styles.write} [role="alert"]`)];
  const found = said.find((one) => one.textContent?.includes(message));
  const input = found?.parentElement?.querySelector<HTMLElement>("[aria-invalid='true']");
  input?.focus();
  return input != null;
}

type Tab = "form" | "text" | "versions";

const DRAFTS: Drafting = { drafts: true };

export function Editor({ definition, form: Form, readonly, onReplaced }: EditorProps) {
  const { t } = useTranslation();
  const { kind, key, draft, pilots } = definition;
  const { name } = useKindName(kind);
  useTitle(definition.label === name ? name : `${definition.label} · ${name}`);
  const { keeper, written } = useKeeper(definition);
  const gone = definition.body === null && draft === null && pilots.length === 0;
  const [tab, setTab] = useState<Tab>(gone ? "versions" : Form ? "form" : "text");
  // Text that can't be read yet stays as it was typed, also while the form is shown.
  const [typed, setTyped] = useState<Typed | null>(null);
  const [line, setLine] = useState<{ place: string }>();
  const locked = readonly || draft?.removes === true;
  const { body, problems } = written;
  const unreadable = typed?.body === null;
  const onForm = (next: DefinitionBody) => {
    setTyped(null);
    keeper.change(next);
  };
  const onType = (next: Typed) => {
    setTyped(next);
    if (next.body) keeper.change(next.body);
  };
  const onGoTo = (place: string) => {
    if (tab === "form" && problems[place] && findInForm(problems[place])) return;
    setTab("text");
    setLine({ place });
  };
  const tabs: Tab[] = gone
    ? ["versions"]
    : [...(Form ? (["form"] as const) : []), "text", "versions"];
  return (
    <div className={styles.editor}>
      <header className={styles.top}>
        <Link to="/setup/$kind" params={{ kind }} className={styles.up} data-way-back>
          <ChevronLeft size={16} aria-hidden />
          {name}
        </Link>
        <h1>{definition.label}</h1>
        <code title={t("setup.key_title")}>{key}</code>
        {definition.version !== null && (
          <Tag>{t("setup.version", { version: definition.version })}</Tag>
        )}
        {draft && <Tag color="amber">{t("setup.mark.draft")}</Tag>}
        {pilots.length > 0 && <Tag color="purple">{t("setup.mark.pilot")}</Tag>}
        {readonly && <Tag>{t("setup.mark.readonly")}</Tag>}
      </header>
      <div className={styles.columns}>
        <div className={styles.write}>
          {gone && <p className={styles.note}>{t("setup.gone")}</p>}
          {!gone && (
            <LabelFields body={body} problems={problems} readonly={locked} onChange={onForm} />
          )}
          <div className={styles.tabs} role="tablist" aria-label={definition.label}>
            {tabs.map((one) => (
              <button
                key={one}
                id={`setup-tab-${one}`}
                type="button"
                role="tab"
                aria-selected={one === tab}
                aria-controls="setup-tab"
                onClick={() => setTab(one)}
              >
                {t(`setup.tab.${one}`)}
              </button>
            ))}
          </div>
          <div
            id="setup-tab"
            role="tabpanel"
            aria-labelledby={`setup-tab-${tab}`}
            className={styles.panel}
          >
            {tab === "versions" ? (
              <VersionsTab definition={definition} readonly={readonly} onReplaced={onReplaced} />
            ) : Form && tab === "form" ? (
              <>
                {unreadable && <p className={styles.note}>{t("setup.text.unreadable")}</p>}
                <Problems body={body} problems={problems} onGoTo={onGoTo} />
                <Drafting value={kind === "object" ? { drafts: true, definition: body } : DRAFTS}>
                  <Suspense fallback={<Skeleton lines={6} />}>
                    <Form body={body} onChange={onForm} problems={problems} readonly={locked} />
                  </Suspense>
                </Drafting>
              </>
            ) : (
              <TextTab
                body={body}
                typed={typed}
                problems={problems}
                readonly={locked}
                goTo={line}
                onType={onType}
              />
            )}
          </div>
        </div>
        {!gone && (
          <Outcome
            definition={definition}
            written={written}
            readonly={readonly}
            unreadable={unreadable}
            onKeep={keeper.keepNow}
            onReplaced={onReplaced}
            onGoTo={onGoTo}
          />
        )}
      </div>
      <LeaveGuard unsaved={!["same", "kept"].includes(written.state) || unreadable} />
    </div>
  );
}
