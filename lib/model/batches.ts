/** Lists that are cut into several. */

/** How many lists of `most` each that many items fill. */
export const countBatches = (count: number, most: number) => Math.ceil(count / most)

/** The items by a key, in their order. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** The items in lists, each as long as the weights of its items come to no more than `most`. A heavier one is alone. */
export function groupByWeight<T>(items: readonly T[], most: number, weightOf: (item: T) => number): T[][] {
  const groups: T[][] = []
  let weight = Infinity
  for (const item of items) {
    const added = weightOf(item)
    if (weight + added > most) {
      groups.push([])
      weight = 0
    }
    groups.at(-1)!.push(item)
    weight += added
  }
  return groups
}

/** The items in lists of `most` each, the last one shorter. */
export function sliceBatches<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: countBatches(items.length, most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  )
}
