/** One field: what it is at a glance, and opened its settings. */
import { useDraggable, useDroppable } from "@dnd-kit/core";
import { ChevronDown, ChevronRight, ChevronUp, GripVertical, Repeat2, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { labelIn, partOf, put, textIn } from "@/shared/definition/body";
import type { DefinitionBody } from "@/shared/definition/form";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Button } from "@/shared/ui/Button";
import { cx } from "@/shared/ui/cx";
import { Tag } from "@/shared/ui/Tag";
import type { FieldTypes } from "./api";
import { useObjects } from "./around";
import { isFilled, isSearched, searched, typeOf, type FieldBody } from "./fields";
import { FieldSettings } from "./FieldSettings";
import styles from "./Objects.module.css";
import { TypeIcon, useTypeWords } from "./types";

interface FieldRowProps {
  name: string;
  label: string;
  field: FieldBody;
  body: DefinitionBody;
  types: FieldTypes;
  open: boolean;
  /** What is wrong, by the rest of its place. */
  problems: Record<string, string>;
  readonly: boolean;
  movable: boolean;
  isFirst: boolean;
  isLast: boolean;
  onToggle: () => void;
  onUp: () => void;
  onDown: () => void;
  onChange: (body: DefinitionBody) => void;
  onField: (next: FieldBody) => void;
  onRetype: () => void;
  onRemove: () => void;
}

/** The type in words, with what tells two fields of it apart. */
function useSummary(body: DefinitionBody, field: FieldBody): string {
  const { t } = useTranslation();
  const { nameOf } = useTypeWords();
  const objects = useObjects(body);
  const object = textIn(field, "object");
  const options = Object.keys({ ...partOf(field, "options"), ...partOf(field, "items") }).length;
  const more = object
    ? (objects.find((one) => one.key === object)?.label ?? object)
    : options > 0
      ? t("objects.option.count", { count: options })
      : "";
  return [nameOf(typeOf(field)), more].filter(Boolean).join(" · ");
}

function Badges({ body, name, field }: Pick<FieldRowProps, "body" | "name" | "field">) {
  const { t } = useTranslation();
  return (
    <span className={styles.badges}>
      {textIn(body, "title") === name && <Tag color="blue">{t("objects.badge.title")}</Tag>}
      {field.core === true && <Tag color="teal">{t("objects.badge.core")}</Tag>}
      {field.required === true && <Tag color="amber">{t("objects.badge.required")}</Tag>}
      {field.unique === true && <Tag color="purple">{t("objects.badge.unique")}</Tag>}
      {isFilled(field) && <Tag>{t("objects.badge.filled")}</Tag>}
    </span>
  );
}

export function FieldRow(props: FieldRowProps) {
  const { name, label, field, body, open, problems, movable, isFirst, isLast } = props;
  const { t } = useTranslation();
  const {
    setNodeRef: setDragged,
    listeners,
    transform,
    isDragging,
  } = useDraggable({ id: name, disabled: !movable });
  const { setNodeRef: setTarget, isOver } = useDroppable({ id: name });
  const summary = useSummary(body, field);
  const shift = transform ? `translateY(${transform.y}px)` : undefined;
  return (
    <li
      ref={setTarget}
      className={cx(
        styles.field,
        isDragging && styles.dragged,
        isOver && !isDragging && styles.target,
      )}
    >
      <div ref={setDragged} className={styles.row} style={{ transform: shift }}>
        {movable && (
          // The keyboard has the two buttons at the end of the row.
          <span className={styles.grip} aria-hidden {...listeners}>
            <GripVertical size={16} />
          </span>
        )}
        <button
          id={`field-${name}`}
          type="button"
          className={styles.opener}
          aria-expanded={open}
          aria-controls={`field-${name}-settings`}
          onClick={props.onToggle}
        >
          <TypeIcon type={typeOf(field)} />
          <span className={styles.name}>
            <strong>{label}</strong>
            <small>{summary}</small>
          </span>
          <Badges body={body} name={name} field={field} />
          <ChevronRight size={16} className={styles.chevron} aria-hidden />
        </button>
        {movable && (
          <span className={styles.moves}>
            <Button
              id={`field-${name}-up`}
              look="ghost"
              icon={<ChevronUp size={16} />}
              aria-label={t("sentence.up", { name: label })}
              disabled={isFirst}
              onClick={props.onUp}
            />
            <Button
              id={`field-${name}-down`}
              look="ghost"
              icon={<ChevronDown size={16} />}
              aria-label={t("sentence.down", { name: label })}
              disabled={isLast}
              onClick={props.onDown}
            />
          </span>
        )}
      </div>
      {open && (
        <div
          id={`field-${name}-settings`}
          role="group"
          aria-label={label}
          className={styles.settings}
        >
          {problems[""] && (
            <p className={styles.error} role="alert">
              {problems[""]}
            </p>
          )}
          <Settings {...props} />
        </div>
      )}
    </li>
  );
}

function Settings(props: FieldRowProps) {
  const { name, label, field, body, types, problems, readonly, onChange, onField } = props;
  const { t } = useTranslation();
  const { nameOf } = useTypeWords();
  const type = typeOf(field);
  const facts = types.items.find((one) => one.type === type);
  const isTitle = textIn(body, "title") === name;
  return (
    <>
      <LabelBlank
        label={t("objects.set.label")}
        value={labelIn(field)}
        onChange={(next) => onField(put(field, "label", next))}
        error={problems.label}
        readonly={readonly}
      />
      <div className={styles.kind}>
        <span>
          {nameOf(type)} <code className={styles.code}>{name}</code>
        </span>
        {problems.type && (
          <span className={styles.error} role="alert">
            {problems.type}
          </span>
        )}
        {!readonly && !isFilled(field) && (
          <Button
            icon={<Repeat2 size={15} />}
            aria-label={t("objects.retype.of", { name: label })}
            onClick={props.onRetype}
          >
            {t("objects.retype.open")}
          </Button>
        )}
        {!readonly && (
          <Button
            look="ghost"
            icon={<Trash2 size={15} />}
            disabled={isTitle}
            title={isTitle ? t("objects.title_stays") : undefined}
            aria-label={t("objects.remove_of", { name: label })}
            onClick={props.onRemove}
          >
            {t("objects.remove")}
          </Button>
        )}
      </div>
      {isFilled(field) && (
        <p className={styles.hint}>{t("objects.filled", { from: textIn(field, "from") })}</p>
      )}
      {facts ? (
        <FieldSettings
          body={body}
          field={field}
          facts={facts}
          types={types}
          set={(key, value) => onField(put(field, key, value))}
          replace={onField}
          errorAt={(key) => problems[key]}
          readonly={readonly}
          search={facts.can.search ? isSearched(body, name) : null}
          onSearch={(on) => onChange(searched(body, name, on))}
        />
      ) : (
        <p className={styles.hint}>{t("objects.unknown_type")}</p>
      )}
    </>
  );
}
