/** Which branches are mirrored with one another: each pair of them is a run of its own. */
import { UsageError } from '../model/errors.ts'
import { sides, valuesOf, type Sides } from '../model/sides.ts'

/** What names branches: flags, and the variable `BRANCH`. */
interface Given {
  readonly branch?: readonly string[] | undefined
  readonly hfBranch?: string | undefined
  readonly variable: string | null
}

/** What `git check-ref-format --branch` refuses, and blanks of any kind. */
const notInBranch = /^$|^HEAD$|^[-/]|(?:^|\/)\.|\/\/|\.\.|@\{|[./]$|\.lock(?:\/|$)|[\p{Cc}\s~^:?*[\\]/u

/**
 * The full name of another kind of reference, or a commit's id: git allows a branch of that name, and the services
 * would read the other thing.
 */
const notABranch = /^refs\/|^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/** A branch's full name, as workflows have it in GITHUB_REF, is that branch. `name` is that of the option. Throws a `UsageError`. */
export function parseBranch(name: string, text: string, whole = text): string {
  const branch = text.replace(/^refs\/heads\//, '')
  if (notInBranch.test(branch) || notABranch.test(branch))
    throw new UsageError(`Cannot use ${name} ${JSON.stringify(whole)}: it is not a branch name`)
  return branch
}

/** `main`, or `dev=develop` where the Hub's branch is called otherwise. */
function parsePair(name: string, text: string): Sides<string> {
  const names = text.split('=')
  if (names.length > 2)
    throw new UsageError(
      `Cannot use ${name} ${JSON.stringify(text)}: it is one branch, or <GitHub's>=<Hugging Face's>; ` +
        'where a name itself has the sign, give it alone, and the other one with --hf-branch',
    )
  const [github, huggingface = github] = names.map((one) => parseBranch(name, one, text))
  return { github: github!, huggingface: huggingface! }
}

/** Throws a `UsageError` where two runs would write one branch. */
function expectDifferent(name: string, pairs: readonly Sides<string>[]): void {
  for (const side of sides) {
    const names = pairs.map((pair) => pair[side])
    const twice = names.find((one, index) => names.indexOf(one) < index)
    if (twice !== undefined)
      throw new UsageError(
        `Cannot use ${name} with ${JSON.stringify(twice)} twice: a branch is mirrored with one other branch`,
      )
  }
}

/** `isNamed`: somebody has said which branches of GitHub's are mirrored. */
export interface Branches {
  readonly pairs: readonly Sides<string>[]
  readonly isNamed: boolean
}

/**
 * The pairs of branches, in the order in which they are mirrored. `--hf-branch` goes with one `--branch`, which is a
 * name as a whole then; words of the variable are set apart by blanks or lines, which no name of a branch holds. Throws a
 * `UsageError`.
 */
export function parseBranches({ branch, hfBranch, variable }: Given): Branches {
  const name = branch === undefined ? 'BRANCH' : '--branch'
  // In a file of pairs an empty list takes back what is said for all.
  const named = branch?.length === 0 ? undefined : (branch ?? variable?.split(/\s+/))
  const given = named ?? ['main']
  const isNamed = named !== undefined
  if (hfBranch !== undefined) {
    if (given.length > 1)
      throw new UsageError(
        `Cannot use --hf-branch with several branches: give each as <GitHub's>=<Hugging Face's> with --branch`,
      )
    const pair = { github: parseBranch(name, given[0]!), huggingface: parseBranch('--hf-branch', hfBranch) }
    return { pairs: [pair], isNamed }
  }
  const pairs = given.map((text) => parsePair(name, text))
  expectDifferent(name, pairs)
  return { pairs, isNamed }
}

/** What a run of these branches is called beside others: `main`, or `dev=develop`. */
export function nameBranches(branches: Sides<string>): string {
  return [...new Set(valuesOf(branches))].join('=')
}
