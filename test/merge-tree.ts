/** Real git merges commits of a store: many pairs in one process. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sides } from '../lib/model/sides.ts'
import type { ObjectStore, ObjectType } from './hubs/git.ts'

/** The tree that the merge leaves, with git's marks in it at the paths of `conflicts`; not every conflict has one. */
export interface MergedTree {
  readonly isClean: boolean
  readonly tree: string
  readonly conflicts: ReadonlySet<string>
}

/** Without what the machine's owner has set. `null` where an assertion of git's own fails. */
function run(folder: string, argv: readonly string[], input: string): string | null {
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  const { stdout, stderr, status } = spawnSync('git', argv, {
    cwd: folder,
    input,
    env,
    maxBuffer: 2 ** 30,
    encoding: 'latin1',
  })
  if (stderr.includes('Assertion')) return null
  if (status !== 0) throw new Error(`git ${argv.join(' ')}: ${stderr}`)
  return stdout
}

/** What was written before a crash is lost with it: then each half is merged by itself. */
function mergeAll(folder: string, pairs: readonly Sides<string>[]): (MergedTree | undefined)[] {
  const output = run(
    folder,
    ['merge-tree', '--write-tree', '--no-messages', '--allow-unrelated-histories', '--stdin'],
    pairs.map(({ github, huggingface }) => `${github} ${huggingface}\n`).join(''),
  )
  if (output === null) {
    const half = pairs.length / 2
    return half < 1 ? [undefined] : [pairs.slice(0, half), pairs.slice(half)].flatMap((some) => mergeAll(folder, some))
  }
  const parts = output.split('\0')
  return pairs.map(() => {
    const [status, tree] = [parts.shift(), parts.shift()!]
    const conflicts = new Set<string>()
    for (let part = parts.shift(); part !== ''; part = parts.shift())
      conflicts.add(part!.slice(part!.indexOf('\t') + 1))
    return { isClean: status === '1', tree, conflicts }
  })
}

/** Takes what git has written into the store. */
function learn(folder: string, store: ObjectStore): void {
  const argv = ['cat-file', '--batch-all-objects', '--batch', '--unordered']
  const output = Buffer.from(run(folder, argv, '')!, 'latin1')
  for (let at = 0; at < output.length;) {
    const start = output.indexOf('\n', at) + 1
    const [oid, type, length] = output.toString('latin1', at, start).split(' ') as [string, ObjectType, string]
    at = start + Number(length) + 1
    if (store.type(oid) === null) store.write(type, output.subarray(start, at - 1))
  }
}

/**
 * What `git merge-tree` makes of each two commits of the store, which then holds the trees; `undefined` where it crashes
 * (git 2.39 has an assertion that some doubly renamed trees break).
 */
export function mergeCommits(store: ObjectStore, pairs: readonly Sides<string>[]): (MergedTree | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), 'merge-tree-'))
  try {
    store.writeBareRepository(folder, new Map())
    const merged = mergeAll(folder, pairs)
    learn(folder, store)
    return merged
  } finally {
    rmSync(folder, { recursive: true })
  }
}
