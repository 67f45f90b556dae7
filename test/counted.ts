/** Long proofs as commands: all of a folder's tests, or one machine's share of them, and then how much there was. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a group of tests has counted. */
export type Counted = { readonly group: string } & Readonly<Record<string, unknown>>

export const formatRow = (name: string, cells: readonly (string | number)[]): string =>
  `${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`

/**
 * Runs the tests of vitest's mode `mode`, with variables that begin with `name`: `_SHARD` is the share, and each group writes what it has
 * counted into the folder `_COUNTS`. Prints these columns of each group and of all; `more` is printed after them. Ends the process.
 */
export function runCounted(
  { mode, name, usage }: { readonly mode: string; readonly name: string; readonly usage: string },
  columns: readonly string[],
  more: (groups: readonly Counted[]) => string = () => '',
): never {
  const { values, wrong } = readOptions(process.argv.slice(2), usage)
  if (wrong) {
    process.stderr.write(`Usage: ${usage}\n`)
    process.exit(64)
  }
  const folder = mkdtempSync(join(tmpdir(), `${mode}-counts-`))
  const started = Date.now()
  const env = { ...process.env, [name]: 'all', [`${name}_COUNTS`]: folder }
  for (const [option, value] of values) env[`${name}_${option.slice(2).toUpperCase()}`] = value
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--mode', mode], {
    stdio: 'inherit',
    env,
  })
  const groups = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Counted)
  rmSync(folder, { recursive: true })
  const sum = (key: string) => groups.reduce((total, group) => total + Number(group[key]), 0)
  const rows = groups.map((group) =>
    formatRow(
      group.group,
      columns.map((key) => Number(group[key])),
    ),
  )
  const took = `all, in ${Math.round((Date.now() - started) / 1000)} s`
  process.stdout.write([formatRow('', columns), ...rows, formatRow(took, columns.map(sum)), more(groups)].join(''))
  process.exit(status ?? 1)
}

/** `--shard 2/4` and, where the usage names them, `--seed 5` and `--pairs 5000`. */
function readOptions(argv: readonly string[], usage: string) {
  const values = new Map<string, string>()
  for (let at = 0; at < argv.length; at += 2) values.set(argv[at]!, argv[at + 1] ?? '')
  const forms: Record<string, RegExp> = {
    '--shard': /^[1-9]\d*\/[1-9]\d*$/,
    '--seed': /^\d{1,9}$/,
    '--pairs': /^[1-9]\d{0,6}$/,
  }
  const wrong = [...values].some(([option, value]) => !usage.includes(option) || !forms[option]?.test(value))
  return { values, wrong }
}
