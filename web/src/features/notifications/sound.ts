/** The short sound of a notice; made by the browser, off when the person says so. */
import { recall, remember } from "@/shared/storage";

const NOTES = [880, 1174.7];
const NOTE_GAP = 0.12;
const NOTE_LENGTH = 0.35;
const LOUDNESS = 0.12;
/** Many notices at once make one sound. */
const QUIET_FOR = 2_000;

let context: AudioContext | undefined;
let lastAt = -Infinity;

export function isMuted(): boolean {
  return recall("muted", false);
}

export function setMuted(muted: boolean): void {
  remember("muted", muted);
}

/** Browsers let a page sound only after the person has touched it. */
export function allowSoundOnFirstTouch(): () => void {
  const allow = () => {
    context ??= new AudioContext();
    void context.resume();
  };
  const options = { once: true, capture: true };
  const kinds = ["pointerdown", "keydown"] as const;
  for (const kind of kinds) window.addEventListener(kind, allow, options);
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, allow, options);
  };
}

function playNote(on: AudioContext, frequency: number, at: number): void {
  const tone = on.createOscillator();
  const gain = on.createGain();
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_LENGTH);
  tone.connect(gain).connect(on.destination);
  tone.start(at);
  tone.stop(at + NOTE_LENGTH);
}

/** Returns whether it sounded. */
export function chime(now: number): boolean {
  if (isMuted() || context?.state !== "running" || now - lastAt < QUIET_FOR) return false;
  lastAt = now;
  const start = context.currentTime;
  for (const [i, frequency] of NOTES.entries()) playNote(context, frequency, start + i * NOTE_GAP);
  return true;
}
