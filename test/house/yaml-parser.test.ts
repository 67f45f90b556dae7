/** The parser that the one file holds makes of every text what the library makes of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { getScalarValue, parseEvents, YAMLException } from 'js-yaml'
import { expect, test } from 'vitest'
import { keepParser } from '../../.ci/yaml-parser.ts'
import fc, { runs } from '../random.ts'

const library = readFileSync(fileURLToPath(import.meta.resolve('js-yaml')), 'utf8')
const { code } = transformSync(keepParser(library), { loader: 'ts' })
const kept = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as typeof import('js-yaml')

type Parser = Pick<typeof kept, 'parseEvents' | 'getScalarValue' | 'YAMLException'>

/** The events with the texts of their scalars, or why there are none and where. */
function parse(text: string, parser: Parser): unknown {
  try {
    return parser.parseEvents(text, {}).map((event) => {
      const { type, ...rest } = event
      // What the library tells of documents alone has other names, and nobody reads it.
      return 'anchorStart' in rest
        ? [type, rest, 'valueStart' in event ? parser.getScalarValue(text, event as never) : null]
        : type
    })
  } catch (error) {
    if (!(error instanceof parser.YAMLException)) throw error
    const { position, line, column } = error.mark!
    return [error.reason, position, line, column]
  }
}
const whole: Parser = { parseEvents, getScalarValue, YAMLException }

const folder = fileURLToPath(new URL('../../.github/', import.meta.url))
const texts = [
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => readFileSync(`${folder}${name}`, 'utf8').slice(0, 3_000)),
  "%YAML 1.2\n%TAG !e! tag:example.org,2000:\n---\n- &a !e!x \"a\\u00e9\\n\\\n  b\"\n- *a\n- !!str 'it''s\n\n  so'\n...\n---\nb\n",
  'a: |2-\n   x\n\n  y\nb: >+\n  one\n  two\n\n   more\n\n? [x, {y: z, "q": }]\n: - - 1\n    - ~\n  -\t2\n',
  '"\\x41\\U0001F600": {a: [1, 2, ], ? b, c}\r\nd: # note\r\n  e: f#g\r  h: "i"\n',
  `${'['.repeat(101)}`,
  'a: b: c\n',
  '\ufeffa: 1\n\ufeff---\n\u0001\n',
]

test('of whole texts, and of none', () => {
  const found = ['', ...texts].map((text) => parse(text, kept))
  expect(found).toEqual(['', ...texts].map((text) => parse(text, whole)))
  expect(JSON.stringify(found).length).toBeGreaterThan(20_000)
})

test('of texts that are cut anywhere, and of whatever stands together', () => {
  const piece = fc.constantFrom(
    ...'-:?[]{},&*!|>\'"%@`#\\~ \t\n\r',
    '...',
    '---',
    '  ',
    ': ',
    '- ',
    'a',
    '1',
    '\n  ',
    '!!',
  )
  const cut = fc
    .tuple(fc.constantFrom(...texts), fc.nat(3_000), fc.array(piece, { maxLength: 3 }), fc.nat(20))
    .map(([text, at, between, gap]) => text.slice(0, at) + between.join('') + text.slice(at + gap))
  const drawn = fc.oneof(
    cut,
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(drawn, (text) => {
      expect(parse(text, kept)).toEqual(parse(text, whole))
    }),
    { numRuns: runs(500) },
  )
})

test('a library that is made otherwise is refused', () => {
  expect(() => keepParser(library.replace('//#region src/parser/events.ts', '//#region src/events.ts'))).toThrow(
    'js-yaml has no part parser/events',
  )
})
