/** A new record over its list; once it is made it is shown in the form's place. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useObject } from "@/shared/api/queries";
import { NewSheet } from "./NewSheet";

export function NewRecord() {
  const navigate = useNavigate();
  const { object: name = "" } = useParams({ strict: false });
  const object = useObject(name);
  if (!object) return null;
  return (
    <NewSheet
      object={object}
      onClose={() => void navigate({ to: "/o/$object", params: { object: name }, search: true })}
      onMade={({ id }) =>
        void navigate({
          to: "/o/$object/records/$id",
          params: { object: name, id },
          search: true,
          replace: true,
        })
      }
    />
  );
}
