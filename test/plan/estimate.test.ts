/** What a dry run says that the run will cost, against what it costs. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { chooseScenarios, startScenario, type Scenario } from '../bench/requests.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, type Files } from '../run/mirror-setup.ts'

const numbered = (count: number, make: (index: number) => [string, Files[string]]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)))
const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n', 'a.txt': 'a\n' }
const more: Pick<Scenario, 'name' | 'begin' | 'change' | 'onPorts'>[] = [
  ...(['github', 'huggingface'] as const).map((side) => ({
    name: `30 objects from ${side}`,
    begin: rule,
    onPorts: true as const,
    change: (pair: Pair) =>
      act(
        pair,
        side,
        numbered(30, (index) => [`o/${index}.parquet`, { lfs: randomBytes(1_000) }]),
      ),
  })),
  {
    name: '30 plain images that the Hub takes as objects',
    begin: rule,
    onPorts: true,
    change: (pair) =>
      act(
        pair,
        'github',
        numbered(30, (index) => [`p/${index}.png`, randomBytes(1_000)]),
      ),
  },
  {
    name: 'an object in the older of two commits',
    begin: rule,
    onPorts: true,
    change: (pair) => {
      act(pair, 'huggingface', { 'one.parquet': { lfs: randomBytes(500_000) } })
      act(pair, 'huggingface', { 'a.txt': 'b\n' })
    },
  },
]

async function expectCost({
  name,
  ...scenario
}: Parameters<typeof startScenario>[0] & Pick<Scenario, 'name'>): Promise<void> {
  const pair = await startScenario(scenario)
  try {
    const { out } = await pair.run('--dry-run')
    const ran = await pair.run('--json')
    const { requests, bytes } = JSON.parse(ran.out) as { requests: Record<string, number>; bytes: { uploaded: number } }
    const made = requests['github']! + requests['huggingface']!
    if (out.includes('In sync.')) return expect(made).toBe(2)
    const told = Number(/About ([\d,]+) request/.exec(out)![1]!.replaceAll(',', ''))
    // What GitHub held once it still has; that is found by asking, when the run sends it: then the plan tells too much,
    // never too little.
    const isKnownThere = name.endsWith('that GitHub had once')
    expect(
      (isKnownThere ? Math.max(0, made - told) : Math.abs(told - made)) / made,
      `${told} told, ${made} made`,
    ).toBeLessThanOrEqual(0.2)
    const [, value, unit] = /([\d.]+) (\w+) to move/.exec(out)!
    const moved = Number(value) * { B: 1, kB: 1e3, MB: 1e6 }[unit as 'B' | 'kB' | 'MB']
    // What is sent beside the files: messages, questions, base64.
    if (moved > 400_000) expect(moved / bytes.uploaded).toBeGreaterThan(0.9)
    expect(moved).toBeLessThanOrEqual(bytes.uploaded * 1.05)
  } finally {
    await pair.close()
  }
}

test.each(chooseScenarios(true, 300))(
  'the plan tells the requests of a run within a fifth, and each byte once: $name',
  expectCost,
)
test.each(more)('the same of $name', expectCost)
