/**
 * Objects through the real command: how fast against a bare copy in the same run, and in how much memory. The
 * copies are timed alike, by the storage: from the first request for bytes to the last answer. A run plans before that
 * and proves after it, which the bare copy does not.
 */
import { services } from '../../lib/http/services.ts'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import { copyBare, onStage, runCommand, type Stage } from './stage.ts'
import { start } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

/**
 * `limit`: of the speed of a bare copy, with what it should be as `target`; null where only memory is of interest. Several
 * objects at once do not always reach 0.9 where storage runs on the same two cores: .github/decisions/0009 takes it apart.
 * `requests`: the most that the hubs may be asked. `asFile`: the command is run as one file, whose memory is that of users.
 */
interface Load {
  readonly name: string
  readonly from: Side
  readonly count: number
  readonly byteLength: number
  readonly rounds: number
  readonly speed: { readonly limit: number; readonly target?: number } | null
  readonly memory?: { readonly limit: number; readonly target?: number }
  readonly requests?: number
  readonly asFile?: boolean
}

interface Round {
  readonly elapsedMs: number
  readonly copyMs: number
  readonly cpuMs: number
  readonly rssBytesMax: number
  readonly asked: number
  readonly bareMs: number
  readonly bareCpuMs: number
  readonly bareRssBytesMax: number
}

const [mb, gb] = [1_000_000, 1_000_000_000]
const memoryDefault = { limit: 250 * mb }

function chooseLoads(short: boolean): Load[] {
  const directions: readonly Side[] = short ? ['github'] : ['github', 'huggingface']
  const one = short ? { size: '1 GB', byteLength: gb } : { size: '2 GB', byteLength: 2 * gb }
  const several = short ? 200 : 500
  const fast = directions.flatMap((from): Load[] => [
    { name: `one object of ${one.size}`, from, count: 1, byteLength: one.byteLength, rounds: 3, speed: { limit: 0.6 } },
    {
      name: `${several} objects of 1 MB`,
      from,
      count: several,
      byteLength: mb,
      rounds: 3,
      speed: { limit: 0.4, target: 0.9 },
    },
  ])
  const flat: Load[] = [
    { name: 'one object of 10 MB', from: 'github', count: 1, byteLength: 10 * mb, rounds: 1, speed: null },
    { name: 'one object of 100 MB', from: 'github', count: 1, byteLength: 100 * mb, rounds: 1, speed: null },
    ...(short
      ? []
      : [{ name: 'one object of 1 GB', from: 'github', count: 1, byteLength: gb, rounds: 1, speed: null } as const]),
    {
      name: `8 objects of ${short ? '64' : '256'} MB`,
      from: 'github',
      count: 8,
      byteLength: (short ? 64 : 256) * mb,
      rounds: 3,
      speed: { limit: 0.5, target: 0.9 },
    },
  ]
  // Each is verified by a request of its own; all others, batches, pages and commits, are for many at once.
  // The Hub takes 25,000 in a commit.
  const many = (from: Side) => (short ? 500 : from === 'github' ? 25_000 : 30_000)
  const small = directions.map((from): Load => ({
    name: `${many(from).toLocaleString('en-GB')} objects of 2 kB`,
    from,
    count: many(from),
    byteLength: 2_000,
    rounds: 1,
    speed: short ? null : { limit: 0.4, target: 0.75 },
    memory: { limit: 230 * mb, target: 200 * mb },
    requests: many(from) * 1.06 + 50,
    asFile: true,
  }))
  return [...fast, ...flat, ...small]
}

/** The command, from its source or as one file. */
async function run(stage: Stage, file: string | null): Promise<Pick<Round, 'elapsedMs' | 'cpuMs' | 'rssBytesMax'>> {
  if (file === null) return await runCommand(stage)
  const { time, cpu, rss } = await start([file], { ...stage.ready.env, NODE_EXTRA_CA_CERTS: '' })
  return { elapsedMs: time, cpuMs: cpu, rssBytesMax: rss }
}

/**
 * Throws unless each byte came down once and went up once. What runs first finds colder caches: the order changes from
 * round to round.
 */
function measureRound({ from, count, byteLength }: Load, file: string | null, bareFirst: boolean): Promise<Round> {
  return onStage({ from, files: 0, changed: 0, count, byteLength }, async (stage) => {
    const time = async <T>(work: Promise<T>): Promise<T & Pick<Round, 'copyMs' | 'asked'>> => {
      const done = await work
      const { given, taken, spanMs, asked } = await stage.takeCounts()
      const bytes = count * byteLength
      if (given !== bytes || taken !== bytes)
        throw new Error(`${count} objects of ${byteLength} bytes: ${given} were downloaded and ${taken} uploaded`)
      return { ...done, copyMs: spanMs, asked }
    }
    const early = bareFirst ? await time(copyBare(stage)) : null
    const { elapsedMs, copyMs, cpuMs, rssBytesMax: rss, asked } = await time(run(stage, file))
    const bare = early ?? (await time(copyBare(stage)))
    return {
      elapsedMs,
      copyMs,
      cpuMs,
      rssBytesMax: rss,
      asked,
      bareMs: bare.copyMs,
      bareCpuMs: bare.cpuMs,
      bareRssBytesMax: bare.rssBytesMax,
    }
  })
}

/** `file`: the command as one file. */
export async function measureObjects(short: boolean, file: string): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const load of chooseLoads(short)) {
    const rounds: Round[] = []
    for (let round = 0; round < load.rounds; round++)
      rounds.push(await measureRound(load, load.asFile ? file : null, round % 2 === 0))
    const middle = (of: (round: Round) => number) => median(rounds.map(of))
    const ratio: Figure = { value: middle(({ bareMs, copyMs }) => bareMs / copyMs), unit: 'ratio' }
    const rss: Figure = { value: Math.max(...rounds.map((round) => round.rssBytesMax)), unit: 'bytes' }
    const asked: Figure = { value: Math.max(...rounds.map((round) => round.asked)), unit: 'requests' }
    const name = `${load.name}, ${services[load.from].name} -> ${services[otherSide[load.from]].name}`
    const ms = (of: (round: Round) => number): Figure => ({ value: middle(of), unit: 'ms' })
    const perSecond = (elapsedMs: number): Figure => ({
      value: ((load.count * load.byteLength) / elapsedMs) * 1000,
      unit: 'bytes',
    })
    rows.push({
      name,
      cells: {
        'requests': asked,
        'run': ms(({ elapsedMs }) => elapsedMs),
        'copy': ms(({ copyMs }) => copyMs),
        'a second': perSecond(middle(({ copyMs }) => copyMs)),
        'bare': perSecond(middle(({ bareMs }) => bareMs)),
        ...(load.speed && {
          ratio,
          'of the run': { value: middle(({ bareMs, elapsedMs }) => bareMs / elapsedMs), unit: 'ratio' },
        }),
        'cpu': ms(({ cpuMs }) => cpuMs),
        'bare cpu': ms(({ bareCpuMs }) => bareCpuMs),
        rss,
        'bare rss': { value: middle(({ bareRssBytesMax }) => bareRssBytesMax), unit: 'bytes' },
      },
    })
    checked.push({ name: `${name}: memory`, sense: 'most', ...(load.memory ?? memoryDefault), figure: rss })
    if (load.requests !== undefined)
      checked.push({ name: `${name}: requests`, sense: 'most', limit: load.requests, figure: asked })
    if (load.speed)
      checked.push({ name: `${name}: speed of a bare copy`, sense: 'least', ...load.speed, figure: ratio })
  }
  return {
    section: {
      title: 'objects (medians)',
      columns: [
        'requests',
        'run',
        'copy',
        'a second',
        'bare',
        'ratio',
        'of the run',
        'cpu',
        'bare cpu',
        'rss',
        'bare rss',
      ],
      rows,
    },
    checked,
  }
}
