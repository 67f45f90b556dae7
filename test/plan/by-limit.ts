import { expect } from 'vitest'
import type { Limits, Requests } from '../../lib/model/guesses.ts'
import { sides, type Sides } from '../../lib/model/sides.ts'
import type { Pair, Ran } from '../hubs/pair.ts'

/** What the services count once again, in no header: all of it is made after the plan. `/repos/` is at GitHub. */
const forms = {
  github: { writes: /^(?:POST|PATCH|PUT|DELETE) (?:\/api\/v3)?\/repos\//, pushes: /^POST .*\/git-receive-pack / },
  huggingface: { commits: /^POST \/api\/.*\/commit\/[^/]+ 200$/ },
}

/**
 * Holds what the plan of a run with `--json` and `--log=json` tells of each limit against what was asked after it; what was read to look into files is not read again.
 */
function expectByLimit({ out, err, log }: Ran): void {
  const { forecast, limits, data } = JSON.parse(out) as {
    forecast: { requests: Sides<Requests> }
    limits: Sides<Limits>
    data: { spared: number } | null
  }
  const plan = err.split('\n').find((line) => line.includes('"event":"plan"'))
  const before = (JSON.parse(plan!) as { limits: Sides<Limits> }).limits
  for (const side of sides) {
    const again = new Map(
      Object.entries(forms[side]).map(([name, form]) => [name, log.filter((line) => form.test(line)).length]),
    )
    const names = [...Object.keys(forecast.requests[side]), ...Object.keys(limits[side]), ...again.keys()]
    for (const name of new Set(names)) {
      if (name === 'other') continue
      const made = again.get(name) ?? (limits[side][name]?.asked ?? 0) - (before[side][name]?.asked ?? 0)
      const told = forecast.requests[side][name] ?? 0
      const least = name === 'graphql' ? 1 : 3
      const room = again.has(name) && name !== 'writes' ? 0 : Math.max(least, made * 0.2)
      const what = `${side} ${name}: ${told} told, ${made} made`
      expect(told, what).toBeLessThanOrEqual(made + room + (data?.spared ?? 0))
      expect(told, what).toBeGreaterThanOrEqual(made - room)
    }
  }
}

/** Commits of all branches. */
function countCommits({ github: { refs, store } }: Pair): number {
  const all = new Set<string>()
  for (const head of refs.values())
    if (store.has(head, 'commit')) for (const commit of store.readAncestors(head)) all.add(commit)
  return all.size
}

/** Holds what a dry run says that a run will cost against what it costs; then the pair is closed. */
export async function expectCost(pair: Pair, argv: readonly string[] = []): Promise<void> {
  try {
    const { out } = await pair.run('--dry-run', ...argv)
    const before = countCommits(pair)
    const ran = await pair.run('--json', '--log=json', ...argv)
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    const { requests, bytes, changes, commitCounts } = JSON.parse(ran.out) as {
      commitCounts: Record<string, number>
      requests: Record<string, number>
      bytes: { uploaded: number }
      changes: { store: string | null; byteLength: number }[]
    }
    const made = requests['github']! + requests['huggingface']!
    const countMade = (form: RegExp) => ran.log.filter((line) => form.test(line)).length
    expect([countCommits(pair) - before, countMade(/^POST .*\/commit\/[^/]+ 200$/)], 'commits').toEqual([
      commitCounts['github'],
      commitCounts['huggingface'],
    ])
    expectByLimit(ran)
    if (out.includes('In sync.')) return expect(made).toBe(2)
    const told = Number(/About ([\d,]+) request/.exec(out)![1]!.replaceAll(',', ''))
    expect(Math.abs(told - made) / made, `${told} told, ${made} made`).toBeLessThanOrEqual(0.2)
    const [, value, unit] = /([\d.]+) (\w+) to move/.exec(out)!
    const moved = Number(value) * { B: 1, kB: 1e3, MB: 1e6 }[unit as 'B' | 'kB' | 'MB']
    expect(moved).toBeLessThanOrEqual(bytes.uploaded * 1.05)
    // Plain files travel as base64 for the most part; what is sent beside files are messages and questions.
    const base64 = changes.reduce((sum, { store, byteLength }) => sum + (store === 'plain' ? byteLength / 3 : 0), 0)
    if (moved > 400_000) expect((moved + base64) / bytes.uploaded).toBeGreaterThan(0.9)
  } finally {
    await pair.close()
  }
}
