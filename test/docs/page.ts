/**
 * A page is carried out: each command of ours in its blocks of shell is run against both fake hubs, and the block of
 * text below it has to be what that printed.
 *
 * The comment above a block says where: `in <world>` (a name of `worlds.ts`; each page begins in `moved`), `then <event>`
 * (what people did since the block before), `exit <code>` (else 0), `parsed` for what is read and not run, since it needs
 * a terminal or another machine, `file <path>` for a block that is a file in the folder where the commands run, and
 * `same as <path>` for one that is a file of this repository, but for the comments at its top.
 */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sync } from '../../lib/cli/command.ts'
import { MistypedError, parseInitFlags } from '../../lib/cli/flags.ts'
import { explainMistyped } from '../../lib/cli/mistyped.ts'
import type { Environment } from '../../lib/cli/options.ts'
import { readRuns } from '../../lib/cli/pairs.ts'
import type { ReadText } from '../../lib/cli/token.ts'
import type { Pair } from '../hubs/pair.ts'
import { readBlocks, type Block } from './markdown.ts'
import { readPage } from './pages.ts'
import { readCommands, type Command } from './shell.ts'
import { events, worlds } from './worlds.ts'

/** What a page would be if its outputs were written today, and what is wrong with its commands, each with its line. */
export interface Written {
  readonly page: string
  readonly problems: readonly string[]
}

/** Programs that are not ours. What they are given is not looked at. */
const others = new Set(['cd', 'curl', 'git', 'gh', 'hf', 'docker'])

/** What is told of an output is that it says this, not in how many seconds, requests and bytes, or of which commits. */
const varying: readonly [RegExp, string][] = [
  [/\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g, '<id>'],
  [/\b\d[\d,]* (?=requests?\b)/g, '<n> '],
  [/\(\d[\d,]* GitHub, \d[\d,]* Hugging Face\)/g, '(<n>)'],
  [/\b[\d.,]+ k?M?B (?=down|up)/g, '<n> B '],
  [/\b[\d.,]+ (?:ms|s)\b/g, '<n> s'],
  [/\b(?:just now|\d+ (?:second|minute|hour|day)s? ago)\b/g, '<when>'],
]
const normalize = (text: string) =>
  varying.reduce((line, [form, instead]) => line.replaceAll(form, instead), text).trimEnd()

/** Whether this was printed, if a line `…` stands for any number of lines. */
function isShown(shown: string, printed: string): boolean {
  const escape = (line: string) => normalize(line).replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  const form = shown
    .trimEnd()
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:[^\\n]*\\n)*?' : `${escape(line)}\n`))
  const lines = printed.trimEnd().split('\n').map(normalize)
  return new RegExp(`^${form.join('')}$`).test(`${lines.join('\n')}\n`)
}

/** The arguments of our command; null for another one's. */
export function readOwn([program, ...words]: readonly string[]): readonly string[] | null {
  if (program === 'npx' && words[0] === 'tsx' && words[1] === 'sync.ts') return words.slice(2)
  if (program === 'npx' && words[0] === 'hubmirror') return words.slice(1)
  if (program === 'node' && /(?:^|\/)(?:sync\.ts|hubmirror\.mjs)$/.test(words[0] ?? '')) return words.slice(1)
  return program === 'hubmirror' ? words : null
}

/** What is wrong with a command of another program; null if nothing is known to be. */
function refuseOther([program, ...words]: readonly string[], scripts: ReadonlySet<string>): string | null {
  if (program === 'npm') {
    const name = words[0] === 'run' ? words[1]! : words[0]!
    return ['ci', 'install'].includes(name) || scripts.has(name) ? null : `package.json has no script "${name}"`
  }
  return program === 'export' || others.has(program!) ? null : `"${program}" is no program that pages use`
}

/** Throws what the command would say of these arguments, if it did not take them. */
export async function parseArguments(
  argv: readonly string[],
  env: Environment,
  readText: ReadText = () => null,
): Promise<void> {
  try {
    if (argv[0] === 'init') parseInitFlags(argv.slice(1))
    else await readRuns(argv, env, readText)
  } catch (error) {
    throw error instanceof MistypedError ? explainMistyped(argv, error) : error
  }
}

/** One page while it is carried out. */
class Reading {
  readonly #folder = mkdtempSync(join(tmpdir(), 'page-'))
  readonly #scripts: ReadonlySet<string>
  #env: Record<string, string> = {}
  #pair: Pair | null = null
  readonly problems: string[] = []

  constructor(scripts: ReadonlySet<string>) {
    this.#scripts = scripts
  }

  close(): void {
    rmSync(this.#folder, { recursive: true })
  }

  writeFile(path: string, text: string): void {
    mkdirSync(dirname(join(this.#folder, path)), { recursive: true })
    writeFileSync(join(this.#folder, path), text)
  }

  /** What people did before the block. */
  async #prepare(notes: readonly string[]): Promise<Pair> {
    for (const note of notes) {
      const [word, name = ''] = note.split(/ (.*)/s, 2)
      if (word === 'in') {
        const begin = worlds[name]
        if (!begin) throw new Error(`there is no world "${name}"`)
        this.#pair = await begin()
      }
      if (word === 'then') {
        const happen = events[name]
        if (!happen) throw new Error(`there is no event "${name}"`)
        happen(this.#pair!)
      }
      if (!['in', 'then', 'exit', 'parsed'].includes(word!)) throw new Error(`the comment "${note}" is not known`)
    }
    return (this.#pair ??= await worlds['moved']!())
  }

  /** In the page's own folder, as far as the command looks for files. */
  async #inFolder<T>(act: () => Promise<T>): Promise<T> {
    const before = process.cwd()
    process.chdir(this.#folder)
    try {
      return await act()
    } finally {
      process.chdir(before)
    }
  }

  async #run(pair: Pair, argv: readonly string[], { env, files }: Pick<Command, 'env' | 'files'>) {
    const { GITHUB_REPOSITORY: _, HF_REPO: __, ...own } = pair.env
    let printed = ''
    const into = (path: string | undefined) => (text: string) => {
      if (path === undefined) printed += text
      else appendFileSync(path, text)
    }
    const exitCode = await sync(argv, {
      env: { ...own, ...env },
      out: into(files[1]),
      err: into(files[2]),
      ...pair.network,
    })
    return { exitCode, printed }
  }

  /** What the commands of a block print, one after the other. */
  async runBlock({ text, note, line }: Block): Promise<string> {
    const notes = note.split(/, */).filter((each) => each !== '')
    const expected = Number(notes.find((each) => each.startsWith('exit '))?.slice('exit '.length) ?? 0)
    const pair = await this.#prepare(notes)
    let all = ''
    for (const command of readCommands(text)) {
      const env = { ...this.#env, ...readGiven(command) }
      const argv = readOwn(command.words)
      if (command.words[0] === 'export') this.#env = env
      else if (argv !== null && notes.includes('parsed')) await this.#inFolder(() => parseArguments(argv, env))
      else if (argv !== null) {
        const { exitCode, printed } = await this.#inFolder(() => this.#run(pair, argv, { env, files: command.files }))
        if (exitCode !== expected)
          this.problems.push(`line ${line}: ${argv.join(' ')} ends with ${exitCode}, not ${expected}:\n${printed}`)
        all += printed
      }
      const problem = argv === null ? refuseOther(command.words, this.#scripts) : null
      if (problem !== null) this.problems.push(`line ${line}: ${problem}`)
    }
    return all
  }
}

/** Variables that a command is given. Where a page has `…` for a token, the hubs' own stands. */
export const readGiven = ({ env }: Command) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '…'))

/** Carries a page out. `scripts`: those of package.json. */
export async function writePage(page: string, scripts: ReadonlySet<string>): Promise<Written> {
  const reading = new Reading(scripts)
  let [written, at, printed] = ['', 0, null as string | null]
  try {
    for (const block of readBlocks(page)) {
      const { language, text, note, line, start, end } = block
      const path = /^file (\S+)$/.exec(note)?.[1]
      if (path !== undefined) reading.writeFile(path, text)
      if (language === 'text' && printed === null)
        reading.problems.push(
          `line ${line}: a block of text says what the block of shell above it prints, and there is none`,
        )
      const original = /^same as (\S+)$/.exec(note)?.[1]
      const now =
        original !== undefined
          ? readPage(original).replace(/^(?:#.*\n)+/, '')
          : language === 'text' && printed !== null && !isShown(text, printed)
            ? `${printed.trimEnd()}\n`
            : text
      written += page.slice(at, start) + now
      at = end
      printed = null
      if (language === 'sh' || language === 'bash')
        printed = await reading.runBlock(block).catch((error: Error) => {
          reading.problems.push(`line ${line}: ${error.message}`)
          return null
        })
    }
  } finally {
    reading.close()
  }
  return { page: written + page.slice(at), problems: reading.problems }
}
