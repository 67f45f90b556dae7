/** `init`: asks what a mirror has to know, checks it, writes the files that carry it out, and says what is left to do. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { wrap } from '../report/width.ts'
import type { Ask } from './ask.ts'
import type { Console } from './console.ts'
import { completeSetup, readGiven, readRunsOf } from './init-answers.ts'
import { makeFiles, unknownTool, type NewFile, type Setup } from './init-files.ts'
import { readVariables, type Runs } from './options.ts'
import { explainFailure } from './own-file.ts'
import { usualPaths } from './pairs.ts'

const stoppedCode = 130
const columnsMax = 79

/** What stands in a file; null where there is none. */
function readThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new UsageError(`Cannot look into ${path}: ${explainFailure(error)}`)
  }
}

/** The root of the git repository that a folder is in, where alone GitHub looks for workflows; else the folder itself. */
function findRoot(folder: string): string {
  for (let root = resolve(folder); ; root = dirname(root)) {
    // A file in a worktree and in a submodule.
    if (existsSync(join(root, '.git'))) return root
    if (root === dirname(root)) return folder
  }
}

function write(path: string, text: string, flag: 'w' | 'wx'): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag })
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${explainFailure(error)}`)
  }
}

/** A yes, and nothing else, lets something happen. */
const agree = async (ask: Ask, question: string) => /^\s*y/i.test((await ask(`${question} [y/N] `)) ?? '')

/** The arguments of the run that is set up. */
function formatRun({ values }: Setup): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === true ? [`--${name}`] : one ? [`--${name}=${one}`] : [])),
  )
}

/** What nobody but the owner of both repositories can do. */
function listSteps(
  { tool, trigger }: Setup,
  files: readonly NewFile[],
  [{ repositories, serverUrl, endpoint }]: Runs,
): string[] {
  const [github, hub] = [formatRepository(repositories.github), formatRepository(repositories.huggingface)]
  const only = (holds: boolean, step: string) => (holds ? [step] : [])
  return [
    ...only(
      tool === unknownTool,
      `In ${files[0]!.path} put the repository that holds this program, and its commit, in the place of ${unknownTool}`,
    ),
    `Make a token that may write to ${hub}: ${endpoint}/settings/tokens/new`,
    `Set it as the secret HF_TOKEN: ${serverUrl}/${github}/settings/secrets/actions/new`,
    ...only(
      trigger === 'webhook',
      `Start a relay (.github/docs/at-once.md where this program is) and name it there: ${endpoint}/settings/webhooks`,
    ),
    `Commit ${files.map(({ path }) => path).join(' and ')} to the default branch of ${github}. The push starts the first run`,
  ]
}

/** A file to be written, and what stands in its place; null where nothing does. */
interface Target extends NewFile {
  readonly there: string | null
}

/** Throws a `UsageError` where another file would make the new one of pairs useless. */
function findTargets(folder: string, files: readonly NewFile[]): Target[] {
  const [, config] = files
  const other = usualPaths.find((path) => path !== config?.path && readThere(join(folder, path)) !== null)
  if (config && other !== undefined)
    throw new UsageError(`Cannot write ${config.path} beside ${other}: add the pair to that file`)
  return files.map((file) => ({ ...file, there: readThere(join(folder, file.path)) }))
}

/** Whether the files may be written. Throws a `UsageError` where nobody can be asked. */
async function mayReplace(targets: readonly Target[], { ask, force }: Consent): Promise<boolean> {
  const changed = targets.filter(({ text, there }) => there !== null && there !== text)
  if (changed.length === 0 || force) return true
  const named = `${changed.map(({ path }) => path).join(' and ')}: what is there says something else`
  if (ask === null) throw new UsageError(`Cannot write ${named}. --force replaces it`)
  return agree(ask, `Would write ${named}. Replace it?`)
}

/** Who is asked, and what needs no question. */
interface Consent {
  readonly ask: Ask | null
  readonly force: boolean
}

const looks = [
  ['What would stand in the way of a run', '--check'],
  ['The first plan', '--dry-run'],
] as const

/** Looks for what stands in the way, and shows the first plan. Returns the exit code that ends it, else null. */
async function lookAhead(
  setup: Setup,
  { print, run, ask, force }: Consent & { print: (text: string) => void; run: Run },
): Promise<number | null> {
  for (const [heading, option] of looks) {
    print(`\n${heading}:`)
    const code = await run([...formatRun(setup), option])
    // Conflicts can be settled by the first run; anything else would end it.
    if (code === 0 || code === 2) continue
    const isMeant = async () => force || (ask !== null && (await agree(ask, 'Write the files all the same?')))
    if (code !== stoppedCode && (await isMeant())) return null
    print(`Nothing was written.${ask === null ? ' --force writes the files all the same.' : ''}`)
    return code
  }
  return null
}

type Run = (argv: readonly string[]) => Promise<number>

/** Returns the exit code. `run` carries out another command line. Throws a `UsageError`. */
export async function initialize(
  argv: readonly string[],
  { env, out, ask = null, folder = '.' }: Console,
  run: Run,
): Promise<number> {
  const [set, print] = [readVariables(env), (text: string) => out(`${text}\n`)]
  const given = readGiven(argv, set)
  const consent: Consent = { ask, force: given.force }
  const stop = () => {
    print('Nothing was written.')
    return stoppedCode
  }
  const setup = await completeSetup(given, { ask, print, set })
  if (setup === null) return stop()
  const runs = readRunsOf(setup.values, set)
  const root = findRoot(folder)
  const targets = findTargets(root, makeFiles(setup, runs))
  if (!(await mayReplace(targets, consent))) return stop()
  const code = await lookAhead(setup, { print, run, ...consent })
  if (code !== null) return code
  for (const { path, text, there } of targets)
    if (there !== text) write(join(root, path), text, there === null ? 'wx' : 'w')
  const where = resolve(folder) === resolve(root) ? '' : ` (in ${quote(root)})`
  print(`\nWritten: ${targets.map(({ path }) => path).join(', ')}${where}\n\nWhat is left to do:`)
  for (const [index, step] of listSteps(setup, targets, runs).entries())
    print(wrap(`  ${index + 1}. ${step}`, columnsMax, '     '))
  return 0
}
