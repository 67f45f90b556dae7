/** Addresses on the Hub. A branch or revision is one segment, slashes encoded; a path keeps its own. */
import type { Repository } from '../model/remote.ts'

export interface Place {
  readonly endpoint: string
  readonly repository: Repository
}

const folders = { dataset: 'datasets/', space: 'spaces/', model: '', repository: '' } as const

/** Where people, files, git and git-lfs find the repository; models have no prefix. */
export function repositoryUrl({ endpoint, repository }: Place): string {
  return `${endpoint}/${folders[repository.type]}${repository.name}`
}

/** `route` and what belongs to it, each encoded whole: `apiUrl(place, 'commits', 'feature/x')`. */
export function apiUrl({ endpoint, repository }: Place, route: string, ...segments: string[]): string {
  return [`${endpoint}/api/${repository.type}s/${repository.name}/${route}`, ...segments.map(encodeURIComponent)].join(
    '/',
  )
}

/** Every segment encoded, the slashes between them kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** The query of the page that a `Link` header calls `next`, with its question mark; `null` on the last page. */
export function parseNextPage(link: string | null): string | null {
  const [, target] = /<([^>]*)>\s*;[^,<]*\brel="?next\b/.exec(link ?? '') ?? []
  return target !== undefined && target.includes('?') ? target.slice(target.indexOf('?')) : null
}
