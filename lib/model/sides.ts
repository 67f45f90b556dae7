/** Both sides of a mirror, held together, so that nothing in the core is written twice. */

export type Side = 'github' | 'huggingface'

/** One value for each side. */
export interface Sides<T> {
  readonly github: T
  readonly huggingface: T
}

export const sides: readonly Side[] = ['github', 'huggingface']

export const otherSide: Sides<Side> = { github: 'huggingface', huggingface: 'github' }

/** As people write them. */
export const sideName: Sides<string> = { github: 'GitHub', huggingface: 'Hugging Face' }

export function mapSides<T>(make: (side: Side) => T): Sides<T> {
  return { github: make('github'), huggingface: make('huggingface') }
}

/** Both at once; the first failure is thrown when both have ended, so that nothing runs on unseen. */
export async function awaitSides<T>(make: (side: Side) => Promise<T>): Promise<Sides<T>> {
  const [github, huggingface] = await Promise.allSettled([make('github'), make('huggingface')])
  if (github.status === 'rejected') throw github.reason
  if (huggingface.status === 'rejected') throw huggingface.reason
  return { github: github.value, huggingface: huggingface.value }
}
