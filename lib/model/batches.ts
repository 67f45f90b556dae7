/** How many lists of `most` each that many items fill. */
export const countBatches = (count: number, most: number) => Math.ceil(count / most)

/** The items in lists of `most` each, the last one shorter. */
export function sliceBatches<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: countBatches(items.length, most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  )
}
