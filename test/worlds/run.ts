/**
 * `npm run test:worlds`: random worlds of every kind, on all cores, each with a seed of its own. `-- --hubs 100`, `--memory 5000`
 * or `--decisions 5000` for another number of them, `-- --share 2/4` for one of four shares, `-- --seed 5` for the same worlds
 * again, and `-- --world hubs/1234` plays one and, where it fails, looks for a smaller one that does.
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { hubWorlds } from './hub-worlds.ts'
import type { Kind } from './kind.ts'
import { decisionWorlds, memoryWorlds } from './memory-worlds.ts'
import type { Report } from './work.ts'

const { values } = parseArgs({
  options: {
    hubs: { type: 'string', default: '2000' },
    memory: { type: 'string', default: '100000' },
    decisions: { type: 'string', default: '1000000' },
    share: { type: 'string', default: '1/1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
    world: { type: 'string' },
  },
})
/** How many failures of a kind are printed; all are counted. */
const shownMax = 10
const count = (number: number) => number.toLocaleString('en-US')

async function playOne(name: string): Promise<void> {
  const [kindName, seed] = name.split('/')
  const kind = [hubWorlds, memoryWorlds, decisionWorlds].find((one) => one.name === kindName)
  if (!kind || !Number.isInteger(Number(seed)))
    throw new Error(`There is no world ${name}: say hubs/1234, memory/1234 or decisions/1234`)
  const { failure, ends } = await kind.play(Number(seed), true)
  console.log(failure ?? `nothing is wrong: ${JSON.stringify(ends)}`)
  process.exitCode = failure === null ? 0 : 1
}

/** One file without imports: a module that is loaded when it is needed would cost more than a world in memory. */
async function bundle(folder: string, name: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  const banner = { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" }
  const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  await build({
    entryPoints: [entry],
    outfile,
    banner,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  })
  return outfile
}

/** Plays this share of so many worlds of a kind on all cores, prints what became of them, and returns how many failed. */
async function playAll({ name }: Kind, worlds: number, script: string): Promise<number> {
  const startedMs = performance.now()
  const [share, shares] = values.share.split('/').map(Number) as [number, number]
  const [first, cores] = [Number(values.seed), availableParallelism()]
  const reports: Report[] = []
  let failed = 0
  const exits = Array.from({ length: cores }, (_, core) => {
    const argv = [name, ...[first + share - 1 + core * shares, first + worlds, shares * cores].map(String)]
    const child = fork(script, argv)
    child.on('message', (report: Report) => {
      reports.push(report)
      for (const { world, failure } of report.failures)
        if (++failed <= shownMax) console.log(`!!  ${name}/${world}: ${failure}\n`)
    })
    return new Promise<number>((resolve) => {
      child.on('exit', (code) => resolve(code ?? 1))
    })
  })
  const broken = (await Promise.all(exits)).filter((code) => code !== 0).length
  const played = reports.reduce((total, report) => total + report.played, 0)
  const ends = [...new Set(reports.flatMap((report) => Object.keys(report.ends)))].toSorted()
  const told = ends.map(
    (end) => `${end} ${count(reports.reduce((total, report) => total + (report.ends[end] ?? 0), 0))}`,
  )
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  console.log(
    `${name}: ${count(played)} worlds in ${seconds} s on ${cores} cores, ${count(failed)} failed; runs: ${told.join(', ')}`,
  )
  return failed + broken
}

async function playShare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'worlds-'))
  try {
    const hubs = fileURLToPath(new URL('work-hubs.ts', import.meta.url))
    const memory = await bundle(folder, 'work-memory')
    let failed = await playAll(hubWorlds, Number(values.hubs), hubs)
    failed += await playAll(memoryWorlds, Number(values.memory), memory)
    failed += await playAll(decisionWorlds, Number(values.decisions), memory)
    console.log(
      `seed ${values.seed}, share ${values.share}: ${failed === 0 ? 'nothing is wrong' : `${count(failed)} failed`}`,
    )
    process.exitCode = failed > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await (values.world === undefined ? playShare() : playOne(values.world))
