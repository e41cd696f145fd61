/** Addresses of other programs that are told of records: how sending goes, and the secret that it is signed with. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Webhook as Icon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Confirm } from "@/shared/ui/Confirm";
import { CopyText } from "@/shared/ui/CopyText";
import { Sheet } from "@/shared/ui/Overlay";
import { Page } from "@/shared/ui/Page";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import { Table, type TableColumn } from "@/shared/ui/Table";
import { Tag } from "@/shared/ui/Tag";
import { useAsked } from "@/shared/useAsked";
import { newSecret, webhooksQuery, type Webhook } from "./api";
import styles from "./Programs.module.css";

function Counts({ one }: { one: Webhook }) {
  const { t } = useTranslation();
  const link = (state: "waiting" | "dead", count: number) =>
    count > 0 && (
      <Link to="/setup/deliveries" search={{ state, webhook: one.key }} className={styles.link}>
        <Tag color={state === "dead" ? "red" : "amber"}>
          {t(`programs.count_${state}`, { count })}
        </Tag>
      </Link>
    );
  if (one.waiting + one.dead === 0) return <Tag color="green">{t("programs.all_sent")}</Tag>;
  return (
    <span className={styles.tags}>
      {link("waiting", one.waiting)}
      {link("dead", one.dead)}
    </span>
  );
}

export function WebhooksPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const client = useQueryClient();
  const hooks = useQuery(webhooksQuery);
  const { ask, busy, errors, setErrors } = useAsked("form");
  const [asking, setAsking] = useState<Webhook>();
  const [secret, setSecret] = useState<string>();
  const make = async (one: Webhook) => {
    const made = await ask(() => newSecret(one.key));
    if (!made) return;
    setAsking(undefined);
    setSecret(made.secret);
    void client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  };
  const columns: TableColumn<Webhook>[] = [
    {
      key: "label",
      label: t("programs.webhook"),
      render: (one) => (
        <Link
          to="/setup/$kind/$key"
          params={{ kind: "webhook", key: one.key }}
          className={styles.link}
        >
          {one.label}
        </Link>
      ),
    },
    { key: "url", label: t("programs.url"), render: (one) => <code>{one.url}</code> },
    {
      key: "active",
      label: t("programs.active"),
      render: (one) => (
        <Tag color={one.active ? "green" : "gray"}>
          {t(one.active ? "programs.on" : "programs.off")}
        </Tag>
      ),
    },
    { key: "state", label: t("programs.sending"), render: (one) => <Counts one={one} /> },
    {
      key: "secret",
      label: t("programs.secret"),
      render: (one) =>
        one.secret_at ? (
          t("programs.secret_since", { at: format.moment(one.secret_at, now) })
        ) : (
          <Tag color="amber">{t("programs.no_secret")}</Tag>
        ),
    },
    {
      key: "do",
      label: "",
      right: true,
      render: (one) => (
        <Button
          aria-label={t("programs.new_secret_of", { name: one.label })}
          onClick={() => {
            setErrors({});
            setAsking(one);
          }}
        >
          {t("programs.new_secret")}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t("programs.webhooks")}
      note={t("programs.webhooks_note")}
      actions={
        <Link to="/setup/$kind" params={{ kind: "webhook" }}>
          <Button tabIndex={-1}>{t("programs.define")}</Button>
        </Link>
      }
    >
      {hooks.isPending ? (
        <Skeleton lines={6} />
      ) : hooks.isError ? (
        <ErrorState error={hooks.error} onRetry={() => void hooks.refetch()} />
      ) : hooks.data.items.length === 0 ? (
        <Empty
          title={t("programs.no_webhooks")}
          hint={t("programs.no_webhooks_hint")}
          icon={<Icon size={22} />}
        />
      ) : (
        <Table
          label={t("programs.webhooks")}
          columns={columns}
          rows={hooks.data.items}
          keyOf={(one) => one.key}
        />
      )}
      {asking && (
        <Confirm
          label={t("programs.new_secret")}
          text={t("programs.sure_secret", { name: asking.label })}
          busy={busy}
          error={errors.form}
          onConfirm={() => void make(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
      {secret && (
        <Sheet
          kind="dialog"
          label={t("programs.new_secret")}
          onClose={() => setSecret(undefined)}
          foot={
            <Button look="primary" onClick={() => setSecret(undefined)}>
              {t("programs.kept")}
            </Button>
          }
        >
          <CopyText label={t("programs.secret")} text={secret} hint={t("programs.once_hint")} />
        </Sheet>
      )}
    </Page>
  );
}
