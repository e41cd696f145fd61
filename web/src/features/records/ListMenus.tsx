/** What the buttons over a list open: what to do about the view, which columns, grouped by what. */
import { Check, GripVertical, Pencil, RotateCcw, Save, Star, Trash2, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectDef } from "@/shared/api/types";
import { offered } from "@/shared/filter/model";
import menu from "@/shared/ui/menu.module.css";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import styles from "./ListMenus.module.css";
import { CLOCKS, groupFields, keptLook, laneFields } from "./look";
import type { ListLook } from "./useLook";
import { useViewDeed } from "./views";

interface MenuProps {
  object: ObjectDef;
  list: ListLook;
  onDone: () => void;
}

function Item({
  icon,
  children,
  onClick,
}: {
  icon: ReactNode;
  children: ReactNode;
  onClick: () => void;
}) {
  return (
    <button type="button" className={menu.item} onClick={onClick}>
      {icon}
      <span className={menu.grow}>{children}</span>
    </button>
  );
}

export function ViewMenu({
  object,
  list,
  onDone,
  onSheet,
}: MenuProps & { onSheet: (sheet: "new" | "edit") => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const deed = useViewDeed(object.name);
  const { view, kept, changed } = list;
  const isDefault = kept?.default === view?.key;

  const run = async (work: () => Promise<unknown>) => {
    onDone();
    try {
      await work();
    } catch (error) {
      showToast(textOf(error), "failed");
    }
  };
  const save = () =>
    run(async () => {
      if (!view) return;
      const look = keptLook(list.look, object.fields);
      await deed.mutateAsync({ do: "change", view: view.key, body: { look } });
      list.show(view.key);
      showToast(t("lists.view_saved", { name: view.label }));
    });
  const remove = () =>
    run(async () => {
      if (!view) return;
      await deed.mutateAsync({ do: "delete", view: view.key });
      list.show(undefined);
      const { label: name, look, everyone, departments } = view;
      const back = look && {
        label: t("do.take_back"),
        run: () =>
          void deed
            .mutateAsync({
              do: "keep",
              body: { name, look: keptLook(look, object.fields), everyone, departments },
            })
            .then(
              (again) => list.show(again?.key),
              (error: unknown) => showToast(textOf(error), "failed"),
            ),
      };
      showToast(t("lists.view_deleted", { name }), "done", view.mine && back ? back : undefined);
    });
  const sheet = (which: "new" | "edit") => {
    onDone();
    onSheet(which);
  };
  return (
    <>
      {view?.mine && !view.broken && changed && (
        <Item icon={<Save size={15} />} onClick={() => void save()}>
          {t("lists.view_save")}
        </Item>
      )}
      {!view?.broken && (
        <Item icon={<Plus size={15} />} onClick={() => sheet("new")}>
          {t("lists.view_save_as")}
        </Item>
      )}
      {changed && (
        <Item
          icon={<RotateCcw size={15} />}
          onClick={() => {
            onDone();
            list.show(view?.key);
          }}
        >
          {t("lists.view_reset")}
        </Item>
      )}
      <div className={menu.line} />
      {view && !view?.broken && (
        <Item
          icon={isDefault ? <Check size={15} /> : <Star size={15} />}
          onClick={() =>
            void run(async () => {
              await deed.mutateAsync({ do: "begin", view: isDefault ? null : view.key });
              if (!isDefault) showToast(t("lists.view_begins", { name: view.label }));
            })
          }
        >
          {t(isDefault ? "lists.view_is_default" : "lists.view_default")}
        </Item>
      )}
      {view?.mine && !view.broken && (
        <Item icon={<Pencil size={15} />} onClick={() => sheet("edit")}>
          {t("lists.view_edit")}
        </Item>
      )}
      {view?.mine && (
        <Item icon={<Trash2 size={15} />} onClick={() => void remove()}>
          {t("lists.view_delete")}
        </Item>
      )}
    </>
  );
}

export function GroupMenu({ object, list, onDone }: MenuProps) {
  const { t } = useTranslation();
  const choose = (group: string | null) => {
    list.change({ group });
    onDone();
  };
  return (
    <>
      <button
        type="button"
        className={menu.item}
        aria-pressed={list.look.group === null}
        onClick={() => choose(null)}
      >
        {t("lists.no_group")}
      </button>
      <div className={menu.line} />
      {groupFields(object).map((field) => (
        <button
          key={field.name}
          type="button"
          className={menu.item}
          aria-pressed={list.look.group === field.name}
          onClick={() => choose(field.name)}
        >
          {field.label}
        </button>
      ))}
    </>
  );
}

/** By which field a kanban lays records out. */
export function LaneMenu({ object, list, onDone }: MenuProps) {
  return laneFields(object).map((field) => (
    <button
      key={field.name}
      type="button"
      className={menu.item}
      aria-pressed={list.look.lanes === field.name}
      onClick={() => {
        list.change({ lanes: field.name });
        onDone();
      }}
    >
      {field.label}
    </button>
  ));
}

/** The columns in their order, to be drawn or moved by key, and those that could be shown. */
export function ColumnMenu({
  object,
  list,
  shown,
}: Pick<MenuProps, "object" | "list"> & { shown: readonly string[] }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState<string>();
  const labels = new Map(offered(object.fields).map((field) => [field.name, field.label]));
  if (object.clocks) labels.set(CLOCKS, t("list.clock"));
  const chosen = shown.filter((name) => name !== object.title_field);
  const others = [...labels.keys()].filter(
    (name) => name !== object.title_field && !chosen.includes(name),
  );
  const set = (columns: string[]) => list.change({ columns });
  const move = (name: string, to: number) => {
    if (to < 0 || to >= chosen.length || chosen[to] === name) return;
    set(chosen.filter((one) => one !== name).toSpliced(to, 0, name));
  };
  return (
    <div className={styles.columns}>
      <div className={menu.heading}>{t("lists.columns_hint")}</div>
      <ul>
        {chosen.map((name, at) => (
          <li
            key={name}
            draggable
            className={held === name ? styles.held : undefined}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = "move";
              event.dataTransfer.setData("text/plain", name);
              setHeld(name);
            }}
            onDragOver={(event) => {
              event.preventDefault();
              if (held) move(held, at);
            }}
            onDrop={(event) => event.preventDefault()}
            onDragEnd={() => setHeld(undefined)}
          >
            <label className={menu.item}>
              <input
                type="checkbox"
                checked
                onChange={() => set(chosen.filter((one) => one !== name))}
              />
              <span className={menu.grow}>{labels.get(name)}</span>
            </label>
            <button
              type="button"
              className={styles.grip}
              aria-label={t("lists.column_move", { column: labels.get(name) })}
              title={t("lists.column_how")}
              onKeyDown={(event) => {
                const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
                if (by === undefined) return;
                event.preventDefault();
                move(name, at + by);
              }}
            >
              <GripVertical size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <div className={menu.line} />
      {others.map((name) => (
        <label key={name} className={menu.item}>
          <input type="checkbox" checked={false} onChange={() => set([...chosen, name])} />
          <span className={menu.grow}>{labels.get(name)}</span>
        </label>
      ))}
    </div>
  );
}
