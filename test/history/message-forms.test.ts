/**
 * A commit's message as the Hub's listing tells it, however it cuts it: what it says of its original is always found.
 */
import { describe, expect, it } from 'vitest'
import { splitMessage } from '../../lib/history/message.ts'
import { formatRowMessage } from '../../lib/huggingface/history.ts'
import { parseCommitRow } from '../../lib/huggingface/schema.ts'
import { formatMessage, parseTrailers } from '../../lib/model/trailers.ts'
import fc, { runs } from '../random.ts'
import { act, expectInSync, startMirrored } from '../run/mirror-setup.ts'

const link = `https://github.com/acme/corpus/commit/${'a'.repeat(40)}`
const words = fc.stringMatching(/^[A-Za-z][a-z ,.:-]{0,30}[a-z]$/)
const line = fc.oneof(
  words,
  fc.constant(''),
  fc.constant('- 1234567 Fix (Bob)'),
  fc.constant('Co-authored-by: Bob <bob@example.org>'),
  fc.constant('https://example.org/a'),
)
const bodies = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'))

/** What follows the title, as each kind of service would tell it. */
const cuts: Record<string, (rest: string, title: string) => string> = {
  'as it is': (rest) => rest,
  'without one line break': (rest) => rest.replace(/^\n/, ''),
  'without the blank line': (rest) => rest.replace(/^\n+/, ''),
  'the whole message': (rest, title) => title + rest,
}
const ends: Record<string, (rest: string) => string> = {
  'its end kept': (rest) => rest,
  'its end trimmed': (rest) => rest.trimEnd(),
  'another line break at its end': (rest) => `${rest}\n`,
}
const breaks: Record<string, (text: string) => string> = {
  LF: (text) => text,
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
}
const forms = Object.entries(cuts).flatMap(([cut, cutIt]) =>
  Object.entries(ends).flatMap(([end, endIt]) =>
    Object.entries(breaks).map(([name, breakIt]) => ({
      name: `${cut}, ${end}, ${name}`,
      tell: (rest: string, title: string) => breakIt(endIt(cutIt(rest, title))),
    })),
  ),
)

describe.each(forms)('a message told $name', ({ name, tell }) => {
  it('has the trailers and the title that were written', () => {
    fc.assert(
      fc.property(words, bodies, fc.constantFrom('Mirrored-From', 'Mirrored-Part'), (title, body, key) => {
        const message = formatMessage(title, body, [[key, link]])
        const written = message.split('\n', 1)[0]!
        // A body that repeats its title looks like the whole message where nothing is left between the two.
        fc.pre(!name.startsWith('without the blank line') || !splitMessage(message).body.startsWith(written))
        const row = parseCommitRow({
          id: 'b'.repeat(40),
          title: written,
          message: tell(message.slice(written.length), written),
          authors: [],
          date: '2026-11-01T00:00:00Z',
        })!
        const told = formatRowMessage(row)
        expect(parseTrailers(told)).toEqual(parseTrailers(message))
        expect(parseTrailers(told).mirroredFrom ?? parseTrailers(told).mirroredPart).not.toBeNull()
        expect(splitMessage(told).title).toBe(splitMessage(message).title)
        // What stands in the first lines of the body is no part of the title.
        expect(splitMessage(told.replaceAll('\r', '')).body).toBe(splitMessage(message).body)
      }),
      { numRuns: runs(100) },
    )
  })
})

it('a body that repeats its title keeps it, as long as a line break stands between the two', () => {
  const row = (rest: string) => ({ oid: '', title: 'Fix', rest, users: [], date: new Date() })
  for (const rest of ['\n\nFix\n\nMore\n', '\nFix\n\nMore\n', '\r\nFix\n\nMore\n'])
    expect(formatRowMessage(row(rest)).trim()).toBe('Fix\n\nFix\n\nMore')
  expect(formatRowMessage(row('Fix\n\nMore\n'))).toBe('Fix\n\nMore\n')
})

it('a message of one line is one line', () => {
  for (const rest of ['', '\n', '\r\n'])
    expect(formatRowMessage({ oid: '', title: 'Fix', rest, users: [], date: new Date() }).trim()).toBe('Fix')
})

describe.each([0, 1, 2] as const)('a Hub that takes %i line breaks from below the title', (messageCut) => {
  it.each([true, false])(
    'is mirrored both ways and back in two requests (the end of messages kept: %s)',
    async (messageKeepsEnd) => {
      const pair = await startMirrored(
        { 'a.txt': 'a\n' },
        { huggingface: { switches: { messageCut, messageKeepsEnd } } },
      )
      act(pair, 'github', { 'a.txt': 'b\n' }, 'Change a')
      expect((await pair.run()).exitCode).toBe(0)
      act(pair, 'huggingface', { 'b.txt': 'b\n' }, 'Add b\n\nBecause.\n\nCo-authored-by: Carol <carol@example.org>\n')
      act(pair, 'github', { 'c.txt': 'c\n' }, 'Add c')
      expect((await pair.run()).exitCode).toBe(0)
      await expectInSync(pair)
    },
  )
})
