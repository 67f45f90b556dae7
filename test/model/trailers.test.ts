import { describe, expect, test } from 'vitest'
import { formatMarks, formatMessage, parseTrailers, stripTrailers } from '../../lib/model/trailers.ts'
import fc, { runs } from '../random.ts'
import { absent, commit, from, link, oid, tree } from './trailer-lines.ts'

describe('parseTrailers', () => {
  test('reads all three', () => {
    expect(parseTrailers(`Title\n\nBody\n\n${from}\nMirrored-Part: ${link}\nMirrored-Tree: ${tree}\n`)).toEqual({
      ...absent,
      mirroredFrom: commit,
      mirroredPart: commit,
      mirroredTree: tree,
    })
  })

  test('reads what a commit was made on, for which branches and for which files', () => {
    expect(
      parseTrailers(
        `Title\n\nMirrored-Onto: ${tree} 0123456789abcdef\nMirrored-Branch: master main\nMirrored-Set: dot-github\n`,
      ),
    ).toEqual({
      ...absent,
      mirroredOnto: { parent: tree, edits: '0123456789abcdef' },
      mirroredBranches: { github: 'master', huggingface: 'main' },
      mirroredSet: 'dot-github',
    })
    for (const branches of [
      { github: 'main', huggingface: 'main' },
      { github: 'dev', huggingface: 'dev' },
      { github: 'main', huggingface: 'trunk' },
      { github: 'master', huggingface: 'main' },
    ]) {
      expect(
        parseTrailers(formatMessage('Title', '', [['Mirrored-From', link], ...formatMarks(branches, null, null)]))
          .mirroredBranches,
      ).toEqual(branches)
    }
    expect([
      formatMarks({ github: 'main', huggingface: 'main' }, null, null),
      formatMarks({ github: 'dev', huggingface: 'dev' }, 'dot-github', null),
    ]).toEqual([
      [],
      [
        ['Mirrored-Branch', 'dev'],
        ['Mirrored-Set', 'dot-github'],
      ],
    ])
  })

  test.each([
    ['alone below the title', `Title\n\n${from}\n`],
    ['without a final newline', `Title\n\n${from}`],
    ['before blank lines', `Title\n\n${from}\n \n\n`],
    ['among others', `Title\n\nSigned-off-by: A <a@b>\n${from}\nCo-authored-by: B <b@c>\n`],
    ['given twice alike', `Title\n\n${from}\n${from}\n`],
    ['with CRLF', `Title\r\n\r\n${from}\r\n`],
    ['with blanks around the value', `Title\n\nMirrored-From :  ${link} \n`],
    ['below a cherry-pick line', `Title\n\n${from}\n(cherry picked from commit ${oid})\n`],
    ['beside prose, where git signs off', `Title\n\n${from}\nprose\nSigned-off-by: A <a@b>\n`],
    ['below a title of several lines', `Title\nmore of it\n\n${from}\n`],
    ['in a message that begins with a blank line', `\n${from}\n`],
    ['right below a link that the body ends with', `Title\n\nhttps://example.org/3\n${from}\n`],
  ])('finds one %s', (_, message) => {
    expect(parseTrailers(message)).toEqual({ ...absent, mirroredFrom: commit })
  })

  test.each([
    ['nothing', ''],
    ['a title alone', from],
    ['a title that goes on', `Title\n${from}\n`],
    ['a paragraph that is not the last', `Title\n\n${from}\n\nMore text\n`],
    ['other trailers after it', `Title\n\n${from}\n\nSigned-off-by: A <a@b>\n`],
    ['prose in the paragraph', `Title\n\nAs said in\n${from}\n`],
    ['much prose above a sign-off', `Title\n\n${'prose\n'.repeat(7)}${from}\nSigned-off-by: A <a@b>\n`],
    ['a quotation', `Title\n\n> ${from}\n`],
    ['an indented line', `Title\n\n    ${from}\n`],
    ['two values', `Title\n\n${from}\n${from.replace('acme', 'other')}\n`],
    ['a link and something else', `Title\n\n${from}\nMirrored-From: nothing\n`],
    ['a value that goes on', `Title\n\n${from}\n more\n`],
    ['another key', `Title\n\nx-${from}\n`],
    ['the key in other letters', `Title\n\n${from.toLowerCase()}\n`],
    ['a short id', `Title\n\n${from.slice(0, -1)}\n`],
    ['a comment', `Title\n\n# ${from}\n`],
  ])('finds none in %s', (_, message) => {
    expect(parseTrailers(message)).toEqual(absent)
  })

  test.each([tree.slice(1), `${tree}0`, tree.toUpperCase(), `${tree} ${tree}`, ''])(
    'takes no tree that is %j',
    (value) => {
      expect(parseTrailers(`Title\n\nMirrored-Tree: ${value}\n`).mirroredTree).toBeNull()
    },
  )
})

describe('stripTrailers', () => {
  test.each([
    ['nothing from a body without any', 'One\n\n\nTwo\n', 'One\n\n\nTwo\n'],
    ['the last paragraph', `Body\n\n${from}\nMirrored-Tree: ${tree}\n`, 'Body'],
    ['the only one', `${from}\n`, ''],
    ['the first paragraph', `${from}\n\nBody\n`, 'Body\n'],
    ['a paragraph in the middle', `One\n\n${from}\n\nTwo`, 'One\n\nTwo'],
    ['paragraphs in a row', `One\n\n${from}\n\nMirrored-Set: 01234567\n\nTwo`, 'One\n\nTwo'],
    ['a line of a paragraph', `One\n${from}\nTwo`, 'One\nTwo'],
    ['a line beside other trailers', `Body\n\nSigned-off-by: A <a@b>\n${from}\n`, 'Body\n\nSigned-off-by: A <a@b>'],
    ['any key and any letters', 'Body\nmirrored-something-new : x\nMIRRORED-FROM:\n', 'Body'],
    ['lines with CRLF', `Body\r\n\r\n${from}\r\n`, 'Body\r'],
    ['no indented or quoted line', `Body\n\n    ${from}\n> ${from}`, `Body\n\n    ${from}\n> ${from}`],
    [
      'no sentence',
      'Mirrored from: elsewhere\nMirrored-From is a trailer',
      'Mirrored from: elsewhere\nMirrored-From is a trailer',
    ],
  ])('takes out %s', (_, body, expected) => {
    expect(stripTrailers(body)).toBe(expected)
  })

  const piece = fc.constantFrom(
    'text',
    '',
    '',
    ' ',
    from,
    `Mirrored-Tree: ${tree}`,
    'Signed-off-by: A <a@b>',
    ' folded',
    '# comment',
    '(cherry picked from commit x)',
  )
  const body = fc.array(piece, { maxLength: 10 }).map((lines) => lines.join('\n'))

  test('leaves nothing that would be read, keeps every other line that is not blank, and makes no double blank line', () => {
    fc.assert(
      fc.property(body, (text) => {
        const stripped = stripTrailers(text)
        const spoken = (lines: string) =>
          lines.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Mirrored-'))
        const doubles = (lines: string) => lines.match(/\n *\n *(?=\n)/g)?.length ?? 0
        expect(parseTrailers(`Title\n\n${stripped}`)).toEqual(absent)
        expect(spoken(stripped)).toEqual(spoken(text))
        expect(stripTrailers(stripped)).toBe(stripped)
        expect(doubles(stripped)).toBeLessThanOrEqual(doubles(text))
      }),
      { numRuns: runs(500) },
    )
  })

  test('what formatMessage adds to it is what parseTrailers reads', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), piece), body, fc.boolean(), (title, text, isPart) => {
        const message = formatMessage(title, isPart ? stripTrailers(text) : text, [
          ['Mirrored-From', link],
          ['Mirrored-Tree', tree],
        ])
        expect(parseTrailers(message)).toEqual({ ...absent, mirroredFrom: commit, mirroredTree: tree })
      }),
      { numRuns: runs(500) },
    )
  })
})

describe('formatMessage', () => {
  test.each<[name: string, title: string, body: string, trailers: [string, string][], message: string]>([
    [
      'title, body and trailers',
      'Title',
      'Body',
      [
        ['A', '1'],
        ['B', '2'],
      ],
      'Title\n\nBody\n\nA: 1\nB: 2\n',
    ],
    ['no body', 'Title', '', [['A', '1']], 'Title\n\nA: 1\n'],
    ['no trailers', 'Title', 'Body', [], 'Title\n\nBody\n'],
    ['a title alone', 'Title', '', [], 'Title\n'],
    [
      'blank lines around the body',
      'Title',
      '\n \n  Indented\n\nMore\n\n\n',
      [['A', '1']],
      'Title\n\n  Indented\n\nMore\n\nA: 1\n',
    ],
    ['a title of several lines', ' One\n  two\n', '', [], 'One two\n'],
    ['no title', ' ', 'Body', [['A', '1']], 'Untitled commit\n\nBody\n\nA: 1\n'],
    [
      'a body that ends with a link',
      'Fix',
      'https://example.org/3',
      [['A', '1']],
      'Fix\n\nhttps://example.org/3\n\nA: 1\n',
    ],
    [
      'links in a row, folded text and a comment among them',
      'Fix',
      'ftp://a/1\n folded\n# comment\nhttps://b',
      [['A', '1']],
      'Fix\n\nftp://a/1\n folded\n# comment\nhttps://b\n\nA: 1\n',
    ],
    [
      'an address, a port and a time',
      'Fix',
      'mailto:a@b\nlocalhost:8080\n12:30',
      [['A', '1']],
      'Fix\n\nmailto:a@b\nlocalhost:8080\n12:30\n\nA: 1\n',
    ],
    [
      'a link beside a trailer',
      'Fix',
      'https://example.org/3\nCloses: #3',
      [['A', '1']],
      'Fix\n\nhttps://example.org/3\nCloses: #3\nA: 1\n',
    ],
    [
      'a trailer whose value is a link',
      'Fix',
      'See: https://example.org/3',
      [['A', '1']],
      'Fix\n\nSee: https://example.org/3\nA: 1\n',
    ],
    ['a trailer without a blank', 'Fix', 'Signed-off-by:A <a@b>', [['A', '1']], 'Fix\n\nSigned-off-by:A <a@b>\nA: 1\n'],
  ])('puts together %s', (_, title, body, trailers, message) => {
    expect(formatMessage(title, body, trailers)).toBe(message)
  })
})
