/** In words: what publishing a change will do to tables and values. */
import { CircleMinus, CirclePlus, History, Info, RefreshCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { currentLocale } from "@/shared/i18n";
import { effectsOf, type Effect, type Plan } from "./model";
import styles from "./Effects.module.css";

interface EffectsProps {
  plan: Plan;
  object: string;
  /** What a field is called. */
  labelOf: (field: string) => string;
}

const ICONS = {
  made: CirclePlus,
  added: CirclePlus,
  gone_object: CircleMinus,
  gone: CircleMinus,
  back_object: History,
  back: History,
  widened: RefreshCw,
  converted: RefreshCw,
  empty_field: RefreshCw,
  lost: TriangleAlert,
};

function OneEffect({ effect, labelOf }: { effect: Effect } & Pick<EffectsProps, "labelOf">) {
  const { t } = useTranslation();
  const Icon = ICONS[effect.of];
  const field = "field" in effect ? labelOf(effect.field) : "";
  const such = "examples" in effect ? effect.examples : [];
  return (
    <li data-of={effect.of}>
      <Icon size={15} aria-hidden />
      <span>
        {t(`plan.${effect.of}`, { ...effect, field })}
        {such.length > 0 && (
          <small>
            {t("plan.such", { values: new Intl.ListFormat(currentLocale()).format(such) })}
          </small>
        )}
      </span>
    </li>
  );
}

export function Effects({ plan, object, labelOf }: EffectsProps) {
  const { t } = useTranslation();
  const { effects, inner } = effectsOf(plan, object);
  return (
    <ul className={styles.effects}>
      {effects.map((one) => (
        <OneEffect key={JSON.stringify(one)} effect={one} labelOf={labelOf} />
      ))}
      {effects.length === 0 && inner === 0 && (
        <li>
          <Info size={15} aria-hidden />
          {t("plan.nothing")}
        </li>
      )}
      {inner > 0 && (
        <li>
          <Info size={15} aria-hidden />
          {t("plan.inner", { count: inner })}
        </li>
      )}
    </ul>
  );
}
