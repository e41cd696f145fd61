/** Keeps the body that is being written as the draft: a moment after the last change, one request at a time. */
import { ApiError } from "@/shared/api/client";
import type { DefinitionBody } from "@/shared/definition/form";
import type { FieldProblem } from "@/shared/plan/model";

const PAUSE = 700;

type DraftState =
  /** Nothing has been changed here. */
  | "same"
  /** A change isn't kept yet. */
  | "waiting"
  | "kept"
  /** The server says what is wrong, and keeps the earlier draft. */
  | "wrong"
  /** Somebody else has changed it meanwhile. */
  | "conflict"
  /** It couldn't be kept for another reason, such as no connection. */
  | "failed";

export interface Written {
  body: DefinitionBody;
  state: DraftState;
  /** What is wrong with the body, by place. */
  problems: Record<string, string>;
  /** What it breaks in other definitions, to be mended before it can be published. */
  beyond: FieldProblem[];
  error: unknown;
}

type Keep = (
  body: DefinitionBody,
  tag?: string,
) => Promise<{ tag?: string; problems: FieldProblem[] }>;

export class DraftKeeper {
  #written: Written;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    body: DefinitionBody,
    /** Names what the body was made from. */
    private tag: string | undefined,
    private readonly keep: Keep,
  ) {
    this.#written = { body, state: "same", problems: {}, beyond: [], error: null };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly written = () => this.#written;

  readonly change = (body: DefinitionBody) => {
    // Over a conflict the person decides first.
    const state = this.#written.state === "conflict" ? "conflict" : "waiting";
    this.#set({ body, state });
    if (state === "waiting") this.#schedule();
  };

  /** Keep it now; after a conflict, over what the other person has written. */
  readonly keepNow = () => {
    if (this.#written.state === "conflict") this.tag = undefined;
    this.#set({ state: "waiting" });
    void this.#send();
  };

  readonly stop = () => clearTimeout(this.#timer);

  #schedule() {
    this.stop();
    this.#timer = setTimeout(() => void this.#send(), PAUSE);
  }

  async #send() {
    if (this.#sending) return;
    this.stop();
    this.#sending = true;
    const { body } = this.#written;
    const isNewest = () => this.#written.body === body;
    try {
      const { tag, problems: beyond } = await this.keep(body, this.tag);
      this.tag = tag;
      this.#set({ problems: {}, beyond, error: null, ...(isNewest() && { state: "kept" }) });
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 409) this.#set({ state: "conflict", error });
      else if (isNewest()) {
        const problems = error instanceof ApiError && status === 422 ? error.fieldErrors : {};
        this.#set({ state: status === 422 ? "wrong" : "failed", problems, error });
      }
    } finally {
      this.#sending = false;
    }
    // What was typed meanwhile follows.
    if (!isNewest() && this.#written.state === "waiting") this.#schedule();
  }

  #set(part: Partial<Written>) {
    this.#written = { ...this.#written, ...part };
    for (const listener of this.#listeners) listener();
  }
}
