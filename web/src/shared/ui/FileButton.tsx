/** A button that asks for one file. */
import { useRef } from "react";
import { Button, type ButtonProps } from "./Button";

interface FileButtonProps extends Omit<ButtonProps, "onClick"> {
  /** Which files may be chosen, as the browser is told. */
  accept: string;
  onFile: (file: File) => void;
}

export function FileButton({ accept, onFile, ...button }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onFile(file);
          // So that the same file can be chosen once more.
          event.target.value = "";
        }}
      />
    </>
  );
}
