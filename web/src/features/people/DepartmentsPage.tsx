/** The tree of departments: who heads each, what stands under it, and how it is rearranged. */
import {
  DndContext,
  PointerSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
  type DragEndEvent,
} from "@dnd-kit/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { GripVertical, Network, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { everybodyQuery } from "@/shared/api/queries";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { cx } from "@/shared/ui/cx";
import { Page } from "@/shared/ui/Page";
import { Empty, ErrorState, Skeleton, useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";
import { useAsked } from "@/shared/useAsked";
import {
  changeDepartment,
  deleteDepartment,
  treeQuery,
  type Department,
  refreshPeople,
} from "./api";
import { DepartmentSheet, type Editing } from "./DepartmentSheet";
import styles from "./Departments.module.css";
import { branchesOf, targetsOf, type Branch } from "./tree";

interface RowProps {
  branch: Branch;
  head: string | undefined;
  /** Whether what is in the air may be put here. */
  open: boolean;
  onEdit: () => void;
  onAdd: () => void;
  onDelete: () => void;
}

function Row({ branch, head, open, onEdit, onAdd, onDelete }: RowProps) {
  const { t } = useTranslation();
  const { department, depth } = branch;
  const fixed = department.parent === null;
  const {
    setNodeRef: setGrip,
    listeners,
    isDragging,
  } = useDraggable({
    id: department.id,
    disabled: fixed,
  });
  const { setNodeRef, isOver } = useDroppable({ id: department.id, disabled: !open });
  const name = department.name;
  return (
    <li
      ref={setNodeRef}
      className={cx(styles.row, isOver && styles.over, isDragging && styles.dragged)}
      style={{ paddingLeft: `${depth * 20}px` }}
    >
      <span ref={setGrip} className={styles.grip} aria-hidden {...listeners}>
        {!fixed && <GripVertical size={15} />}
      </span>
      <span className={styles.name}>
        <strong>{name}</strong>
        <span className={styles.mute}>
          {head ? t("people.headed_by", { name: head }) : t("people.no_head")}
        </span>
      </span>
      <Link to="/setup/people" search={{ department: department.id }} className={styles.people}>
        {t("people.its_people")}
      </Link>
      <span className={styles.tools}>
        <Button
          look="ghost"
          icon={<Plus size={15} />}
          aria-label={t("people.add_under", { name })}
          onClick={onAdd}
        />
        <Button
          look="ghost"
          icon={<Pencil size={15} />}
          aria-label={t("people.edit_department", { name })}
          onClick={onEdit}
        />
        <Button
          look="ghost"
          icon={<Trash2 size={15} />}
          aria-label={t("people.delete_department", { name })}
          onClick={onDelete}
        />
      </span>
    </li>
  );
}

function useMove() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const move = useMutation({
    mutationFn: ({ one, parent }: { one: Department; parent: string | null }) =>
      changeDepartment(one.id, { parent }),
    onSuccess: (_, { one }) =>
      showToast(t("people.moved_department", { name: one.name }), "done", {
        label: t("do.take_back"),
        run: () => move.mutate({ one, parent: one.parent }),
      }),
    onError: (error) => showToast(errorText(error), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: treeQuery.queryKey }),
  });
  return move;
}

export function DepartmentsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tree = useQuery(treeQuery);
  const people = useQuery(everybodyQuery).data?.items ?? [];
  const move = useMove();
  const { ask, busy, errors, setErrors } = useAsked("form");
  const [editing, setEditing] = useState<Editing>();
  const [deleting, setDeleting] = useState<Department>();
  const [dragged, setDragged] = useState<string>();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }));

  const branches = branchesOf(tree.data?.items ?? []);
  const targets = new Set(
    dragged ? targetsOf(branches, dragged).map((one) => one.department.id) : [],
  );
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    const one = branches.find(({ department }) => department.id === active.id)?.department;
    const parent = over && String(over.id);
    if (one && parent && parent !== one.parent) move.mutate({ one, parent });
  };
  const remove = async (one: Department) => {
    const gone = await ask(async () => {
      await deleteDepartment(one.id);
      return true;
    });
    if (!gone) return;
    setDeleting(undefined);
    void refreshPeople(client);
  };

  return (
    <Page
      title={t("people.departments_title")}
      note={t("people.departments_note")}
      actions={
        <Button
          look="primary"
          icon={<Plus size={15} />}
          onClick={() => setEditing({ parent: branches[0]?.department.id ?? null })}
        >
          {t("people.new_department")}
        </Button>
      }
    >
      {tree.isPending ? (
        <Skeleton lines={8} />
      ) : tree.isError ? (
        <ErrorState error={tree.error} onRetry={() => void tree.refetch()} />
      ) : branches.length === 0 ? (
        <Empty
          title={t("people.no_departments")}
          hint={t("people.departments_note")}
          icon={<Network size={22} />}
        />
      ) : (
        <DndContext
          sensors={sensors}
          onDragStart={({ active }) => setDragged(String(active.id))}
          onDragCancel={() => setDragged(undefined)}
          onDragEnd={drop}
        >
          <ul className={styles.tree} aria-label={t("people.departments_title")}>
            {branches.map((branch) => (
              <Row
                key={branch.department.id}
                branch={branch}
                head={people.find((one) => one.id === branch.department.head)?.name}
                open={targets.has(branch.department.id)}
                onEdit={() => setEditing({ department: branch.department })}
                onAdd={() => setEditing({ parent: branch.department.id })}
                onDelete={() => {
                  setErrors({});
                  setDeleting(branch.department);
                }}
              />
            ))}
          </ul>
        </DndContext>
      )}
      {editing && (
        <DepartmentSheet
          editing={editing}
          branches={branches}
          people={people}
          onClose={() => setEditing(undefined)}
        />
      )}
      {deleting && (
        <Confirm
          label={t("do.delete")}
          text={t("people.sure_delete", { name: deleting.name })}
          busy={busy}
          error={errors.form}
          onConfirm={() => void remove(deleting)}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </Page>
  );
}
