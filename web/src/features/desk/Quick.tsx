/** Quick entries: new records and steps that ask for a record first, whatever the metadata allows. */
import { Link } from "@tanstack/react-router";
import { ChevronDown, PenLine, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { openCommands } from "@/shared/commands";
import { creatable, primarySteps } from "@/shared/quick";
import { Button } from "@/shared/ui/Button";
import menu from "@/shared/ui/menu.module.css";
import { Popover } from "@/shared/ui/Popover";
import styles from "./Desk.module.css";

/** Everything that may be entered; `onChosen` closes what holds the list. */
export function QuickList({ onChosen }: { onChosen: () => void }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const steps = primarySteps(catalog);
  const objects = creatable(catalog);
  if (steps.length + objects.length === 0) {
    return <p className={menu.heading}>{t("desk.no_quick")}</p>;
  }
  return (
    <>
      {steps.map(({ object, operation }) => (
        <button
          key={`${object.name}.${operation.name}`}
          type="button"
          className={menu.item}
          onClick={() => {
            onChosen();
            openCommands({ object: object.name, operation: operation.name });
          }}
        >
          <PenLine size={15} aria-hidden />
          <span className={menu.grow}>{operation.label}</span>
          {steps.filter((one) => one.operation.label === operation.label).length > 1 && (
            <span className={styles.of}>{object.label}</span>
          )}
        </button>
      ))}
      {objects.length > 0 && steps.length > 0 && <div className={menu.line} />}
      {objects.map((object) => (
        <Link
          key={object.name}
          to="/o/$object/new"
          params={{ object: object.name }}
          className={menu.item}
          onClick={onChosen}
        >
          <Plus size={15} aria-hidden />
          <span className={menu.grow}>{t("record.new", { object: object.label })}</span>
        </Link>
      ))}
    </>
  );
}

/** The two commonest at once, the rest in a menu. */
export function QuickButtons() {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [object] = creatable(catalog);
  const [step] = primarySteps(catalog);
  if (!object && !step) return null;
  return (
    <div className={styles.quick}>
      {step && (
        <Button
          icon={<PenLine size={15} />}
          onClick={() => openCommands({ object: step.object.name, operation: step.operation.name })}
        >
          {step.operation.label}
        </Button>
      )}
      <Popover
        label={t("desk.quick")}
        button={(anchor) => (
          <Button {...anchor}>
            {t("desk.quick")}
            <ChevronDown size={15} aria-hidden />
          </Button>
        )}
      >
        {(close) => <QuickList onChosen={close} />}
      </Popover>
      {object && (
        <Link to="/o/$object/new" params={{ object: object.name }} className={styles.primary}>
          <Plus size={16} aria-hidden />
          {t("record.new", { object: object.label })}
        </Link>
      )}
    </div>
  );
}
