/** What the browser's tab is called: what is on the page, so that one of many tabs is found again. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** What is shown, each over the one before it: a record lies over its list. */
let shown: string[] = [];

function tell(app: string): void {
  const top = shown.at(-1);
  document.title = top ? `${top} · ${app}` : app;
}

/** Call the page by its title for as long as it is shown; an empty one says nothing yet. */
export function useTitle(title: string): void {
  const { t } = useTranslation();
  const app = t("app.name");
  useEffect(() => {
    if (title === "") return;
    shown = [...shown, title];
    tell(app);
    return () => {
      shown = shown.toSpliced(shown.lastIndexOf(title), 1);
      tell(app);
    };
  }, [title, app]);
}
