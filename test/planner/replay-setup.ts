/** Commits to replay on the other side. */
import type { Side } from '../../lib/model/sides.ts'
import { type Pair } from '../hubs/pair.ts'
import { type Files } from '../run/mirror-setup.ts'

export const begin: Files = { 'README.md': '# Corpus\n', 'a.csv': 'a\n1\n', 'keep.txt': 'keep\n' }

/** A side's commits from its head down to one of its own, oldest first, with the files of each. */
export function commitsSince(pair: Pair, side: Side, base: string | null) {
  const git = side === 'github' ? pair.github.store : pair.huggingface.git
  const log: {
    oid: string
    message: string
    author: string
    seconds: number
    parents: readonly string[]
    files: Record<string, string>
  }[] = []
  for (let oid = pair[side].head('main'); oid !== null && oid !== base;) {
    const commit = git.readCommit(oid)
    const files = [...git.readFiles(commit.tree)]
      .filter(([path]) => !path.endsWith('.gitattributes'))
      .map(([path, { oid: blob }]) => [path, git.read(blob, 'blob').toString('latin1')] as const)
    log.push({
      oid,
      message: commit.message,
      author: `${commit.author.name} <${commit.author.email}>`,
      seconds: commit.author.seconds,
      parents: commit.parents,
      files: Object.fromEntries(files),
    })
    oid = commit.parents[0] ?? null
  }
  return log.toReversed()
}

export const three: readonly Files[] = [
  { 'a.csv': 'a\n2\n', 'b.csv': 'b\n' },
  { 'a.csv': 'a\n3\n', 'b.csv': null },
  { 'c.csv': 'c\n', 'keep.txt': null },
]

export const messages = ['One\n\nIts body,\nin two lines.', 'Two', 'Three\n\nReviewed-by: Carol <carol@example.org>']
