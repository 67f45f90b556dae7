/** Several requests at once, but not all of them. */

/**
 * Runs a task per item, in the order of the items, at most so many at once. After a failure no other begins; it is
 * thrown when the rest has ended.
 */
export async function mapLanes<T, R>(
  items: readonly T[],
  lanesMax: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const failures: unknown[] = []
  let next = 0
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next
      next += 1
      try {
        results[index] = await task(items[index]!)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanesMax, items.length) }, lane))
  if (failures.length > 0) throw failures[0]
  return results
}

export function sliceBatches<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  )
}
