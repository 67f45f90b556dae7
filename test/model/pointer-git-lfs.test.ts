/**
 * Real git-lfs as the judge of what is a pointer: what a checkout makes of hundreds of spellings, all in one commit.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parsePointer } from '../../lib/model/pointer.ts'
import { hasGitLfs } from '../git-judge.ts'
import fc from '../random.ts'

const content = Buffer.from('the bytes of the object\n')
const oid = createHash('sha256').update(content).digest('hex')
const size = `${content.length}`

/**
 * What a checkout with git-lfs gives for each text at a tracked path, the object being there and two extensions set up
 * that change nothing.
 */
function checkOut(texts: readonly Buffer[]): Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'pointers-'))
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_LFS_SKIP_SMUDGE: '0',
    GIT_AUTHOR_NAME: 'J',
    GIT_AUTHOR_EMAIL: 'j@example.org',
    GIT_COMMITTER_NAME: 'J',
    GIT_COMMITTER_EMAIL: 'j@example.org',
  }
  const git = (argv: string[], input?: Buffer) =>
    execFileSync('git', argv, { cwd: folder, env, input, stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1e8 })
  try {
    git(['init', '--quiet', '.'])
    for (const [name, value] of [
      ['filter.lfs.process', 'git-lfs filter-process'],
      ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
      ['filter.lfs.required', 'false'],
      ['lfs.url', 'http://127.0.0.1:1/'],
      ['lfs.transfer.maxretries', '1'],
      ...['foo', 'bar'].flatMap((extension, priority) => [
        [`lfs.extension.${extension}.clean`, 'cat'],
        [`lfs.extension.${extension}.smudge`, 'cat'],
        [`lfs.extension.${extension}.priority`, `${priority}`],
      ]),
    ] as [string, string][])
      git(['config', name, value])
    const store = join(folder, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4))
    mkdirSync(store, { recursive: true })
    writeFileSync(join(store, oid), content)
    const blobs = texts.map((text, index) =>
      Buffer.concat([Buffer.from(`M 100644 inline ${index}.bin\ndata ${text.length}\n`), text, Buffer.from('\n')]),
    )
    git(
      ['fast-import', '--quiet'],
      Buffer.concat([
        Buffer.from(
          'commit refs/heads/main\ncommitter J <j@example.org> 0 +0000\ndata 0\nM 100644 inline .gitattributes\ndata 23\n*.bin filter=lfs -text\n\n',
        ),
        ...blobs,
      ]),
    )
    git(['checkout', '--quiet', '--force', 'main'])
    return texts.map((_, index) => readFileSync(join(folder, `${index}.bin`)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const version = fc.constantFrom(
  'https://git-lfs.github.com/spec/v1',
  'https://git-lfs.github.com/spec/v1',
  'https://hawser.github.com/spec/v1',
  'http://git-media.io/v/2',
  'https://git-lfs.github.com/spec/v2',
  'http://git-lfs.github.com/spec/v1',
  'https://git-lfs.github.com/spec/v1 ',
)
const name = fc.constantFrom(
  `sha256:${oid}`,
  `sha256:${oid}`,
  `sha256:${oid}`,
  `sha256:${oid} `,
  `sha256:${oid.toUpperCase()}`,
  `sha512:${oid}`,
  oid,
  `sha256:${oid}0`,
)
const number = fc.constantFrom(
  size,
  size,
  size,
  `+${size}`,
  `0${size}`,
  `00${size}`,
  `${size} `,
  ` ${size}`,
  `${size}.0`,
  `-${size}`,
  `${size}_0`,
  '0x18',
  '',
)
const extension = fc.constantFrom(
  `ext-0-foo sha256:${oid}`,
  `ext-0-foo sha256:${oid}`,
  `ext-1-bar sha256:${oid}`,
  ...['ext-1-bar', 'ext-1-foo', 'ext-10-foo', 'ext-a-foo', 'ext-0-', 'ext-0foo'].flatMap((key) => [
    `${key} sha256:${oid}`,
    `${key} sha256:${oid.slice(1)}`,
  ]),
)
const ending = fc.constantFrom('\n', '\n', '\r\n', '\n\n', '\r\n\r\n', '\r\r\n', '\r', ' \n', '\n \n')
const around = fc.constantFrom(
  '',
  '',
  '',
  '\n',
  '\r\n\n',
  ' ',
  '\t\v\f',
  '\u00a0',
  '\u2003\n',
  '\u0085',
  '\uFEFF',
  '\u200b',
  '\0',
  ' \n'.repeat(200),
  '\n'.repeat(900),
  '\n'.repeat(1100),
  '# no pointer\n',
)
const usual = <T>(arbitrary: fc.Arbitrary<T>, value: T) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, { weight: 1, arbitrary })
const spelling = fc
  .tuple(
    usual(version, 'https://git-lfs.github.com/spec/v1'),
    usual(name, `sha256:${oid}`),
    usual(number, size),
    usual(fc.array(extension, { minLength: 1, maxLength: 2 }), []),
    fc.nat(3),
    usual(fc.shuffledSubarray([0, 1, 2], { minLength: 2 }), [0, 1, 2]),
    fc.array(usual(ending, '\n'), { minLength: 6, maxLength: 6 }),
    usual(around, ''),
    around,
  )
  .map(([spec, object, bytes, extensions, at, order, endings, before, after]) => {
    const lines = [`version ${spec}`, `oid ${object}`, `size ${bytes}`]
    const all = order.map((index) => lines[index]!)
    all.splice(Math.min(at, all.length), 0, ...extensions)
    return Buffer.from(
      before +
        all.map((line, index) => line + (index === all.length - 1 && after === '' ? '' : endings[index])).join('') +
        after,
    )
  })

describe.skipIf(!hasGitLfs)('real git-lfs', () => {
  test('follows the same spellings, those with extensions only where it has the programs for them', () => {
    const texts = fc.sample(spelling, { numRuns: 800, seed: 7 }).filter((text) => text.length <= 1023)
    const parsed = texts.map((text) => {
      const pointer = parsePointer(text)
      return pointer === null ? 'content' : 'unreadable' in pointer ? 'extension' : 'object'
    })
    const found = checkOut(texts).map((file, index) =>
      file.equals(content) ? (parsed[index] === 'extension' ? 'extension' : 'object') : 'content',
    )
    expect(
      texts.flatMap((text, index) =>
        found[index] === parsed[index] ? [] : [[text.toString(), found[index], parsed[index]]],
      ),
    ).toEqual([])
    for (const verdict of ['content', 'object', 'extension'])
      expect(parsed.filter((one) => one === verdict).length, verdict).toBeGreaterThan(10)
  })
})
