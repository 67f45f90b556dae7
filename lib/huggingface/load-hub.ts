/**
 * Loads `@huggingface/hub` when it is first needed, which takes 250 ms of CPU and 40 MB under tsx. A run with nothing to do
 * needs none of it.
 */
export function loadHub(): Promise<typeof import('@huggingface/hub')> {
  return import('@huggingface/hub')
}
