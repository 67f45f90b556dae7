/**
 * BLAKE3 with a key (https://github.com/BLAKE3-team/BLAKE3-specs), of up to 256 KiB at once, which is all that Xet hashes.
 *
 * Node has no BLAKE3. Packages either are slow or as large as all of this room (decision 0062), so its compression function
 * is made here, as WebAssembly that takes four blocks side by side: each local of 128 bits holds one word of all four.
 */

const inputLengthMax = 256 * 1024
const leafLength = 1024

/** Where things are in the memory. A call may write up to three values after those that it was asked for. */
const [keyAt, valuesAt, otherValuesAt, inputAt] = [0, 0x400, 0x4000, 0x8000]
const pageCount = Math.ceil((inputAt + inputLengthMax + 4 * leafLength) / 65_536)

const [chunkStart, chunkEnd, parent, root, keyed] = [1, 2, 4, 8, 16]
const initialWords = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a]
const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]

type Code = readonly number[]

const join = (...parts: (number | Code)[]): Code => parts.flat() as number[]

/** A number as WebAssembly has it (LEB128), with a sign. */
function encodeNumber(value: number): Code {
  const low = value & 0x7f
  const rest = value >> 7
  return rest === (low & 0x40 ? -1 : 0) ? [low] : join(low | 0x80, encodeNumber(rest))
}

/** The same without a sign, for what is never negative: lengths and codes of operations. */
const encodeCount = (value: number): Code =>
  value < 128 ? [value] : join((value & 0x7f) | 0x80, encodeCount(value >> 7))

const withLength = (bytes: Code) => join(encodeCount(bytes.length), bytes)

const get = (local: number): Code => [0x20, local]
const set = (local: number): Code => [0x21, local]
const number = (value: number) => join(0x41, encodeNumber(value | 0))
const [isZero, add, subtract, multiply, or, select] = [0x45, 0x6a, 0x6b, 0x6c, 0x72, 0x1b]
const vector = (operation: number) => join(0xfd, encodeCount(operation))
const [splat, vectorOr, vectorXor] = [vector(0x11), vector(0x50), vector(0x51)]
const [shiftLeft, shiftRight, vectorAdd, vectorMultiply] = [vector(0xab), vector(0xad), vector(0xae), vector(0xb5)]
const load = (offset: number) => join(vector(0x00), 0, encodeCount(offset))
const loadWordToAll = (offset: number) => join(vector(0x09), 0, encodeCount(offset))
const store = (offset: number) => join(vector(0x0b), 0, encodeCount(offset))
/** Makes a vector of bytes of two: 0 to 15 are those of the first, 16 to 31 of the second. */
const pickBytes = (...bytes: number[]) => join(vector(0x0d), bytes)
/** The same for words: 0 to 3 and 4 to 7. */
const pickWords = (...words: number[]) =>
  pickBytes(...words.flatMap((word) => [0, 1, 2, 3].map((byte) => word * 4 + byte)))

/** The locals of the function that is made: its parameters, which are numbers, and then vectors. */
const [input, stride, blocks, lastLength, counter, counterStep, flags, startFlags, endFlags, output] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
]
const parameterCount = 10
const state = Array.from({ length: 16 }, (_, index) => parameterCount + index)
const message = Array.from({ length: 16 }, (_, index) => parameterCount + 16 + index)
const spare = Array.from({ length: 4 }, (_, index) => parameterCount + 32 + index)
const vectorCount = 36
const chaining = state.slice(0, 8)
/** One for each of the four blocks. */
const lanes = [0, 1, 2, 3]

/** Turns four vectors: those of the four blocks become those of four words, and the other way. */
function transpose(locals: readonly number[]): Code {
  const [a, b, c, d] = locals.map(get) as [Code, Code, Code, Code]
  const [lowAB, lowCD, highAB, highCD] = spare.map(get) as [Code, Code, Code, Code]
  return join(
    join(a, b, pickWords(0, 4, 1, 5), set(spare[0]!)),
    join(c, d, pickWords(0, 4, 1, 5), set(spare[1]!)),
    join(a, b, pickWords(2, 6, 3, 7), set(spare[2]!)),
    join(c, d, pickWords(2, 6, 3, 7), set(spare[3]!)),
    join(lowAB, lowCD, pickWords(0, 1, 4, 5), set(locals[0]!)),
    join(lowAB, lowCD, pickWords(2, 3, 6, 7), set(locals[1]!)),
    join(highAB, highCD, pickWords(0, 1, 4, 5), set(locals[2]!)),
    join(highAB, highCD, pickWords(2, 3, 6, 7), set(locals[3]!)),
  )
}

/** `x = x ^ y`, turned right by so many bits in each word. */
function xorAndRotate(x: number, y: number, bits: number): Code {
  const shifted = join(get(x), number(bits), shiftRight, get(x), number(32 - bits), shiftLeft, vectorOr)
  // Whole bytes only change their places.
  const moved = join(get(x), get(x), pickBytes(...state.map((_, byte) => (byte & ~3) | ((byte + bits / 8) & 3))))
  return join(get(x), get(y), vectorXor, set(x), bits % 8 === 0 ? moved : shifted, set(x))
}

const addTo = (x: number, ...others: number[]) =>
  join(get(x), ...others.map((other) => join(get(other), vectorAdd)), set(x))

/** The quarter round of BLAKE3 (`G`), on four words of the state and two of the message. */
function mix([a, b, c, d]: readonly [number, number, number, number], x: number, y: number): Code {
  const half = (word: number, first: number, second: number) =>
    join(addTo(a, b, word), xorAndRotate(d, a, first), addTo(c, d), xorAndRotate(b, c, second))
  return join(half(x, 16, 12), half(y, 8, 7))
}

function sevenRounds(): Code {
  const columns = lanes.map((at) => [at, at + 4, at + 8, at + 12])
  const diagonals = lanes.map((at) => [at, 4 + ((at + 1) & 3), 8 + ((at + 2) & 3), 12 + ((at + 3) & 3)])
  const code: Code[] = []
  let words = message
  for (let round = 0; round < 7; round++) {
    for (const [index, places] of [...columns, ...diagonals].entries()) {
      const locals = places.map((place) => state[place]!) as [number, number, number, number]
      code.push(mix(locals, words[2 * index]!, words[2 * index + 1]!))
    }
    words = permutation.map((from) => words[from]!)
  }
  return code.flat()
}

/** Words of all four blocks at once: the same 16 bytes of each. */
function loadWords(first: number): Code {
  const rows = message.slice(first, first + 4)
  const address = (lane: number) => join(get(input), get(stride), number(lane), multiply, add)
  return join(...rows.map((row, lane) => join(address(lane), load(first * 4), set(row))), transpose(rows))
}

/** What is done for each block of 64 bytes; the chaining values are in the first half of the state. */
function compressBlock(): Code {
  const ifLast = (value: number, other: number) => join(get(value), number(other), get(blocks), isZero, select)
  const laneNumbers = join(vector(0x0c), ...lanes.map((lane) => [lane, 0, 0, 0]))
  const counters = join(get(counter), splat, get(counterStep), splat, laneNumbers, vectorMultiply, vectorAdd)
  return join(
    join(get(blocks), number(1), subtract, set(blocks)),
    ...[0, 4, 8, 12].map(loadWords),
    ...initialWords.map((word, index) => join(number(word), splat, set(state[8 + index]!))),
    join(counters, set(state[12]!)),
    join(number(0), splat, set(state[13]!)),
    join(ifLast(lastLength, 64), splat, set(state[14]!)),
    join(get(flags), get(startFlags), or, ifLast(endFlags, 0), or, splat, set(state[15]!)),
    join(number(0), set(startFlags)),
    sevenRounds(),
    ...chaining.map((each, index) => join(get(each), get(state[8 + index]!), vectorXor, set(each))),
    join(get(input), number(64), add, set(input)),
  )
}

function makeModule(): Uint8Array {
  const [wordType, vectorType, functionType, emptyType] = [0x7f, 0x7b, 0x60, 0x40]
  const [loop, branchIf, end] = [0x03, 0x0d, 0x0b]
  const storeValues = (first: number) =>
    join(...lanes.map((lane) => join(get(output), get(state[first + lane]!), store(lane * 32 + first * 4))))
  const body = join(
    ...chaining.map((each, index) => join(number(keyAt), loadWordToAll(4 * index), set(each))),
    join(loop, emptyType, compressBlock(), get(blocks), branchIf, 0, end),
    ...[0, 4].map((first) => join(transpose(state.slice(first, first + 4)), storeValues(first))),
    end,
  )
  const section = (id: number, ...content: (number | Code)[]) => join(id, withLength(join(...content)))
  const parameters = Array.from({ length: parameterCount }, () => wordType)
  return Uint8Array.from(
    join(
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, 1, functionType, withLength(parameters), 0),
      section(3, 1, 0),
      section(5, 1, 0, encodeCount(pageCount)),
      // The function is exported as `f`, the memory as `m`.
      section(7, 2, 1, 0x66, 0, 0, 1, 0x6d, 2, 0),
      section(10, 1, withLength(join(1, vectorCount, vectorType, body))),
    ),
  )
}

type Compress = (...parameters: number[]) => void

/** The types of node name it, and do not say that it is there. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

let engine: { readonly compress: Compress; readonly memory: Uint8Array } | null = null

function startEngine() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(makeModule()))
  const { f, m } = exports as { f: Compress; m: { buffer: ArrayBuffer } }
  return { compress: f, memory: new Uint8Array(m.buffer) }
}

/** Writes the values of all leaves, 1,024 bytes each, and returns how many there are; a single one is the root. */
function compressLeaves(compress: Compress, byteLength: number): number {
  const fullCount = Math.floor(byteLength / leafLength)
  const isSingle = byteLength <= leafLength
  const end = isSingle ? chunkEnd | root : chunkEnd
  for (let leaf = 0; leaf < fullCount; leaf += 4)
    compress(inputAt + leaf * leafLength, leafLength, 16, 64, leaf, 1, keyed, chunkStart, end, valuesAt + leaf * 32)
  const rest = byteLength - fullCount * leafLength
  if (rest === 0 && fullCount > 0) return fullCount
  const blockCount = Math.max(1, Math.ceil(rest / 64))
  const at = inputAt + fullCount * leafLength
  const to = valuesAt + fullCount * 32
  compress(at, 0, blockCount, rest - (blockCount - 1) * 64, fullCount, 0, keyed, chunkStart, end, to)
  return fullCount + 1
}

/**
 * The 32 bytes of BLAKE3's keyed hash. `key` has 32 bytes. Throws RangeError for an input of more than 256 KiB.
 */
export function hashKeyed(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length > inputLengthMax || key.length !== 32)
    throw new RangeError(`BLAKE3 takes ${inputLengthMax} bytes and a key of 32, not ${bytes.length} and ${key.length}`)
  engine ??= startEngine()
  const { compress, memory } = engine
  memory.set(key, keyAt)
  memory.set(bytes, inputAt)
  // The last block is filled up with zeros.
  memory.fill(0, inputAt + bytes.length, inputAt + bytes.length + 64)
  let [from, to] = [valuesAt, otherValuesAt]
  let count = compressLeaves(compress, bytes.length)
  while (count > 1) {
    const pairCount = count >> 1
    for (let pair = 0; pair < pairCount; pair += 4)
      compress(from + pair * 64, 64, 1, 64, 0, 0, keyed | parent, 0, count === 2 ? root : 0, to + pair * 32)
    // The last one without a partner goes up as it is.
    if (count % 2 === 1) memory.copyWithin(to + pairCount * 32, from + (count - 1) * 32, from + count * 32)
    count -= pairCount
    ;[from, to] = [to, from]
  }
  return memory.slice(from, from + 32)
}
