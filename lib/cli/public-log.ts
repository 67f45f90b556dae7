/** Who reads what a run prints. */
import type { Environment } from './options.ts'

/**
 * Whether everybody may read what is printed: in a workflow, unless the event that started it says that its repository
 * is not public; on any other machine of that kind (`CI`), since nothing tells. What somebody runs himself he reads
 * himself. `read` gives a file's text, or throws.
 */
export function isPublicLog(env: Environment, read: (path: string) => string): boolean {
  if (env.GITHUB_ACTIONS !== 'true') return !['', '0', 'false'].includes(env.CI?.trim().toLowerCase() ?? '')
  try {
    const { repository } = JSON.parse(read(env.GITHUB_EVENT_PATH ?? '')) as {
      repository?: { private?: unknown; visibility?: unknown }
    }
    return repository?.private !== true || repository.visibility === 'public'
  } catch {
    return true
  }
}
