/** Names a view and says who else has it: a new one from what the list shows, or one's own. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { departmentsQuery } from "@/shared/api/queries";
import type { ObjectDef } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { useErrorText } from "@/shared/ui/States";
import { TextField } from "@/shared/ui/TextField";
import { showToast } from "@/shared/ui/toast";
import styles from "./ListMenus.module.css";
import { keptLook, type ListView } from "./look";
import type { ListLook } from "./useLook";
import { useViewDeed } from "./views";

const WITH = ["nobody", "everyone", "departments"] as const;
type With = (typeof WITH)[number];

interface ViewSheetProps {
  object: ObjectDef;
  list: ListLook;
  /** The view to change; without one what the list shows becomes a new one. */
  view?: ListView;
  onClose: () => void;
}

function sharedWith(view: ListView | undefined): With {
  if (view?.everyone) return "everyone";
  return view?.departments?.length ? "departments" : "nobody";
}

export function ViewSheet({ object, list, view, onClose }: ViewSheetProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const deed = useViewDeed(object.name);
  const departments = useQuery(departmentsQuery);
  const [name, setName] = useState(view?.label ?? "");
  const [shared, setShared] = useState<With>(sharedWith(view));
  const [chosen, setChosen] = useState<string[]>(view?.departments ?? []);
  const may = list.kept?.may_share ?? { everyone: false, departments: [] };
  const offered = (departments.data?.items ?? []).filter(
    (one) => may.departments.includes(one.id) || chosen.includes(one.id),
  );
  const choices = WITH.filter(
    (one) =>
      one === "nobody" ||
      one === shared ||
      (one === "everyone" ? may.everyone : may.departments.length > 0),
  );

  const submit = async () => {
    const body = {
      name,
      everyone: shared === "everyone",
      departments: shared === "departments" ? chosen : [],
    };
    const look = keptLook(list.look, object.fields);
    const kept = await deed.mutateAsync(
      view ? { do: "change", view: view.key, body } : { do: "keep", body: { ...body, look } },
    );
    showToast(t("lists.view_saved", { name: kept?.label ?? name }));
    onClose();
    if (!view) {
      list.show(list.view?.key);
      list.show(kept?.key);
    }
  };
  const wrong = deed.error instanceof ApiError ? deed.error.fieldErrors : {};
  const elsewhere = deed.error && !wrong.name ? textOf(deed.error) : "";

  return (
    <Sheet
      kind="dialog"
      label={t(view ? "lists.view_edit" : "lists.view_save_as")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button
            look="primary"
            busy={deed.isPending}
            disabled={!name.trim() || (shared === "departments" && chosen.length === 0)}
            onClick={() => void submit().catch(() => undefined)}
          >
            {t("do.save")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("lists.view_name")}
        value={name}
        error={wrong.name}
        maxLength={60}
        data-autofocus
        onChange={setName}
      />
      <fieldset className={styles.share}>
        <legend>{t("lists.view_for")}</legend>
        {choices.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="shared"
              checked={shared === one}
              onChange={() => setShared(one)}
            />
            {t(`lists.shared.${one}`)}
          </label>
        ))}
        {shared === "departments" && (
          <div className={styles.departments}>
            {offered.map(({ id, name: label }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={chosen.includes(id)}
                  onChange={() =>
                    setChosen(
                      chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id],
                    )
                  }
                />
                {label}
              </label>
            ))}
          </div>
        )}
      </fieldset>
      {shared !== "nobody" && <p className={styles.hint}>{t("lists.shared_hint")}</p>}
      {elsewhere && (
        <p className={styles.wrong} role="alert">
          {elsewhere}
        </p>
      )}
    </Sheet>
  );
}
