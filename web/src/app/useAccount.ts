/** What a person may do from the own menu, with everything that follows from it. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isMuted, setMuted } from "@/features/notifications/sound";
import { saveLocale, signOut } from "@/features/session/api";
import { useMe } from "@/shared/api/queries";
import { setLocale, type Locale } from "@/shared/i18n";
import { forgetRecent } from "@/shared/recent";
import { useErrorText } from "@/shared/ui/States";
import { showToast } from "@/shared/ui/toast";

export function useAccount() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const me = useMe()?.person.id;
  const errorText = useErrorText();
  const [muted, setMutedShown] = useState(isMuted);
  return {
    muted,
    onMute: (next: boolean) => {
      setMuted(next);
      setMutedShown(next);
    },
    onLocale: async (locale: Locale) => {
      try {
        await setLocale(locale);
      } catch (error) {
        // Its words couldn't be fetched.
        return showToast(errorText(error), "failed");
      }
      // The labels of the metadata come from the server, in the reader's language.
      await client.invalidateQueries();
      // The choice holds in this browser even where the server can't keep it.
      await saveLocale(locale).catch(() => undefined);
    },
    onSignOut: async () => {
      try {
        await signOut();
        if (me) forgetRecent(me);
        client.clear();
        await navigate({ to: "/sign-in" });
      } catch (error) {
        showToast(errorText(error), "failed");
      }
    },
  };
}
