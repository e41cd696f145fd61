/** Files of a record: sent with their progress, fetched by id. */
import { currentLocale } from "@/shared/i18n";
import { ApiError, type Problem } from "./client";
import type { FileRef } from "./types";

/** Pixels of the longer side; the server makes it once, lists and records share it. */
const THUMBNAIL = 160;

export function fileAddress(file: FileRef): string {
  return `/api/v1/files/${file.id}`;
}

export function thumbnailAddress(file: FileRef): string {
  return `${fileAddress(file)}/thumbnail?size=${THUMBNAIL}`;
}

/**
 * Send one file; `onProgress` gets the part that is sent, from 0 to 1.
 *
 * Not with `fetch`, which doesn't tell how far a request's body has come.
 */
export function uploadFile(
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<FileRef> {
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/files");
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Accept-Language", currentLocale());
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
  return new Promise((resolve, reject) => {
    const fail = (problem: Problem) => reject(new ApiError(problem));
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status < 300) return resolve(answer as FileRef);
      const fallback = { title: "", status: request.status, code: "server_error" };
      fail({ ...fallback, ...(answer as Partial<Problem> | null) });
    };
    request.onerror = () => fail({ title: "", status: 0, code: "offline" });
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
