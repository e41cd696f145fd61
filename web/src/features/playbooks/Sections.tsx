/** What to say at one contact: sections of items; an item that the customer says has an answer. */
import { useTranslation } from "react-i18next";
import { freeKey, labelIn, listIn, put, said, textIn } from "@/shared/definition/body";
import { ItemList } from "@/shared/sentence/ItemList";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Button } from "@/shared/ui/Button";

type Part = Record<string, unknown>;

interface PartsProps {
  onChange: (next: Part) => void;
  /** What is wrong, by its place in the part. */
  problemAt: (place: string) => string | undefined;
  readonly: boolean;
}

const NAMED = 16;

function Item({ item, onChange, problemAt, readonly }: PartsProps & { item: Part }) {
  const { t } = useTranslation();
  const answered = "answer" in item;
  return (
    <>
      <LabelBlank
        long
        label={t("playbooks.text")}
        value={labelIn(item, "text")}
        error={problemAt("text")}
        readonly={readonly}
        onChange={(text) => onChange(put(item, "text", text))}
      />
      {answered && (
        <div>
          <span>{t("playbook.answer")}</span>
          <LabelBlank
            long
            label={t("playbooks.answer")}
            value={labelIn(item, "answer")}
            error={problemAt("answer")}
            readonly={readonly}
            onChange={(answer) => onChange(put(item, "answer", answer))}
          />
        </div>
      )}
      {!readonly && (
        <div>
          <Button
            look="ghost"
            onClick={() => onChange(put(item, "answer", answered ? undefined : {}))}
          >
            {t(answered ? "playbooks.remove_answer" : "playbooks.add_answer")}
          </Button>
        </div>
      )}
    </>
  );
}

function Items({
  section,
  taken,
  ...rest
}: PartsProps & { section: Part; taken: readonly string[] }) {
  const { t } = useTranslation();
  const { onChange, problemAt, readonly } = rest;
  return (
    <ItemList
      items={listIn<Part>(section, "items")}
      onChange={(next) => onChange(put(section, "items", next))}
      keyOf={(item, at) => textIn(item, "key") || String(at)}
      nameOf={(item) => said(labelIn(item, "text")).slice(0, NAMED) || t("playbooks.item")}
      // A key is its item's in the whole contact: what was used is kept by it.
      add={{
        label: t("playbooks.add_item"),
        make: () => ({ key: freeKey("item", taken), text: {} }),
      }}
      error={problemAt("items")}
      readonly={readonly}
    >
      {(item, change, at) => (
        <Item
          item={item}
          onChange={change}
          problemAt={(place) => problemAt(`items[${at}].${place}`)}
          readonly={readonly}
        />
      )}
    </ItemList>
  );
}

export function Sections({ contact, ...rest }: PartsProps & { contact: Part }) {
  const { t } = useTranslation();
  const { onChange, problemAt, readonly } = rest;
  const sections = listIn<Part>(contact, "sections");
  const keys = sections.map((one) => textIn(one, "key"));
  const taken = sections.flatMap((one) =>
    listIn<Part>(one, "items").map((item) => textIn(item, "key")),
  );
  return (
    <ItemList
      items={sections}
      onChange={(next) => onChange(put(contact, "sections", next))}
      keyOf={(section, at) => textIn(section, "key") || String(at)}
      nameOf={(section) => said(labelIn(section)) || t("playbooks.section")}
      add={{
        label: t("playbooks.add_section"),
        make: () => ({ key: freeKey("section", keys), label: {}, items: [] }),
      }}
      error={problemAt("sections")}
      readonly={readonly}
    >
      {(section, change, at) => (
        <>
          <LabelBlank
            label={t("playbooks.section_name")}
            value={labelIn(section)}
            error={problemAt(`sections[${at}].label`)}
            readonly={readonly}
            onChange={(label) => change(put(section, "label", label))}
          />
          <Items
            section={section}
            taken={taken}
            onChange={change}
            problemAt={(place) => problemAt(`sections[${at}].${place}`)}
            readonly={readonly}
          />
        </>
      )}
    </ItemList>
  );
}
