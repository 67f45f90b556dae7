import type { Sides } from '../lib/model/sides.ts'

/** What each side has, given to the other: swapping the sides swaps the answer. */
export function swapSides<T>({ github, huggingface }: Sides<T>): Sides<T> {
  return { github: huggingface, huggingface: github }
}
