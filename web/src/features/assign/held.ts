/** The records that a person holds and that came in lately, as an expression. */
import type { Pipeline } from "@/shared/api/types";

/** Where there is a pipeline, those of its stages that end nothing. */
export function filterOf(person: string, days: number | null, pipeline?: Pipeline): string {
  if (person === "" || days === null) return "";
  const stages = pipeline?.stages.filter(({ outcome }) => !outcome).map(({ key }) => key);
  const parts = [
    `owner == ${JSON.stringify(person)}`,
    `created_at >= now() - days(${days})`,
    ...(pipeline && stages?.length
      ? [`${pipeline.field} in [${stages.map((one) => JSON.stringify(one)).join(", ")}]`]
      : []),
  ];
  return parts.join(" and ");
}
