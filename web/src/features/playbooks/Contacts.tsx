/** The contacts of a playbook, one of which is open: its condition, and its sections. */
import { ChevronLeft, ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useObject } from "@/shared/api/queries";
import { freeKey, labelIn, listIn, put, said, textIn } from "@/shared/definition/body";
import type { DefinitionFormProps } from "@/shared/definition/form";
import { ExpressionField } from "@/shared/expression/ExpressionField";
import { RemoveButton } from "@/shared/sentence/RemoveButton";
import { FormPart } from "@/shared/sentence/FormPart";
import { LabelBlank } from "@/shared/sentence/LabelBlank";
import { Button } from "@/shared/ui/Button";
import styles from "./Playbooks.module.css";
import { Preview } from "./Preview";
import { Sections } from "./Sections";

type Contact = Record<string, unknown>;

/** How many of an object's fields are named as what braces may hold. */
const SHOWN_HOLES = 6;

function useHoles(object: string): string {
  const { t } = useTranslation();
  const fields = useObject(object)?.fields ?? [];
  return fields
    .filter((field) => field.core)
    .slice(0, SHOWN_HOLES)
    .map(({ name, label }) => `{${name}} ${label}`)
    .join(t("sentence.and"));
}

export function Contacts({ body, onChange, problems, readonly }: DefinitionFormProps) {
  const { t } = useTranslation();
  const object = textIn(body, "on");
  const holes = useHoles(object);
  const contacts = listIn<Contact>(body, "contacts");
  const keys = contacts.map((one) => textIn(one, "key"));
  const [open, setOpen] = useState(0);
  const at = Math.min(open, Math.max(0, contacts.length - 1));
  const contact = contacts[at];
  const place = `contacts[${at}]`;
  const nameOf = (one: Contact, i: number) =>
    said(labelIn(one)) || t("playbooks.contact", { number: i + 1 });
  const set = (next: Contact[]) => onChange(put(body, "contacts", next));
  const change = (next: Contact) => set(contacts.map((one, i) => (i === at ? next : one)));
  const move = (to: number) => {
    if (!contact) return;
    const rest = contacts.filter((_, i) => i !== at);
    set([...rest.slice(0, to), contact, ...rest.slice(to)]);
    setOpen(to);
  };
  const add = () => {
    set([...contacts, { key: freeKey("contact", keys), label: {}, sections: [] }]);
    setOpen(contacts.length);
  };
  const wrong = (i: number) =>
    Object.keys(problems).some((one) => one.startsWith(`contacts[${i}]`));
  return (
    <FormPart title={t("playbooks.contacts")} hint={t("playbooks.contacts_hint")}>
      <div className={styles.tabs} role="group" aria-label={t("playbooks.contacts")}>
        {contacts.map((one, i) => (
          <button
            key={keys[i] || i}
            type="button"
            aria-pressed={i === at}
            onClick={() => setOpen(i)}
          >
            {nameOf(one, i)}
            {wrong(i) && <span className={styles.wrong}>{t("playbooks.wrong")}</span>}
          </button>
        ))}
        {!readonly && (
          <Button icon={<Plus size={15} />} onClick={add}>
            {t("playbooks.add_contact")}
          </Button>
        )}
      </div>
      {problems.contacts && (
        <p className={styles.error} role="alert">
          {problems.contacts}
        </p>
      )}
      {contact && (
        <div key={keys[at] || at} className={styles.contact}>
          <div className={styles.head}>
            <LabelBlank
              label={t("playbooks.contact_name")}
              value={labelIn(contact)}
              error={problems[`${place}.label`]}
              readonly={readonly}
              onChange={(label) => change(put(contact, "label", label))}
            />
            {!readonly && (
              <div className={styles.tools}>
                <Button
                  look="ghost"
                  icon={<ChevronLeft size={16} />}
                  aria-label={t("playbooks.left", { name: nameOf(contact, at) })}
                  disabled={at === 0}
                  onClick={() => move(at - 1)}
                />
                <Button
                  look="ghost"
                  icon={<ChevronRight size={16} />}
                  aria-label={t("playbooks.right", { name: nameOf(contact, at) })}
                  disabled={at === contacts.length - 1}
                  onClick={() => move(at + 1)}
                />
                <RemoveButton
                  name={nameOf(contact, at)}
                  onClick={() => set(contacts.filter((_, i) => i !== at))}
                />
              </div>
            )}
          </div>
          <ExpressionField
            label={t("playbooks.contact_when")}
            object={object}
            expect="bool"
            value={textIn(contact, "when")}
            placeholder={t("playbooks.contact_when_none")}
            error={problems[`${place}.when`]}
            readonly={readonly}
            onChange={(next) => change(put(contact, "when", next || undefined))}
          />
          {!readonly && holes && <p className={styles.hint}>{t("playbooks.holes", { holes })}</p>}
          <Sections
            contact={contact}
            onChange={change}
            problemAt={(inner) => problems[`${place}.${inner}`]}
            readonly={readonly}
          />
          <Preview object={object} contact={contact} />
        </div>
      )}
    </FormPart>
  );
}
