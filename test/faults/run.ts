/**
 * `npm run test:faults`: every request of every scenario with every fault that can happen to it, then how many there were.
 * `--shard 2/4` takes the second of four shares of the scenarios.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Counts } from './describe-faults.ts'

const [option, shard = '1/1'] = process.argv.slice(2)
if ((option !== undefined && option !== '--shard') || !/^[1-9]\d*\/[1-9]\d*$/.test(shard)) {
  process.stderr.write('Usage: npm run test:faults -- [--shard 2/4]\n')
  process.exit(64)
}
const folder = mkdtempSync(join(tmpdir(), 'faults-counts-'))
const started = Date.now()
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--mode', 'faults'], {
  stdio: 'inherit',
  env: { ...process.env, FAULTS: 'all', FAULTS_SHARD: shard, FAULTS_COUNTS: folder },
})
const groups = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Counts)
rmSync(folder, { recursive: true })
const columns = ['scenarios', 'requests', 'injected', 'failed', 'regrouped', 'judged'] as const
const sum = (key: (typeof columns)[number]) => groups.reduce((total, group) => total + group[key], 0)
const row = (name: string, cells: readonly (string | number)[]) =>
  `${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`
const kinds = new Map<string, number>()
for (const { byKind } of groups)
  for (const [kind, count] of Object.entries(byKind)) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
process.stdout.write(
  [
    row('', columns),
    ...groups.map((group) =>
      row(
        group.group,
        columns.map((key) => group[key]),
      ),
    ),
    row(`all, in ${Math.round((Date.now() - started) / 1000)} s`, columns.map(sum)),
    '\n',
    row('', ['injected']),
    ...[...kinds].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => row(kind, [count])),
  ].join(''),
)
process.exit(status ?? 1)
