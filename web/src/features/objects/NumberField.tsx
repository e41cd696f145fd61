/** A number with its label; nothing stands for none. */
import { TextField } from "@/shared/ui/TextField";

interface NumberFieldProps {
  label: string;
  value: unknown;
  onChange: (next: number | undefined) => void;
  error?: string;
  hint?: string;
  readonly: boolean;
}

export function NumberField({ value, onChange, readonly, ...rest }: NumberFieldProps) {
  return (
    <TextField
      {...rest}
      type="number"
      step="any"
      value={typeof value === "number" || typeof value === "string" ? String(value) : ""}
      readOnly={readonly}
      onChange={(next) => onChange(next === "" ? undefined : Number(next))}
    />
  );
}
