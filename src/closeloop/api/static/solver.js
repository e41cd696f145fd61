// Solves a challenge of ALTCHA's proof of work, version 2 with SHA-256 (FIPS 180-4), also where a page has no
// crypto.subtle since it came over plain HTTP: counts up until the hash of salt, nonce and counter begins as asked.
"use strict";
const K = new Uint32Array(64);
const START = new Uint32Array(8);
(() => {
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let found = 0, n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
})();

const w = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function compress(state, block) {
  w.set(block);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15];
    const b = w[i - 2];
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (one) => parseInt(one, 16));
const hex = (words) => Array.from(words, (one) => one.toString(16).padStart(8, "0")).join("");

onmessage = (event) => {
  const asked = event.data;
  if (asked.algorithm !== "SHA-256" || asked.cost !== 1) throw new Error("another algorithm");
  const salt = bytes(asked.salt);
  const nonce = bytes(asked.nonce);
  const length = salt.length + nonce.length + 4;
  if (length > 55) throw new Error("too long for one block");
  const message = new Uint8Array(64);
  message.set(salt);
  message.set(nonce, salt.length);
  message[length] = 0x80;
  const view = new DataView(message.buffer);
  view.setUint32(60, length * 8);
  const block = new Int32Array(16);
  const state = new Uint32Array(8);
  const prefix = asked.keyPrefix;
  const head = parseInt(prefix.slice(0, 8).padEnd(8, "0"), 16);
  const compared = 4 * Math.min(prefix.length, 8);
  const mask = compared === 32 ? 0xffffffff : ~(0xffffffff >>> compared);
  for (let counter = 0; counter <= 0xffffffff; counter++) {
    view.setUint32(length - 4, counter);
    for (let i = 0; i < 16; i++) block[i] = view.getInt32(4 * i);
    state.set(START);
    compress(state, block);
    if (((state[0] ^ head) & mask) !== 0) continue;
    const key = hex(state).slice(0, 2 * asked.keyLength);
    if (key.startsWith(prefix)) {
      postMessage({ counter, derivedKey: key });
      return;
    }
  }
};
