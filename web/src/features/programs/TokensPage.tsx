/** Tokens that programs sign in with, each for the person who made it and within its scopes. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { Page } from "@/shared/ui/Page";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Table, type TableColumn } from "@/shared/ui/Table";
import { Tag } from "@/shared/ui/Tag";
import { useAsked } from "@/shared/useAsked";
import { revokeToken, tokensQuery, type Token } from "./api";
import { NewToken } from "./NewToken";
import styles from "./Programs.module.css";
import { WHOLE } from "./scopes";

/** A scope in words: `object:lead:read` is reading leads. */
function useScopeText(): (scope: string) => string {
  const { t } = useTranslation();
  const objects = useCatalog()?.objects ?? [];
  return (scope) => {
    const whole = WHOLE.find((one) => one === scope);
    if (whole) return t(`programs.scope_${whole}`);
    const [, name, level] = scope.split(":");
    const object = objects.find((one) => one.name === name)?.label ?? name ?? "";
    return t(level === "write" ? "programs.write_of" : "programs.read_of", { object });
  };
}

export function TokensPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  const scopeText = useScopeText();
  const tokens = useQuery(tokensQuery);
  const { ask, busy, errors, setErrors } = useAsked("form");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Token>();
  const refresh = () => void client.invalidateQueries({ queryKey: tokensQuery.queryKey });

  const revoke = async (one: Token) => {
    const gone = await ask(async () => {
      await revokeToken(one.id);
      return true;
    });
    if (!gone) return;
    setEnding(undefined);
    refresh();
  };
  const columns: TableColumn<Token>[] = [
    { key: "name", label: t("programs.name"), render: (one) => one.name },
    {
      key: "scopes",
      label: t("programs.scopes"),
      render: (one) => (
        <span className={styles.tags}>
          {one.scopes.map((scope) => (
            <Tag key={scope}>{scopeText(scope)}</Tag>
          ))}
        </span>
      ),
    },
    {
      key: "used",
      label: t("programs.used"),
      render: (one) =>
        one.last_used_at ? format.ago(one.last_used_at, now) : t("programs.never_used"),
    },
    {
      key: "expires",
      label: t("programs.expires"),
      render: (one) =>
        !one.expires_at ? (
          t("programs.no_end")
        ) : Date.parse(one.expires_at) <= now ? (
          <Tag color="red">{t("programs.expired")}</Tag>
        ) : (
          format.moment(one.expires_at, now)
        ),
    },
    {
      key: "do",
      label: "",
      right: true,
      render: (one) => (
        <Button
          aria-label={t("programs.revoke_one", { name: one.name })}
          onClick={() => {
            setErrors({});
            setEnding(one);
          }}
        >
          {t("programs.revoke")}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t("programs.tokens")}
      note={t("programs.tokens_note")}
      actions={
        <Button look="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>
          {t("programs.new_token")}
        </Button>
      }
    >
      {tokens.isPending ? (
        <Skeleton lines={6} />
      ) : tokens.isError ? (
        <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : tokens.data.items.length === 0 ? (
        <Empty
          title={t("programs.no_tokens")}
          hint={t("programs.no_tokens_hint")}
          icon={<KeyRound size={22} />}
        />
      ) : (
        <Table
          label={t("programs.tokens")}
          columns={columns}
          rows={tokens.data.items}
          keyOf={(one) => one.id}
        />
      )}
      {making && <NewToken onMade={refresh} onClose={() => setMaking(false)} />}
      {ending && (
        <Confirm
          label={t("programs.revoke")}
          text={t("programs.sure_revoke", { name: ending.name })}
          busy={busy}
          error={errors.form}
          onConfirm={() => void revoke(ending)}
          onClose={() => setEnding(undefined)}
        />
      )}
    </Page>
  );
}
