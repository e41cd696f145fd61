/** Whether the server has stopped knowing who this is, as its last answers said. */
let lost = false;
const listeners = new Set<() => void>();

function set(next: boolean): void {
  if (next === lost) return;
  lost = next;
  for (const tell of listeners) tell();
}

export const sessionStore = {
  lose: () => set(true),
  find: () => set(false),
  get: () => lost,
  subscribe: (tell: () => void) => {
    listeners.add(tell);
    return () => void listeners.delete(tell);
  },
};
