/** What one of several processes does: it plays every so many of the worlds, and tells how far it is. */
import type { Kind } from './kind.ts'

/** What was played since the last report. `ends`: how often runs ended in which way. */
export interface Report {
  readonly played: number
  readonly ends: Readonly<Record<string, number>>
  readonly failures: readonly { readonly world: number; readonly failure: string }[]
}

/** How often a report goes out, in ms. */
const reportMs = 2_000

/** Plays a kind by its name. `numbers`: the first world's seed, the number that ends them, and how far it is to the next. */
export async function work(kinds: readonly Kind[], [name, ...numbers]: readonly string[]): Promise<void> {
  const kind = kinds.find((one) => one.name === name)!
  const [from, to, stride] = numbers.map(Number) as [number, number, number]
  let [played, ends, failures, sentMs] = [
    0,
    {} as Record<string, number>,
    [] as Report['failures'][number][],
    performance.now(),
  ]
  const send = () => {
    process.send!({ played, ends, failures })
    ;[played, ends, failures, sentMs] = [0, {}, [], performance.now()]
  }
  for (let world = from; world < to; world += stride) {
    const { ends: ended, failure } = await kind.play(world, false)
    played++
    for (const [end, count] of Object.entries(ended)) ends[end] = (ends[end] ?? 0) + count
    if (failure !== null) failures.push({ world, failure })
    if (performance.now() - sentMs > reportMs) send()
  }
  send()
  process.disconnect!()
}
