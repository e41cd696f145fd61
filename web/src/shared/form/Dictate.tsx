/** Speech into a text, by the browser's own recognition (Web Speech API, W3C community draft); nothing where it has none. */
import { Mic, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "@/shared/ui/toast";
import { useLatest } from "@/shared/useLatest";
import styles from "./Form.module.css";

interface Heard {
  /** Where the results begin that are new. */
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }>>;
}

interface Recognition {
  lang: string;
  continuous: boolean;
  onresult: (event: Heard) => void;
  onerror: (event: { error: string }) => void;
  onend: () => void;
  start: () => void;
  stop: () => void;
  abort: () => void;
}

type Recogniser = new () => Recognition;

/** Chromium and Safari have it under its first name. */
function recogniser(): Recogniser | undefined {
  const { SpeechRecognition, webkitSpeechRecognition } = window as {
    SpeechRecognition?: Recogniser;
    webkitSpeechRecognition?: Recogniser;
  };
  return SpeechRecognition ?? webkitSpeechRecognition;
}

/** What ends a recognition without anything being wrong. */
const HARMLESS = new Set(["aborted", "no-speech"]);

/** `onHeard` is given each stretch of speech as text, as soon as it is understood. */
export function Dictate({ id, onHeard }: { id: string; onHeard: (text: string) => void }) {
  const { t, i18n } = useTranslation();
  const running = useRef<Recognition>(undefined);
  const heard = useLatest(onHeard); // each stretch goes behind what stands there by then
  const [listening, setListening] = useState(false);
  useEffect(() => () => running.current?.abort(), []);
  const Recogniser = recogniser();
  if (!Recogniser) return null;
  const start = () => {
    const one = new Recogniser();
    one.lang = i18n.language;
    one.continuous = true;
    one.onresult = ({ results, resultIndex }) => {
      const fresh = Array.from(results).slice(resultIndex);
      heard.current(fresh.map((ways) => ways[0]?.transcript ?? "").join(""));
    };
    one.onerror = ({ error }) => {
      if (!HARMLESS.has(error)) showToast(t("form.dictate.failed"), "failed");
    };
    one.onend = () => setListening(false);
    running.current = one;
    one.start();
    setListening(true);
  };
  return (
    <button
      type="button"
      className={styles.dial}
      aria-label={t(listening ? "form.dictate.stop" : "form.dictate.start")}
      aria-describedby={`${id}-label`}
      onClick={() => (listening ? running.current?.stop() : start())}
    >
      {listening ? <Square size={16} /> : <Mic size={16} />}
    </button>
  );
}
