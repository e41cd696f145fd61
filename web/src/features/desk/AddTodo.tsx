/** A to-do of one's own in one line: what, and by when. */
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { useMe } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { newKey } from "@/shared/keys";
import { serverNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { useErrorText } from "@/shared/ui/States";
import { useAddTodo, type Todos } from "./api";
import { DUES, dueOf, type Due } from "./days";
import styles from "./Desk.module.css";

export function AddTodo({ todos }: { todos: Todos }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { zone } = useFormat();
  const me = useMe();
  const add = useAddTodo(todos.object);
  const [title, setTitle] = useState("");
  const [due, setDue] = useState<Due>("today");
  const [key, setKey] = useState(newKey);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!title.trim() || !todos.title) return;
    const at = dueOf(due, serverNow(), zone);
    const values = { [todos.title]: title.trim(), [todos.due]: at, owner: me?.person.id };
    const onSuccess = () => {
      setTitle("");
      setKey(newKey());
    };
    // A refused request is mended into another one; one that may have been done is sent again as it is.
    const onError = (error: Error) => {
      if (error instanceof ApiError && error.refused) setKey(newKey());
    };
    add.mutate({ values, key }, { onSuccess, onError });
  };
  const wrong =
    add.error instanceof ApiError
      ? (add.error.fieldErrors[todos.title ?? ""] ?? textOf(add.error))
      : add.error && textOf(add.error);
  return (
    <form className={styles.add} onSubmit={submit}>
      <input
        aria-label={t("desk.add")}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? "desk-add-error" : undefined}
        placeholder={t("desk.add_hint")}
        maxLength={200}
        value={title}
        onChange={(event) => {
          setTitle(event.target.value);
          add.reset();
        }}
      />
      <select
        aria-label={t("desk.due.label")}
        value={due}
        onChange={(event) => setDue(event.target.value as Due)}
      >
        {DUES.map((one) => (
          <option key={one} value={one}>
            {t(`desk.due.${one}`)}
          </option>
        ))}
      </select>
      <Button
        type="submit"
        icon={<Plus size={16} />}
        busy={add.isPending}
        disabled={!title.trim()}
        aria-label={t("desk.add")}
      />
      {wrong && (
        <p id="desk-add-error" role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
}
