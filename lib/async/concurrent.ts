/**
 * Runs a task for each item, at most `tasksMax` at once. Tasks begin in the order of the items, and the results have that
 * order. After a failure no further task begins, and the first failure is thrown when all tasks that run have ended.
 */
export async function mapConcurrent<T, R>(
  items: Iterable<T>,
  tasksMax: number,
  task: (item: T) => R | Promise<R>,
): Promise<R[]> {
  const queue = items[Symbol.iterator]()
  const results: R[] = []
  const failures: unknown[] = []
  let begun = 0
  const work = async () => {
    for (let next = queue.next(); !next.done && failures.length === 0; next = queue.next()) {
      const index = begun++
      try {
        const result = task(next.value)
        results[index] = result instanceof Promise ? await result : result
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: tasksMax }, work))
  if (failures.length > 0) throw failures[0]
  return results
}
