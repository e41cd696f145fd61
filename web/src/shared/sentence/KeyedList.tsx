/** An ordered list of things that have no key of their own. */
import type { ComponentProps } from "react";
import { ItemList } from "./ItemList";
import { useItemKeys } from "./useItemKeys";

export function KeyedList<T>(props: Omit<ComponentProps<typeof ItemList<T>>, "keyOf">) {
  const { keyOf, follow } = useItemKeys(props.items);
  const { onChange } = props;
  return (
    <ItemList
      {...props}
      keyOf={keyOf}
      onChange={(next) => {
        follow(next);
        onChange(next);
      }}
    />
  );
}
