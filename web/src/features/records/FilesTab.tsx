/** All files of a record, each shown in place: pictures, PDF, sound and films. */
import { useQuery } from "@tanstack/react-query";
import {
  ExternalLink,
  FileText,
  Image,
  Music,
  Paperclip,
  Video,
  type LucideIcon,
} from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { fileAddress, thumbnailAddress } from "@/shared/api/files";
import type { FileRef } from "@/shared/api/types";
import { useFormat } from "@/shared/format/useFormat";
import { Empty, ErrorState, Skeleton } from "@/shared/ui/States";
import styles from "./Files.module.css";
import type { HeldFile } from "./files";

type Kind = "picture" | "pdf" | "sound" | "film" | "other";

const ICONS: Record<Kind, LucideIcon> = {
  picture: Image,
  pdf: FileText,
  sound: Music,
  film: Video,
  other: Paperclip,
};

function kindOf({ field, file }: HeldFile): Kind {
  const type = file.type ?? "";
  if (field.type === "photo" || type.startsWith("image/")) return "picture";
  if (field.type === "voice" || type.startsWith("audio/")) return "sound";
  if (type.startsWith("video/")) return "film";
  return type === "application/pdf" ? "pdf" : "other";
}

/** The server sends files so that they can do nothing, which keeps a browser from drawing a PDF: it is shown from memory. */
function PdfPreview({ file, name }: { file: FileRef; name: string }) {
  const bytes = useQuery({
    queryKey: ["file", file.id],
    queryFn: async ({ signal }) => {
      const answer = await fetch(fileAddress(file), { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      return new Blob([await answer.arrayBuffer()], { type: "application/pdf" });
    },
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const [address, setAddress] = useState<string>();
  const blob = bytes.data;
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- an address exists only while it is shown
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (bytes.isError) {
    return <ErrorState error={bytes.error} onRetry={() => void bytes.refetch()} />;
  }
  if (!address) return <Skeleton lines={6} />;
  return <iframe className={styles.pdf} src={address} title={name} />;
}

function Preview({ held, name }: { held: HeldFile; name: string }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const { file } = held;
  const address = fileAddress(file);
  const onError = () => setFailed(true);
  if (failed) return <p className={styles.said}>{t("detail.files.failed")}</p>;
  switch (kindOf(held)) {
    case "picture":
      return <img className={styles.picture} src={address} alt={name} onError={onError} />;
    case "sound":
      return (
        <audio
          className={styles.sound}
          src={address}
          controls
          aria-label={name}
          onError={onError}
        />
      );
    case "film":
      return (
        <video
          className={styles.picture}
          src={address}
          controls
          aria-label={name}
          onError={onError}
        />
      );
    case "pdf":
      return <PdfPreview file={file} name={name} />;
    default:
      return <p className={styles.said}>{t("detail.files.no_preview")}</p>;
  }
}

interface RowProps {
  held: HeldFile;
  open: boolean;
  onToggle: () => void;
}

function Row({ held, open, onToggle }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { field, file } = held;
  const name = file.name ?? t("state.file");
  const kind = kindOf(held);
  const Icon = ICONS[kind];
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <button type="button" className={styles.open} aria-expanded={open} onClick={onToggle}>
          {kind === "picture" ? (
            <img className={styles.thumb} src={thumbnailAddress(file)} alt="" loading="lazy" />
          ) : (
            <span className={styles.thumb} aria-hidden>
              <Icon size={18} />
            </span>
          )}
          <span className={styles.text}>
            <span className={styles.name}>{name}</span>
            <span className={styles.meta}>
              {field.label}
              {file.size !== undefined && ` · ${format.bytes(file.size)}`}
            </span>
          </span>
        </button>
        <a
          className={styles.out}
          href={fileAddress(file)}
          target="_blank"
          rel="noreferrer"
          title={t("detail.files.open")}
          aria-label={`${t("detail.files.open")}: ${name}`}
        >
          <ExternalLink size={16} aria-hidden />
        </a>
      </div>
      {open && (
        <div className={styles.preview}>
          <Preview held={held} name={name} />
        </div>
      )}
    </li>
  );
}

export default function FilesTab({ files }: { files: readonly HeldFile[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string>();
  if (files.length === 0) {
    return <Empty title={t("detail.files.none")} hint={t("detail.files.none_hint")} />;
  }
  return (
    <ul className={styles.rows}>
      {files.map((held) => {
        const key = `${held.field.name}/${held.file.id}`;
        return (
          <Row
            key={key}
            held={held}
            open={key === shown}
            onToggle={() => setShown(key === shown ? undefined : key)}
          />
        );
      })}
    </ul>
  );
}
