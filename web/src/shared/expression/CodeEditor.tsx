/** The text field of an expression: colours, completion, and a line under what is wrong. Tab leaves it. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  bracketMatching,
  HighlightStyle,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { useCatalog } from "@/shared/api/queries";
import type { Asked, Wrong } from "./api";
import { completionSource } from "./complete";
import styles from "./ExpressionField.module.css";
import { KEYWORDS, tokensOf, unitsOf } from "./tokens";

const KEYWORD = new Set<string>(KEYWORDS);

const language = StreamLanguage.define<null>({
  startState: () => null,
  token(stream) {
    const [token] = tokensOf(stream.string.slice(stream.pos));
    if (!token) return (stream.skipToEnd(), null);
    stream.pos += token.text.length;
    if (token.kind === "text") return "string";
    if (token.kind === "number") return "number";
    if (token.kind !== "name") return null;
    if (KEYWORD.has(token.text)) return "keyword";
    return stream.peek() === "(" ? "macroName" : "variableName";
  },
});

const colours = HighlightStyle.define([
  { tag: tags.string, color: "var(--green)" },
  { tag: tags.number, color: "var(--purple)" },
  { tag: tags.keyword, color: "var(--brand-text)", fontWeight: "500" },
  { tag: tags.macroName, color: "var(--teal)" },
]);

const theme = EditorView.theme({
  "&.cm-focused": { outline: "none" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-scroller": { font: "13px/20px ui-monospace, 'SF Mono', Menlo, Consolas, monospace" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-placeholder": { color: "var(--text-mute)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    background: "var(--bg-float)",
    color: "var(--text)",
    boxShadow: "var(--shadow-float)",
    overflow: "hidden",
    zIndex: "400",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--font)", maxHeight: "260px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "4px 10px !important", lineHeight: "20px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--brand-tint) !important",
    color: "var(--brand-text) !important",
  },
  ".cm-completionDetail": { marginLeft: "12px", color: "var(--text-mute)", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "280px", padding: "8px 10px", font: "13px/20px var(--font)" },
  ".cm-completionIcon": { display: "none" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--red)",
    textUnderlineOffset: "3px",
  },
  ".cm-matchingBracket": { background: "var(--bg-active) !important" },
});

interface CodeEditorProps {
  label: string;
  value: string;
  onChange: (next: string) => void;
  asked: Omit<Asked, "expression">;
  wrong: Wrong | undefined;
  invalid: boolean;
  describedBy: string;
  placeholder?: string;
  /** Whether the focus is here from the beginning. */
  focused: boolean;
}

export function CodeEditor(props: CodeEditorProps) {
  const { label, value, wrong, invalid, describedBy, placeholder = "" } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const attributes = useRef(new Compartment());
  const client = useQueryClient();
  const catalog = useCatalog();
  // What came from outside isn't told back.
  const said = useEffectEvent((next: string) => next !== value && props.onChange(next));
  const complete = useEffectEvent(completionSource(client, catalog, props.asked));

  const attributesOf = () =>
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-invalid": String(invalid),
      "aria-describedby": describedBy,
      spellcheck: "false",
      autocapitalize: "off",
    });
  const start = useEffectEvent(() =>
    EditorState.create({
      doc: value,
      selection: { anchor: value.length },
      extensions: [
        history(),
        closeBrackets(),
        bracketMatching(),
        language,
        syntaxHighlighting(colours),
        theme,
        EditorView.lineWrapping,
        placeholderOf(placeholder),
        autocompletion({ override: [(context) => complete(context)], icons: false }),
        keymap.of([
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        attributes.current.of(attributesOf()),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) said(update.state.doc.toString());
        }),
      ],
    }),
  );

  const focusFirst = useEffectEvent(() => props.focused);
  useEffect(() => {
    const made = new EditorView({ state: start(), parent: host.current ?? undefined });
    view.current = made;
    if (focusFirst()) made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const doc = view.current?.state.doc;
    if (!doc || doc.toString() === value) return;
    view.current?.dispatch({ changes: { from: 0, to: doc.length, insert: value } });
  }, [value]);

  const describe = useEffectEvent(attributesOf);
  useEffect(() => {
    view.current?.dispatch({ effects: attributes.current.reconfigure(describe()) });
  }, [label, invalid, describedBy]);

  useEffect(() => {
    const made = view.current;
    if (!made) return;
    const text = made.state.doc.toString();
    const from = wrong ? unitsOf(text, wrong.at) : 0;
    const to = wrong ? Math.max(unitsOf(text, wrong.at + wrong.length), from) : 0;
    const marks = wrong ? [{ from, to, severity: "error" as const, message: wrong.message }] : [];
    made.dispatch(setDiagnostics(made.state, marks));
  }, [wrong]);

  return <div ref={host} className={styles.editor} data-invalid={invalid} />;
}
