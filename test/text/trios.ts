/** Random texts and what two sides made of them, of every kind that aligns in its own way. */
import type { Trio } from '../git-judge.ts'
import fc from '../random.ts'

/** At a place: so many lines taken out, and others put in. */
interface Edit {
  readonly at: number
  readonly taken: number
  readonly put: readonly number[]
}

function makeEdits(length: number, count: number): fc.Arbitrary<Edit[]> {
  const edit = fc.record({ at: fc.nat(length + 5), taken: fc.nat(3), put: fc.array(fc.nat(1000), { maxLength: 3 }) })
  return fc.array(edit, { minLength: 1, maxLength: count })
}

function change(lines: readonly string[], edits: readonly Edit[], name: (put: number) => string): string[] {
  return edits.reduce<string[]>(
    (current, { at, taken, put }) => current.toSpliced(at % (current.length + 1), taken, ...put.map(name)),
    [...lines],
  )
}

function joinLines(lines: readonly string[], endsInNewline: boolean): string {
  return lines.join('\n') + (endsInNewline && lines.length > 0 ? '\n' : '')
}

/** Whether base, github and huggingface end in a newline: mostly all do or none. */
const ends = fc
  .tuple(fc.boolean(), fc.nat(3), fc.nat(3))
  .map(([end, github, huggingface]) => [end, github === 0 ? !end : end, huggingface === 0 ? !end : end])

/** No line occurs twice in a text: what is put in is new, and the same on both sides only by the same number. */
const distinct: fc.Arbitrary<Trio> = fc
  .tuple(fc.integer({ min: 0, max: 25 }), makeEdits(25, 4), makeEdits(25, 4), ends)
  .map(([count, github, huggingface, endings]) => {
    const base = Array.from({ length: count }, (_, index) => `line ${index}`)
    const make = (edits: readonly Edit[], side: string) => [
      ...new Set(change(base, edits, (put) => (put % 3 === 0 ? `both ${put}` : `${side} ${put}`))),
    ]
    return {
      base: joinLines(base, endings[0]!),
      sides: {
        github: joinLines(make(github, 'g'), endings[1]!),
        huggingface: joinLines(make(huggingface, 'h'), endings[2]!),
      },
    }
  })

/** Lines of an alphabet, with `end` after each; where `cut`, not always after the last. */
function repeating(
  alphabet: readonly string[],
  { length = 25, edits = 4, cut = false, end = '\n' } = {},
): fc.Arbitrary<Trio> {
  return fc
    .tuple(
      fc.array(fc.constantFrom(...alphabet), { maxLength: length }),
      makeEdits(length, edits),
      makeEdits(length, edits),
      cut ? ends : fc.constant([true, true, true]),
    )
    .map(([base, github, huggingface, endings]) => {
      const write = (lines: readonly string[], index: number) => joinLines(lines, endings[index]!).replaceAll('\n', end)
      const make = (changes: readonly Edit[]) => change(base, changes, (put) => alphabet[put % alphabet.length]!)
      return {
        base: write(base, 0),
        sides: { github: write(make(github), 1), huggingface: write(make(huggingface), 2) },
      }
    })
}

/** Records of some lines each, edited inside and between. */
function records(record: (value: number) => string[]): fc.Arbitrary<Trio> {
  return fc
    .tuple(fc.array(fc.nat(5), { maxLength: 12 }), makeEdits(40, 3), makeEdits(40, 3))
    .map(([values, github, huggingface]) => {
      const base = values.flatMap(record)
      const make = (edits: readonly Edit[]) =>
        edits.reduce<string[]>((lines, { at, taken, put }) => {
          const [first, ...others] = put.map((value) => record(value % 6))
          return lines.toSpliced(
            at % (lines.length + 1),
            taken,
            ...(first === undefined ? [] : [first[1]!]),
            ...others.flat(),
          )
        }, base)
      return {
        base: joinLines(base, true),
        sides: { github: joinLines(make(github), true), huggingface: joinLines(make(huggingface), true) },
      }
    })
}

const code = ['{', '}', '', '  return value', 'if (ready) {', '  }', '  },', 'else {', '  "name": 1,', '  "name": 2,']

export const kinds = {
  'distinct lines': distinct,
  'code': repeating(code),
  'JSON': records((value) => ['  {', `    "name": "${value}",`, '    "tags": []', '  },']),
  'CSV': repeating(['a,1', 'a,2', 'b,1', 'b,2', 'c,1', 'c,2', 'a,1', 'a,1']),
  'blank lines': repeating(['', '', '', '', 'a', 'b', 'c', 'd', 'e']),
  'two symbols': repeating(['a', 'b']),
  'three symbols': repeating(['a', 'b', 'c']),
  'four symbols': repeating(['a', 'b', 'c', 'd']),
  'one line over and over': repeating([...Array.from({ length: 12 }, () => 'a'), 'b'], { length: 40 }),
  'no final newline': repeating(code, { cut: true }),
  'CRLF': repeating(code, { cut: true, end: '\r\n' }),
  'long texts': repeating([...code, ...Array.from({ length: 30 }, (_, index) => `line ${index}`)], {
    length: 300,
    edits: 12,
  }),
} satisfies Record<string, fc.Arbitrary<Trio>>
