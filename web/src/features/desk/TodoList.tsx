/** To-dos to tick off, those due first in front. */
import { Link } from "@tanstack/react-router";
import { CircleAlert, ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import type { Field, RecordItem } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { cx } from "@/shared/ui/cx";
import { FieldValue, isBlank } from "@/shared/ui/FieldValue";
import { isRef } from "@/shared/ui/shapes";
import { Empty, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { AddTodo } from "./AddTodo";
import { useOperate, type Todos } from "./api";
import { whenOf, type When } from "./days";
import styles from "./Desk.module.css";

const GROUPS: When[] = ["late", "today", "later", "undated"];

interface TodoProps {
  todos: Todos;
  todo: RecordItem;
  facts: Field[];
  onDone: (todo: RecordItem, title: string) => void;
  busy: boolean;
}

function Todo({ todos, todo, facts, onDone, busy }: TodoProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const field = todos.about.find((name) => isRef(todo[name]));
  const about = field && todo[field];
  const aboutField = useObject(todos.object)?.fields.find((one) => one.name === field);
  const title = String((todos.title && todo[todos.title]) || todo.id.slice(-6));
  const due = todo[todos.due];
  const late = typeof due === "string" && Date.parse(due) <= now;
  // What it is about is where one goes; a to-do about nothing opens itself.
  const target =
    isRef(about) && aboutField?.object
      ? { object: aboutField.object, id: about.id }
      : { object: todos.object, id: todo.id };
  return (
    <li className={styles.todo}>
      {todos.done && (
        <input
          type="checkbox"
          checked={false}
          disabled={busy}
          aria-label={t("desk.done", { title })}
          onChange={() => onDone(todo, title)}
        />
      )}
      <Link to="/o/$object/records/$id" params={target} className={styles.what}>
        {title}
      </Link>
      <span className={styles.facts}>
        {facts.map(
          (field) =>
            !isBlank(todo[field.name]) && (
              <FieldValue key={field.name} field={field} value={todo[field.name]} record={todo} />
            ),
        )}
      </span>
      {typeof due === "string" && (
        <time className={cx(styles.due, late && styles.late)} title={format.momentFull(due)}>
          {late && <CircleAlert size={13} aria-hidden />}
          {late ? t("desk.late", { at: format.moment(due, now) }) : format.moment(due, now)}
        </time>
      )}
    </li>
  );
}

export function TodoList({ todos }: { todos: Todos }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const operate = useOperate();
  const object = useObject(todos.object);
  const facts = (object?.fields ?? []).filter(
    (field) => field.core && ![todos.title, ...todos.about, todos.due].includes(field.name),
  );
  const now = useNow();
  const { zone } = useFormat();
  const writable = (name: string | null) =>
    object?.fields.some((field) => field.name === name && !field.readonly) ?? false;
  const addable =
    Boolean(object?.permissions.create) && writable(todos.title) && writable(todos.due);
  const failed = (error: unknown) => showToast(textOf(error), "failed");

  const run = (
    todo: RecordItem,
    operation: string | null,
    onSuccess: (now: RecordItem) => void,
  ) => {
    if (operation === null) return;
    const which = { object: todos.object, id: todo.id, version: todo.version, operation };
    operate.mutate(which, { onSuccess, onError: failed });
  };
  const onDone = (todo: RecordItem, title: string) =>
    run(todo, todos.done, (done) => {
      const text = t("desk.finished", { title });
      const undo = () => run(done, todos.undo, () => undefined);
      showToast(text, "done", todos.undo ? { label: t("do.take_back"), run: undo } : undefined);
    });

  return (
    <section className={styles.block}>
      <h2>
        {todos.label} <span>{todos.total}</span>
      </h2>
      {addable && <AddTodo todos={todos} />}
      {todos.items.length === 0 && (
        <Empty
          small
          title={t("desk.no_todos")}
          hint={addable ? t("desk.no_todos_hint") : undefined}
          icon={<ListChecks size={22} />}
        />
      )}
      {GROUPS.map((when) => {
        const items = todos.items.filter((one) => whenOf(one[todos.due], now, zone) === when);
        if (items.length === 0) return null;
        return (
          <div key={when} role="group" aria-label={t(`desk.when.${when}`)}>
            <h3 className={cx(styles.when, when === "late" && styles.late)}>
              {t(`desk.when.${when}`)} <span>{items.length}</span>
            </h3>
            <ul className={styles.list}>
              {items.map((todo) => (
                <Todo
                  key={todo.id}
                  todos={todos}
                  todo={todo}
                  facts={facts}
                  onDone={onDone}
                  busy={operate.isPending}
                />
              ))}
            </ul>
          </div>
        );
      })}
      {todos.next_cursor && (
        <Link
          to="/o/$object"
          params={{ object: todos.object }}
          search={{ only: { filter: todos.filter, label: todos.label } }}
          className={styles.all}
        >
          {t("desk.all", { count: todos.total })}
        </Link>
      )}
    </section>
  );
}
