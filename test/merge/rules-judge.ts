/** Real git as the judge of rules: what `filter` is for each path, and which lines have a part in it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Two files of rules: the root's, and the one in the folder `data`. */
export const ruleFiles = ['.gitattributes', 'data/.gitattributes'] as const
export type RuleTexts = Readonly<Record<(typeof ruleFiles)[number], string>>

/** `filter` as `git check-attr` says it; `lines`: those that decide, each as `file: line`, blanks joined. */
export interface Meaning {
  readonly filter: string
  readonly lines: readonly string[]
}

/** The lines of a file as they count here, by what they say. */
export const keysOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/).join(' '))
    .filter((line) => line !== '')

/** The one macro that rules may use. */
const macroName = /(?<=[\s\]-])big(?=\s|$)/g

/**
 * A line that gives its own number for a filter, and says that it fits: asked, git tells which lines fit a path and
 * which of them decides.
 */
function trace(line: string, number: string): string {
  if (line.trim() === '' || line.includes('#')) return line
  return line
    .replaceAll(/\s[-!]?filter(=\w+)?(?=\s|$)/g, ` filter=${number}`)
    .replace(/\s*$/, `${line.startsWith('[attr]') ? '' : ` fits-${number}`}$&`)
}

/**
 * What git makes of the paths, for each of many pairs of files: one process for all, which takes hardly longer than one
 * for each would for two.
 */
export function askGit(all: readonly RuleTexts[], paths: readonly string[]): Meaning[][] {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'))
  try {
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    // Each pair stands in a folder of its own. Only the root's file defines macros, so that there each pair's has a
    // name of its own.
    const definitions: string[] = []
    for (const [index, texts] of all.entries()) {
      for (const name of ruleFiles) {
        for (const start of [`${index}`, `${index}t`]) {
          if (texts[name] === '') continue
          const lines = texts[name].split(/(?<=\n)/).map((line, at) => {
            const own = line.replaceAll(macroName, `big${start}`)
            return start.endsWith('t') ? trace(own, `${name === '.gitattributes' ? 'root' : 'data'}-${at}`) : own
          })
          if (name === '.gitattributes')
            definitions.push(...lines.filter((line) => line.startsWith('[attr]')).map((line) => line.trim()))
          put(join(start, name), lines.map((line) => (line.startsWith('[attr]') ? '# defined above\n' : line)).join(''))
        }
      }
    }
    put('.gitattributes', definitions.map((line) => `${line}\n`).join(''))
    execFileSync('git', ['init', '--quiet', folder])
    const asked = all.flatMap((_, index) =>
      [`${index}`, `${index}t`].flatMap((start) => paths.map((path) => `${start}/${path}`)),
    )
    const { stdout, status, stderr } = spawnSync(
      'git',
      ['-c', 'core.attributesFile=/dev/null', 'check-attr', '-z', '--stdin', '--all'],
      {
        cwd: folder,
        input: asked.map((path) => `${path}\0`).join(''),
        env: { PATH: process.env['PATH'], GIT_ATTR_NOSYSTEM: '1' },
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      },
    )
    if (status !== 0) throw new Error(`git check-attr failed: ${stderr}`)
    const answers = new Map<string, Map<string, string>>()
    const parts = stdout.split('\0')
    for (let at = 0; at + 2 < parts.length; at += 3)
      answers.set(parts[at]!, (answers.get(parts[at]!) ?? new Map()).set(parts[at + 1]!, parts[at + 2]!))
    const said = (start: string, path: string) => answers.get(`${start}/${path}`) ?? new Map<string, string>()
    return all.map((texts, index) =>
      paths.map((path) => ({
        filter: said(`${index}`, path).get('filter') ?? 'unspecified',
        lines: listDeciding(texts, said(`${index}t`, path)),
      })),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * From what git says of the traced lines: the one that decides, and those that set, unset or define a macro on the way
 * to it.
 */
function listDeciding(texts: RuleTexts, traced: ReadonlyMap<string, string>): string[] {
  const lineAt = (number: string) => {
    const name = ruleFiles[number.startsWith('root') ? 0 : 1]
    return `${name}: ${keysOf(texts[name].split('\n')[Number(number.slice(5))]!)[0]!}`
  }
  /** The deeper the file, and the further down in it, the sooner a line decides. */
  const rank = (number: string) => (number.startsWith('data') ? 1000 : 0) + Number(number.slice(5))
  const by = traced.get('filter')
  const decider = by === undefined ? [] : [lineAt(by)]
  const definition = keysOf(texts['.gitattributes']).findLast((line) => line.startsWith('[attr]'))
  if (definition === undefined) return decider
  const fitting = [...traced.keys()].filter((name) => name.startsWith('fits-')).map((name) => name.slice(5))
  // The first that speaks of the macro settles it for all others; where the macro decides, that is the one which sets
  // it.
  const speakers = fitting
    .filter((number) => /\s-?big$/.test(lineAt(number)))
    .toSorted((one, other) => rank(other) - rank(one))
  const users = decider[0]?.includes('[attr]')
    ? speakers.slice(0, 1).map(lineAt)
    : speakers.filter((number) => by === undefined || rank(number) > rank(by)).map(lineAt)
  return [...decider, ...users, ...(users.length > 0 ? [`.gitattributes: ${definition}`] : [])]
}
