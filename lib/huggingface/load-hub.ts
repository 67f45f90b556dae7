/** `@huggingface/hub`, when it is needed. */

/**
 * Loaded when it is first called: that takes 250 ms of CPU and 40 MB under tsx, which looks for imports in it, and a run
 * with nothing to do calls none of it.
 */
export function loadHub(): Promise<typeof import('@huggingface/hub')> {
  return import('@huggingface/hub')
}
