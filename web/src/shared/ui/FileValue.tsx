/** Files to look at: a few marks in a list, pictures, sound and downloads in a record. */
import { FileText, Mic } from "lucide-react";
import { useTranslation } from "react-i18next";
import { fileAddress, thumbnailAddress } from "@/shared/api/files";
import type { Field, FileRef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import styles from "./FileValue.module.css";

const MOST_MARKS = 3;

function isPicture(field: Field, file: FileRef): boolean {
  return field.type === "photo" || Boolean(file.type?.startsWith("image/"));
}

function useName(): (file: FileRef | undefined) => string {
  const { t } = useTranslation();
  return (file) => file?.name ?? t("state.file");
}

function Picture({ file }: { file: FileRef }) {
  const name = useName();
  return (
    <img className={styles.picture} src={thumbnailAddress(file)} alt={name(file)} loading="lazy" />
  );
}

/** One line for a list: the first pictures, or a mark with the name. */
export function FileMarks({ field, files }: { field: Field; files: FileRef[] }) {
  const name = useName();
  const names = files.map(name).join(", ");
  if (field.type === "photo") {
    return (
      <span className={styles.marks} title={names}>
        {files.slice(0, MOST_MARKS).map((file) => (
          <Picture key={file.id} file={file} />
        ))}
        {files.length > MOST_MARKS && <span>+{files.length - MOST_MARKS}</span>}
      </span>
    );
  }
  const Icon = field.type === "voice" ? Mic : FileText;
  return (
    <span className={styles.marks} title={names}>
      <Icon size={14} aria-hidden />
      <span className={styles.name}>{name(files[0])}</span>
      {files.length > 1 && <span>+{files.length - 1}</span>}
    </span>
  );
}

/** One file in full: it opens, and sound plays in place. */
export function FileCard({ field, file }: { field: Field; file: FileRef }) {
  const format = useFormat();
  const name = useName();
  const address = fileAddress(file);
  const Icon = field.type === "voice" ? Mic : FileText;
  return (
    <div className={styles.card}>
      <a className={styles.open} href={address} target="_blank" rel="noreferrer">
        {isPicture(field, file) ? <Picture file={file} /> : <Icon size={16} aria-hidden />}
        <span className={styles.name}>{name(file)}</span>
        {file.size !== undefined && <span className={styles.size}>{format.bytes(file.size)}</span>}
      </a>
      {field.type === "voice" && (
        <audio
          className={styles.sound}
          src={address}
          aria-label={name(file)}
          controls
          preload="none"
        />
      )}
    </div>
  );
}

export function FileCards({ field, files }: { field: Field; files: FileRef[] }) {
  return (
    <span className={styles.cards}>
      {files.map((file) => (
        <FileCard key={file.id} field={field} file={file} />
      ))}
    </span>
  );
}
