/** The command menu, asked for from anywhere: by the frame's search field, a key, a page's quick entry. */

/** An operation that waits for a record to be chosen. */
export interface Picking {
  object: string;
  operation: string;
}

export interface Commands {
  picking?: Picking;
}

let open: Commands | null = null;
const listeners = new Set<() => void>();

function set(next: Commands | null): void {
  open = next;
  for (const listener of listeners) listener();
}

export function openCommands(picking?: Picking): void {
  set({ picking });
}

export function closeCommands(): void {
  set(null);
}

export const commandStore = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => open,
};
