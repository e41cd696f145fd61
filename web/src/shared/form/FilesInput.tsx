/** Adds files, photos or recordings to a field, each with its progress, and takes them away again. */
import { Camera, Images, Mic, Paperclip, X, type LucideIcon } from "lucide-react";
import { useEffect, useRef, useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/shared/api/client";
import { uploadFile } from "@/shared/api/files";
import type { FieldType, FileRef, Value } from "@/shared/api/types";
import { useIsPhone } from "@/shared/media";
import { Button } from "@/shared/ui/Button";
import { FileCard } from "@/shared/ui/FileValue";
import { isFiles } from "@/shared/ui/shapes";
import { useErrorText } from "@/shared/ui/States";
import { useLatest } from "@/shared/useLatest";
import { group, type InputProps } from "./input";
import { isUploading } from "./model";
import styles from "./Parts.module.css";

interface Source {
  label: "form.add_file" | "form.add_photo" | "form.add_voice" | "form.take_photo" | "form.record";
  icon: LucideIcon;
  native: ComponentProps<"input">;
}

const PICTURES = "image/*";
const SOUNDS = "audio/*";
const SOURCES: Partial<Record<FieldType, Source[]>> = {
  photo: [{ label: "form.add_photo", icon: Images, native: { accept: PICTURES } }],
  voice: [{ label: "form.add_voice", icon: Mic, native: { accept: SOUNDS } }],
};
const ANY: Source[] = [{ label: "form.add_file", icon: Paperclip, native: {} }];
/** What a phone has besides: its camera and its microphone. */
const ON_PHONE: Partial<Record<FieldType, Source>> = {
  photo: {
    label: "form.take_photo",
    icon: Camera,
    native: { accept: PICTURES, capture: "environment" },
  },
  voice: { label: "form.record", icon: Mic, native: { accept: SOUNDS, capture: true } },
};

function filesOf(value: Value): FileRef[] {
  return isFiles(value) ? value : [];
}

/** The uploads of one field. A file that is on its way stands in the draft without an id. */
function useUploads(value: Value, onChange: (value: Value) => void) {
  const errorText = useErrorText();
  const [parts, setParts] = useState<ReadonlyMap<FileRef, number>>(new Map());
  const [failed, setFailed] = useState<{ name: string; reason: string }[]>([]);
  const running = useRef(new Map<FileRef, AbortController>());
  // An upload ends long after the render that began it: it changes the draft as it is then.
  const latest = useLatest({ files: filesOf(value), onChange });
  useEffect(() => {
    const all = running.current;
    return () => all.forEach((one) => one.abort());
  }, []);

  const change = (next: FileRef[]) => {
    latest.current.files = next;
    latest.current.onChange(next);
  };
  const remove = (file: FileRef) => {
    running.current.get(file)?.abort();
    change(latest.current.files.filter((one) => one !== file));
  };

  const send = async (place: FileRef, file: File) => {
    const abort = new AbortController();
    running.current.set(place, abort);
    const onProgress = (part: number) => setParts((now) => new Map(now).set(place, part));
    try {
      const made = await uploadFile(file, onProgress, abort.signal);
      change(latest.current.files.map((one) => (one === place ? made : one)));
    } catch (error) {
      change(latest.current.files.filter((one) => one !== place));
      if (!abort.signal.aborted) {
        const told = error instanceof ApiError ? Object.values(error.fieldErrors)[0] : undefined;
        setFailed((now) => [...now, { name: file.name, reason: told ?? errorText(error) }]);
      }
    }
    running.current.delete(place);
  };

  const add = (chosen: File[]) => {
    setFailed([]);
    const places = chosen.map(({ name, type, size }): FileRef => ({ id: "", name, type, size }));
    change([...latest.current.files, ...places]);
    places.forEach((place, i) => void send(place, chosen[i] as File));
  };
  return { parts, failed, add, remove };
}

function SourceButton({ source, onFiles }: { source: Source; onFiles: (files: File[]) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const Icon = source.icon;
  return (
    <>
      <Button icon={<Icon size={15} />} onClick={() => input.current?.click()}>
        {t(source.label)}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={!source.native.capture}
        {...source.native}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // So that the same file can be chosen once more.
          event.target.value = "";
        }}
      />
    </>
  );
}

export function FilesInput(props: InputProps) {
  const { field, value, onChange } = props;
  const { t } = useTranslation();
  const phone = useIsPhone();
  const { parts, failed, add, remove } = useUploads(value, onChange);
  const device = phone ? ON_PHONE[field.type] : undefined;
  const sources = [...(device ? [device] : []), ...(SOURCES[field.type] ?? ANY)];
  return (
    <div {...group(props)} className={styles.files}>
      {filesOf(value).map((file, i) => (
        <div key={file.id || i} className={styles.file}>
          {isUploading(file) ? (
            <div className={styles.upload}>
              <span className={styles.name}>{file.name}</span>
              <progress value={parts.get(file) ?? 0} aria-label={file.name} />
            </div>
          ) : (
            <FileCard field={field} file={file} />
          )}
          <Button
            look="ghost"
            icon={<X size={16} />}
            aria-label={t("form.remove", { name: file.name ?? t("state.file") })}
            onClick={() => remove(file)}
          />
        </div>
      ))}
      {failed.map(({ name, reason }, i) => (
        <p key={i} className={styles.failed} role="alert">
          {name}: {reason}
        </p>
      ))}
      <div className={styles.sources}>
        {sources.map((source) => (
          <SourceButton key={source.label} source={source} onFiles={add} />
        ))}
      </div>
    </div>
  );
}
