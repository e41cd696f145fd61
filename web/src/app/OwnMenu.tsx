/** The person's own menu with what its choices do. */
import { AccountMenu } from "@/features/session/AccountMenu";
import { useAccount } from "./useAccount";

export function OwnMenu({ onDone }: { onDone: () => void }) {
  const account = useAccount();
  return (
    <AccountMenu
      onDone={onDone}
      muted={account.muted}
      onMute={account.onMute}
      onLocale={(locale) => void account.onLocale(locale)}
      onSignOut={() => void account.onSignOut()}
    />
  );
}
