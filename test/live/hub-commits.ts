/** Commits on the Hub as its own client sends them, on branches that are deleted again. */
import { randomBytes } from 'node:crypto'
import { flush, formatLine } from '../../lib/git-wire/pkt-line.ts'
import { formatPack } from '../../lib/git-wire/write-pack.ts'
import { formatCommit } from '../../lib/github/commit-id.ts'
import { formatTree, gitObjectId } from '../../lib/model/git-object.ts'
import { openWriter } from '../contract/writer.ts'
import type { Answered, Scene } from './ask.ts'
import { field } from './probe.ts'
import { onBranch } from './probes.ts'

/** A line of a commit: a file in base64, or one that goes away. */
export type Line =
  | {
      readonly key: 'file'
      readonly value: { readonly path: string; readonly content: string; readonly encoding: 'base64' }
    }
  | { readonly key: 'deletedFile'; readonly value: { readonly path: string } }

export const fileLine = (path: string, content: Uint8Array | string): Line => ({
  key: 'file',
  value: { path, content: Buffer.from(content as string).toString('base64'), encoding: 'base64' },
})

export interface HubBranch {
  readonly name: string
  /** Where it began. */
  readonly begin: string
  /** A path in the folder that is the suite's own. */
  readonly at: (path: string) => string
  readonly commit: (lines: readonly Line[]) => Promise<Answered>
  /** The raw comparison of two commits. */
  readonly compare: (from: string, to: string) => Promise<Answered>
}

/** On a branch of its own, which is deleted. */
export async function onHubBranch<T>(scene: Scene, name: string, work: (branch: HubBranch) => Promise<T>): Promise<T> {
  const { connections, ask, api } = scene
  const { head, at } = await openWriter(connections.huggingface)
  const begin = head()
  if (begin === null) throw new Error('The contract suite must have written before')
  return onBranch(connections.huggingface, name, begin, ({ branch }) =>
    work({
      name: branch,
      begin,
      at,
      commit: (lines) => {
        const header = { key: 'header', value: { summary: 'Ask what nobody says', description: '' } }
        const body = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
        return ask.huggingface('POST', `${api.huggingface}/commit/${encodeURIComponent(branch)}`, { body })
      },
      compare: (from, to) => ask.huggingface('GET', `${api.huggingface}/compare/${from}..${to}?raw=true`),
    }),
  )
}

/** The commit that an answer names, null where it names none. */
export function commitOf({ status, json }: Answered): string | null {
  const oid = field(json, 'commitOid')
  return status < 300 && typeof oid === 'string' ? oid : null
}

/** Pushes with git's own protocol a commit of one executable file, and returns its id; null where that is refused. */
export async function pushExecutable(
  { ask, env, git }: Scene,
  { name, begin }: HubBranch,
  path: string,
): Promise<string | null> {
  const blob = Buffer.from(`#!/bin/sh\n# ${randomBytes(4).toString('hex')}\n`)
  const tree = formatTree([{ name: path, mode: '100755', oid: gitObjectId('blob', blob) }])
  const person = { name: 'hubmirror', email: 'hubmirror@users.noreply.github.com', date: new Date().toISOString() }
  const commit = formatCommit({
    tree: gitObjectId('tree', tree),
    parents: [begin],
    author: person,
    committer: person,
    message: 'Add an executable\n',
  })
  const oid = gitObjectId('commit', commit)
  const pack = await formatPack([
    { type: 'blob', body: blob },
    { type: 'tree', body: tree },
    { type: 'commit', body: commit },
  ])
  const command = formatLine(`${begin} ${oid} refs/heads/${name}\0 report-status agent=hubmirror`)
  const { status, text } = await ask.huggingface('POST', `${git.huggingface}/git-receive-pack`, {
    body: new Uint8Array(Buffer.concat([command, flush, pack])),
    type: 'application/x-git-receive-pack-request',
    // As git sends a token: as a password.
    token: null,
    headers: { authorization: `Basic ${Buffer.from(`hubmirror:${env['HF_TOKEN']}`).toString('base64')}` },
  })
  return status === 200 && text.includes(`ok refs/heads/${name}`) ? oid : null
}
