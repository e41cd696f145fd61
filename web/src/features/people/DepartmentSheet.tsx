/** One department: its name, who heads it, and under which it stands; that is also how it is moved. */
import { useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { SelectField } from "@/shared/ui/SelectField";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import { changeDepartment, createDepartment, type Department, refreshPeople } from "./api";
import styles from "./People.module.css";
import { targetsOf, type Branch } from "./tree";

/** One that is there, or a new one under another. */
export type Editing = { department: Department } | { parent: string | null };

interface DepartmentSheetProps {
  editing: Editing;
  branches: readonly Branch[];
  people: readonly { id: string; name: string; active?: boolean }[];
  onClose: () => void;
}

const INDENT = "\u2003";

export function DepartmentSheet({ editing, branches, people, onClose }: DepartmentSheetProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useId();
  const { ask, busy, errors } = useAsked("form");
  const before = "department" in editing ? editing.department : undefined;
  const [name, setName] = useState(before?.name ?? "");
  const [key, setKey] = useState("");
  const [head, setHead] = useState(before?.head ?? "");
  const [parent, setParent] = useState(
    ("department" in editing ? editing.department.parent : editing.parent) ?? "",
  );

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const said = { name: name.trim(), head: head || null, parent: parent || null };
    const saved = await ask(() =>
      before ? changeDepartment(before.id, said) : createDepartment({ ...said, key: key.trim() }),
    );
    if (!saved) return;
    void refreshPeople(client);
    showToast(t("people.saved"));
    onClose();
  };
  const places = before ? targetsOf(branches, before.id) : branches;
  return (
    <Sheet
      kind="dialog"
      label={
        before ? t("people.edit_department", { name: before.name }) : t("people.new_department")
      }
      onClose={onClose}
      foot={
        <>
          {errors.form && (
            <p className={styles.error} role="alert">
              {errors.form}
            </p>
          )}
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button type="submit" form={form} look="primary" busy={busy}>
            {t(before ? "do.save" : "do.create")}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.stack} onSubmit={(event) => void save(event)}>
        <TextField
          label={t("people.department_name")}
          required
          data-autofocus
          value={name}
          error={errors.name}
          onChange={setName}
        />
        {!before && (
          <TextField
            label={t("people.key")}
            hint={t("people.key_hint")}
            required
            autoCapitalize="none"
            value={key}
            error={errors.key}
            onChange={setKey}
          />
        )}
        <SelectField
          label={t("people.head")}
          value={head}
          empty={t("people.no_head")}
          options={people
            .filter((one) => one.active || one.id === head)
            .map((one) => ({ key: one.id, label: one.name }))}
          error={errors.head}
          onChange={setHead}
        />
        <SelectField
          label={t("people.move_to")}
          value={parent}
          empty={t("people.at_top")}
          options={places.map(({ department, depth }) => ({
            key: department.id,
            label: INDENT.repeat(depth) + department.name,
          }))}
          error={errors.parent}
          onChange={setParent}
        />
      </form>
    </Sheet>
  );
}
