/** Hand somebody's records over, piece by piece, until nothing is left that can be given. */
import { handOver } from "./api";

export interface Share {
  object: string;
  to: string;
}

/**
 * Gives each share away and tells after every call how many records went. Returns how many were left behind; a call
 * that gives nothing ends its share, since the next would give nothing either.
 */
export async function handOverAll(
  person: string,
  shares: readonly Share[],
  onProgress: (given: number) => void,
  give: typeof handOver = handOver,
): Promise<number> {
  let given = 0;
  let left = 0;
  for (const { object, to } of shares) {
    for (;;) {
      const answer = await give(person, to, object);
      given += answer.handed_over;
      onProgress(given);
      if (answer.remaining === 0 || answer.handed_over === 0) {
        left += answer.remaining;
        break;
      }
    }
  }
  return left;
}
