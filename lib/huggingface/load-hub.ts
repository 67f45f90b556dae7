import type { hubLibrary as library } from './hub-library.ts'

/**
 * Loads what is called of `@huggingface/hub` when it is first needed, which takes 150 ms of CPU and 10 MB under tsx. A run
 * with nothing to do needs none of it.
 */
export async function loadHub(): Promise<typeof library> {
  const { hubLibrary } = await import('./hub-library.ts')
  return hubLibrary
}
