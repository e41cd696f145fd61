/** The person's own menu with what its choices do. */
import { AccountMenu } from "@/features/session/AccountMenu";
import { useInstall } from "./install";
import { useAccount } from "./useAccount";

export function OwnMenu({ onDone }: { onDone: () => void }) {
  const account = useAccount();
  const install = useInstall();
  return (
    <AccountMenu
      onDone={onDone}
      onInstall={install}
      muted={account.muted}
      onMute={account.onMute}
      onLocale={(locale) => void account.onLocale(locale)}
      onSignOut={() => void account.onSignOut()}
    />
  );
}
