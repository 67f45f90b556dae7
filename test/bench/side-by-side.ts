/** The script with git that this tool replaces, and the tool as one file, side by side on the same two repositories. */
import { sides } from '../../lib/model/sides.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, contents, pushToBoth } from '../run/mirror-setup.ts'
import type { Checked } from './bounds.ts'
import { measureScript } from './old-way.ts'
import { manyFiles } from './requests.ts'
import { median } from './sample.ts'
import { start } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

/** `ratios`: the most that the tool may take of the script's time, without latency and with it, and what it should. */
interface Scene {
  readonly name: string
  readonly change: (pair: Pair) => void
  readonly requests: number
  readonly ratios: readonly [at0: Held, at100: Held]
}
interface Held {
  readonly limit: number
  readonly target: number
}

const corpus = { 'README.md': '# Corpus\n', 'data/a.csv': 'a\n1\n' }
const latenciesMs = [0, 100]

const scenes: readonly Scene[] = [
  {
    name: '2,000 texts, Hub -> GitHub',
    change: (pair) => act(pair, 'huggingface', manyFiles(2_000)),
    requests: 20,
    ratios: [
      { limit: 0.7, target: 0.7 },
      { limit: 0.6, target: 0.5 },
    ],
  },
  {
    name: '2,000 texts, GitHub -> Hub',
    change: (pair) => act(pair, 'github', manyFiles(2_000)),
    requests: 16,
    ratios: [
      { limit: 0.7, target: 0.7 },
      { limit: 0.6, target: 0.5 },
    ],
  },
  {
    name: 'one text, GitHub -> Hub',
    change: (pair) => act(pair, 'github', { 'README.md': '# The corpus\n' }),
    requests: 10,
    ratios: [
      { limit: 0.7, target: 0.6 },
      { limit: 0.7, target: 0.6 },
    ],
  },
  {
    name: 'nothing to do',
    change: () => {},
    requests: 2,
    ratios: [
      { limit: 0.5, target: 0.4 },
      { limit: 0.25, target: 0.15 },
    ],
  },
]

interface Both {
  readonly ours: number
  readonly script: number
  readonly requests: number
  readonly scriptRequests: number
}

/** One run of each on the same state; both sides are equal after each. */
async function measureOnce({ change }: Scene, file: string, latencyMs: number): Promise<Both> {
  let delayMs = 0
  const pair = await servePair({ latencyMs: () => delayMs })
  try {
    pushToBoth(pair, { ...corpus, ...manyFiles(200, 'old') })
    // What goes to a side for the first time makes a run ask who can read it.
    for (const side of sides) {
      act(pair, side, { [`${side}.txt`]: 'begun\n' })
      await pair.run()
    }
    change(pair)
    const script = await measureScript(pair, 'texts', latencyMs)
    const count = () => pair.github.requests.length + pair.huggingface.requests.length
    const before = count()
    delayMs = latencyMs
    const { time } = await start([file], { ...pair.env, NODE_EXTRA_CA_CERTS: '' })
    if (JSON.stringify(contents(pair, 'github')) !== JSON.stringify(contents(pair, 'huggingface')))
      throw new Error('The sides are not equal after the run')
    return { ours: time, script: script.elapsedMs, requests: count() - before, scriptRequests: script.requests }
  } finally {
    await pair.close()
  }
}

/** `file`: the command as one file. */
export async function measureSideBySide(
  short: boolean,
  file: string,
): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  const times = short ? 1 : 5
  for (const scene of scenes)
    for (const [index, latencyMs] of (short ? [0] : latenciesMs).entries()) {
      const all: Both[] = []
      for (let nth = 0; nth < times; nth++) all.push(await measureOnce(scene, file, latencyMs))
      const middle = (of: (both: Both) => number) => median(all.map(of))
      const name = `${scene.name}, ${latencyMs} ms a request`
      const requests: Figure = { value: middle((both) => both.requests), unit: 'requests' }
      const ratio: Figure = { value: middle((both) => both.ours / both.script), unit: 'ratio' }
      rows.push({
        name,
        cells: {
          requests,
          'of git': { value: middle((both) => both.scriptRequests), unit: 'requests' },
          'time': { value: middle((both) => both.ours), unit: 'ms' },
          'its time': { value: middle((both) => both.script), unit: 'ms' },
          ratio,
        },
      })
      checked.push({ name: `${name}: requests`, sense: 'most', limit: scene.requests, figure: requests })
      // A single run on a busy machine says little of time.
      if (!short) checked.push({ name: `${name}: ratio`, sense: 'most', ...scene.ratios[index]!, figure: ratio })
    }
  const columns = ['requests', 'of git', 'time', 'its time', 'ratio']
  return { section: { title: 'side by side with the script of git', columns, rows }, checked }
}
