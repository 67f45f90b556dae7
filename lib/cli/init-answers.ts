/** What `init` has to know: from flags, from variables, and from whoever sits there. */
import { UsageError } from '../model/errors.ts'
import { quoteSentence } from '../model/quote.ts'
import { wrap } from '../report/width.ts'
import type { Ask } from './ask.ts'
import { parseChoice } from './choice.ts'
import { parseInitFlags, type Values } from './flags.ts'
import { unknownTool, type Setup } from './init-files.ts'
import { parseRuns, type Runs } from './options.ts'
import { pairKeys } from './pair-keys.ts'
import type { ReadVariable } from './token.ts'

/** Settings of a pair, and what starts the workflow. */
type Answers = Partial<Values> & { readonly trigger?: string }

/** What is asked where none of `names` is given. `usual`: what an empty answer means; null where there has to be one. */
interface Question {
  readonly names: readonly (keyof Answers)[]
  readonly text: string
  readonly usual: string | null
  readonly read: (answer: string) => Answers
}

const words = (text: string, between: RegExp) => text.split(between).filter((word) => word !== '')
const largeChoices = ['size', 'hub', 'huggingface'] as const
const triggers = ['schedule', 'webhook'] as const

const questions: readonly Question[] = [
  { names: ['github'], text: 'GitHub repository, such as acme/corpus', usual: null, read: (github) => ({ github }) },
  {
    names: ['hf'],
    text: 'Hugging Face repository, such as datasets/acme/corpus, models/acme/m or spaces/acme/s',
    usual: null,
    read: (hf) => ({ hf }),
  },
  {
    names: ['branch'],
    text: "Branches, with blanks between them, dev=develop where the Hub's is called otherwise",
    usual: 'main',
    read: (text) => ({ branch: words(text, /[\s,]+/) }),
  },
  {
    names: ['include', 'exclude'],
    text: 'What is left out, patterns as in .gitignore, with commas between them',
    usual: 'nothing',
    read: (text) => (text === 'nothing' ? {} : { exclude: words(text, /\s*,\s*/) }),
  },
  {
    names: ['lfs', 'store'],
    text: 'LFS on GitHub: size (for what is over 10 MB), hub (for what is LFS on the Hub), huggingface (pointers; the bytes stay there)',
    usual: 'size',
    read: (text) => {
      const choice = parseChoice('the answer', text, largeChoices)
      return choice === 'huggingface' ? { lfs: choice } : choice === 'hub' ? { store: choice } : {}
    },
  },
  {
    names: ['trigger'],
    text: 'A push to the Hub is mirrored by a schedule every 30 minutes, or at once by a webhook, which needs a relay',
    usual: 'schedule',
    read: (text) => ({ trigger: parseChoice('the answer', text, triggers) }),
  },
]

/** Options that say how one run is carried out or told have nothing to do with what is set up. */
function refuseForOneRun(values: Partial<Values>): void {
  const name = (Object.keys(values) as (keyof typeof values)[]).find((one) => pairKeys[one] === null)
  if (name !== undefined)
    throw new UsageError(
      `Cannot use --${name} with init: it is said for one run at a time, and init sets up all later ones`,
    )
}

/** Variables that would have a say in what is checked and shown here, and none in the workflow. */
const strayVariables = [
  'BRANCH',
  'MIRROR_INCLUDE',
  'MIRROR_EXCLUDE',
  'MIRROR_SUBDIRECTORY',
  'MIRROR_MAP',
  'MIRROR_FRONT_MATTER',
]

/** The runs that are set up. Throws a `UsageError`. A token that is none is for the check to tell. */
export const readRunsOf = (values: Partial<Values>, set: ReadVariable): Runs =>
  parseRuns({ ...values, check: true }, set, () => null)

/** Asks until the answer can be used; null where nobody answers any more. */
async function askOne(
  { text, usual, read }: Question,
  known: Answers,
  { ask, print, set }: { ask: Ask; print: (text: string) => void; set: ReadVariable },
): Promise<Answers | null> {
  print(wrap(text, 78, '  '))
  for (;;) {
    const said = (await ask(usual === null ? '> ' : `[${usual}] > `))?.trim()
    if (said === undefined) return null
    const answer = said === '' ? usual : said
    if (answer === null) continue
    try {
      const more = read(answer)
      // What is not known yet is as good as anything.
      const { trigger: _, ...rest } = { github: 'acme/corpus', hf: 'datasets/acme/corpus', ...known, ...more }
      readRunsOf(rest, set)
      return more
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      print(wrap(`  ${quoteSentence(error.message)}`, 78, '  '))
    }
  }
}

/** What is said without a question: flags, and the variables that name the repositories. */
export function readGiven(argv: readonly string[], set: ReadVariable) {
  const { trigger, tool = unknownTool, force = false, help: _help, version: _version, ...given } = parseInitFlags(argv)
  refuseForOneRun(given)
  const stray = strayVariables.find((name) => set(name) !== null)
  if (stray !== undefined)
    throw new UsageError(`Cannot use ${stray} with init: the workflow would not have it. Say it by its option`)
  if (trigger !== undefined) parseChoice('--trigger', trigger, triggers)
  if (!/^[\w.-]+\/[\w.-]+@[\w][\w./-]*$/.test(tool))
    throw new UsageError(
      `Cannot use --tool ${JSON.stringify(tool)}: it is <owner/repo>@<commit>, of the repository that holds this program`,
    )
  const [github, hf] = [given.github ?? set('GITHUB_REPOSITORY'), given.hf ?? set('HF_REPO')]
  const values: Partial<Values> = { ...given, ...(github !== null && { github }), ...(hf !== null && { hf }) }
  return { values, trigger, tool, force }
}

/**
 * Asks for what is not given. Null where somebody has ended that. Throws a `UsageError` that names all that is missing
 * where nobody can be asked.
 */
export async function completeSetup(
  { values, trigger, tool }: ReturnType<typeof readGiven>,
  { ask, print, set }: { ask: Ask | null; print: (text: string) => void; set: ReadVariable },
): Promise<Setup | null> {
  const needed = [
    ['github', '--github <owner/repo>'],
    ['hf', '--hf <id>'],
  ] as const
  const missing = needed.flatMap(([name, flag]) => (values[name] === undefined ? [flag] : []))
  if (ask === null && missing.length > 0)
    throw new UsageError(`Cannot ask here, since there is no terminal. Give ${missing.join(' and ')}`)
  const known: Answers = { ...values, ...(trigger !== undefined && { trigger }) }
  for (const question of ask === null ? [] : questions) {
    if (question.names.some((name) => known[name] !== undefined)) continue
    const answer = await askOne(question, known, { ask: ask!, print, set })
    if (answer === null) return null
    Object.assign(known, answer)
  }
  const { trigger: chosen = 'schedule', ...settings } = known
  return {
    values: { ...settings, branch: settings.branch ?? ['main'] },
    trigger: parseChoice('--trigger', chosen, triggers),
    tool,
  }
}
