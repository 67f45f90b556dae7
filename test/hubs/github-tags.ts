/** Tags: the references that git lists, the objects of annotated tags, and the releases that stand on tags. */
import type { ObjectStore, Person } from './git.ts'
import { formatDate, json, notFound } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import type { Call } from './github-call.ts'
import { nodeId, repositoryUrl } from './github-commits.ts'
import type { GithubRepository } from './github-repository.ts'

/** An annotated tag of a commit, as `git tag -a` makes it. */
export interface NewTag {
  readonly name: string
  readonly commit: string
  readonly tagger: Person
  readonly message: string
}

/** Returns the id of the tag's object. */
export function writeTag(store: ObjectStore, { name, commit, tagger, message }: NewTag): string {
  const { name: who, email, seconds, offset } = tagger
  const head = `object ${commit}\ntype commit\ntag ${name}\ntagger ${who} <${email}> ${seconds} ${offset}\n`
  return store.write('tag', Buffer.from(`${head}\n${message}`))
}

function parseTag(store: ObjectStore, oid: string) {
  const text = store.read(oid, 'tag').toString('utf8')
  const end = text.indexOf('\n\n')
  const [, commit, type, name, who, email, seconds, offset] =
    /^object (\S+)\ntype (\S+)\ntag (.*)\ntagger (.*) <(.*)> (\d+) (\S+)$/.exec(text.slice(0, end)) ?? []
  const tagger = { name: who!, email: email!, seconds: Number(seconds), offset: offset! }
  return { commit: commit!, type: type!, name: name!, tagger, message: text.slice(end + 2) }
}

export function readTag(call: Call): Answer {
  const { store } = call.repository
  if (!store.has(call.path, 'tag')) throw notFound()
  const { commit, type, name, tagger, message } = parseTag(store, call.path)
  const api = repositoryUrl(call)
  return json({
    node_id: nodeId('TAG', call.path),
    tag: name,
    sha: call.path,
    url: `${api}/git/tags/${call.path}`,
    message,
    tagger: { name: tagger.name, email: tagger.email, date: formatDate(tagger) },
    object: { type, sha: commit, url: `${api}/git/${type}s/${commit}` },
  })
}

export function readRelease(call: Call): Answer {
  if (!call.server.switches.releases.has(call.path) || !call.repository.refs.has(`refs/tags/${call.path}`))
    throw notFound()
  return json({ id: 1, tag_name: call.path, name: call.path, draft: false, prerelease: false })
}

/** The lines of `ls-refs` (gitprotocol-v2), for references with one of the prefixes. */
export function listRefs({ refs, store }: GithubRepository, lines: readonly string[]): string[] {
  const prefixes = lines.flatMap((line) => (line.startsWith('ref-prefix ') ? [line.slice('ref-prefix '.length)] : []))
  const peels = lines.includes('peel')
  return [...refs.keys()].toSorted().flatMap((ref) => {
    if (!prefixes.some((prefix) => ref.startsWith(prefix))) return []
    const oid = refs.get(ref)!
    let peeled = oid
    while (store.has(peeled, 'tag')) peeled = parseTag(store, peeled).commit
    return [`${oid} ${ref}${peels && peeled !== oid ? ` peeled:${peeled}` : ''}\n`]
  })
}
