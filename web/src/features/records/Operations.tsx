/** The operations that may be done with a record now: the first as buttons, the others in a menu. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef, Operation, Outlook, RecordItem } from "@/shared/api/types";
import { useIsPhone } from "@/shared/media";
import { Button } from "@/shared/ui/Button";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import { SkeletonBar } from "@/shared/ui/States";
import { outlooksQuery } from "./api";
import styles from "./RecordView.module.css";
import type { ListSearch } from "./search";

const OperationSheet = lazy(() => import("./OperationSheet"));

const BUTTONS = 3;
const BUTTONS_ON_PHONE = 2;

/** One that only waits for something is shown with what it waits for; what doesn't fit the record isn't shown. */
interface Offered {
  open: Operation[];
  waiting: { operation: Operation; why: string }[];
}

/** The operations under the names that they have for the record at hand. */
function namedFor(operations: readonly Operation[], outlooks: readonly Outlook[]): Operation[] {
  const told = new Map(outlooks.map((one) => [one.name, one.label]));
  return operations.map((one) => ({ ...one, label: told.get(one.name) ?? one.label }));
}

function offeredOf(operations: readonly Operation[], outlooks: readonly Outlook[]): Offered {
  const told = new Map(outlooks.map((one) => [one.name, one]));
  const open = operations.filter((one) => told.get(one.name)?.allowed);
  const waiting = operations.flatMap((operation) => {
    const outlook = told.get(operation.name);
    const asked = outlook?.unmet ?? [];
    if (!outlook || outlook.allowed || asked.length === 0) return [];
    return [{ operation, why: asked.map((one) => one.label).join(" · ") }];
  });
  return { open, waiting };
}

interface MenuProps extends Offered {
  onChoose: (operation: Operation) => void;
}

function OperationMenu({ open, waiting, onChoose }: MenuProps) {
  const { t } = useTranslation();
  return (
    <Popover
      label={t("detail.more_operations")}
      button={(anchor) => (
        <Button {...anchor}>
          {t("detail.more_operations")}
          <ChevronDown size={14} aria-hidden />
        </Button>
      )}
    >
      {(close) => (
        <>
          {open.map((operation) => (
            <button
              key={operation.name}
              type="button"
              className={menu.item}
              onClick={() => {
                close();
                onChoose(operation);
              }}
            >
              {operation.label}
            </button>
          ))}
          {waiting.length > 0 && (
            <>
              {open.length > 0 && <div className={menu.line} />}
              <div className={menu.heading}>{t("detail.waits_for")}</div>
              {waiting.map(({ operation, why }) => (
                <div key={operation.name} className={styles.waiting}>
                  <span>{operation.label}</span>
                  <span>{why}</span>
                </div>
              ))}
            </>
          )}
        </>
      )}
    </Popover>
  );
}

export function Operations({ object, record }: { object: ObjectDef; record: RecordItem }) {
  const navigate = useNavigate();
  const { do: asked } = useSearch({ strict: false });
  const phone = useIsPhone();
  const [chosen, setChosen] = useState<Operation>();
  const outlooks = useQuery({
    ...outlooksQuery(object.name, record.id),
    enabled: object.operations.length > 0,
  });
  const close = () => {
    setChosen(undefined);
    // What the address asked for is done once, not again when one comes back.
    if (asked) {
      const search = (now: ListSearch) => ({ ...now, do: undefined });
      void navigate({ to: ".", search, replace: true });
    }
  };
  if (object.operations.length === 0) return null;
  if (outlooks.isPending) {
    return (
      <div className={styles.operations} aria-busy="true">
        <SkeletonBar width="45%" />
      </div>
    );
  }
  // Where it can't be had all are offered: the server judges each when it is done.
  const named = namedFor(object.operations, outlooks.data ?? []);
  const shown = chosen ?? named.find((one) => one.name === asked);
  const { open, waiting } = outlooks.data
    ? offeredOf(named, outlooks.data)
    : { open: named, waiting: [] };
  const most = phone ? BUTTONS_ON_PHONE : BUTTONS;
  const rest = open.slice(most);
  if (open.length + waiting.length === 0) return null;
  return (
    <div className={styles.operations} data-operations="open">
      {open.slice(0, most).map((operation, i) => (
        <Button
          key={operation.name}
          look={i === 0 ? "primary" : "default"}
          onClick={() => setChosen(operation)}
        >
          {operation.label}
        </Button>
      ))}
      {rest.length + waiting.length > 0 && (
        <OperationMenu open={rest} waiting={waiting} onChoose={setChosen} />
      )}
      {shown && (
        <Suspense>
          <OperationSheet
            key={shown.name}
            object={object}
            operation={shown}
            record={record}
            suggested={outlooks.data?.find((one) => one.name === shown.name)?.suggested ?? {}}
            onClose={close}
          />
        </Suspense>
      )}
    </div>
  );
}
