/** What was sent to other programs and by mail: whether it arrived, why not, and sending it again. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Check, CircleX, Clock3, Send } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { useFormat } from "@/shared/format/useFormat";
import { useNow } from "@/shared/tick";
import { Button } from "@/shared/ui/Button";
import { Page } from "@/shared/ui/Page";
import { PagedTable } from "@/shared/ui/PagedTable";
import { SelectField } from "@/shared/ui/SelectField";
import { useErrorText } from "@/shared/ui/States";
import type { TableColumn } from "@/shared/ui/Table";
import { Tag, type TagColor } from "@/shared/ui/Tag";
import { showToast } from "@/shared/ui/toast";
import {
  CHANNELS,
  deliveriesQuery,
  readAsked,
  resend,
  STATES,
  webhooksQuery,
  type Asked,
  type Delivery,
  type State,
} from "./api";
import styles from "./Programs.module.css";

const LOOK: Record<State, { color: TagColor; Icon: typeof Check }> = {
  waiting: { color: "amber", Icon: Clock3 },
  done: { color: "green", Icon: Check },
  dead: { color: "red", Icon: CircleX },
};

function StateTag({ state }: { state: State }) {
  const { t } = useTranslation();
  const { color, Icon } = LOOK[state];
  return (
    <Tag color={color} icon={<Icon size={12} aria-hidden />}>
      {t(`programs.state_${state}`)}
    </Tag>
  );
}

/** What is told, and the way to the record that it is about. */
function What({ delivery: { label, object, record, channel } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const about = useObject(object ?? "");
  // A mail's subject names its record.
  const text =
    about && channel !== "email" ? t("programs.what", { object: about.label, what: label }) : label;
  if (!about || record === null) return text;
  return (
    <Link
      to="/o/$object/records/$id"
      params={{ object: about.name, id: record }}
      className={styles.link}
    >
      {text}
    </Link>
  );
}

export function DeliveriesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const client = useQueryClient();
  const errorText = useErrorText();
  const asked = readAsked(useSearch({ strict: false }));
  const pages = useInfiniteQuery(deliveriesQuery(asked));
  const hooks = useQuery(webhooksQuery).data?.items ?? [];
  const again = useMutation({
    mutationFn: resend,
    onSuccess: () => showToast(t("programs.resent")),
    onError: (error) => showToast(errorText(error), "failed"),
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const go = (change: Asked) =>
    void navigate({
      to: "/setup/deliveries",
      search: readAsked({ ...asked, ...change }),
      replace: true,
    });
  const to = (one: Delivery) =>
    one.channel === "email"
      ? (one.person?.label ?? t("programs.channel_email"))
      : (hooks.find((hook) => hook.key === one.webhook)?.label ?? one.webhook);

  const columns: TableColumn<Delivery>[] = [
    {
      key: "at",
      label: t("programs.at"),
      render: (one) => (
        <time dateTime={one.created_at} title={format.second(one.created_at)}>
          {format.moment(one.created_at, now)}
        </time>
      ),
    },
    { key: "to", label: t("programs.to"), render: to },
    { key: "event", label: t("programs.event"), render: (one) => <What delivery={one} /> },
    { key: "state", label: t("programs.state"), render: (one) => <StateTag state={one.state} /> },
    {
      key: "attempts",
      label: t("programs.attempts"),
      right: true,
      render: (one) => format.number(one.attempts),
    },
    { key: "error", label: t("programs.error"), render: (one) => one.error?.message },
    {
      key: "do",
      label: "",
      right: true,
      render: (one) => (
        <Button
          disabled={again.isPending}
          aria-label={t("programs.resend_to", { name: to(one) })}
          onClick={() => again.mutate(one.id)}
        >
          {t("programs.resend")}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t("programs.deliveries")}
      note={t("programs.deliveries_note")}
      bar={
        <>
          <SelectField
            label={t("programs.state")}
            value={asked.state ?? ""}
            empty={t("programs.any")}
            options={STATES.map((key) => ({ key, label: t(`programs.state_${key}`) }))}
            onChange={(state) => go({ state })}
          />
          <SelectField
            label={t("programs.channel")}
            value={asked.channel ?? ""}
            empty={t("programs.any")}
            options={CHANNELS.map((key) => ({ key, label: t(`programs.channel_${key}`) }))}
            onChange={(channel) => go({ channel })}
          />
          <SelectField
            label={t("programs.webhook")}
            value={asked.webhook ?? ""}
            empty={t("programs.any")}
            options={hooks}
            onChange={(webhook) => go({ webhook })}
          />
        </>
      }
    >
      <PagedTable
        pages={pages}
        label={t("programs.deliveries")}
        columns={columns}
        keyOf={(one) => one.id}
        empty={{
          title: t("programs.no_deliveries"),
          hint: t("programs.no_deliveries_hint"),
          icon: <Send size={22} />,
        }}
        more={() => t("programs.older")}
      />
    </Page>
  );
}
