/** How many small mistakes in the pure rooms are noticed by `npm run test:core`: a sample of all that `generate.ts` makes. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { equivalents } from './equivalents.ts'
import { apply, listSites, rankOf, weave, type Site } from './generate.ts'
import type { Known } from './many-runner.ts'
import { startRunner, type Runner } from './runner.ts'

export const pureRooms = [
  'model',
  'text',
  'gitattributes',
  'view',
  'merge',
  'history',
  'plan',
  'facts',
  'report',
  'page',
] as const

/** A small mistake. `name` tells what it is, wherever in its file it stands. */
interface Small {
  readonly room: string
  readonly file: string
  readonly site: Site
  readonly line: number
  readonly name: string
}

/** What is known of a room's sample. `late`: killed by taking too long. */
export interface RoomScore {
  readonly room: string
  readonly all: number
  killed: number
  late: number
  equivalent: number
  readonly alive: string[]
}

const latestMs = 90_000

function listSmall(room: string): Small[] {
  return readdirSync(`lib/${room}`)
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .flatMap((base) => {
      const file = `lib/${room}/${base}`
      const code = readFileSync(file, 'utf8')
      return listSites(code).map((site) => {
        const line = code.slice(0, site.start).split('\n').length
        const text = code.split('\n')[line - 1]!.trim()
        const name = `${room}/${base}: ${text}: ${code.slice(site.start, site.end)} => ${site.instead}`
        return { room, file, site, line, name }
      })
    })
}

/** Those that come first by an order that the seed makes. */
function drawSample(all: readonly Small[], seed: number, count: number): Small[] {
  const ranked = all.map((one, index) => ({ one, rank: rankOf(seed, `${one.name} ${index}`) }))
  return ranked
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ one }) => one)
}

/** The test files of `npm run test:core`, which vitest itself lists. */
function listCoreFiles(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const command = scripts['test:core']!.replace('vitest run', 'node_modules/.bin/vitest list --filesOnly')
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', maxBuffer: 64_000_000 })
  return stdout.split('\n').filter((line) => line.startsWith('test/'))
}

/** What the tests make of all mistakes at once, by their numbers. */
async function playAll(sample: readonly Small[], files: readonly string[]): Promise<Known> {
  const replaced = new Map<string, string>()
  for (const file of new Set(sample.map((one) => one.file))) {
    const sites = sample.flatMap((one, number) => (one.file === file ? [[number, one.site] as const] : []))
    replaced.set(file, weave(readFileSync(file, 'utf8'), sites, 'globalThis.mutantIs'))
  }
  const runner = await startRunner({ runner: './test/mutants/many-runner.ts' })
  const { metas, failed, errors } = await runner.run({ files, replaced })
  await runner.close()
  if (failed.length + errors.length > 0)
    throw new Error(`tests fail without any mistake: ${[...failed, ...errors].join('\n')}`)
  const told = metas.flatMap(
    (meta) => (meta as { mutants?: readonly (readonly number[])[] }).mutants ?? [[], [], [], []],
  )
  const join = (at: number) => new Set(told.flatMap((numbers, index) => (index % 4 === at ? numbers : [])))
  return { killed: join(0), late: join(1), seen: join(2), loaded: join(3) }
}

/** Whether the tests of its room notice a mistake that counts when its file is loaded, and never again. */
async function isNoticed(runner: Runner, { room, file, site }: Small, files: readonly string[]): Promise<boolean> {
  const replaced = new Map([[file, apply(readFileSync(file, 'utf8'), site)]])
  const own = files.filter((one) => one.startsWith(`test/${room}/`))
  const { failed, errors, late } = await runner.run({ files: own, replaced })
  return late || failed.length + errors.length > 0
}

/** Judges a sample of each of the rooms. `tell` hears of each mistake that nothing noticed. */
export async function judgeRooms(
  rooms: readonly string[],
  { seed, count }: { readonly seed: number; readonly count: number },
  tell: (line: string) => void,
): Promise<RoomScore[]> {
  const drawn = rooms.map((room) => {
    const all = listSmall(room)
    return { room, all: all.length, sample: drawSample(all, seed, count) }
  })
  const sample = drawn.flatMap((one) => one.sample)
  const files = listCoreFiles()
  const known = await playAll(sample, files)
  const runner = await startRunner({ latestMs })
  const scores = new Map<string, RoomScore>(
    drawn.map(({ room, all }) => [room, { room, all, killed: 0, late: 0, equivalent: 0, alive: [] }]),
  )
  for (const [number, one] of sample.entries()) {
    const score = scores.get(one.room)!
    if (equivalents.has(one.name)) score.equivalent += 1
    else if (known.killed.has(number) || (known.loaded.has(number) && (await isNoticed(runner, one, files)))) {
      score.killed += 1
      if (known.late.has(number)) score.late += 1
    } else {
      score.alive.push(one.name)
      tell(`alive ${one.file}:${one.line}${known.seen.has(number) ? '' : ' (no test comes there)'}\n  ${one.name}`)
    }
  }
  await runner.close()
  return [...scores.values()]
}

/** What share of all mistakes is noticed, between which bounds it is with 95 % (Wilson's interval), in percent. */
export function formatShare(killed: number, count: number): string {
  if (count === 0) return '-'
  const [z, share] = [1.96, killed / count]
  const middle = share + z ** 2 / (2 * count)
  const half = z * Math.sqrt((share * (1 - share) + z ** 2 / (4 * count)) / count)
  const bound = (value: number) => Math.max(0, Math.min(100, Math.round((value / (1 + z ** 2 / count)) * 100)))
  return `${Math.round(share * 100)} % (${bound(middle - half)} to ${bound(middle + half)})`
}
