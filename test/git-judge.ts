/** Real git as the judge of many text merges at once: each trio is a file of one big merge. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sides } from '../lib/model/sides.ts'

export interface Trio {
  readonly base: string
  readonly sides: Sides<string>
}

/** What git's two ways to align lines made of a trio: the merged text, or `null` for a conflict. */
export interface Verdict {
  readonly histogram: string | null
  readonly myers: string | null
}

const isThere = (...argv: string[]) => spawnSync('git', argv).status === 0
/** Tests that need git, or git-lfs, as a judge are skipped where it is not there; CI fails when one was skipped. */
export const hasGit = isThere('--version')
export const hasGitLfs = hasGit && isThere('lfs', 'version')

const identity = 'Judge <judge@example.org> 0 +0000'
const env = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Judge',
  GIT_AUTHOR_EMAIL: 'judge@example.org',
  GIT_COMMITTER_NAME: 'Judge',
  GIT_COMMITTER_EMAIL: 'judge@example.org',
}
const quiet = { env, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'] as ('pipe' | 'ignore')[] }

/** A commit of files that are called by their index, for `git fast-import`. */
function writeCommit(name: string, parent: string | null, texts: readonly string[]): Buffer {
  const files = texts.map((text, index) => `M 100644 inline ${index}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
  return Buffer.from(
    `commit refs/heads/${name}\ncommitter ${identity}\ndata 0\n${parent === null ? '' : `from refs/heads/${parent}\n`}${files.join('')}`,
  )
}

function inFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'git-judge-'))
  try {
    return run(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The hunks of `git diff` for each pair of different texts, as one text without the file's heading. */
export function diffTexts(pairs: readonly { readonly before: string; readonly after: string }[]): string[] {
  return inFolder((folder) => {
    for (const side of ['before', 'after'] as const) {
      mkdirSync(join(folder, side))
      for (const [index, pair] of pairs.entries())
        writeFileSync(join(folder, side, String(index).padStart(6, '0')), pair[side])
    }
    const argv = ['diff', '--no-index', '--no-color', '--no-indent-heuristic', '--text', 'before', 'after']
    const { stdout } = spawnSync('git', argv, { ...quiet, cwd: folder, encoding: 'utf8' })
    // Behind the ranges git tells a line from further above.
    const [, ...files] = stdout.split(/^diff --git .*\n/m)
    return files.map((file) =>
      file
        .slice(file.indexOf('\n@@ ') + 1)
        .replace(/^(@@ .* @@).*$/gm, '$1')
        .replace(/\r$/gm, '\\r')
        .replace(/\n$/, ''),
    )
  })
}

/**
 * What a command of git's prints in each of these folders, and how it ends. A shell starts git far sooner than this
 * process does, which is large.
 */
function askEach(
  cases: readonly Readonly<Record<string, string>>[],
  argv: string,
): { readonly told: string; readonly status: number }[] {
  return inFolder((folder) => {
    for (const [index, files] of cases.entries())
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(folder, String(index), path, '..'), { recursive: true })
        writeFileSync(join(folder, String(index), path), text)
      }
    const asked = cases.map((_, index) => `(cd ${index} && git ${argv} > ../${index}.told; echo $?)`)
    const statuses = execFileSync('sh', { ...quiet, cwd: folder, input: asked.join('\n'), encoding: 'utf8' }).split(
      '\n',
    )
    return cases.map((_, index) => ({
      told: readFileSync(join(folder, `${index}.told`), 'utf8'),
      status: Number(statuses[index]),
    }))
  })
}

type FolderPair = readonly [before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>]

/** What `git diff -M` tells of each two folders, file by file, without the lines that name modes and ids. */
export function diffFolders(pairs: readonly FolderPair[]): string[][] {
  const below = (name: string, files: Readonly<Record<string, string>>) =>
    Object.entries({ '.keep': '', ...files }).map(([path, text]) => [`${name}/${path}`, text] as const)
  const options = '--no-color --no-indent-heuristic --src-prefix=a/ --dst-prefix=b/ -M'
  return askEach(
    pairs.map(([before, after]) => Object.fromEntries([...below('before', before), ...below('after', after)])),
    `diff --no-index ${options} before after`,
  ).map(({ told }) => {
    const [, ...files] = told.split(/^diff --git .*\n/m)
    return files.map((file) =>
      file
        .replace(/^(?:index|new file|deleted file) .*\n/gm, '')
        .replace(/^(--- a\/|\+\+\+ b\/|rename (?:from|to) )(?:before|after)\//gm, '$1')
        .replace(/^(@@ .* @@).*$/gm, '$1')
        .replace(/\r$/gm, '\\r')
        .replace(/\n$/, ''),
    )
  })
}

const mergeFiles = (trios: readonly Trio[], option = '') =>
  askEach(
    trios.map(({ base, sides }) => ({ ...sides, base })),
    `merge-file -p ${option} github base huggingface`,
  )

/** What `git merge-file` makes of each trio: the merged text, or `null` for a conflict. */
export function readFileMerges(trios: readonly Trio[]): (string | null)[] {
  return mergeFiles(trios).map(({ told, status }) => (status === 0 ? told : null))
}

/** The lines of two texts that have no base, as git puts them together. */
export function readUnions(pairs: readonly Sides<string>[]): string[] {
  return mergeFiles(
    pairs.map((sides) => ({ base: '', sides })),
    '--union',
  ).map(({ told }) => told)
}

/** Git's verdicts on all trios, in their order. */
export function judge(trios: readonly Trio[]): Verdict[] {
  return inFolder((folder) => {
    const git = (args: readonly string[], input: string | Buffer = '') =>
      execFileSync('git', args, { ...quiet, cwd: folder, input })
    const readBlobs = (ids: readonly string[]): string[] => {
      const output = git(['cat-file', '--batch'], `${ids.join('\n')}\n`)
      let at = 0
      return ids.map(() => {
        const start = output.indexOf('\n', at) + 1
        const end = start + Number(output.toString('latin1', at, start).split(' ')[2])
        at = end + 1
        return output.toString('utf8', start, end)
      })
    }
    const read = (clean: ReadonlyMap<number, string>): (string | null)[] => {
      const ids = [...clean.values()]
      const texts = new Map(readBlobs(ids).map((text, index) => [ids[index]!, text]))
      return trios.map((_, index) => (clean.has(index) ? texts.get(clean.get(index)!)! : null))
    }
    git(['init', '-q', '-b', 'main'])
    git(
      ['fast-import', '--quiet'],
      Buffer.concat([
        writeCommit(
          'base',
          null,
          trios.map(({ base }) => base),
        ),
        writeCommit(
          'github',
          'base',
          trios.map(({ sides }) => sides.github),
        ),
        writeCommit(
          'huggingface',
          'base',
          trios.map(({ sides }) => sides.huggingface),
        ),
      ]),
    )

    const { stdout } = spawnSync('git', ['merge-tree', '--write-tree', '--no-messages', 'github', 'huggingface'], {
      ...quiet,
      cwd: folder,
      encoding: 'utf8',
    })
    const [tree = '', ...stages] = stdout.split('\n')
    const conflicts = new Set(stages.filter((line) => line !== '').map((line) => Number(line.split('\t')[1])))
    const histogram = read(
      new Map(
        git(['ls-tree', tree])
          .toString()
          .trim()
          .split('\n')
          .map((line) => [Number(line.split('\t')[1]), line.split(/[ \t]/)[2]!] as const)
          .filter(([index]) => !conflicts.has(index)),
      ),
    )

    git(['reset', '-q', '--hard', 'github'])
    spawnSync(
      'git',
      [
        'merge',
        '-q',
        '--no-commit',
        '-s',
        'recursive',
        '-X',
        'diff-algorithm=myers',
        '-X',
        'no-renames',
        'huggingface',
      ],
      { ...quiet, cwd: folder },
    )
    const myers = read(
      new Map(
        git(['ls-files', '-s'])
          .toString()
          .trim()
          .split('\n')
          .map((line) => line.split(/[ \t]/))
          .filter(([, , stage]) => stage === '0')
          .map(([, id, , index]) => [Number(index), id!] as const),
      ),
    )
    return trios.map((_, index) => ({ histogram: histogram[index]!, myers: myers[index]! }))
  })
}

/** Which lines `git diff` has as changed, 0-based. */
export function readDiffs(
  pairs: readonly { a: string; b: string }[],
  algorithm: 'histogram' | 'myers',
): { a: Set<number>; b: Set<number> }[] {
  return inFolder((folder) => {
    const git = (args: readonly string[], input: string | Buffer = '') =>
      execFileSync('git', args, { ...quiet, cwd: folder, input })
    git(['init', '-q', '-b', 'main'])
    git(
      ['fast-import', '--quiet'],
      Buffer.concat([
        writeCommit(
          'a',
          null,
          pairs.map(({ a }) => a),
        ),
        writeCommit(
          'b',
          'a',
          pairs.map(({ b }) => b),
        ),
      ]),
    )
    const changes = pairs.map(() => ({ a: new Set<number>(), b: new Set<number>() }))
    let [file, a, b] = [changes[0]!, 0, 0]
    // Without a line of context git would cut off what both end with, which it does not when it merges.
    for (const line of git(['diff', '-U1', '--no-indent-heuristic', `--diff-algorithm=${algorithm}`, 'a', 'b'])
      .toString()
      .split('\n')) {
      const place = /^@@ -(\d+)(,0)?\S* \+(\d+)(,0)?/.exec(line)
      if (line.startsWith('diff ')) file = changes[Number(line.split('b/')[1])]!
      else if (place) [a, b] = [Number(place[1]) - (place[2] ? 0 : 1), Number(place[3]) - (place[4] ? 0 : 1)]
      else if (line.startsWith('-') && !line.startsWith('--- a/')) file.a.add(a++)
      else if (line.startsWith('+') && !line.startsWith('+++ b/')) file.b.add(b++)
      else if (line.startsWith(' ')) {
        a++
        b++
      }
    }
    return changes
  })
}
