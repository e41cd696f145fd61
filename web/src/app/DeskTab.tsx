/** The desk, with the invitation to the guided start for whoever may define. */
import { Suspense } from "react";
import { DeskPage } from "@/features/desk/DeskPage";
import { words } from "@/features/start/words";
import { lazyPart } from "@/shared/lazyPart";

const StartCard = lazyPart(() => import("@/features/start/StartCard"), "StartCard", words);

export function DeskTab() {
  return (
    <DeskPage
      invitation={
        <Suspense>
          <StartCard />
        </Suspense>
      }
    />
  );
}
