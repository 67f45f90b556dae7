/** What two hubs hold, given to two others. */
import { sides } from '../../lib/model/sides.ts'
import type { GithubHub } from './github.ts'
import type { HuggingFaceHub } from './huggingface.ts'
import type { Storage } from './storage.ts'

interface Hubs {
  readonly github: GithubHub
  readonly huggingface: HuggingFaceHub
  readonly storages: { readonly github: Storage; readonly huggingface: Storage }
}

/** The same values, and maps and sets of their own. */
export function copySets(switches: object): object {
  return Object.fromEntries(
    Object.entries(switches).map(([name, value]) => [
      name,
      value instanceof Map ? new Map(value) : value instanceof Set ? new Set(value) : value,
    ]),
  )
}

/** Gives both repositories and stores of a pair what those of another one hold, whatever it held before. */
export function refillPair(pair: Hubs, from: Hubs): void {
  const { github, huggingface } = pair
  github.store.become(from.github.store)
  huggingface.git.become(from.huggingface.git)
  for (const side of sides) refill(pair.storages[side].objects, from.storages[side].objects)
  const [onGithub, was] = [github.repository, from.github.repository]
  const { private: isPrivate, isMissing, defaultBranch, takesFirstBranch } = was
  Object.assign(onGithub, { private: isPrivate, isMissing, defaultBranch, takesFirstBranch })
  refill(onGithub.refs, was.refs)
  refillSet(onGithub.present, was.present)
  refillSet(onGithub.labels, was.labels)
  onGithub.pulls.splice(0, Infinity, ...structuredClone(was.pulls))
  onGithub.issues.splice(0, Infinity, ...structuredClone(was.issues))
  const [onHub, had] = [huggingface.repository, from.huggingface.repository]
  Object.assign(onHub, { private: had.private, sdk: had.sdk, late: null })
  for (const name of ['branches', 'tags', 'tagObjects'] as const) refill<string>(onHub[name], had[name])
  refillSet(onHub.pointers, had.pointers)
  onHub.pulls.splice(0, Infinity, ...structuredClone(had.pulls))
  const isMade = from.huggingface.server.repositories.size > 0
  const [made, unborn] = [huggingface.server.repositories, huggingface.server.unborn]
  const own = new Map([[onHub.id.toLowerCase(), onHub]])
  refill(made, isMade ? own : new Map())
  refill(unborn, isMade ? new Map() : own)
}

function refill<T>(map: Map<string, T>, from: ReadonlyMap<string, T>): void {
  map.clear()
  for (const [key, value] of from) map.set(key, value)
}

function refillSet(set: Set<string>, from: ReadonlySet<string>): void {
  set.clear()
  for (const value of from) set.add(value)
}
