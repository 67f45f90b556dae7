/** A card cut into its keys: what is understood, and what is left to lines. */
import { expect, test } from 'vitest'
import { cutCard, formatCard } from '../../lib/text/card-keys.ts'
import { mergeCard } from '../../lib/text/merge-card.ts'
import { mergeText } from '../../lib/text/merge-text.ts'

const card = (matter: string, body = '# Corpus\n') => `---\n${matter}---\n${body}`

test('what is understood is put together to the same bytes', () => {
  for (const text of [
    card('language: no\nzip: 01234\n# Who may use it\nlicense: mit\n'),
    '\n---\r\n\r\na: 1\r\n\r\n---\r\nx',
    '---\na: 1\n---',
    card("a:\n- b: |-\n    \"x\n  c: {d: [e, 'f']} # g\n-\n  h: i\n# end\n"),
    card('a:\n- |\n  "x\nb: 1\n'),
    card("it's: a\n'b c': \"d\"\n"),
    '# T\n',
    '',
  ])
    expect(formatCard(cutCard(text)!)).toBe(text)
})

test.each([
  ['a key twice', 'a: 1\na: 2\n'],
  ['an anchor', 'a: &x 1\n'],
  ['an alias in a list', 'a: [*x]\n'],
  ['a merge key', 'a:\n  <<: b\n'],
  ['a tab', 'a:\t1\n'],
  ['a text in quotes that goes on', 'a: "x\nb: y"\n'],
  ['a nested one', "a:\n- c: 'x\nb: y'\n"],
  ['one behind a text of its own', 'a: |\n  x\nb: "y\nc: z"\n'],
  ['brackets that a comment hides', 'a: [x #]\nb: y]\n'],
  ['more than a card has', `a: ${'x'.repeat(200_000)}\n`],
  ['brackets that go on', 'a: [x,\nb: y]\n'],
  ['brackets in quotes that do not close', 'a: ["x]\nb: y\n'],
  ['a document', 'a: 1\n... \n'],
  ['a directive', '%YAML 1.2\na: 1\n'],
  ['a tag', 'a: !!str 1\n'],
  ['a complex key', '? a\n: 1\n'],
  ['blank lines that belong to a text', 'a: |+\n  x\n\nb: 1\n'],
  ['a line end of YAML 1.1', 'a: x\u0085b: 1\n'],
  ['prose', 'Moved\n'],
  ['a list', '- a\n'],
  ['nothing', '\n'],
])('%s is left to lines', (_, matter) => {
  expect(cutCard(card(matter))).toBeNull()
  const [base, github, huggingface] = [
    card(matter, 'x\ny\nz\n'),
    card(matter, 'X\ny\nz\n'),
    card(`${matter}q: 1\n`, 'x\ny\nz\n'),
  ]
  const lines = mergeText(base, { github, huggingface })
  const merged = mergeCard(base, { github, huggingface })
  expect(merged.clean ? merged.text : merged.hunks).toEqual(lines.clean ? lines.text : lines.hunks)
})
