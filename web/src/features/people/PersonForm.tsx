/** The facts of a person as a form, for a new one and for one who is there. */
import { useQuery } from "@tanstack/react-query";
import type { Value } from "@/shared/api/types";
import { useTranslation } from "react-i18next";
import { rolesQuery } from "@/shared/api/queries";
import { Form } from "@/shared/form";
import { ErrorState, Skeleton } from "@/shared/ui/States";
import type { Asked } from "@/shared/useAsked";
import { attributesQuery, treeQuery, type Attribute } from "./api";
import { fieldsOf } from "./fields";

interface PersonFormProps {
  draft: Record<string, Value>;
  errors: Asked;
  onChange: (name: string, value: Value) => void;
}

/** What the form is made of, or what to show until it is there. */
export function useAttributes(): Attribute[] | undefined {
  return useQuery(attributesQuery).data?.items;
}

export function PersonForm({ draft, errors, onChange }: PersonFormProps) {
  const { t } = useTranslation();
  const tree = useQuery(treeQuery);
  const roles = useQuery(rolesQuery);
  const attributes = useQuery(attributesQuery);
  const failed = [tree, roles, attributes].find((one) => one.isError);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!tree.data || !roles.data || !attributes.data) return <Skeleton lines={8} />;
  const around = {
    departments: tree.data.items,
    roles: roles.data.items,
    attributes: attributes.data.items,
  };
  const wrong = Object.entries(errors).flatMap(([name, text]) => (text ? [[name, text]] : []));
  return (
    <Form
      layout="stack"
      fields={fieldsOf(around, t)}
      draft={draft}
      errors={Object.fromEntries(wrong) as Record<string, string>}
      onChange={onChange}
    />
  );
}
