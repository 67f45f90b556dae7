/** Laws of merging cards, and a judge of values: the three objects that a YAML library reads, merged independently. */
import { isDeepStrictEqual } from 'node:util'
import { loadAll, YAML11_SCHEMA } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { sides, type Sides } from '../../lib/model/sides.ts'
import { cutCard } from '../../lib/text/card-keys.ts'
import { mergeCard } from '../../lib/text/merge-card.ts'
import fc, { runs } from '../random.ts'
import { swapSides } from '../swap.ts'

/** A key with the value as it is written. */
type Written = readonly [key: string, value: string]

const items = fc.uniqueArray(fc.constantFrom('en', 'de', 'no', '"x, y"', "'it'", '01'), { minLength: 1, maxLength: 4 })
const value = fc.oneof(
  fc.constantFrom(' mit', ' no', ' 01234', ' "a: b"', " 'it''s'", ' 1e-3 # why', ' 12345678901234567890'),
  items.map((list) => `\n${list.map((item) => `- ${item}`).join('\n')}`),
  items.map((list) => ` [${list.join(',')}]`),
  fc.tuple(fc.nat(2), fc.nat(2)).map(([first, last]) => `\n  split: ${first}\n  kind: x\n  about: y\n  rows: ${last}`),
  fc.constantFrom(' |\n  tags: none\n\n  text', ' >-\n  text'),
)
const key = fc.constantFrom('license', 'tags', 'language', 'configs', 'size', '"quoted key"', 'zip')
const written = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 })
const edit = fc.oneof(
  fc.record({ what: fc.constant('put' as const), at: fc.nat(6), key, value }),
  fc.record({ what: fc.constant('remove' as const), at: fc.nat(6) }),
  fc.record({ what: fc.constant('move' as const), at: fc.nat(6) }),
  fc.record({ what: fc.constant('add item' as const), at: fc.nat(6), item: fc.constantFrom('fr', 'nl', 'pt') }),
)
type CardEdit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function applyEdit(keys: readonly Written[], one: CardEdit): readonly Written[] {
  const at = keys.length === 0 ? 0 : one.at % keys.length
  if (one.what === 'put') {
    const place = keys.findIndex(([name]) => name === one.key)
    return place < 0 ? keys.toSpliced(at, 0, [one.key, one.value]) : keys.with(place, [one.key, one.value])
  }
  if (keys.length === 0) return keys
  if (one.what === 'remove') return keys.toSpliced(at, 1)
  if (one.what === 'move') return [keys[at]!, ...keys.toSpliced(at, 1)]
  const [name, old] = keys[at]!
  const isBlock = old.startsWith('\n- ') && !old.includes(`- ${one.item}`)
  return isBlock ? keys.with(at, [name, `${old}\n- ${one.item}`]) : keys
}

/** Each key with a comment of its own above it. */
function write(keys: readonly Written[], body: string): string {
  const matter = keys.map(([name, text]) => `# About ${name}\n${name}:${text}\n`).join('')
  return keys.length === 0 ? body : `---\n${matter}---\n${body}`
}

const side = fc.record({
  edits: fc.array(edit, { maxLength: 3 }),
  body: fc.constantFrom('# T\n\nx\n', '# U\n\nx\n', '# T\n\ny\n'),
})
const trio = fc.record({ base: written, github: side, huggingface: side }).map(({ base, github, huggingface }) => {
  const make = ({ edits, body }: typeof github) => write(edits.reduce(applyEdit, base), body)
  return { base: write(base, '# T\n\nx\n'), texts: { github: make(github), huggingface: make(huggingface) } }
})

const bodyLess = (text: string) => text.slice(0, text.length - cutCard(text)!.body.length).replaceAll(/^---$/gm, '')
type Values = Readonly<Record<string, unknown>>
const readValues = (text: string) => (loadAll(bodyLess(text), { schema: YAML11_SCHEMA })[0] ?? {}) as Values
/** Each key as it is written. */
const readTexts = (text: string) => new Map(cutCard(text)!.keys.map(({ key: name, own }) => [name, own]))
const isList = (one: unknown): one is readonly unknown[] => Array.isArray(one)
const isMap = (one: unknown): one is Values => typeof one === 'object' && one !== null && !isList(one)
const conflict = Symbol('conflict')

function judge(base: unknown, a: unknown, b: unknown): unknown {
  if (isDeepStrictEqual(a, b) || isDeepStrictEqual(b, base)) return a
  if (isDeepStrictEqual(a, base)) return b
  if (isList(a) && isList(b) && (base === undefined || isList(base))) {
    const was = base ?? []
    const all = new Set([...a, ...b])
    return new Set([...all].filter((item) => (a.includes(item) && b.includes(item)) || !was.includes(item)))
  }
  if (isMap(a) && isMap(b) && isMap(base)) return judgeMaps(base, a, b)
  return conflict
}

function judgeMaps(base: Values, a: Values, b: Values): Values | typeof conflict {
  const names = [...new Set([...Object.keys(base), ...Object.keys(a), ...Object.keys(b)])]
  const merged = names.map((name) => [name, judge(base[name], a[name], b[name])] as const)
  return merged.some(([, one]) => one === conflict)
    ? conflict
    : Object.fromEntries(merged.filter(([, one]) => one !== undefined))
}

function expectValue(actual: unknown, expected: unknown): void {
  if (!(expected instanceof Set)) return expect(actual).toEqual(expected)
  expect([...(actual as unknown[])].toSorted()).toEqual([...expected].toSorted())
}

describe('laws of mergeCard', () => {
  test('a side that changed nothing changes nothing, byte for byte', () => {
    fc.assert(
      fc.property(trio, ({ base, texts: { github } }) => {
        for (const texts of [
          { github, huggingface: base },
          { github: base, huggingface: github },
          { github, huggingface: github },
        ])
          expect(mergeCard(base, texts)).toMatchObject({ clean: true, text: github })
      }),
    )
  })

  test('swapping the sides swaps the answer', () => {
    fc.assert(
      fc.property(trio, ({ base, texts }) => {
        const merged = mergeCard(base, texts)
        const expected = merged.clean
          ? { ...merged, hunks: swapSides(merged.hunks) }
          : {
              ...merged,
              hunks: merged.hunks.map(({ line, base: was, ...both }) =>
                Object.assign(swapSides(both), { line, base: was }),
              ),
            }
        expect(mergeCard(base, swapSides(texts))).toEqual(expected)
      }),
      { numRuns: runs(200) },
    )
  })

  test('the values are those of the objects merged, and a conflict is one of values that both changed', () => {
    let clean = 0
    fc.assert(
      fc.property(trio, ({ base, texts }) => {
        const [was, a, b] = [base, texts.github, texts.huggingface].map(readValues) as [Values, Values, Values]
        const expected = new Map(
          [...new Set([was, a, b].flatMap(Object.keys))].map((name) => [name, judge(was[name], a[name], b[name])]),
        )
        const merged = mergeCard(base, texts)
        if (merged.clean) {
          clean += 1
          const values = readValues(merged.text)
          for (const [name, one] of expected) expectValue(values[name], one)
          expect(Object.keys(values).filter((name) => !expected.has(name))).toEqual([])
        } else if (merged.below !== 'arrangement') {
          for (const [name, one] of expected) if (one === conflict) expect(merged.keys).toContain(name)
          const [old, ...both] = [base, texts.github, texts.huggingface].map(readTexts)
          for (const name of merged.keys) {
            expect(both[0]!.get(name)).not.toEqual(both[1]!.get(name))
            for (const each of both) expect(each.get(name)).not.toEqual(old!.get(name))
          }
        }
      }),
      { numRuns: runs(600) },
    )
    expect(clean).toBeGreaterThan(100)
  })

  test('lines that nobody touched are there, comments included, and nothing is there that nobody wrote', () => {
    fc.assert(
      fc.property(trio, ({ base, texts }) => {
        const merged = mergeCard(base, texts)
        if (!merged.clean) return
        const keys = cutCard(merged.text)!.keys
        const [was, ...both] = [base, texts.github, texts.huggingface].map((text) => cutCard(text)!.keys)
        for (const one of was!)
          if (both.every((list) => list.some((each) => isDeepStrictEqual(each, one)))) expect(keys).toContainEqual(one)
        for (const { above } of keys) expect(both.some((list) => list.some((each) => each.above === above))).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })

  test('a merge merged again with either side stays what it is', () => {
    fc.assert(
      fc.property(trio, ({ base, texts }) => {
        const merged = mergeCard(base, texts)
        if (!merged.clean) return
        for (const one of sides) {
          const again: Sides<string> = { ...texts, [one]: merged.text }
          expect(mergeCard(base, again)).toMatchObject({ clean: true, text: merged.text })
        }
      }),
      { numRuns: runs(200) },
    )
  })
})
