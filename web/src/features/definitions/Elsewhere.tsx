/** What a change breaks in other definitions: each by its name, with the place in it as people call it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FieldProblem } from "@/shared/plan/model";
import { definitionQuery } from "./api";
import { SINGLE, useKindName } from "./kindName";
import { usePlaceNames } from "./places";

/** As the server tells a place in a definition: `view/lead_all: columns`. */
const PLACE = /^([^/]+)\/([^:]+): ?(.*)$/;

export function Elsewhere({ problem: { field, message } }: { problem: FieldProblem }) {
  const [, kind, key, place] = PLACE.exec(field) ?? [];
  return (
    <li>
      {kind && key ? (
        <Place kind={kind} name={key} place={place ?? ""} />
      ) : (
        <strong>{field} </strong>
      )}
      {message}
    </li>
  );
}

function Place({ kind, name: key, place }: { kind: string; name: string; place: string }) {
  const namesOf = usePlaceNames();
  const { name } = useKindName(kind);
  // One that may not be read, or is being made, goes by its key.
  const { data } = useQuery(definitionQuery(kind, key));
  const label = SINGLE[kind] ? undefined : (data?.label ?? key);
  const steps = place ? namesOf(place, [data?.draft?.body ?? null, data?.body ?? null]) : [];
  return (
    <Link to="/setup/$kind/$key" params={{ kind, key }}>
      {[name, label, ...steps].filter(Boolean).join(" › ")}
    </Link>
  );
}
