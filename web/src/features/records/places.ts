/** Where lists were scrolled to, so that going back finds the place again; forgotten with the page's life. */

const places = new Map<string, number>();

export function placeOf(list: string): { offset: number; onMove: (offset: number) => void } {
  return {
    offset: places.get(list) ?? 0,
    onMove: (offset) => places.set(list, offset),
  };
}
