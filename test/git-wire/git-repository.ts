/** A repository on disk, for real git to make packs of. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface GitRepository {
  readonly folder: string
  /** What a command prints. */
  readonly git: (args: readonly string[], input?: string | Buffer) => Buffer
  /** All objects: id, type and length. */
  readonly listObjects: () => Map<string, string>
  readonly remove: () => void
}

const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
const identity = 'Judge <judge@example.org> 0 +0000'

/** A bare repository with a commit for each record of files, on `main`, and its last commit tagged as `v1`. */
export function createRepository(commits: readonly Readonly<Record<string, Buffer>>[]): GitRepository {
  const root = mkdtempSync(join(tmpdir(), 'git-wire-'))
  const folder = join(root, 'r.git')
  const git = (args: readonly string[], input: string | Buffer = '') =>
    execFileSync('git', ['-C', folder, ...args], { env, input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'ignore'] })
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', folder], { env })
  const parts = commits.flatMap((files, index) => [
    `commit refs/heads/main\ncommitter ${identity}\ndata ${`commit ${index}`.length}\ncommit ${index}\n`,
    ...Object.entries(files).flatMap(([path, content]) => [
      `M 100644 inline ${path}\ndata ${content.length}\n`,
      content,
      '\n',
    ]),
  ])
  const tag = `tag v1\nfrom refs/heads/main\ntagger ${identity}\ndata 2\nv1\n`
  git(['fast-import', '--quiet'], Buffer.concat([...parts, tag].map((part) => Buffer.from(part))))
  return {
    folder,
    git,
    listObjects: () =>
      new Map(
        git(['cat-file', '--batch-all-objects', '--batch-check'])
          .toString()
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, 40), line.slice(41)]),
      ),
    remove: () => rmSync(root, { recursive: true }),
  }
}

const row = (index: number) =>
  `${index},${Buffer.from(`row ${index * 7919}`).toString('base64')},${(index * 2_654_435_761) % 1_000_003}\n`
const table = (from: number, rowCount: number) => Array.from({ length: rowCount }, (_, index) => row(from + index))

/** 61 versions of one table, which git stores as one and 60 deltas; and files of all kinds of lengths. */
export const versions: readonly Readonly<Record<string, Buffer>>[] = Array.from({ length: 61 }, (_, index) => ({
  'data/table.csv': Buffer.from(table(index * 5, 200).join('')),
  ...(index === 0 && {
    'empty.txt': Buffer.alloc(0),
    'one.txt': Buffer.from('1'),
    'large.csv': Buffer.from(table(9_000, 6_000).join('')),
    'larger.csv': Buffer.from(`more\n${table(9_000, 6_000).join('')}`),
    'zeros.bin': Buffer.alloc(3_000_000),
    ...Object.fromEntries(table(5_000, 200).map((content, at) => [`small/${at}.txt`, Buffer.from(content)])),
  }),
}))
