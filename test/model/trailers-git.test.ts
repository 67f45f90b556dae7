/** Trailers as real git reads them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatMessage, parseTrailers } from '../../lib/model/trailers.ts'
import { hasGit } from '../git-judge.ts'
import fc, { runs } from '../random.ts'
import { absent, commit, from, link, tree } from './trailer-lines.ts'

/** What git takes for the trailers of each message. A shell starts git far sooner than this process does. */
function readTrailers(messages: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'trailers-'))
  try {
    for (const [index, message] of messages.entries()) writeFileSync(join(folder, String(index)), message)
    const argv = '-c core.commentChar=# interpret-trailers --parse --no-divider'
    const asked = messages.map((_, index) => `git ${argv} ${index}; printf '\\0'`)
    return execFileSync('sh', { cwd: folder, input: asked.join('\n'), encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.skipIf(!hasGit)('real git', () => {
  test.each([
    'https://example.org/3',
    'Read this:\n\nhttps://example.org/3\nftp://example.org/4',
    'mailto:a@b',
    'std::vector',
  ])('leaves a body that ends with %j as it is when somebody adds a trailer to the copy', (body) => {
    const message = formatMessage('Fix', body, [['Mirrored-From', link]])
    const git = (...argv: string[]) =>
      spawnSync('git', ['-c', 'core.commentChar=#', 'interpret-trailers', '--no-divider', ...argv], {
        input: message,
        encoding: 'utf8',
      }).stdout
    expect(git('--parse')).toBe(`${from}\n`)
    // What `git commit --amend --trailer` does to a message.
    expect(git('--trailer', 'Reviewed-by: B <b@c>')).toBe(`Fix\n\n${body}\n\n${from}\nReviewed-by: B <b@c>\n`)
    expect(parseTrailers(git('--trailer', 'Reviewed-by: B <b@c>')).mirroredFrom).toEqual(commit)
  })

  test('takes the same lines for trailers', () => {
    const line = fc.constantFrom(
      'text',
      'more text',
      '',
      '',
      ' ',
      '\t',
      ` ${link}`,
      ' folded',
      from,
      `Mirrored-From:${link}`,
      `Mirrored-From :${link}`,
      `Mirrored-From\t: ${link}`,
      `Mirrored-Tree: ${tree}`,
      'Key: value',
      'Key:',
      'No key: value',
      ': x',
      '-: x',
      'Signed-off-by: A <a@b>',
      'signed-off-by: A',
      '(cherry picked from commit x)',
      '# comment',
      '#',
      `${from}\r`,
      '\r',
      '---',
      'é: x',
    )
    const drawn = fc.sample(
      fc.array(line, { maxLength: 9 }).map((lines) => `${lines.join('\n')}\n`),
      runs(300),
    )
    const messages = [`\nMirrored-From:${link}\n# comment\n folded\n(cherry picked from commit x)\n`, ...drawn]
    for (const [index, stdout] of readTrailers(messages).entries()) {
      const message = messages[index]!
      const values = (key: string) =>
        new Set(
          stdout
            .split('\n')
            .filter((text) => text.startsWith(`${key}:`))
            .map((text) => text.slice(key.length + 1).trim()),
        )
      const only = (key: string) => (values(key).size === 1 ? [...values(key)][0]! : '')
      expect(parseTrailers(message), JSON.stringify(message)).toEqual({
        ...absent,
        mirroredFrom: only('Mirrored-From') === link ? commit : null,
        mirroredTree: only('Mirrored-Tree') === tree ? tree : null,
      })
    }
  })
})
