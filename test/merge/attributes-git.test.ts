/** Whole merges of rules: what they come to, by the word of real git. */
import { describe, expect, test } from 'vitest'
import { mapSides, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { askGit, keysOf, ruleFiles, type Meaning, type RuleTexts } from './rules-judge.ts'
import { merge, type World } from './worlds.ts'

const patterns = [
  '*',
  '*.bin',
  '*.csv',
  'small.*',
  'small.bin',
  '"small.bin"',
  's*',
  'data/*.bin',
  'data/**',
  '/a.csv',
  '**/b.csv',
  '[ab].csv',
  '"two words.csv"',
  'data/',
  '!small.bin',
]
const states = [
  'filter=lfs diff=lfs merge=lfs -text',
  'filter=lfs',
  '-filter',
  '!filter',
  'text',
  'big',
  '-big',
  'filter=lfs # why',
  'eol=lf filter=lfs',
  'filter=other',
]
const macros = ['[attr]big filter=lfs', '[attr]big -filter', '[attr]big text']
const paths = [
  'small.bin',
  'large.bin',
  'a.csv',
  'b.csv',
  'two words.csv',
  'data/small.bin',
  'data/large.bin',
  'data/b.csv',
  'data/two words.csv',
  'data/deep/small.bin',
  'readme',
]

const rule = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom(...patterns), fc.constantFrom(...states)).map((parts) => parts.join(' ')),
  },
  { weight: 1, arbitrary: fc.constantFrom(...macros, '# a comment') },
)
const place = fc.nat({ max: 6 })
const pair = fc.tuple(place, place)
/** What a side makes of a file: a line that goes, two that change places, one that comes. */
const someEdit = fc.record({
  gone: fc.option(place, { freq: 3 }),
  swap: fc.option(pair, { freq: 2 }),
  come: fc.option(fc.tuple(place, rule), { freq: 2 }),
})
/** `own`: lines that the side has at the base and the other one has not; `turned`: two that it has in another order. */
const someForm = fc.record({
  own: fc.array(fc.tuple(place, rule), { maxLength: 2 }),
  turned: fc.option(pair, { freq: 1 }),
  ending: fc.constantFrom('\n', '\n', '\r\n'),
  edit: fc.option(someEdit, { freq: 2 }),
})
const someFile = fc.record({ common: fc.array(rule, { maxLength: 4 }), github: someForm, huggingface: someForm })
/** Both sides add a line, each to the end of the file or further up. */
const contested = fc
  .record({ file: someFile, come: fc.record({ github: fc.tuple(place, rule), huggingface: fc.tuple(place, rule) }) })
  .map(({ file, come }): Generated<typeof someFile> => {
    const edited = (side: Side) =>
      Object.assign(file[side], { edit: { gone: null, swap: null, ...file[side].edit, come: come[side] } })
    return { common: file.common, github: edited('github'), huggingface: edited('huggingface') }
  })
type Generated<T> = T extends fc.Arbitrary<infer V> ? V : never
type RuleFile = Generated<typeof someFile>
type Form = Generated<typeof someForm>
const plainForm: Form = { own: [], turned: null, ending: '\n', edit: null }

function exchange(lines: readonly string[], [one, two]: readonly [number, number]): string[] {
  const exchanged = [...lines]
  if (one < lines.length && two < lines.length) [exchanged[one], exchanged[two]] = [lines[two]!, lines[one]!]
  return exchanged
}

/** A side's lines at the base, or now. */
function linesOf(common: readonly string[], { own, turned, edit }: Form, isNow: boolean): string[] {
  const base = exchange(common, turned ?? [0, 0])
  for (const [at, line] of own) base.splice(at, 0, line)
  if (!isNow || !edit) return base
  const lines = exchange(
    base.filter((_, index) => index !== edit.gone),
    edit.swap ?? [0, 0],
  )
  if (edit.come) lines.splice(edit.come[0], 0, edit.come[1])
  return lines
}

interface Rules {
  readonly before: Sides<RuleTexts>
  readonly after: Sides<RuleTexts>
}

function rulesOf([root, nested]: readonly [RuleFile, RuleFile]): Rules {
  const isEdited = sides.some(
    (side) =>
      linesOf(nested.common, nested[side], false).join('\n') !== linesOf(nested.common, nested[side], true).join('\n'),
  )
  // The merge does not ask for a file in a folder that nobody edited: it is the same on both sides, and uses no macros.
  const known = isEdited
    ? nested
    : { common: nested.common.filter((line) => !line.includes('big')), github: plainForm, huggingface: plainForm }
  const read = (side: Side, isNow: boolean): RuleTexts => {
    const [one = '', two = ''] = [root, known].map((file) =>
      linesOf(file.common, file[side], isNow)
        .map((line) => line + file[side].ending)
        .join(''),
    )
    return { '.gitattributes': one, 'data/.gitattributes': two }
  }
  return { before: mapSides((side) => read(side, false)), after: mapSides((side) => read(side, true)) }
}

/** The merged rules, null where they conflict. GitHub edits every path, so that all are known to the merge. */
function mergeRules({ before, after }: Rules, take: Side | null = null): Sides<RuleTexts> | null {
  const world = (texts: RuleTexts, content: string): World => ({
    ...Object.fromEntries(paths.map((path) => [path, content])),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
  })
  const merged = merge({
    base: mapSides((side) => world(before[side], 'old\n')),
    github: world(after.github, 'new\n'),
    huggingface: world(after.huggingface, 'old\n'),
    ...(take && { take: Object.fromEntries(ruleFiles.map((name) => [name, take])) }),
  })
  const read = (node: World[string] = '') => (typeof node === 'string' ? node : node.bytes.toString())
  return merged.conflicts.length > 0
    ? null
    : mapSides((side) => ({
        '.gitattributes': read(merged.after[side]['.gitattributes']),
        'data/.gitattributes': read(merged.after[side]['data/.gitattributes']),
      }))
}

/**
 * Lines that a side added; with `turned`, also those which have some other line above or below them than before. `by`:
 * the sides that are asked.
 */
function listEdited({ before, after }: Rules, turned: boolean, by: readonly Side[] = sides): Set<string> {
  const isBelow = (lines: readonly string[], one: string, two: string) =>
    lines.lastIndexOf(one) > lines.lastIndexOf(two)
  return new Set(
    ruleFiles.flatMap((name) =>
      by.flatMap((side) => {
        const [old, now] = [keysOf(before[side][name]), keysOf(after[side][name])]
        const isTurned = (line: string) =>
          now.some((other) => old.includes(other) && isBelow(old, line, other) !== isBelow(now, line, other))
        return now.filter((line) => !old.includes(line) || (turned && isTurned(line))).map((line) => `${name}: ${line}`)
      }),
    ),
  )
}

interface Case extends Rules {
  readonly merged: Sides<RuleTexts>
}

/** What is wrong with merges that made no conflict, by path. */
function findWrong(cases: readonly Case[]): unknown[] {
  const answers = askGit(
    cases.flatMap((each) => [each.before, each.after, each.merged].flatMap((of) => [of.github, of.huggingface])),
    paths,
  )
  return cases.flatMap((each, index) => {
    const [added, placed] = [listEdited(each, false), listEdited(each, true)]
    return paths.flatMap((path, at) => {
      const meaning = (of: 0 | 1 | 2): Sides<Meaning> => ({
        github: answers[index * 6 + of * 2]![at]!,
        huggingface: answers[index * 6 + of * 2 + 1]![at]!,
      })
      const meant = { was: meaning(0), is: meaning(1), now: meaning(2) }
      const [was, is, now] = [meant.was, meant.is, meant.now].map((of) => mapSides((side) => of[side].filter)) as [
        Sides<string>,
        Sides<string>,
        Sides<string>,
      ]
      const hasPart = (lines: ReadonlySet<string>) =>
        [meant.is, meant.now].some((of) => sides.some((side) => of[side].lines.some((line) => lines.has(line))))
      const movers = sides.filter((side) => was[side] !== is[side])
      const isAsItWas = sides.every((side) => was[side] === is[side] && is[side] === now[side])
      // Both agree, unless they did not at the base, and no rule that somebody edited has a part in it now.
      const isApart =
        now.github !== now.huggingface &&
        (isAsItWas ? was.github === was.huggingface || hasPart(added) : hasPart(placed))
      // What one side made of it stands on both, unless it only took a rule away, and older rules speak now.
      const isLost = movers.some((side) => sides.some((one) => now[one] !== is[side])) && hasPart(placed)
      // What nobody changed does not change on both.
      const isInvented = movers.length === 0 && sides.every((side) => now[side] !== is[side]) && hasPart(placed)
      return isApart || isLost || isInvented ? [{ path, was, is, now, ...each }] : []
    })
  })
}

describe.skipIf(!hasGit)('rules that were merged without a conflict, as real git reads them', () => {
  const noFile = fc.constant<RuleFile>({ common: [], github: plainForm, huggingface: plainForm })
  const some = fc
    .tuple(someFile, fc.oneof({ weight: 2, arbitrary: noFile }, { weight: 1, arbitrary: someFile }))
    .map(rulesOf)

  test('both sides agree what is LFS, and what one side changed stands on both', () => {
    const cases = fc.sample(some, runs(150)).flatMap((rules) => {
      const merged = mergeRules(rules)
      return merged ? [{ ...rules, merged }] : []
    })
    expect(cases.length).toBeGreaterThan(75)
    expect(findWrong(cases)).toEqual([])
  })

  test('after a side was taken, too, what its edited lines say stands on both, and no side lost a line that it alone had', () => {
    // What one side alone has in a folder stays the last word there, and a macro that it alone has means nothing on the
    // other one.
    const plain = fc
      .tuple(contested, noFile)
      .map(rulesOf)
      .filter(({ before, after }) => !JSON.stringify([before, after]).includes('[attr]'))
    const cases = fc.sample(plain, runs(100)).flatMap((rules) =>
      sides.flatMap((take) => {
        const merged = mergeRules(rules) ? null : mergeRules(rules, take)
        return merged ? [{ ...rules, merged, take }] : []
      }),
    )
    expect(cases.length).toBeGreaterThan(10)
    const answers = askGit(
      cases.flatMap(({ before, after, merged, take }) => [
        before[take],
        after[take],
        merged.github,
        merged.huggingface,
      ]),
      paths,
    )
    const wrong = cases.flatMap(({ before, after, merged, take }, index) => {
      const [was, is, ...now] = answers.slice(index * 4, index * 4 + 4) as [Meaning[], Meaning[], Meaning[], Meaning[]]
      const placed = listEdited({ before, after }, true, [take])
      const hasPart = (at: number) => is[at]!.lines.some((line) => placed.has(line))
      const lost = paths.filter(
        (_, at) =>
          was[at]!.filter !== is[at]!.filter && now.some((of) => of[at]!.filter !== is[at]!.filter) && hasPart(at),
      )
      const dropped = sides.flatMap((side) =>
        ruleFiles.flatMap((name) => {
          const shared = new Set(
            sides.flatMap((one) => (one === side ? [] : [...keysOf(before[one][name]), ...keysOf(after[one][name])])),
          )
          return keysOf(before[side][name]).filter(
            (line) =>
              !shared.has(line) &&
              keysOf(after[side][name]).includes(line) &&
              !keysOf(merged[side][name]).includes(line),
          )
        }),
      )
      return lost.length > 0 || dropped.length > 0 ? [{ lost, dropped, before, after, merged, take }] : []
    })
    expect(wrong).toEqual([])
  })

  test("an edit of one side alone makes the other's file that file where both were the same", () => {
    fc.assert(
      fc.property(some, fc.constantFrom(...sides), ({ before, after }, side) => {
        const base = mapSides(() => before[side])
        expect(mergeRules({ before: base, after: { ...base, [side]: after[side] } })).toEqual(
          mapSides(() => after[side]),
        )
      }),
      { numRuns: runs(100) },
    )
  })
})
