/** Another type for a field: what would become of its values is told before anything is changed. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { put, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { Effects } from "@/shared/plan/Effects";
import { losesValues, planQuery } from "@/shared/plan/model";
import { Button } from "@/shared/ui/Button";
import { Sheet } from "@/shared/ui/Overlay";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import { missing } from "./AddField";
import type { FieldTypes } from "./api";
import { retyped, typeOf, withField, type FieldBody } from "./fields";
import { NeededSettings } from "./FieldSettings";
import styles from "./Objects.module.css";
import { TypePicker } from "./TypePicker";
import { isAlike, useTypeWords } from "./types";

interface RetypeSheetProps {
  body: DefinitionBody;
  name: string;
  label: string;
  field: FieldBody;
  types: FieldTypes;
  onRetype: (next: FieldBody) => void;
  onClose: () => void;
}

export function RetypeSheet(props: RetypeSheetProps) {
  const { body, name, label, field, types, onRetype, onClose } = props;
  const { t } = useTranslation();
  const { nameOf } = useTypeWords();
  const [next, setNext] = useState(field);
  const type = typeOf(next);
  const facts = types.items.find((one) => one.type === type);
  const differs = type !== typeOf(field);
  const ready = differs && missing(next, facts?.needs ?? []).length === 0;
  const object = textIn(body, "object");
  const planned = useQuery({
    ...planQuery("object", object, withField(body, name, next), JSON.stringify([name, next])),
    enabled: ready,
    retry: false,
  });
  const lost = losesValues(planned.data);
  const problems = planned.data?.problems ?? [];
  return (
    <Sheet
      kind="dialog"
      wide
      label={t("objects.retype.title", { name: label })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t("do.cancel")}</Button>
          <Button
            look={lost ? "danger" : "primary"}
            disabled={!ready || planned.isPending}
            onClick={() => onRetype(next)}
          >
            {t(lost ? "objects.retype.do_lost" : "objects.retype.do", { type: nameOf(type) })}
          </Button>
        </>
      }
    >
      <div className={styles.sheet}>
        <TypePicker
          label={t("objects.retype.label", { type: nameOf(typeOf(field)) })}
          types={types.items.map((one) => one.type)}
          value={type}
          onChange={(to) =>
            setNext(to === typeOf(field) ? field : retyped(field, to, types.items, isAlike))
          }
        />
        {differs && facts && (
          <NeededSettings
            body={body}
            field={next}
            facts={facts}
            types={types}
            set={(key, value) => setNext(put(next, key, value))}
            replace={setNext}
            errorAt={() => undefined}
            readonly={false}
          />
        )}
        <section className={styles.outlook} aria-live="polite">
          {!differs ? (
            <p className={styles.hint}>{t("objects.retype.hint")}</p>
          ) : !ready ? (
            <p className={styles.hint}>{t("objects.retype.needed")}</p>
          ) : planned.isPending ? (
            <Skeleton lines={2} />
          ) : !planned.data ? (
            <ErrorState error={planned.error} onRetry={() => void planned.refetch()} />
          ) : problems.length > 0 ? (
            <>
              <p className={styles.error}>{t("objects.retype.problems")}</p>
              <ul className={styles.problems}>
                {problems.map((one) => (
                  <li key={one.field}>
                    <code>{one.field}</code> {one.message}
                  </li>
                ))}
              </ul>
            </>
          ) : (
            <Effects
              plan={planned.data}
              object={object}
              labelOf={(one) => (one === name ? label : one)}
            />
          )}
        </section>
      </div>
    </Sheet>
  );
}
