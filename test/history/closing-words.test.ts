/** A message from the Hub closes no issue of GitHub's, and says else what it said. */
import { describe, expect, it, test } from 'vitest'
import { stopClosing } from '../../lib/history/closing-words.ts'
import { formatMessage, parseTrailers } from '../../lib/model/trailers.ts'
import fc, { runs } from '../random.ts'
import { act, expectInSync, lastCommit, startMirrored } from '../run/mirror-setup.ts'

/**
 * What GitHub's documentation says that it closes: a keyword, a colon or none, and an issue in any of its spellings.
 */
const closes =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s*(?:(?:[\w.-]+\/)?[\w.-]*#\d|GH-\d|https?:\/\/\S+\/(?:issues|pull)\/\d)/i

describe('a message', () => {
  it.each([
    ['Fixes #12', 'Fixes # 12'],
    ['fix: #12 and CLOSED  #13, Resolves\n#14', 'fix: # 12 and CLOSED  # 13, Resolves\n# 14'],
    ['Close acme/corpus#12', 'Close acme/corpus# 12'],
    ['Resolved corpus#12', 'Resolved corpus# 12'],
    ['closes GH-12', 'closes GH 12'],
    ['fixes#12', 'fixes# 12'],
    ['Fixes https://github.com/acme/corpus/issues/12', 'Fixes github.com/acme/corpus/issues/12'],
    ['Fixed: http://ghe.example.org/acme/corpus/pull/3.', 'Fixed: ghe.example.org/acme/corpus/pull/3.'],
  ])('%j would close something, and is written %j', (text, written) => {
    expect(text).toMatch(closes)
    expect(stopClosing(text)).toBe(written)
    expect(written).not.toMatch(closes)
  })

  it.each([
    'Add rows (#12)',
    'See #12',
    'prefixes #12',
    'Fixes the header of #12',
    'Fixing #12',
    'Fix issue 12',
    'Fixes https://huggingface.co/datasets/acme/corpus/discussions/12',
    'Fixes #tag',
    'Thanks @alice',
    'Fixes GH-x',
  ])('%j does nothing on GitHub, and stays', (text) => {
    expect(stopClosing(text)).toBe(text)
  })

  it('closes nothing whatever it is made of, stays so, and keeps its trailers', () => {
    const word = fc.constantFrom(
      'Fixes',
      'close:',
      'RESOLVED',
      'fix',
      '#1',
      'a/b#22',
      'GH-3',
      'https://github.com/a/b/issues/4',
      'x',
      ' ',
      '\n',
      '\n\n',
      '(',
      'Closes: ',
      'pre',
      'Mirrored-Set: #1',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(words.length % 2 ? ' ' : '')
        const written = stopClosing(text)
        expect(written).not.toMatch(closes)
        expect(stopClosing(written)).toBe(written)
        const link = `https://huggingface.co/datasets/acme/corpus/commit/${'a'.repeat(40)}`
        expect(parseTrailers(formatMessage('Title', written, [['Mirrored-From', link]])).mirroredFrom?.oid).toBe(
          'a'.repeat(40),
        )
      }),
      { numRuns: runs(200) },
    )
  })
})

test.each([
  ['one commit', 1],
  ['several one by one', 2],
  ['more than are copied one by one', 21],
] as const)(
  '%s of the Hub that would close an issue closes none on GitHub, and what GitHub closes stays as it is on the Hub',
  async (_, count) => {
    const pair = await startMirrored({ 'a.txt': 'a\n' })
    const before = pair.github.head('main')!
    for (let index = 0; index < count; index++)
      act(pair, 'huggingface', { 'a.txt': `${index}\n` }, 'Fixes #12\n\nCloses acme/other#13\n')
    expect((await pair.run()).exitCode).toBe(0)
    const { store } = pair.github
    const log = store.readLog(pair.github.head('main')!)
    for (const oid of log.slice(0, log.indexOf(before))) expect(store.readCommit(oid).message).toMatch(/Fixes # 12/)
    for (const oid of log.slice(0, log.indexOf(before))) expect(store.readCommit(oid).message).not.toMatch(closes)
    await expectInSync(pair)
    act(pair, 'github', { 'a.txt': 'done\n' }, 'Fixes #14')
    expect((await pair.run()).exitCode).toBe(0)
    expect(lastCommit(pair, 'huggingface').message).toContain('Fixes #14\n')
    await expectInSync(pair)
  },
)
