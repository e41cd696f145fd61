/** A new field: its label, the name that is proposed for it, its type and what that type can't be without. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { useProposedName } from "@/shared/definition/names";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { TextField } from "@/shared/ui/TextField";
import type { FieldTypes } from "./api";
import { fieldsOf, type FieldBody } from "./fields";
import { NeededSettings } from "./FieldSettings";
import styles from "./Objects.module.css";
import { TypePicker } from "./TypePicker";

const NAME = /^[a-z][a-z0-9_]{0,46}$/;

/** So many fields a form shows at first: of a new object those that are added first. */
const CORE_FIELDS = 6;

function coreOf(body: DefinitionBody): number {
  return fieldsOf(body).filter(([, field]) => field.core === true).length;
}

interface AddFieldProps {
  body: DefinitionBody;
  types: FieldTypes;
  onAdd: (name: string, field: FieldBody) => void;
  onClose: () => void;
}

/** What the type can't be without and isn't said yet; options may also come from a list. */
export function missing(field: FieldBody, needs: readonly string[]): string[] {
  return needs.filter((key) => {
    if (["options", "items"].includes(key)) {
      return textIn(field, "options_from") === "" && Object.keys(partOf(field, key)).length === 0;
    }
    return textIn(field, key).trim() === "";
  });
}

export function AddField({ body, types, onAdd, onClose }: AddFieldProps) {
  const { t } = useTranslation();
  const [chinese, setChinese] = useState("");
  const [english, setEnglish] = useState("");
  const [typedName, setTypedName] = useState<string>();
  const [field, setField] = useState<FieldBody>({ type: "text" });
  const [tried, setTried] = useState(false);
  const [chosenCore, setCore] = useState<boolean>();
  const taken = fieldsOf(body).map(([one]) => one);
  const proposed = useProposedName(english || chinese, taken);
  const name = typedName ?? proposed;
  const type = textIn(field, "type");
  const facts = types.items.find((one) => one.type === type);
  const mayBeCore = facts?.stored === true && facts.settings.includes("core");
  const core = mayBeCore && (chosenCore ?? coreOf(body) < CORE_FIELDS);
  const lacking = missing(field, facts?.needs ?? []);
  const wrongName = !NAME.test(name)
    ? t("objects.add.name_wrong")
    : taken.includes(name)
      ? t("objects.add.name_taken")
      : undefined;
  const noLabel = chinese.trim() === "" ? t("objects.add.label_missing") : undefined;
  const onSubmit = () => {
    setTried(true);
    if (wrongName || noLabel || lacking.length > 0) return;
    const label = {
      "zh-CN": chinese.trim(),
      ...(english.trim() && { "en-US": english.trim() }),
    };
    onAdd(name, { type, label, ...field, ...(core && { core }) });
  };
  return (
    <Sheet
      kind="dialog"
      wide
      label={t("objects.add.title")}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button look="primary" type="submit" form="add-field">
            {t("objects.add.do")}
          </Button>
        </>
      }
    >
      <form
        id="add-field"
        className={styles.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <div className={styles.grid}>
          <TextField
            label={t("objects.add.label")}
            value={chinese}
            onChange={setChinese}
            error={tried ? noLabel : undefined}
            maxLength={80}
            data-autofocus
          />
          <TextField
            label={t("objects.add.english")}
            value={english}
            onChange={setEnglish}
            maxLength={80}
          />
          <TextField
            label={t("objects.add.name")}
            value={name}
            onChange={(next) => setTypedName(next === "" ? undefined : next)}
            error={tried ? wrongName : undefined}
            hint={t("objects.add.name_hint")}
            maxLength={47}
            autoCapitalize="off"
            spellCheck={false}
          />
        </div>
        <TypePicker
          label={t("objects.add.type")}
          types={types.items.map((one) => one.type)}
          value={type}
          onChange={(next) => setField({ type: next })}
        >
          {facts && (
            <NeededSettings
              body={body}
              field={field}
              facts={facts}
              types={types}
              set={(key, value) => setField(put(field, key, value))}
              replace={setField}
              errorAt={(key) =>
                tried && lacking.includes(key) ? t("objects.add.needed") : undefined
              }
              readonly={false}
            />
          )}
        </TypePicker>
        {mayBeCore && (
          <label className={styles.flag}>
            <input
              type="checkbox"
              checked={core}
              onChange={(event) => setCore(event.target.checked)}
            />
            <span>
              {t("objects.flag.core")}
              <small>{t("objects.flag_hint.core")}</small>
            </span>
          </label>
        )}
      </form>
    </Sheet>
  );
}
