/** One of a few choices, side by side. */
import { cx } from "./cx";
import styles from "./Segments.module.css";

interface Segment<Key> {
  key: Key;
  label: string;
  lang?: string;
}

interface SegmentsProps<Key> {
  label: string;
  options: readonly Segment<Key>[];
  value: Key | undefined;
  /** As wide as what it stands in, all of one width. */
  wide?: boolean;
  onChange: (key: Key) => void;
}

export function Segments<Key extends string | number>(props: SegmentsProps<Key>) {
  const { label, options, value, wide, onChange } = props;
  return (
    <div className={cx(styles.segments, wide && styles.wide)} role="group" aria-label={label}>
      {options.map((one) => (
        <button
          key={one.key}
          type="button"
          lang={one.lang}
          aria-pressed={one.key === value}
          onClick={() => onChange(one.key)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
