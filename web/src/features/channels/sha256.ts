/**
 * SHA-256 (FIPS 180-4) of a text. A channel's key is kept as its hash; the browser's own function is missing where the
 * page isn't served by https, as in many an office network.
 */
const PRIMES = primes(64);
const START = PRIMES.slice(0, 8).map((one) => fraction(Math.sqrt(one)));
const ROUNDS = PRIMES.map((one) => fraction(Math.cbrt(one)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let one = 2; found.length < count; one++) {
    if (found.every((prime) => one % prime !== 0)) found.push(one);
  }
  return found;
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The message with a one, zeros and its length in bits behind it, as words. */
function padded(bytes: Uint8Array): DataView {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(whole.length - 4, (bytes.length * 8) >>> 0);
  return view;
}

function block(hash: readonly number[], view: DataView, start: number): number[] {
  const words = Array.from({ length: 16 }, (_, i) => view.getUint32(start + i * 4));
  const at = (i: number) => words[i] ?? 0;
  for (let i = 16; i < 64; i++) {
    const [a, b] = [at(i - 15), at(i - 2)];
    const low = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
    const high = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    words[i] = (at(i - 16) + low + at(i - 7) + high) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const mixed = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + mixed + ((e & f) ^ (~e & g)) + (ROUNDS[i] ?? 0) + at(i)) | 0;
    const two =
      ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + (hash[i] ?? 0)) | 0);
}

export function sha256(text: string): string {
  const view = padded(new TextEncoder().encode(text));
  let hash = START;
  for (let start = 0; start < view.byteLength; start += 64) hash = block(hash, view, start);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** A key with 192 random bits, for letters and digits only. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
