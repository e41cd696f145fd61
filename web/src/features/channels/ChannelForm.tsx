/** A channel: which object payloads become, who may post, how names are mapped, and the form that visitors fill in. */
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { ObjectBlank } from "@/shared/definition/blanks";
import { listIn, partOf, put, putIn, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { TextBlank } from "@/shared/sentence/blanks";
import { FormPart } from "@/shared/sentence/FormPart";
import { Sentence } from "@/shared/sentence/Sentence";
import { SeveralBlank } from "@/shared/sentence/SeveralBlank";
import { AccessPart } from "./AccessPart";
import { choicesOf, fillable } from "./fields";
import { HostedPart } from "./HostedPart";
import { MapPart } from "./MapPart";
import { SamplePart } from "./SamplePart";
import { ValuesList } from "./ValuesList";

export function ChannelForm(props: DefinitionFormProps) {
  const { body, onChange, problems, readonly } = props;
  const { t } = useTranslation();
  const name = textIn(body, "on");
  const object = useObject(name);
  const fields = fillable(object);
  return (
    <>
      <FormPart title={t("channel.what")} hint={t("channel.what_hint")}>
        <Sentence
          words={t("channel.becomes")}
          blanks={{
            object: <ObjectBlank {...props} />,
            contact: (
              <SeveralBlank
                label={t("channel.contact")}
                value={listIn<string>(body, "contact")}
                options={choicesOf(fields)}
                error={problems.contact}
                readonly={readonly}
                onChange={(next) =>
                  onChange(put(body, "contact", next.length > 0 ? next : undefined))
                }
              />
            ),
          }}
        />
        <ValuesList
          label={t("channel.defaults")}
          hint={t("channel.defaults_hint")}
          fields={fields}
          values={partOf(body, "defaults")}
          readonly={readonly}
          onChange={(field, value) => onChange(putIn(body, "defaults", field, value))}
        />
      </FormPart>
      <MapPart {...props} fields={fields} />
      <FormPart title={t("channel.once")} hint={t("channel.once_hint")}>
        <Sentence
          words={t("channel.once_at")}
          blanks={{
            path: (
              <TextBlank
                label={t("channel.once")}
                placeholder="event_id"
                value={textIn(body, "once")}
                error={problems.once}
                readonly={readonly}
                onChange={(next) => onChange(put(body, "once", next || undefined))}
              />
            ),
          }}
        />
      </FormPart>
      <AccessPart {...props} />
      <HostedPart {...props} object={object} />
      <SamplePart body={body} object={object} />
    </>
  );
}
