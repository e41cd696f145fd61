/** A webhook as sentences: when another system is told of a record, at which address, and what of it. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { put, textIn } from "@/shared/definition/body";
import { useObjectChoices } from "@/shared/definition/choices";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ChoiceBlank, TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { Condition } from "@/shared/steps/Condition";
import { useEvents } from "@/shared/steps/events";
import { severalLike, severalOf } from "@/shared/steps/model";

export function WebhookForm(props: DefinitionFormProps) {
  return (
    <>
      <WhenPart {...props} />
      <WherePart {...props} />
      <WhatPart {...props} />
    </>
  );
}

function WhenPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const objects = useObjectChoices();
  const object = textIn(body, "on");
  const events = useEvents(object);
  return (
    <FormPart title={t("webhooks.when")} hint={t("webhooks.when_hint")}>
      <Sentence
        words={t("webhooks.says_when")}
        blanks={{
          object: (
            <ChoiceBlank
              label={t("webhooks.object")}
              value={object}
              empty={t("form.choose")}
              options={objects}
              onChange={(next) => onChange(put(body, "on", next))}
              error={problems.on}
              readonly={readonly}
            />
          ),
          events: (
            <SeveralBlank
              label={t("webhooks.events")}
              value={severalOf(body.events)}
              empty={t("webhooks.by_step")}
              options={events}
              onChange={(next) =>
                onChange(
                  put(body, "events", next.length > 0 ? severalLike(body.events, next) : undefined),
                )
              }
              error={problems.events}
              readonly={readonly}
            />
          ),
        }}
      />
      <Condition
        words={t("webhooks.says_filter")}
        label={t("webhooks.filter")}
        add={t("webhooks.add_filter")}
        value={typeof body.filter === "string" ? body.filter : undefined}
        onChange={(next) => onChange(put(body, "filter", next))}
        object={object}
        error={problems.filter}
        readonly={readonly}
      />
    </FormPart>
  );
}

function WherePart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  return (
    <FormPart title={t("webhooks.where")} hint={t("webhooks.where_hint")}>
      <Sentence
        words={t("webhooks.says_url")}
        blanks={{
          url: (
            <TextBlank
              label={t("webhooks.url")}
              size={44}
              placeholder="https://"
              value={textIn(body, "url")}
              onChange={(next) => onChange(put(body, "url", next))}
              error={problems.url}
              readonly={readonly}
            />
          ),
        }}
      />
      <Sentence
        words={t("webhooks.says_active")}
        blanks={{
          active: (
            <ChoiceBlank
              label={t("webhooks.active")}
              value={body.active === false ? "no" : "yes"}
              options={[
                { key: "yes", label: t("webhooks.active_yes") },
                { key: "no", label: t("webhooks.active_no") },
              ]}
              onChange={(next) => onChange(put(body, "active", next === "no" ? false : undefined))}
              error={problems.active}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}

function WhatPart({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const fields = useObject(textIn(body, "on"))?.fields ?? [];
  return (
    <FormPart title={t("webhooks.what")}>
      <Sentence
        words={t("webhooks.says_fields")}
        blanks={{
          fields: (
            <SeveralBlank
              label={t("webhooks.fields")}
              value={severalOf(body.fields)}
              empty={t("webhooks.every_field")}
              options={fields
                .filter((field) => field.type !== "children")
                .map(({ name, label }) => ({ key: name, label }))}
              onChange={(next) => onChange(put(body, "fields", next.length > 0 ? next : undefined))}
              error={problems.fields}
              readonly={readonly}
            />
          ),
        }}
      />
    </FormPart>
  );
}
