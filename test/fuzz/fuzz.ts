/** Breaks bytes that are right, and sees what is made of them. */
import { createRandom } from '../random.ts'
import type { Target } from './target.ts'

/** So many ms of processor's time may one input take: a thousand times what most take. */
const inputMsMax = 2_000
const byteLengthMax = 200_000

/** What bytes are replaced by: ends of ranges, signs of all formats, and lengths that are too great. */
const telling = [
  '',
  '\0',
  '\xff\xff\xff\xff',
  '\x7f\xff\xff\xff',
  '-1',
  '1e999',
  '99999999999999999999',
  '"',
  '\n',
  '\r\n',
  ':',
  '{',
  '[',
  '\\',
  '\x1b[2J',
  '\u202e',
  '%0A',
  '|',
  '<',
  '`',
]

/** Another input: one of the seeds, cut, put together, and with some of its bytes replaced. */
export function mutate(seeds: readonly Buffer[], below: (count: number) => number): Buffer {
  let bytes: Buffer = Buffer.from(seeds[below(seeds.length)]!)
  for (let times = 1 + below(6); times > 0; times--) {
    const [from, length] = [below(bytes.length + 1), below(Math.min(64, bytes.length + 1))]
    const [before, after] = [bytes.subarray(0, from), bytes.subarray(from + length)]
    const other = seeds[below(seeds.length)]!
    const ways = [
      () => before,
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, Buffer.from(telling[below(telling.length)]!, 'latin1'), after]),
      () => Buffer.concat([before, Buffer.from(telling[below(telling.length)]!), bytes.subarray(from)]),
      () => Buffer.concat([before, other.subarray(below(other.length + 1))]),
      () =>
        Buffer.concat([
          before,
          ...Array.from({ length: 1 + below(40) }, () => bytes.subarray(from, from + length)),
          after,
        ]),
      () => Buffer.concat([before, Buffer.from(Array.from({ length }, () => below(256))), after]),
      () => {
        const copy = Buffer.from(bytes)
        if (copy.length > 0) copy[below(copy.length)]! ^= 1 << below(8)
        return copy
      },
    ]
    bytes = ways[below(ways.length)]!().subarray(0, byteLengthMax)
  }
  return bytes
}

/** What is wrong with how a target takes an input; null where nothing is. */
export async function judgeInput(
  { take, errors = [], msMax = inputMsMax }: Target,
  input: Buffer,
): Promise<string | null> {
  const began = process.cpuUsage()
  let wrong: string | null = null
  try {
    await take(input)
  } catch (error) {
    if (!errors.some((kind) => error instanceof kind))
      wrong = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const { user, system } = process.cpuUsage(began)
  return wrong ?? (user + system > msMax * 1000 ? `it took ${Math.round((user + system) / 1000)} ms` : null)
}

/** Tries inputs until `goesOn` says no. Returns how many, and the first that was taken wrongly. */
export async function fuzz(
  target: Target,
  seed: number,
  goesOn: (tried: number) => boolean,
): Promise<{ tried: number; wrong: string | null }> {
  const below = createRandom(seed)
  for (let tried = 0; ; tried++) {
    if (!goesOn(tried)) return { tried, wrong: null }
    const input = mutate(target.seeds, below)
    const wrong = await judgeInput(target, input)
    if (wrong !== null)
      return {
        tried: tried + 1,
        wrong: `${target.name}, seed ${seed}, input ${tried}: ${wrong}\n${input.toString('base64').slice(0, 2_000)}`,
      }
  }
}
