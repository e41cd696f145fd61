/** A short text as a QR code (ISO/IEC 18004): bytes, with the least error correction, which a screen needs. */

/** By version, from 1: error correction bytes of a block, and the number of blocks. */
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];

const BYTES_MODE = 0b0100;
const PADDING = [0xec, 0x11];
const FIELD = 0x11d;
/** The level (01, least) and the mask (000), guarded by their own code. */
const FORMAT = 0b111011111000100;

interface Plan {
  version: number;
  size: number;
  /** Bytes of data and correction together. */
  total: number;
  correction: number;
  blocks: number;
}

function planOf(version: number): Plan {
  const marks = version > 1 ? Math.floor(version / 7) + 2 : 0;
  let modules = (16 * version + 128) * version + 64;
  if (marks > 0) modules -= (25 * marks - 10) * marks - 55;
  if (version >= 7) modules -= 36;
  return {
    version,
    size: 17 + 4 * version,
    total: Math.floor(modules / 8),
    correction: CORRECTION[version - 1] ?? 0,
    blocks: BLOCKS[version - 1] ?? 0,
  };
}

function room({ total, correction, blocks }: Plan): number {
  return total - correction * blocks;
}

function lengthBits({ version }: Plan): number {
  return version < 10 ? 8 : 16;
}

/** The data with its header, filled up to the room that there is. */
function payload(plan: Plan, text: Uint8Array): number[] {
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  push(BYTES_MODE, 4);
  push(text.length, lengthBits(plan));
  for (const byte of text) push(byte, 8);
  push(0, Math.min(4, room(plan) * 8 - bits.length));
  push(0, -bits.length & 7);
  for (let i = 0; bits.length < room(plan) * 8; i++) push(PADDING[i % 2] ?? 0, 8);
  return Array.from({ length: room(plan) }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * FIELD);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

/** The Reed-Solomon code of a block. */
function correctionOf(data: number[], count: number): number[] {
  let divisor = [1];
  for (let i = 0, root = 1; i < count; i++, root = times(root, 2)) {
    const shifted = [...divisor, 0];
    divisor = shifted.map((one, j) => one ^ times(divisor[j - 1] ?? 0, root));
  }
  const rest = new Array<number>(count).fill(0);
  for (const byte of data) {
    const factor = byte ^ (rest.shift() ?? 0);
    rest.push(0);
    for (let i = 0; i < count; i++) rest[i] = (rest[i] ?? 0) ^ times(divisor[i + 1] ?? 0, factor);
  }
  return rest;
}

/** All bytes in the order in which they are drawn: block by block in turn, the shorter blocks first. */
function codewords(plan: Plan, data: number[]): number[] {
  const short = Math.floor(room(plan) / plan.blocks);
  const shorts = plan.blocks - (room(plan) % plan.blocks);
  let from = 0;
  const blocks = Array.from({ length: plan.blocks }, (_, i) => {
    const part = data.slice(from, (from += short + (i < shorts ? 0 : 1)));
    return { part, code: correctionOf(part, plan.correction) };
  });
  const inTurn = (lists: number[][], length: number) =>
    Array.from({ length }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
  return [
    ...inTurn(
      blocks.map((block) => block.part),
      short + 1,
    ),
    ...inTurn(
      blocks.map((block) => block.code),
      plan.correction,
    ),
  ];
}

/** The squares that are the same for every text of a version; undefined is left for the data. */
function frame({ version, size }: Plan): (boolean | undefined)[][] {
  const squares = Array.from({ length: size }, () => new Array<boolean | undefined>(size));
  const set = (x: number, y: number, dark: boolean) => {
    const row = squares[y];
    if (row && x >= 0 && x < size) row[x] = dark;
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const ring = (x: number, y: number, radius: number, light: readonly number[]) => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++)
        set(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    ring(x, y, 4, [2, 4]);
  const marks = version > 1 ? Math.floor(version / 7) + 2 : 0;
  const step = marks > 0 ? 2 * Math.ceil((size - 13) / (2 * marks - 2)) : 0;
  const at = Array.from({ length: marks }, (_, i) =>
    i === 0 ? 6 : size - 7 - (marks - 1 - i) * step,
  );
  const last = size - 7;
  for (const y of at)
    for (const x of at) {
      const corner = (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
      if (!corner) ring(x, y, 2, [1]);
    }
  for (let i = 0; i < 15; i++) {
    const dark = ((FORMAT >>> i) & 1) === 1;
    set(i < 8 ? 8 : i === 8 ? 7 : 14 - i, i < 6 ? i : i < 8 ? i + 1 : 8, dark);
    set(i < 8 ? size - 1 - i : 8, i < 8 ? 8 : size - 15 + i, dark);
  }
  set(8, size - 8, true);
  if (version >= 7) {
    let rest = version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const [near, far] = [Math.floor(i / 3), size - 11 + (i % 3)];
      set(near, far, ((bits >>> i) & 1) === 1);
      set(far, near, ((bits >>> i) & 1) === 1);
    }
  }
  return squares;
}

/** The rows of squares, dark ones true, without the light margin. Takes 858 bytes at most; raises RangeError. */
export function qrCode(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const plan = BLOCKS.map((_, i) => planOf(i + 1)).find(
    (one) => 4 + lengthBits(one) + 8 * bytes.length <= 8 * room(one),
  );
  if (!plan) throw new RangeError("too long for a QR code");
  const words = codewords(plan, payload(plan, bytes));
  const squares = frame(plan);
  let bit = 0;
  let upward = true;
  // Two columns at a time from the right, up and down in turn; the column of the timing marks is no part of it.
  for (let right = plan.size - 1; right > 0; right -= 2, upward = !upward) {
    if (right === 6) right = 5;
    for (let i = 0; i < plan.size; i++) {
      const y = upward ? plan.size - 1 - i : i;
      for (const x of [right, right - 1]) {
        const row = squares[y];
        if (!row || row[x] !== undefined) continue;
        const dark = (((words[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1;
        row[x] = dark !== ((x + y) % 2 === 0);
        bit += 1;
      }
    }
  }
  return squares.map((row) => Array.from(row, Boolean));
}
