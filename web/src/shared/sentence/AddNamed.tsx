/** Adds something that has a label and a key: the label is typed, the key is proposed by the server. */
import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { freeKey, typedLabel } from "@/shared/definition/body";
import type { Label } from "@/shared/definition/form";
import { freeName, nameQuery } from "@/shared/definition/names";
import { Button } from "@/shared/ui/Button";
import { TextField } from "@/shared/ui/TextField";
import { useLatest } from "@/shared/useLatest";
import styles from "./AddNamed.module.css";

interface AddNamedProps {
  label: string;
  hint: string;
  /** What a key begins with that nothing was proposed for. */
  stem: string;
  taken: string[];
  onAdd: (key: string, label: Label) => void;
}

export function AddNamed(props: AddNamedProps) {
  const { label, hint, stem } = props;
  const client = useQueryClient();
  // While the server is asked, people go on: the thing is added to what there is by then.
  const latest = useLatest(props);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    const name = text.trim();
    if (name === "" || busy) return;
    setBusy(true);
    // Whatever keeps the server from proposing a key must not keep the thing from being made.
    const found = await client.fetchQuery(nameQuery(name)).catch(() => null);
    setBusy(false);
    setText("");
    const { taken, onAdd } = latest.current;
    onAdd(found?.name ? freeName(found.name, taken) : freeKey(stem, taken), typedLabel(name));
  };
  return (
    <div className={styles.add}>
      <TextField
        label={label}
        value={text}
        placeholder={hint}
        readOnly={busy}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void add();
        }}
        maxLength={80}
      />
      <Button
        icon={<Plus size={15} />}
        aria-label={label}
        busy={busy}
        onClick={() => void add()}
        disabled={text.trim() === ""}
      />
    </div>
  );
}
