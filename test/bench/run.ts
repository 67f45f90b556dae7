#!/usr/bin/env -S npx tsx
/**
 * `npm run bench`: measures, prints a table, keeps it in test/bench, and ends with 1 where a bound is broken. `--short` is
 * for CI, and keeps results.json alone. A name, as `npm run bench -- side-by-side`, measures that alone; `scale` all curves.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { exitCode, formatVerdict, judge, type Breach, type Checked } from './bounds.ts'
import { measureHour } from './hour.ts'
import { measureInspection } from './inspection.ts'
import { measureMany } from './many.ts'
import { measureMerging } from './merging.ts'
import { measureObjects } from './objects.ts'
import { measureOldWay } from './old-way.ts'
import { measurePage } from './page.ts'
import { measureRequests } from './requests.ts'
import { keepResults } from './results.ts'
import { listCurves } from './scale.ts'
import { measureSideBySide } from './side-by-side.ts'
import { buildOneFile } from './started.ts'
import { measureStartup } from './startup.ts'
import { formatSection, type Section } from './table.ts'
import { measureXet } from './xet.ts'

/** What is known to be broken, and not mended yet or not to be mended. */
const known: readonly { readonly has: RegExp; readonly reason: string; readonly worst: number }[] = []

const resultsFile = fileURLToPath(new URL('results.json', import.meta.url))
const resultsPage = fileURLToPath(new URL('results.md', import.meta.url))
const {
  values: { short },
  positionals: [only],
} = parseArgs({ options: { short: { type: 'boolean', default: false } }, allowPositionals: true })
const startedMs = performance.now()
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
}
const machineText = `node ${machine.node}, ${machine.platform}, ${machine.cores} cores, ${machine.cpu}`
console.log(`${machineText}${short ? ', short form' : ''}\n`)

const sections: Section[] = []
const checked: Checked[] = []
const failures: string[] = []
/** What fails costs the run its 0, not what else was measured. */
async function show(measure: () => Promise<{ section: Section; checked: Checked[] }>): Promise<void> {
  try {
    const { section, checked: more } = await measure()
    sections.push(section)
    checked.push(...more)
    console.log(`${formatSection(section)}\n`)
    if (!short) {
      const measured = `${new Date().toISOString().slice(0, 10)}, ${machineText}.`
      writeFileSync(resultsPage, keepResults(readFileSync(resultsPage, 'utf8'), [section], measured))
    }
  } catch (error) {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    console.log(`!!  not measured: ${failures.at(-1)}\n`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const file = await buildOneFile(folder)
const parts: Readonly<Record<string, () => ReturnType<typeof measureStartup>>> = {
  'startup': () => measureStartup(file),
  'requests': () => measureRequests(short),
  'inspection': () => measureInspection(),
  'merging': () => measureMerging(short),
  'page': () => measurePage(),
  'xet': () => measureXet(),
  'objects': () => measureObjects(short, file),
  'many': () => measureMany(short, file),
  'old-way': async () => ({ section: await measureOldWay(short), checked: [] }),
  'side-by-side': () => measureSideBySide(short, file),
  ...(!short && { hour: measureHour }),
  ...listCurves(short),
}
for (const [name, measure] of Object.entries(parts))
  if (only === undefined || only === name || name.startsWith(`${only}-`)) await show(measure)
rmSync(folder, { recursive: true })

const knownBreaches: readonly Breach[] = checked.flatMap(({ name }) =>
  known.filter(({ has }) => has.test(name)).map(({ reason, worst }) => ({ name, reason, worst })),
)
const verdicts = judge(checked, knownBreaches)
const elapsedMs = performance.now() - startedMs
console.log(verdicts.map(formatVerdict).join('\n'))
writeFileSync(
  resultsFile,
  `${JSON.stringify({ version: 1, machine, short, elapsedMs, sections, verdicts, failures }, null, 2)}\n`,
)
console.log(`\n${(elapsedMs / 1000).toFixed(1)} s, kept in test/bench/${short ? 'results.json' : 'results.md'}`)
process.exit(failures.length > 0 ? 1 : exitCode(verdicts))
