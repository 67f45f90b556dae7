/** Large objects through the real command: how fast against a bare copy in the same run, and in how much memory. */
import { otherSide, sideName, type Side } from '../lib/sides.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import { copyBare, onStage, runCommand } from './stage.ts'
import type { Figure, Row, Section } from './table.ts'

/** `limit`: of the speed of a bare copy, with what it should be as `target`; null where only memory is of interest. */
interface Load { readonly name: string, readonly from: Side, readonly count: number, readonly byteLength: number, readonly rounds: number, readonly speed: { readonly limit: number, readonly target?: number } | null }

interface Round { readonly elapsedMs: number, readonly cpuMs: number, readonly rssBytesMax: number, readonly bareMs: number, readonly bareRssBytesMax: number }

const [mb, gb] = [1_000_000, 1_000_000_000]
const rssBytesMax = 250 * mb

function chooseLoads(short: boolean): Load[] {
  const directions: readonly Side[] = short ? ['github'] : ['github', 'huggingface']
  const one = short ? { size: '1 GB', byteLength: gb } : { size: '2 GB', byteLength: 2 * gb }
  const several = short ? 200 : 500
  const fast = directions.flatMap((from): Load[] => [
    { name: `one object of ${one.size}`, from, count: 1, byteLength: one.byteLength, rounds: 3, speed: { limit: 0.6 } },
    { name: `${several} objects of 1 MB`, from, count: several, byteLength: mb, rounds: 3, speed: { limit: 0.9 } },
  ])
  const flat: Load[] = [
    { name: 'one object of 10 MB', from: 'github', count: 1, byteLength: 10 * mb, rounds: 1, speed: null },
    { name: 'one object of 100 MB', from: 'github', count: 1, byteLength: 100 * mb, rounds: 1, speed: null },
    ...short ? [] : [{ name: 'one object of 1 GB', from: 'github', count: 1, byteLength: gb, rounds: 1, speed: null } as const],
    { name: `8 objects of ${short ? '64' : '256'} MB`, from: 'github', count: 8, byteLength: (short ? 64 : 256) * mb, rounds: 1, speed: { limit: 0.9 } },
  ]
  return [...fast, ...flat]
}

/** Throws unless each byte came down once and went up once. */
function measureRound({ from, count, byteLength }: Load): Promise<Round> {
  return onStage({ from, files: 0, changed: 0, count, byteLength }, async (stage) => {
    const bare = await copyBare(stage)
    await stage.takeCounts()
    const { elapsedMs, cpuMs, rssBytesMax: rss } = await runCommand(stage)
    const { given, taken } = await stage.takeCounts()
    const bytes = count * byteLength
    if (given !== bytes || taken !== bytes) throw new Error(`${count} objects of ${byteLength} bytes: ${given} were downloaded and ${taken} uploaded`)
    return { elapsedMs, cpuMs, rssBytesMax: rss, bareMs: bare.elapsedMs, bareRssBytesMax: bare.rssBytesMax }
  })
}

export async function measureObjects(short: boolean): Promise<{ section: Section, checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const load of chooseLoads(short)) {
    const rounds: Round[] = []
    for (let round = 0; round < load.rounds; round++) rounds.push(await measureRound(load))
    const middle = (of: (round: Round) => number) => median(rounds.map(of))
    const ratio: Figure = { value: middle(({ bareMs, elapsedMs }) => bareMs / elapsedMs), unit: 'ratio' }
    const rss: Figure = { value: Math.max(...rounds.map((round) => round.rssBytesMax)), unit: 'bytes' }
    const name = `${load.name}, ${sideName[load.from]} -> ${sideName[otherSide[load.from]]}`
    const perSecond = (ms: number): Figure => ({ value: load.count * load.byteLength / ms * 1000, unit: 'bytes' })
    rows.push({ name, cells: {
      time: { value: middle(({ elapsedMs }) => elapsedMs), unit: 'ms' }, 'a second': perSecond(middle(({ elapsedMs }) => elapsedMs)), bare: perSecond(middle(({ bareMs }) => bareMs)),
      ...load.speed && { ratio }, cpu: { value: middle(({ cpuMs }) => cpuMs), unit: 'ms' }, rss, 'bare rss': { value: middle(({ bareRssBytesMax }) => bareRssBytesMax), unit: 'bytes' },
    } })
    checked.push({ name: `${name}: memory`, sense: 'most', limit: rssBytesMax, figure: rss })
    if (load.speed) checked.push({ name: `${name}: speed of a bare copy`, sense: 'least', ...load.speed, figure: ratio })
  }
  return { section: { title: 'large objects', columns: ['time', 'a second', 'bare', 'ratio', 'cpu', 'rss', 'bare rss'], rows }, checked }
}
