/**
 * What `merge-model.test.ts` says of files, said of what only GitHub can hold: every state of one path and of two,
 * modes, links and folders among them, with every rename from one to another.
 *
 * A case is three trees of git's: GitHub's at the base, GitHub's now, and what the Hub made of the base's files, as a
 * commit on GitHub holds it. So the first two have every state, and the Hub has the files alone: no mode, no symlink,
 * no submodule. What the base has of these is not in the Hub's repository, and a commit of the Hub's leaves it in place
 * on GitHub unless it puts a file there (`onGithub`).
 */
import { judge, mirror, mirrored, type Files, type Trio } from './judge.ts'
import { executable, symlink, submodule, type Node, type World } from './worlds.ts'

/** Lines that stand in no other text, and once each; an edit changes one of them. */
const text = (name: string, edits: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 10 }, (_, line) => `${name} ${edits[line] ?? `line ${line}`}\n`).join('')

/** `A2` and `A8` merge, `A2` and `A2'` do not; `B` is another text. */
export const texts = {
  'A': text('A'),
  'A2': text('A', { 2: 'two' }),
  "A2'": text('A', { 2: 'deux' }),
  'A8': text('A', { 8: 'eight' }),
  'B': text('B'),
} as const

/** What a path may be: nothing, a file, or a folder with a file `x` in it. */
export const states: Readonly<Record<string, Readonly<Record<string, Node | string>>>> = {
  '-': {},
  ...Object.fromEntries(Object.entries(texts).map(([name, content]) => [name, { '': content }])),
  'A+x': { '': executable(texts.A) },
  'A2+x': { '': executable(texts.A2) },
  'link': { '': symlink('elsewhere') },
  'module': { '': submodule() },
  'dir A': { '/x': texts.A },
  'dir A2': { '/x': texts.A2 },
  'dir B': { '/x': texts.B },
}

/** A world of paths and the names of their states; null where one path is in the way of another. */
export function makeWorld(paths: readonly string[], names: readonly string[]): World | null {
  const files = paths.flatMap((path, index) =>
    Object.entries(states[names[index]!]!).map(([below, file]) => [`${path}${below}`, file] as const),
  )
  const all = files.map(([path]) => path)
  const clash = all.some((path, index) =>
    all.some((other, at) => index !== at && (other === path || other.startsWith(`${path}/`))),
  )
  return clash ? null : Object.fromEntries(files)
}

/** All lists with one of each. */
export function combine<T>(...choices: readonly (readonly T[])[]): T[][] {
  return choices.reduce<T[][]>((lists, choice) => lists.flatMap((list) => choice.map((one) => [...list, one])), [[]])
}

export type Verdict = 'same' | 'silent' | 'stricter' | 'other files' | 'sides differ'

/**
 * `git`, `ours`: GitHub's files afterwards, null for a conflict. `onFiles`: git's, where GitHub's trees have no modes,
 * symlinks and submodules.
 */
export interface Judged extends Trio {
  readonly name: string
  readonly verdict: Verdict
  readonly git: Files
  readonly ours: Files
  readonly onFiles: Files
  readonly kinds: readonly string[]
}

const isSame = (one: NonNullable<Files>, other: NonNullable<Files>) =>
  JSON.stringify(Object.entries(one).toSorted()) === JSON.stringify(Object.entries(other).toSorted())

/** Contents by path, of what the Hub can hold. */
export function contentsOf(files: NonNullable<Files>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, file]) =>
      file.startsWith('100') ? [[path, file.slice('100644 '.length)]] : [],
    ),
  )
}

/** No case here is among those that git crashes on. */
function judgeSure(trios: readonly Trio[]): Files[] {
  return judge(trios).map((files) => {
    if (files === undefined) throw new Error('git crashed on a merge of two paths')
    return files
  })
}

export function judgeAll(cases: readonly (Trio & { readonly name: string })[]): Judged[] {
  const answers = judgeSure(cases)
  const judged = cases.map((one, index): Judged => {
    const { merged, files: ours, isSame: sidesAgree } = mirror(one)
    const git = answers[index] ?? null
    const verdict =
      git === null
        ? ours === null
          ? 'same'
          : 'silent'
        : ours === null
          ? 'stricter'
          : isSame(git, ours)
            ? 'same'
            : 'other files'
    return {
      ...one,
      verdict: sidesAgree ? verdict : 'sides differ',
      git,
      ours,
      onFiles: null,
      kinds: merged.conflicts.map(({ path, kind }) => `${path} ${kind}`),
    }
  })
  const differing = judged.filter(({ verdict }) => verdict !== 'same')
  const onFiles = judgeSure(
    differing.map(({ base, github, huggingface }) => ({ base: mirrored(base), github: mirrored(github), huggingface })),
  )
  const again = new Map(differing.map((one, index): [Judged, Files] => [one, onFiles[index] ?? null]))
  const complete = (one: Judged): Judged => ({ ...one, onFiles: again.get(one) ?? null })
  return judged.map(complete)
}

/** Of the files alone, without what only GitHub can hold, git makes what we make. */
export function agreesOnFiles({ ours, onFiles }: Judged): boolean {
  return ours !== null && onFiles !== null && isSame(contentsOf(ours), contentsOf(onFiles))
}

/** Where we are not git, by design, and why. `has` is asked of cases with that verdict alone. */
export interface Deviation {
  readonly verdict: Exclude<Verdict, 'same' | 'sides differ'>
  readonly reason: string
  readonly has: (one: Judged) => boolean
}

/**
 * What agrees; how many cases each deviation has; those that are on no list, in words; and what of the list no case
 * needs.
 */
export interface Sum {
  readonly same: number
  readonly listed: Readonly<Record<string, number>>
  readonly unlisted: readonly string[]
  readonly unused: readonly string[]
}

export function sum(judged: readonly Judged[], deviations: readonly Deviation[]): Sum {
  const listed: Record<string, number> = {}
  const unlisted: string[] = []
  for (const one of judged) {
    if (one.verdict === 'same') continue
    const found = deviations.find(({ verdict, has }) => verdict === one.verdict && has(one))
    if (found) listed[found.reason] = (listed[found.reason] ?? 0) + 1
    else
      unlisted.push(
        `${one.verdict}: ${one.name}; git ${show(one.git)}, we ${one.ours ? show(one.ours) : one.kinds.join(', ')}`,
      )
  }
  const same = judged.filter(({ verdict }) => verdict === 'same').length
  return { same, listed, unlisted, unused: deviations.map(({ reason }) => reason).filter((reason) => !listed[reason]) }
}

const nameOfText = new Map<string, string>(
  Object.entries(texts).map(([name, content]) => [JSON.stringify(content), name]),
)

function show(files: Files): string {
  if (files === null) return 'conflicts'
  return `{${Object.entries(files)
    .map(([path, file]) => `${path}: ${file.slice(0, 6)} ${nameOfText.get(file.slice(7)) ?? file.slice(7, 40)}`)
    .join(', ')}}`
}
