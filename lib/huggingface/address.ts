/** Addresses on the Hub. A branch is one segment, so its slashes are encoded; a path keeps its slashes. */
import type { Repository } from '../model/remote.ts'
import { repositoryPath } from '../model/repository.ts'

/** A repository on a Hub, whose `endpoint` has no slash at its end. */
export interface HubRepository {
  readonly endpoint: string
  readonly repository: Repository
}

/** The repository's address for people, and the beginning of those for files, git and git-lfs. */
export function repositoryUrl({ endpoint, repository }: HubRepository): string {
  return `${endpoint}/${repositoryPath(repository)}`
}

/** An address of the API: `apiUrl(repository, 'commits', 'feature/x')` ends in `/commits/feature%2Fx`. */
export function apiUrl({ endpoint, repository }: HubRepository, route: string, ...segments: string[]): string {
  return [`${endpoint}/api/${repository.type}s/${repository.name}/${route}`, ...segments.map(encodeURIComponent)].join(
    '/',
  )
}

/** The query, question mark included, of the page that a `Link` header calls `next`; `null` where it names none. */
export function parseNextPage(link: string | null): string | null {
  const [, target] = /<([^>]*)>\s*;[^,<]*\brel="?next\b/.exec(link ?? '') ?? []
  return target !== undefined && target.includes('?') ? target.slice(target.indexOf('?')) : null
}
