/** The form, fetched with its pickers only when the first one opens. */
import { lazy, Suspense } from "react";
import { Skeleton } from "@/shared/ui/States";
import type { FormProps } from "./Form";

const load = () => import("./Form");
const LazyForm = lazy(load);

/** Fetch the form while something else is still on its way. */
export function preloadForm(): void {
  void load();
}

export function Form(props: FormProps) {
  return (
    <Suspense fallback={<Skeleton lines={Math.min(6, props.fields.length)} />}>
      <LazyForm {...props} />
    </Suspense>
  );
}
