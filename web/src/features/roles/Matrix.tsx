/** Objects by what may be done with their records, each cell a scope in words. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { put } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { Table, type TableColumn } from "@/shared/ui/Table";
import { Tag } from "@/shared/ui/Tag";
import { readReach, SCOPES, widen, type Scope } from "./reach";
import styles from "./Roles.module.css";

/** What a role grants on records; `clocks` is to pause and resume theirs by hand. */
export const ACTIONS = ["read", "update", "delete", "assign", "merge", "clocks"] as const;

interface ScopeSelectProps {
  label: string;
  /** As it stands in the definition. */
  reach: unknown;
  problem?: string;
  readonly: boolean;
  onChange: (reach: unknown) => void;
}

export function ScopeSelect({ label, reach, problem, readonly, onChange }: ScopeSelectProps) {
  const { t } = useTranslation();
  const read = readReach(reach);
  const more = read.conditions.length;
  return (
    <span className={styles.scope}>
      {readonly ? (
        <span className={read.scope === "none" ? styles.mute : undefined}>
          {t(`role.scope_${read.scope}`)}
        </span>
      ) : (
        <select
          aria-label={label}
          aria-invalid={problem !== undefined}
          title={problem}
          value={read.scope}
          data-granted={read.scope !== "none"}
          onChange={(event) => onChange(widen(read, event.target.value as Scope))}
        >
          {SCOPES.map((scope) => (
            <option key={scope} value={scope}>
              {t(`role.scope_${scope}`)}
            </option>
          ))}
        </select>
      )}
      {more > 0 && (
        <Tag color="blue" title={read.conditions.map((one) => one.text).join("\n")}>
          {t("role.or_conditions", { count: more })}
        </Tag>
      )}
    </span>
  );
}

interface MatrixProps {
  objects: readonly ObjectDef[];
  grantOf: (object: string) => DefinitionBody;
  onChange: (object: string, grant: DefinitionBody) => void;
  problems: Record<string, string>;
  readonly: boolean;
  open: string | undefined;
  onOpen: (object: string) => void;
}

export function Matrix(props: MatrixProps) {
  const { objects, grantOf, onChange, problems, readonly, open, onOpen } = props;
  const { t } = useTranslation();
  const has = (object: string) =>
    Object.keys(problems).some((place) => place.startsWith(`objects.${object}.`));
  const scope = (action: (typeof ACTIONS)[number]): TableColumn<ObjectDef> => ({
    key: action,
    label: t(`role.may_${action}`),
    render: (object) => (
      <ScopeSelect
        label={t("role.cell", { object: object.label, action: t(`role.may_${action}`) })}
        reach={grantOf(object.name)[action]}
        problem={problems[`objects.${object.name}.${action}`]}
        readonly={readonly}
        onChange={(reach) => onChange(object.name, put(grantOf(object.name), action, reach))}
      />
    ),
  });
  const create: TableColumn<ObjectDef> = {
    key: "create",
    label: t("role.may_create"),
    render: (object) => {
      const may = grantOf(object.name).create === true;
      return readonly ? (
        t(may ? "state.yes" : "state.no")
      ) : (
        <label className={styles.check}>
          <input
            type="checkbox"
            aria-label={t("role.cell", { object: object.label, action: t("role.may_create") })}
            checked={may}
            onChange={(event) =>
              onChange(
                object.name,
                put(grantOf(object.name), "create", event.target.checked || undefined),
              )
            }
          />
        </label>
      );
    },
  };
  const name: TableColumn<ObjectDef> = {
    key: "object",
    label: t("role.object"),
    render: (object) => {
      const Arrow = object.name === open ? ChevronDown : ChevronRight;
      return (
        <button
          type="button"
          className={styles.object}
          aria-expanded={object.name === open}
          onClick={() => onOpen(object.name)}
        >
          <Arrow size={15} aria-hidden />
          {object.label}
          {has(object.name) && <Tag color="red">{t("role.wrong")}</Tag>}
        </button>
      );
    },
  };
  const [read, ...others] = ACTIONS;
  return (
    <div className={styles.matrix}>
      <Table
        label={t("role.objects")}
        columns={[name, scope(read), create, ...others.map(scope)]}
        rows={objects}
        keyOf={(object) => object.name}
      />
    </div>
  );
}
